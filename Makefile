# make run · make test · make check · make bench · make setup · make shots
# Each does its own set-up in .venv; only Python 3.11 or newer and make are needed.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --constraint constraints.txt

.PHONY: run test check bench setup shots clean
.DEFAULT_GOAL := run

run: $(VENV)/.run ## The bot, or without DISCORD_TOKEN its local preview. ARGS="--fresh" forgets the preview's past.
	@$(PY) -m bot run $(ARGS)

test: $(VENV)/.dev ## Every test, a process for each core. ARGS="-k radio" runs some, ARGS="-n 0" all in one process.
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev ## Format, lint, types and the direction of imports.
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(VENV)/bin/pyright
	@$(VENV)/bin/lint-imports

bench: $(VENV)/.dev ## Speed beside a bare bot. ARGS="accuracy" puts the engine beside other libraries and writes docs/benchmarks.md.
	@$(PY) -m benchmarks $(ARGS)

shots: $(VENV)/.dev ## The screenshots in docs/, taken from the preview. ARGS="listening" plays one scene.
	@$(PY) -m tests.browser.shots $(ARGS)

setup: $(VENV)/.dev ## Only the set-up.

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Segue needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what Segue needs (once, about a minute) …"
	@$(PIP) --editable '.[preview]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what Segue and its tests need (once, one or two minutes) …"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.run

clean: ## Remove the virtual environment and caches; data/ stays.
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build *.egg-info
