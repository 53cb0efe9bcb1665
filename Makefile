# Thin over Python: `python3 -m toolchain` needs only the standard library,
# everything behind it runs in .venv.

# The first Python on this machine that is new enough, or the one you name.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done || echo python3)
RUN := .venv/bin/python

# One level of `make test`: 0, 1, 2, 3, or static.
LEVEL ?=

.DEFAULT_GOAL := help
.PHONY: help up preview down test test-quick test-scale bench dist lock tools clean ready checks debian checkov
MAKEFLAGS += --no-print-directory

help: ## Lists the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ready ## Brings up both clusters in the lab and applies the estate to them
	@$(RUN) -m lab up

preview: ready ## Shows what pulumi up would do in the lab, per stack
	@$(RUN) -m lab preview

down: ## Ends the lab's clusters and removes all their state
	@test ! -d .lab || { $(PYTHON) -m toolchain venv && $(RUN) -m lab down; }

test: checks debian checkov ## Runs all levels of the proof ladder (or one: LEVEL=2), with a count per level at the end
	@$(RUN) -m tests.ladder $(LEVEL)

test-quick: checks debian checkov ## Runs static checks, levels 0 and 1, and a sample of level 2: before a commit
	@$(RUN) -m tests.ladder --quick

test-scale: checks debian checkov ## The same with the full sets instead of seeded samples
	@$(RUN) -m tests.ladder --full

bench: ready ## Measures, and prints the ratios of the design's table
	@$(RUN) -m benchmarks

dist: ## Builds the wheel of the committed files into dist/
	@$(PYTHON) -m toolchain venv
	@$(RUN) -m toolchain dist

lock: ## Resolves requirements-dev.txt anew into requirements.lock
	@$(PYTHON) -m toolchain lock

tools: ## Builds the pinned tools that are missing from the cache
	@$(PYTHON) -m toolchain build

clean: down ## Removes the lab, the virtual environment and the tools' cache
	@$(PYTHON) -m toolchain clean

ready:
	@$(PYTHON) -m toolchain ready

checks debian checkov:
	@$(PYTHON) -m toolchain $@
