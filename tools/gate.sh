#!/usr/bin/env bash
# Everything `make test` promises: the real servers are started, checks and all tests run, and what was started is ended.
# The last line is pytest's own; the exit code is that of what failed first.
set -euo pipefail
cd "$(dirname "$0")/.."
# Where the servers of this run are; a stack that runs already is used and left as it was.
export NOTALONE_STACK_DIR="${NOTALONE_STACK_DIR:-${NOTALONE_DATA_DIR:-$PWD/.state}}"
stack() { NOTALONE_DATA_DIR="$NOTALONE_STACK_DIR" PYTHONPATH="$PWD/deploy/native" python -m notalone_stack "$@"; }
left_behind="$NOTALONE_STACK_DIR/stack/down.log"

if stack status >/dev/null; then
  echo "The real servers run already and stay."
else
  mkdir -p "$NOTALONE_STACK_DIR/stack"
  trap 'stack down >"$left_behind" 2>&1 || echo "The real servers did not end: see $left_behind" >&2' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  stack up --realm deploy/keycloak/realm.json || { echo "Tests need the real servers; the quick ones alone: make unit" >&2; exit 1; }
fi
make --no-print-directory check
# Two at a time, files together: a server or backend that a file shares is started once.
pytest -n "${TEST_WORKERS:-2}" --dist loadgroup
