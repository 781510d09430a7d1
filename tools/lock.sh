#!/usr/bin/env bash
# Resolves every dependency once, with hashes and without naming any index: requirements/{run,dev}.txt.
set -eu
cd "$(dirname "$0")/.."
projects=(gen/python/pyproject.toml libs/*/pyproject.toml data/pyproject.toml services/*/pyproject.toml app/pyproject.toml)
local=(); overrides=()
for p in "${projects[@]}"; do
  name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$p"); local+=(--no-emit-package "$name")
  overrides+=("$name @ file://$PWD/$(dirname "$p")")
done
common=(--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --upgrade "${local[@]}")
build=$(mktemp); trap 'rm -f "$build"' EXIT
printf '%s\n' "${overrides[@]}" "hatchling==1.33.0" "editables==0.6" > "$build"
.venv/bin/uv pip compile "${common[@]}" "$build" -o requirements/run.txt
.venv/bin/uv pip compile "${common[@]}" "$build" requirements/dev.in -c requirements/run.txt -o requirements/dev.txt
