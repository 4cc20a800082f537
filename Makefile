# Every target sets `.venv` up by itself, the first time and after each change of requirements.txt. All it needs is
# make and a Python 3.11, 3.12 or 3.13; `make help` lists the targets.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= ../shared/data
export EVIDENCE_HOME ?= $(CURDIR)/.evidence-demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test check browser bench coverage-study train-entailment lock format clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-24s %s\n", $$1, $$2 }'

setup: ## make .venv; does nothing where it is up to date
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11, 3.12 or 3.13, then run the same command again." >&2; exit 2; }
	@$(PYTHON) bootstrap.py

demo: setup ## ask a clinical question of the demonstration collection, and draft the answer
	@$(BIN)/evidence demo

test: setup ## run every test but those of pages, on all cores
	@env -u EVIDENCE_HOME $(BIN)/python -m pytest -m "not browser" -n auto --maxprocesses 4 --dist loadfile

check: setup ## lint, format, types, and which package may import which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

browser: setup ## run the tests of pages, in Chromium
	@env -u EVIDENCE_HOME $(BIN)/python -m pytest -m browser tests/browser

bench: setup ## measure, each figure as a ratio taken in one run
	@env -u EVIDENCE_HOME $(BIN)/python -m evaluation.bench

coverage-study: setup ## simulate what the intervals cover; writes docs/coverage-study.md
	@env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m evaluation.coverage_study --out docs/coverage-study.md

train-entailment: setup ## train the learned check of claims anew from DATA; LIMIT=12 tries the recipe
	@test -x build/training/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python build/training
	@$(BIN)/uv pip install --quiet --python build/training/bin/python --constraints requirements.txt --editable '.[training]'
	@nice -n 10 build/training/bin/python -m evaluation.train_entailment $(DATA) $(if $(LIMIT),--limit $(LIMIT) --out build/tried)

format: setup ## write the code in the house's layout
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: setup ## pin in requirements.txt, with hashes, what pyproject.toml asks for
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--extra dev pyproject.toml --output-file requirements.txt

clean: ## take away .venv, caches and the demonstration's results; model weights in your cache folder stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build .evidence-demo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
