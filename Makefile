# Everything sets itself up: `make demo` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(if $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(p))) python3)
VENV   ?= .venv
# How many processes the tests run in: they wait more than they reckon. JOBS=auto takes one for each core, JOBS=0 none apart.
JOBS   ?= 2
BIN     = $(VENV)/bin
PIP     = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check audit alarms chaos bench screenshots clean
.DEFAULT_GOAL := test

demo: $(VENV)/.ready-run
	$(BIN)/rethrow demo $(ARGS)

test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: $(VENV)/.ready-dev
	scripts/check

chaos: $(VENV)/.ready-dev
	RETHROW_KILLS=200 $(BIN)/python -m pytest tests/journeys/test_dying_at_random.py -s $(ARGS)

# Known vulnerabilities. A service that does not answer is a failure here, and a line of its own in CI.
MUST_ANSWER ?= --must-answer
audit: $(VENV)/.ready-dev $(VENV)-audit/bin/pip-audit
	$(BIN)/python scripts/audit.py
	$(BIN)/python -m scripts.vulnerabilities $(VENV)-audit/bin/pip-audit $(MUST_ANSWER)

$(VENV)-audit/bin/pip-audit:
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1

# The alarms for Prometheus. Needs promtool, which comes with it: apt-get install prometheus.
alarms:
	promtool check rules deploy/alarms.yml
	cd deploy && promtool test rules alarms_test.yml

bench: $(VENV)/.ready-dev
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(VENV)/.ready-dev
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf $(VENV) $(VENV)-audit .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .rethrow-demo

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rethrow needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

# A stamp file per set of requirements: the second `make` starts at once.
$(VENV)/.ready-run $(VENV)/.ready-dev: $(VENV)/.ready-%: requirements/%.txt pyproject.toml sandbox/pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) ($*)"
	$(PIP) --require-hashes -r $<
	$(PIP) --no-deps --no-build-isolation --editable . --editable ./sandbox
	@touch $@
