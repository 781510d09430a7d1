# NotAlone: `make help` lists what can be done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := gen/python libs/kernel libs/crisis libs/chassis data services/catalog services/dialogue services/pdf services/portal_link services/notify services/gateway app
SOURCES := $(foreach package,$(filter-out gen/python,$(PACKAGES)),$(wildcard $(package)/notalone_*)) deploy/native/notalone_stack
EDITABLE := $(foreach package,$(PACKAGES),-e ./$(package))
MANIFESTS := $(foreach package,$(PACKAGES),$(package)/pyproject.toml)
STACK := PYTHONPATH=$(CURDIR)/deploy/native python -m notalone_stack
export PATH := $(CURDIR)/$(BIN):$(PATH)
export NOTALONE_GATEWAY_WEB_ROOT ?= $(CURDIR)/web

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: $(VENV)/run.stamp ## start everything on this machine: http://127.0.0.1:8080 (NOTALONE_HTTP_PORT changes it)
	@exec notalone run

run-real: stack-up ## the same on real servers, every service in processes of its own (NOTALONE_REPLICAS="dialogue=2,catalog=2")
	@set -a && told="$$($(STACK) env)" && eval "$$told" && exec notalone run-real

test: dev browser node ## everything, on real servers that it starts and ends: checks, unit, contract, end to end, browser
	@tools/gate.sh

unit: dev ## the quick tests only
	pytest -n auto -m "not e2e and not browser and not real"

check: dev ## style, types, import rules, contracts and generated files
	ruff check .
	ruff format --check .
	mypy $(SOURCES)
	lint-imports --no-cache
	buf lint
	buf format --diff --exit-code --path proto/notalone
	buf build -o $(VENV)/contract.binpb
	buf breaking $(VENV)/contract.binpb --against proto/released.binpb --config '{"version":"v2","breaking":{"use":["WIRE_JSON"]}}'
	python tools/gen_stubs.py --check
	python tools/build_openapi.py --check
	python tools/build_help_page.py --check
	python tools/build_board.py --check
	python tools/build_pages.py --check
	python tools/draw_flow.py --check

bench: dev ## benchmarks beside their baselines, as ratios, into bench/results/
	python -m bench

stack-up: dev ## install and start PostgreSQL, Kafka, Keycloak, Elasticsearch, MinIO on loopback (SERVERS="kafka minio": some)
	@$(STACK) up --realm deploy/keycloak/realm.json $(SERVERS)

stack-status: dev ## how each of these servers is
	@$(STACK) status $(SERVERS)

stack-logs: dev ## their last lines
	@$(STACK) logs $(SERVERS)

stack-down: dev ## stop them; their data stay
	@$(STACK) down $(SERVERS)

stack-check: dev ## start, use, kill and stop every one of them in a folder of its own
	pytest deploy/native/live

chaos: dev ## break things at random on servers of its own: ROUNDS=200 SEED=1; goes on where it was ended, writes docs/chaos.md
	PYTHONPATH=tests:deploy/native python -m chaos --rounds $(or $(ROUNDS),50) --seed $(or $(SEED),1)

stubs: dev ## generate gen/python from proto/
	python tools/gen_stubs.py

openapi: dev ## generate the OpenAPI document from proto/
	python tools/build_openapi.py

help-pages: dev ## generate the pages of web/ from tools/pages, and web/help/ from the crisis library
	python tools/build_help_page.py
	python tools/build_pages.py

flows: dev ## draw the flows into docs/
	python tools/draw_flow.py

board: dev ## generate the Grafana board from the registry of metrics
	python tools/build_board.py

lock: dev ## resolve all dependencies anew into requirements/
	tools/lock.sh

release-contract: dev ## take today's contracts as the ones that must not be broken
	buf build -o proto/released.binpb --exclude-source-info

clean: ## throw away the environment and all state
	rm -rf $(VENV) .state bench/results

dev: $(VENV)/dev.stamp
browser:
	@tools/ensure_browser.sh
node:
	@tools/ensure_node.sh

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "NotAlone needs Python 3.11 or newer (PYTHON=python3.12 make …)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements/run.txt $(MANIFESTS) | $(VENV)/bin/pip
	@echo "Setting up (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(EDITABLE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(MANIFESTS) | $(VENV)/bin/pip
	@echo "Setting up for development (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(EDITABLE)
	@touch $@ $(VENV)/run.stamp

.PHONY: help run run-real test unit check bench stack-up stack-status stack-logs stack-down stack-check chaos stubs openapi help-pages flows board lock release-contract clean dev browser node
