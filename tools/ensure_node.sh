#!/usr/bin/env bash
# The integrators' TypeScript example is compiled by the tests: Node.js with npm, from the system's packages where we may.
set -euo pipefail
command -v npm >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Node.js (once) ..."
  apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null && exit 0
fi
echo "The tests need Node.js with npm: on Debian, sudo apt-get install nodejs npm" >&2
exit 1
