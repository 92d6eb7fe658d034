# One word each: demo test check bench soak docs. All share one virtual environment.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check bench soak docs lock clean

# The main job on the embedded default: flies a person overboard by night, finds them, scores it.
demo: $(READY)
	$(BIN)/plainview demo --out demo

test: $(READY)
	$(BIN)/pytest -n 2 --dist loadgroup

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Ratios against peers and floors; the peers live in environments of their own under .bench/.
bench: $(READY)
	$(BIN)/python -m bench

# The long things: hours of input, kills at random moments, mutations by the ten thousand.
soak: $(READY)
	$(BIN)/python -m bench.soak

# Every page must be reachable and every command, setting and error must have its page.
docs: $(READY)
	$(BIN)/pytest -q tests/test_docs.py

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

# Written anew when pyproject.toml changes; names no registry, holds every hash.
lock:
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header \
		--output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .bench demo build dist
