# The two commands of the README, and the ones contributors use. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test peers lint audit lock screenshots bench clean
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run ## set everything up and open the command center on localhost
	@$(BIN)/python app.py

test: $(VENV)/.test ## set up what tests need and pass them
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n auto

peers: .peers/bluesky/.ready .peers/oidc/.ready ## install the servers some tests talk to: Bluesky's, an OpenID Connect provider (Node 20, npm)

lint: $(VENV)/.test ## only the rules of the house, no tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

audit: $(VENV)/.test ## look every locked dependency up in the database of known weaknesses (osv.dev, needs the internet)
	@$(BIN)/python -m bench.audit

lock: $(VENV)/.test ## lock the dependencies again, with hashes
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean: ## remove the virtual environment and the caches, never the data
	@rm -rf $(VENV) .peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Without install scripts, but for the one that compiles SQLite: that takes some minutes, once.
.peers/bluesky/.ready: tests/peers/bluesky_pds/package.json tests/peers/bluesky_pds/package-lock.json
	@mkdir -p .peers/bluesky && cp $^ .peers/bluesky/
	@cd .peers/bluesky && npm ci --ignore-scripts --no-audit --no-fund --silent && npm rebuild better-sqlite3 --silent
	@touch $@

.peers/oidc/.ready: tests/peers/oidc_provider/package.json tests/peers/oidc_provider/package-lock.json
	@mkdir -p .peers/oidc && cp $^ .peers/oidc/
	@cd .peers/oidc && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the command center needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run
