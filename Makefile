# make demo   migrate a sweep and run it on a local Ray, in an environment of its own
# make test   all tests, slow ones included
# make check  lint, formatting and types
# make docs   docs/rules.md, and the examples of docs/guide.md, as the engine makes them
# make matrix the runtime on many Ray releases; RELEASES="2.43.0 2.51.1" for some of them
# make bench  a run over large trees beside other tools; BENCH="--tree ray --rounds 3" for a part
# make browser  Chromium for the tests of the HTML report, where apt and root are at hand
# make picture  docs/report.png, the picture of that report in the README

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

# Else each of the many processes that tests start compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check format docs matrix bench browser picture clean

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

# Each of the two processes that run sweeps has a Ray of its own.
test: $(VENV)/.installed
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/sweeps
	$(BIN)/python -m pytest -n 2 --durations 25 tests/sweeps

check: $(VENV)/.installed
	$(BIN)/ruff check migrate tests demo benchmarks
	$(BIN)/ruff format --check migrate tests demo benchmarks
	$(BIN)/mypy

# Python 3.11 has wheels of all releases. Nothing is shared with .venv.
matrix:
	$(PYTHON) tests/matrix.py $(RELEASES)

# The other tools get environments of their own, in a cache folder.
bench: $(VENV)/.installed
	$(BIN)/python benchmarks/peers.py $(BENCH)

browser:
	{ command -v chromium && command -v chromedriver; } >/dev/null || { apt-get update --quiet=2 \
		&& apt-get install --quiet=2 --no-install-recommends chromium chromium-driver; }

# A report on some of the fixtures, as if they were one project.
picture: $(VENV)/.installed
	rm -rf $(DEMO)/picture && mkdir -p $(DEMO)/picture/jobs $(DEMO)/picture/sweeps
	for name in no_param_space restored_or_new unchanged_own_tuner_class; do \
		cp fixtures/$$name/before.py $(DEMO)/picture/jobs/$$name.py; done
	for name in asha_one_at_a_time finding_horovod_trainer trainer_parameter two_sweeps; do \
		cp fixtures/$$name/before.py $(DEMO)/picture/sweeps/$$name.py; done
	touch $(DEMO)/picture/pyproject.toml
	cd $(DEMO)/picture && ../../$(BIN)/raytune-migrate --check --quiet \
		--ray-version 2.51 --report html:report.html jobs sweeps; test $$? -eq 1
	chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,1250 \
		--screenshot=docs/report.png file://$(CURDIR)/$(DEMO)/picture/report.html

format: $(VENV)/.installed
	$(BIN)/ruff check --fix migrate tests demo benchmarks
	$(BIN)/ruff format migrate tests demo benchmarks

docs: $(VENV)/.installed
	$(BIN)/raytune-migrate rules --markdown > docs/rules.md.new
	mv docs/rules.md.new docs/rules.md
	$(BIN)/python tests/guide.py

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP_INSTALL) torch==2.13.0
	$(BIN)/python $(PIP_INSTALL) --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO) .matrix dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
