# Every job of the project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.lock
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mimamori needs Python 3.11 or newer (python3 is $$(python3 --version))."; exit 1; }
	@test -x $(PY) || python3 -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV)/ …"
	@# uv takes seconds where pip takes a minute and a half; pip also serves where uv reaches no index.
	@$(PY) -m pip install -q --disable-pip-version-check uv==$$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock) \
	  && $(VENV)/bin/uv pip sync -q --python $(PY) requirements.lock \
	  || $(PY) -m pip install -q --disable-pip-version-check -r requirements.lock
	@touch $@

env: $(VENV)/.ready ## build the environment in .venv/

lock: env ## pin what requirements*.txt ask for
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements-dev.txt -o requirements.lock

.PHONY: help env lock
