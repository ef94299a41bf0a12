# Every target sets the machine up first (once); `make` alone says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help

FOUND := $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p && break; done)
PYTHON ?= $(FOUND)
PY := .venv/bin/python
UV ?= uv

# A module at a time: the embedded PostgreSQL of a test module is started once. Three processes for
# the two cores of CI: windows, disks and offices have each of them wait part of the time.
TEST_OPTIONS ?= -n 3 --dist loadscope
TESTS ?=
MUTANTS ?=

export PYTHONUTF8 := 1
# With no display the window is drawn off-screen; Qt wants a UTF-8 locale either way.
export LC_ALL ?= C.UTF-8

.NOTPARALLEL:
.PHONY: help environment demo run server test check format lint types imports translations fix \
        bench guide campaign fuzz mutants lock clean

help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

environment:
	@if [ -z "$(PYTHON)" ]; then echo "Coffre needs Python 3.11 or newer: apt-get install python3"; exit 1; fi
	@"$(PYTHON)" -m tools.setup_environment

demo: environment ## Play a morning of four professions: a window, or off-screen without a display
	@$(PY) -m tools.demo

run: environment ## Open Coffre's window
	@$(PY) -m desktop

server: environment ## Start the office's server
	@$(PY) -m server

test: environment ## Run the tests (TESTS=tests/store for a part)
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest $(TEST_OPTIONS) $(TESTS)

check: format lint types imports translations test ## Everything CI runs

format: environment ## Check the layout of the code (`make fix` mends it)
	@$(PY) -m ruff format --check .

lint: environment ## Check the code's habits
	@$(PY) -m ruff check .

types: environment ## Check the types, strictly
	@$(PY) -m mypy

imports: environment ## Check who imports whom
	@$(PY) -c 'import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint(["--no-logo"]))'

translations: environment ## Check that the French plurals are up to date (`make fix` mends them)
	@$(PY) -m tools.translations --check

fix: environment ## Mend layout, simple habits and translations
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@$(PY) -m tools.translations

bench: environment ## Measure Coffre against the raw floor (build/bench/)
	@QT_QPA_PLATFORM=offscreen $(PY) -m benchmarks

guide: environment ## Draw the pictures of the guide again (docs/guide/images/)
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.app.guide_pictures

campaign: environment ## Look for faults at length (build/campaign/)
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.campaigns

fuzz: environment ## Let atheris try bytes nobody meant, two minutes a reader (build/fuzz/)
	@$(PY) -m tests.fuzz

mutants: environment ## Break each promise on purpose: a test must see it (MUTANTS="cursor-before-page …")
	@$(PY) -m tests.mutants $(MUTANTS)

lock: ## Lock the dependencies again (needs uv: pip install uv)
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url pyproject.toml --extra server --extra dev --output-file requirements/dev.lock

clean: ## Remove what was built; the environment stays
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
