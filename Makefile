# Loa: everything a newcomer needs. `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOA := $(BIN)/loa

.PHONY: help setup demo test check bench soak lock clean

help: ## Show the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/'

setup: $(VENV)/.ready ## Make .venv with the locked dependencies and .venv/bin/loa

$(VENV)/.ready: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: setup ## Crawl the sample portals over HTTP into archive.db, then serve it (LOA_DEMO_CRAWL_ONLY=1 stops after the crawl)
	$(LOA) demo

test: check ## Check and test everything
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: setup ## Format, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Speed of the whole line, as ratios in one run
	$(BIN)/python -m tests.bench.line

soak: setup ## The faults of reliability at full counts, one table (some 25 minutes; FAULTS="F1 L1" runs those rows only)
	$(BIN)/python -m tests.soak $(FAULTS)

lock: ## Resolve the dependencies anew, with hashes
	$(BIN)/python -m piptools compile --quiet --extra dev --extra browser --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --resolver=backtracking --output-file requirements.txt pyproject.toml

clean: ## Remove .venv and caches; archive.db and captures stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
