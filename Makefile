# `make help` lists the targets. Everything runs from .venv, which `make setup` creates.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo regression baseline test test-slow test-gpu check format bench clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY)  ## Create .venv and install samb with the exact versions it is tested with

$(READY): pyproject.toml constraints.txt tests/references.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
	$(BIN)/python -m pip install --quiet --no-deps --requirement tests/references.txt
	@touch $@

demo: $(READY)  ## Run the main job on generated images: a table, and a report
	$(BIN)/samb run dataset=phantoms model=[builtin,box_fill,ellipse_fill] prompt=[box,box_jitter_0p1,point_random_1] name=demo

REGRESSION := dataset=phantoms dataset.phantoms.kinds=[polyp,ultrasound,abdomen] limit=14 \
	model=[box_fill,ellipse_fill] prompt=[box,box_jitter_0p1,point_random_1] \
	metric=[overlap,surface] name=regression
COMPARED := --metric dsc --metric hd95

regression: $(READY)  ## Run the small baseline of results/ anew, and fail where it lost anything
	rm -rf results/runs/regression
	$(BIN)/samb run $(REGRESSION)
	$(BIN)/samb compare results/regression.csv regression $(COMPARED)

baseline: $(READY)  ## Write that baseline again, after a change that is meant to move it
	rm -rf results/runs/regression
	$(BIN)/samb run $(REGRESSION)
	$(BIN)/samb export regression results/regression.csv $(COMPARED)

test: $(READY)  ## Run the default tests (a few minutes)
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "not slow and not gpu" -n 2

test-slow: $(READY)  ## Run the tests that take longer than five seconds each
	$(BIN)/pytest -m "slow and not gpu"

test-gpu: $(READY)  ## Run the tests that need CUDA
	$(BIN)/pytest -m gpu

check: $(READY)  ## Format, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## Compare samb's speed with what a user would run instead
	$(BIN)/python benchmarks/surface_distance.py
	$(BIN)/python benchmarks/sam_inference.py
	$(BIN)/python benchmarks/evidence.py --fast

clean:  ## Remove what the targets above made, but no run
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
