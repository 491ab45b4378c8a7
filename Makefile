# What can be done with ECS Lab. `make run` and `make test` need nothing but make, git and Python 3.11 or newer.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Exported, so that no shell takes a part of it for a word of its own.
export PORT

.PHONY: help run install install-test install-measure test lint format bench fuzz audit mutants golden fidelity requirements clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 24

run: install ## serve ECS Lab on 127.0.0.1 (PORT=8000 to change)
	@exec $(BIN)/python manage.py serve --port "$$PORT"

install: ## make .venv and install what running needs
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no program $(PYTHON) here. ECS Lab needs Python 3.11 or newer; name it: make run PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" requirements/install.py runtime

install-test: install
	@"$(PYTHON)" requirements/install.py test

test: install-test ## run every check and every test (BROWSER=none to go without a browser)
	@$(BIN)/python tests/run.py all

lint: install-test ## run the checks that need no test
	@$(BIN)/python tests/run.py lint

format: install-test ## rewrite Python and template tags in the house's form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

install-measure: install-test
	@"$(PYTHON)" requirements/install.py measure

bench: install-measure ## measure; prints ratios and medians of this machine, and keeps them in docs/performance.md
	@$(BIN)/python -m tests.bench.run

fuzz: install-test ## run the property tests with many more examples
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests --ignore=tests/e2e -m hypothesis -n 2 -q

audit: install-test ## check environment, settings, accessibility of every page, and the tests themselves (20 minutes)
	@$(BIN)/python -m pip check
	@$(BIN)/python manage.py check
	@$(BIN)/python tests/run.py audit
	@$(MAKE) --no-print-directory mutants

mutants: install-measure ## break the rules of placement and of rolling updates one by one: the tests must notice
	@rm -rf mutants
	@HYPOTHESIS_PROFILE=mutants $(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut results

golden: install-test ## keep the endings of the golden stories after a change of the rules
	@$(BIN)/python -m tests.golden.write $(GOLDEN)

fidelity: install-test ## write docs/fidelity.md again after rules or tests have changed
	@$(BIN)/python -m tests.rulebook.write

requirements: install-test ## pin requirements/*.in again (needs pip-tools on PATH)
	@cd requirements && for name in runtime postgres test; do \
	  pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate \
	    --strip-extras --no-header --allow-unsafe --output-file $$name.txt $$name.in || exit 1; done

clean: ## remove what can be made again; labs and the secret key in var/ stay
	@rm -rf mutants .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results var/static
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
