# Everything needs only Python 3.11 or newer and make. `make setup` runs by itself where it is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := sources quality assets registry_pipelines
STAMP := $(VENV)/.ready
BENCH_STAMP := $(VENV)/.ready-bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
WORKERS ?= 2
SIZES ?= 100000 1000000

.PHONY: help setup demo dagster test lint types soak bench bench-delta bench-linkage clean

help:
	@echo "make setup          the environment in $(VENV), with the command $(BIN)/registry"
	@echo "make demo           an invented county in ./registry-demo, run from files to lists"
	@echo "make dagster        Dagster's pages and daemon for the home in \$$REGISTRY_HOME"
	@echo "make test           all tests"
	@echo "make soak           100 kills, 200 random histories, 10 readers (about an hour)"
	@echo "make lint types     ruff and mypy"
	@echo "make bench          one home at 100,000 and 1,000,000 records, stage by stage"
	@echo "make bench-delta    10,000 changed records into a home of 1,000,000, against a rebuild"
	@echo "make bench-linkage  linkage side by side with other matchers"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once, 1 to 3 minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

$(BENCH_STAMP): $(STAMP)
	@$(PIP) install --quiet -c constraints.txt -e '.[dev,bench]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/registry demo

dagster: $(STAMP)
	@test -f "$$REGISTRY_HOME/dagster/dagster.yaml" \
	  || { echo "Set REGISTRY_HOME to a home that was run once (registry run)"; exit 1; }
	@umask 077; DAGSTER_HOME="$$(cd "$$REGISTRY_HOME" && pwd)/dagster" $(BIN)/dagster dev -w workspace.yaml

test: $(STAMP)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q

soak: $(STAMP)
	@REGISTRY_SOAK=100 REGISTRY_HISTORIES=200 REGISTRY_READERS=10 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q -s tests/robustness

lint: $(STAMP)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

bench: $(STAMP)
	@$(BIN)/python -m benchmarks.pipeline $(SIZES)

bench-delta: $(STAMP)
	@$(BIN)/python -m benchmarks.delta

bench-linkage: $(BENCH_STAMP)
	@$(BIN)/python -m benchmarks.linkage

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
