# Everything that a fresh machine needs is Python (3.11 or newer) and make.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

demo: .venv/ready ## crawl five small blogs served on loopback, build, query
	$(BIN)/therapy-corpus demo

check: .venv/ready ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## check, then all tests
	$(BIN)/pytest -n auto --dist loadscope

benchmark-quality: .venv/ready ## text, kinds, metadata, privacy … on real pages with gold
	$(BIN)/python -m benchmarks.quality

benchmark: .venv/ready ## speed, beside peers; the table in README.md is made from it
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.speed --readme

lock: .venv/ready ## resolve requirements.lock anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --group dev -o requirements.lock pyproject.toml

.PHONY: help demo check test benchmark benchmark-quality lock
