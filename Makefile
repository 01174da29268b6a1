# Needs Python >= 3.11 and make, nothing else. Everything is set up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test analyze check docs validation weights clean

help:
	@echo "make demo                analyse the clip that ships with the package"
	@echo "make analyze VIDEO=...   analyse your own clip"
	@echo "make test                run the tests"
	@echo "make check               formatting, types, layers"
	@echo "make validation          how right it is: rebuild docs/explanation/accuracy.md (CLIPS=... SPLIT=... WORK=... MOST=...)"

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hiphinge needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(STAMP)

docs: $(STAMP)
	$(BIN)/python docs/build_reference.py

weights: $(STAMP)
	$(BIN)/hiphinge weights fetch

demo: weights
	$(BIN)/hiphinge demo

analyze: weights
	@test -n "$(VIDEO)" || { echo "say which video: make analyze VIDEO=clip.mp4"; exit 2; }
	$(BIN)/hiphinge analyze "$(VIDEO)"

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: weights check
	$(BIN)/pytest

# Simulated people, labelled clips and worked cases against what is measured; see validation/README.md.
# CLIPS: folder of the real clips. WORK: where clips and tracks are kept. SPLIT=tune: figures for development, no page.
# MOST=1: one clip of each set through every stage, the page under WORK: does all of it run?
SPLIT ?= report
WORK ?= local/validation

validation: weights
	@$(BIN)/python -c 'import torch' 2>/dev/null || $(BIN)/python -m pip install --quiet torch==2.13.0
	@$(BIN)/python -c 'import anny, matplotlib, pyvista' 2>/dev/null || $(BIN)/python -m pip install --quiet --editable '.[validation]'
	$(BIN)/python -m validation.accuracy --work "$(WORK)" --split $(SPLIT) $(if $(CLIPS),--clips "$(CLIPS)") $(if $(MOST),--most $(MOST))

clean:
	rm -rf $(VENV)
