# make demo   migrate a sweep and run it on a local Ray, in an environment of its own
# make test   all tests, slow ones included
# make check  lint, formatting and types
# make docs   docs/rules.md, from the rules' own texts and examples
# make matrix the runtime on many Ray releases; RELEASES="2.43.0 2.51.1" for some of them

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check format docs matrix clean

# --- the demo ---------------------------------------------------------------

demo: $(DEMO)/venv/.installed
	@rm -rf $(DEMO)/run && mkdir -p $(DEMO)/run && cp demo/sweep.py $(DEMO)/run/sweep.py
	@printf '\n==> The change: raytune-migrate --diff sweep.py\n\n'
	@cd $(DEMO)/run && ../venv/bin/raytune-migrate --diff --color sweep.py; test $$? -eq 1
	@printf '\n==> Writing it: raytune-migrate sweep.py\n\n'
	@cd $(DEMO)/run && ../venv/bin/raytune-migrate sweep.py
	@printf '\n==> Running it on Ray %s with Train V2: python sweep.py\n\n' \
		"$$($(DEMO)/venv/bin/python -c 'from importlib.metadata import version; print(version("ray"))')"
	@cd $(DEMO)/run && ../venv/bin/python sweep.py

# torch comes first and by its exact version: pip then takes a CPU build that lies on the machine.
$(DEMO)/venv/.installed: pyproject.toml $(shell find migrate -name '*.py')
	$(PYTHON) -m venv $(DEMO)/venv
	$(DEMO)/venv/bin/python $(PIP_INSTALL) torch==2.13.0
	$(DEMO)/venv/bin/python $(PIP_INSTALL) '.[runtime]' 'ray[train,tune]==2.60.0'
	$(DEMO)/venv/bin/python $(PIP_INSTALL) --force-reinstall --no-deps .
	@touch $@

# --- development ------------------------------------------------------------

test: $(VENV)/.installed
	$(BIN)/python -m pytest

check: $(VENV)/.installed
	$(BIN)/ruff check migrate tests demo benchmarks
	$(BIN)/ruff format --check migrate tests demo benchmarks
	$(BIN)/mypy

# Python 3.11 has wheels of all releases. Nothing is shared with .venv.
matrix:
	$(PYTHON) tests/matrix.py $(RELEASES)

format: $(VENV)/.installed
	$(BIN)/ruff check --fix migrate tests demo benchmarks
	$(BIN)/ruff format migrate tests demo benchmarks

docs: $(VENV)/.installed
	$(BIN)/raytune-migrate rules --markdown > docs/rules.md.new
	mv docs/rules.md.new docs/rules.md

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP_INSTALL) torch==2.13.0
	$(BIN)/python $(PIP_INSTALL) --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO) .matrix dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
