# Every job of the project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
# Dozens of processes start in a test run: each module is compiled once, not in every one of them.
unexport PYTHONDONTWRITEBYTECODE

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

# --- see it

SOURCE := $(or $(CLIP),$(CAMERA))

model: env ## fetch the network that tells people from pets (checked against its sum)
	@$(PY) models/build.py > /dev/null

demo: env model ## a story on this machine: STORY=camera, homecheck, activity, alarm or live; CLIP=video, CAMERA=0 or rtsp://…, ONCE=1 ends by itself
	@$(PY) -m local.demo $(STORY) $(if $(SOURCE),--source "$(SOURCE)") $(if $(ONCE),--once)

up: env model ## the local cloud alone, until Ctrl-C
	@$(PY) -m local up

web: env ## build the family's page into build/web/
	$(PY) web/build.py

# --- check it

lint: env ## style, types, structure
	ruff check .
	ruff format --check .
	mypy --num-workers $$(getconf _NPROCESSORS_ONLN)
	lint-imports --no-logo

# A worker more than cores, up to four: a fifth of the time is waiting. A module's tests share what is
# costly (a local cloud, a browser), so they stay together; tests/conftest.py says what begins first.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
PYTEST = $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

unit: WORKERS := $(shell getconf _NPROCESSORS_ONLN)
unit: env model ## the quick ones, under a minute: rules and calculations, no services
	$(PYTEST) -m "not slow" tests/unit tests/property tests/scenarios $(ARGS)

test: env model layers-if-missing ## everything but the slow ones
	$(PYTEST) -m "not slow" $(ARGS)

test-all: export THOROUGH := 1
test-all: env model layers-if-missing ## everything
	$(PYTEST) $(ARGS)

rules: env ## which business rules have which tests
	@$(PY) -m tools.rules

openapi: env ## write docs/openapi.json anew from the routes
	$(PY) -m tools.openapi

graphs: env ## draw the workflows into docs/images/ from their definitions
	@$(PY) -c 'from web import build; build.install()'
	$(PY) -m tools.graphs

# --- measure it; CLIP is a folder with a video and its truth (events.json)

FOOTAGE := $(or $(CLIP),$(wildcard ../shared/footage/one-by-one))
PHOTOS ?= $(wildcard ../shared/photos)

bench-detect: env ## the detector beside its peers: CLIP=folder PHOTOS=folder HARD=folder
	@test -n "$(FOOTAGE)" || { echo "Give it a clip: make bench-detect CLIP=folder"; exit 2; }
	$(PY) -m bench.compare "$(FOOTAGE)" $(if $(PHOTOS),--photos "$(PHOTOS)") $(if $(HARD),--hard "$(HARD)") $(ARGS)

bench-latency: env ## seconds from a camera's frame to the family's mail: CLIP=folder
	@test -n "$(FOOTAGE)" || { echo "Give it a clip: make bench-latency CLIP=folder"; exit 2; }
	$(PY) -m bench.latency "$(FOOTAGE)" $(ARGS)

bench-dispatch: env ## who goes: 100 to 50,000 responders, 200 requests; a typhoon; straight line and roads
	$(PY) -m bench.dispatch $(ARGS)
	$(PY) -m bench.typhoon
	$(PY) -m bench.roads

bench-activity: env ## sleep and absence by the minute: FILE=minutes.csv, else simulated homes, speed and cost (PRICES=file)
	$(PY) -m bench.activity $(FILE) $(ARGS)
	$(if $(FILE),,$(PY) -m bench.activity_cost $(if $(PRICES),--prices "$(PRICES)"))
	$(if $(FILE),,$(PY) -m bench.statistics $(if $(PRICES),--prices "$(PRICES)"))

bench-live: env ## looking live: first picture, glass to glass, CPU, three watchers
	$(PY) -m bench.live $(ARGS)

bench-billing: env ## a million contracts through the monthly run
	$(PY) -m bench.billing $(ARGS)

limits: env ## what homes ask of AWS's quotas, and how devices come back after a power cut
	@$(PY) -m bench.limits $(ARGS)
	@echo && $(PY) -m bench.reconnect

cost: env model ## yen a home and month by plan, counted on the local cloud: PRICES=file
	$(PY) -m bench.cost $(if $(PRICES),--prices "$(PRICES)") $(ARGS)

bench-security: env ## how fast a house is guarded: sensor to siren without a line, to the centre's task, ladder, storm, cost
	$(PY) -m bench.security panel $(ARGS)
	$(PY) -m bench.security_cloud
	$(PY) -m bench.security_storm
	$(PY) -m bench.security_cost

# --- deploy it (docs/deploy.md)

redrive: env ## give back what waits in dead-letter queues: QUEUES="parts of names", ARGS=--look counts
	@$(PY) -m tools.redrive $(ARGS) $(QUEUES)

restore: env ## a table as it was beside what it is: TABLE=name AT=2026-11-29T03:00+09:00; ARGS=--put-back writes
	@$(PY) -m tools.restore $(TABLE) --at "$(AT)" $(ARGS)

layers: env ## build the Lambda layers for arm64
	$(PY) -m stacks.constructs.packages

layers-if-missing:
	@test -d build/layers/vision -a -d build/layers/numbers -a -d build/layers/statistics -a build/layers -nt requirements.lock -a build/layers -nt stacks/constructs/packages.py || $(MAKE) --no-print-directory layers

deploy: export AWS_REGION := $(or $(AWS_REGION),ap-northeast-1)
deploy: layers ## deploy to the AWS account of your credentials
	npx --yes aws-cdk@2.1148.1 deploy --all --context layers=built $(ARGS)

clean: ## remove what was built and stored
	rm -rf build var cdk.out $(VENV) web/node_modules

.PHONY: help cost env lock model demo up web lint unit test test-all rules openapi graphs bench-detect bench-latency bench-dispatch bench-activity bench-live bench-billing bench-security redrive restore layers layers-if-missing deploy clean
