# Meridian. `make` lists what it can do.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled once, not at every start, also where the surroundings ask for the contrary.
export PYTHONDONTWRITEBYTECODE :=
PACKAGES := contracts libs/chassis $(wildcard services/*) deploy/local

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/.ready: requirements.lock requirements-uv.lock $(wildcard */pyproject.toml */*/pyproject.toml)
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Meridian needs Python 3.11 or newer; set PY=/path/to/python3.11"; exit 1; }
	@$(PY) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@echo "installing the pinned packages (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation $(addprefix -e ./,$(PACKAGES))
	@touch $@

.PHONY: setup
setup: $(VENV)/.ready ## make the virtual environment from requirements.lock

ports ?= kept
s ?=
args ?=
SOURCES := contracts/src libs/chassis/src $(wildcard services/*/src) deploy/local/src
MERIDIAN := $(BIN)/meridian
PYTEST := $(BIN)/pytest

.PHONY: up
up: setup ## start everything and show it; Ctrl-C stops it cleanly (ports=free: on any free ports)
	@$(MERIDIAN) up --ports $(ports)

.PHONY: down
down: setup ## stop everything
	@$(MERIDIAN) down

.PHONY: reset
reset: setup ## stop everything and delete its data
	@$(MERIDIAN) reset --yes

.PHONY: status
status: setup ## what runs, and whether all of it is ready
	@$(MERIDIAN) status

.PHONY: logs
logs: setup ## follow one log: make logs s=sla
	@$(MERIDIAN) logs $(s) --follow

.PHONY: demo
demo: setup ## play a day of support mails against the running platform
	@$(MERIDIAN) demo

.PHONY: doctor
doctor: setup ## say what is wrong with this machine or the running stack, and what to do
	@$(MERIDIAN) doctor

.PHONY: assets
assets: setup ## build the console's web assets where they are out of date
	@$(MERIDIAN) assets

.PHONY: check
check: setup format-check types ## format, lint, types, import rules, contracts, unit and architecture tests
	@$(BIN)/lint-imports
	@$(BIN)/python -m contracts check
	@$(PYTEST) tests/unit tests/architecture tests/contract

.PHONY: format-check
format-check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

.PHONY: types
types: setup
	@$(BIN)/mypy $(SOURCES) deploy/k8s deploy/metrics

.PHONY: test
test: setup assets ## every test, on a real Kafka and a real PostgreSQL of its own
	@$(PYTEST) -n 2 --dist loadgroup -m "not stack and not browser" $(args)
	@$(PYTEST) -m "stack or browser" $(args)

.PHONY: test-unit
test-unit: setup ## decisions alone: no servers
	@$(PYTEST) tests/unit tests/architecture tests/contract $(args)

.PHONY: test-component
test-component: setup assets ## one service or the chassis at a time, on real servers
	@$(PYTEST) tests/component tests/chassis $(args)

.PHONY: test-stack
test-stack: setup assets ## the whole running platform, and the local stack itself
	@$(PYTEST) tests/acceptance tests/stack $(args)

.PHONY: test-browser
test-browser: setup assets ## people's paths in real Chromium, with pictures
	@$(PYTEST) tests/browser $(args)

.PHONY: contracts
contracts: setup ## regenerate schemas, AsyncAPI and Kafka's manifests from the catalogue
	@$(BIN)/python -m contracts write
	@$(BIN)/python -m deploy.k8s.generated write

.PHONY: bench
bench: setup ## measure throughput, latency and memory of the running platform
	@$(MERIDIAN) bench

.PHONY: k8s
k8s: setup ## check the Kubernetes manifests (CRDS=DIR: with the operators' own schemas)
	@$(BIN)/python -m deploy.k8s.check $(CRDS)

.PHONY: metrics
metrics: setup ## render Prometheus' rules and Grafana's dashboards, and check them
	@$(BIN)/python -m deploy.metrics.check write
