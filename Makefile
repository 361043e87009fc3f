# Casemate: everything is set up in .venv of this folder, from the locked and hashed requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Compiled modules are kept, whatever the shell says: the tests start the command some hundred times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test coverage check bench format lock wheel clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: $(STAMP)  ## make .venv with everything locked in requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'casemate needs Python 3.11 or newer; set PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'the module venv is missing; on Debian: apt-get install python3-venv' >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup  ## scan a weak account on an embedded AWS; writes out/demo
	$(BIN)/casemate demo

test: setup  ## run all tests; those whose system part is absent are skipped by name
	$(BIN)/python -m pytest -n 2 --dist loadgroup

coverage: setup  ## the same tests, with the branch coverage of the pure core held to its mark
	$(BIN)/python -m coverage erase
	PYTEST_ADDOPTS='--cov=scanner --cov=reports --cov-branch --cov-report=' $(MAKE) test
	$(BIN)/python -m coverage report

check: setup  ## types, lint, format and architecture
	$(BIN)/mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

bench: setup  ## print the marks of speed and memory
	$(BIN)/python -m tests.bench

format: setup  ## format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: setup  ## write requirements.lock and those of checkov anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --no-strip-extras pyproject.toml --extra demo --group test --group check --group build \
	  --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --group checkov --output-file scanner/iac/checkov-requirements.txt

wheel: setup  ## build the wheel into dist
	$(BIN)/python -m build --wheel --no-isolation

clean:  ## remove what the other targets made
	rm -rf $(VENV) .cache dist out
