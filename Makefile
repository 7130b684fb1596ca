# Everything a day needs. `make help` lists it.
SHELL := /bin/sh
PYTHON_IN_VENV := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help start test check fix bench chaos drill coverage mutants clean lock venv-base venv-dev

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

start: venv-base  ## a living site with demo data on http://localhost:8000 (PORT=... for another door)
	@grep -qs '^DEBUG=' .env || export DEBUG=$${DEBUG:-true}; exec $(PYTHON_IN_VENV) manage.py serve --demo

test: venv-dev  ## SQLite, PostgreSQL with Redis, the browser (ARGS=... goes to pytest; THIRD=all: each long part whole)
	@exec $(PYTHON_IN_VENV) -m tests.run $(ARGS)

check: venv-dev  ## style, types, floors, templates, migrations, translations, compose file
	@exec $(PYTHON_IN_VENV) -m tests.check

fix: venv-dev  ## what a program can mend by itself: style, docs/states.md, docs/rooms.md, Bootstrap's sheet
	@ruff check --quiet --fix .; ruff format --quiet .
	@DEBUG=true $(PYTHON_IN_VENV) manage.py draw_states
	@$(PYTHON_IN_VENV) -m tests.rooms
	@$(PYTHON_IN_VENV) -m tests.styles
	@exec $(PYTHON_IN_VENV) -m tests.check

bench: venv-dev  ## how fast: pages and matching, on SQLite and on PostgreSQL
	@exec $(PYTHON_IN_VENV) -m benchmarks $(ARGS)

chaos: venv-dev  ## kill workers, brokers, databases and mail servers, and count the letters lost (ARGS=--embedded)
	@exec $(PYTHON_IN_VENV) -m tests.chaos $(ARGS)

drill: venv-dev  ## a backup of the demo is restored, on both databases: nothing lost, nobody back, no letter twice
	@exec $(PYTHON_IN_VENV) -m tests.drill

coverage: venv-dev  ## which statements the tests run, on SQLite without the browser (ARGS=... goes to pytest)
	@exec $(PYTHON_IN_VENV) -m pytest -q -n 2 --dist loadgroup -m "not e2e" --cov $(ARGS)

mutants: venv-dev  ## sixty small faults drawn by a seed: which does no test find? (ARGS="--seed 1512")
	@rm -f .mutants.jsonl
	@exec $(PYTHON_IN_VENV) -m pytest -q -n 2 --dist loadgroup -m "not e2e" -p tests.mutants $(ARGS)

lock: venv-dev  ## recompile the pinned requirements from config/requirements/*.in
	@sh config/lock.sh

clean:  ## throw away .venv and what the tools left; your database in var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results .coverage* .mutants.jsonl
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

venv-base:
	@sh config/venv.sh base

venv-dev:
	@sh config/venv.sh dev
