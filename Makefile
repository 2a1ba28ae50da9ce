# `make demo` and `make test` work on a fresh machine; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOA := $(BIN)/loa
# Whole modules, in the order of the folders: the slow ones first, many small ones to fill the end.
PYTEST := $(BIN)/python -m pytest -q --dist loadfile --no-loadscope-reorder
# Install what is locked, and say how far it is: pip alone says nothing, or 400 lines.
define COUNTED
all=$$(grep -c == requirements.txt) began=$$(date +%s); rm -f $@.came; \
echo "Loa needs $$all packages. This takes one to four minutes, once."; \
{ $(BIN)/python -m pip install --progress-bar off --require-hashes --no-deps \
	--requirement requirements.txt && touch $@.came; } | while read -r word _; do case $$word in \
	Collecting | Processing | Requirement) came=$$((came + 1)); \
		test $$((came % 20)) != 0 || echo "  $$came of $$all fetched" ;; \
	Installing) echo "  all fetched; now they are installed" ;; esac; done; \
test -e $@.came && rm $@.came && echo "  installed after $$(($$(date +%s) - began)) seconds"
endef
# The tests start thousands of processes: without bytecode, each would compile the code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo quick test check bench soak lock clean

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(VENV)/.ready ## Make .venv with the locked dependencies and the loa command

$(VENV)/.ready: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(COUNTED)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Crawl sample portals while they change, and serve the archive (LOA_DEMO_CRAWL_ONLY=1: crawl only)
	$(LOA) demo

quick: setup ## Run the unit tests and the frozen pages, in under a minute
	$(PYTEST) -n 2 tests/unit tests/pages

test: check ## Check the code and run every test
	$(PYTEST) -n 4  # on two cores: most of these tests wait for slow hosts

check: setup ## Check format, style, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Compare the speed of crawling and reading with trafilatura and lxml alone; measure copies, the face and exports
	$(BIN)/python -m tests.bench.line
	$(BIN)/python -m tests.bench.inserts
	$(BIN)/python -m tests.bench.copies
	$(BIN)/python -m tests.bench.face
	$(BIN)/python -m tests.bench.exports

soak: setup ## Run the reliability tests at full counts, more than half an hour (FAULTS="F1 L1": only those)
	$(BIN)/python -m tests.soak $(FAULTS)

lock: ## Resolve the dependencies again and write requirements.txt with hashes
	$(BIN)/python -m piptools compile --quiet --extra dev --extra browser --generate-hashes \
		--allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-header --resolver=backtracking \
		--output-file requirements.txt pyproject.toml

clean: ## Remove .venv, builds and caches; keep archive.db and captures
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
