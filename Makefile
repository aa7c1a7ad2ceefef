# Everything lives in .venv and HUIYIN_HOME (./var); nothing outside this folder is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

.PHONY: up demo test test-all check format messages bench requirements clean

up: $(READY)
	@$(BIN)/huiyin up $(ARGS)

demo: $(READY)
	@$(BIN)/huiyin up --demo $(ARGS)

test: $(TOOLS)
	@$(BIN)/python tests/browser_ready.py
	@$(BIN)/pytest -n 2 -m "not slow" $(ARGS)

test-all: $(TOOLS)
	@$(BIN)/python tests/browser_ready.py
	@$(BIN)/pytest -n 2 $(ARGS)

check: $(TOOLS)
	@$(BIN)/ruff check src tests benchmarks
	@$(BIN)/ruff format --check src tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m huiyin.site.check
	@$(BIN)/huiyin policy check

format: $(TOOLS)
	@$(BIN)/ruff check --fix-only src tests benchmarks
	@$(BIN)/ruff format src tests benchmarks

messages: $(TOOLS)
	@$(BIN)/python -m huiyin.web.messages extract
	@$(BIN)/python -m huiyin.web.messages compile
	@$(BIN)/python -m huiyin.web.messages check

bench: $(TOOLS)
	@$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

$(READY): requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Huiyin needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Call: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV) || { echo "Making .venv failed: on Debian or Ubuntu install python3-venv"; exit 1; }
	@echo "Installing into .venv …"
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.8
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

$(TOOLS): $(READY) requirements/dev.txt
	@echo "Installing the tools for tests and checks into .venv …"
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

requirements:
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --generate-hashes pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --generate-hashes --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
