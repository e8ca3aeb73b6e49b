# Meridian. `make` lists what it can do.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
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
