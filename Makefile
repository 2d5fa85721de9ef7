# Everything a newcomer needs: `make demo` and `make test`. Both set up what they lack.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml
	@echo "virtual environment: $(VENV), with telekit and what its development needs"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  echo "  python3-venv is missing: apt-get installs it"; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install python3-venv >/dev/null && \
	  $(PYTHON) -m venv --clear $(VENV); }
	@$(BIN)/python -m pip -q install --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip -q install --group dev -e .
	@$(BIN)/telekit --version
	@touch $@

.PHONY: venv
venv: $(STAMP) ## make the virtual environment in .venv

.PHONY: lint
lint: $(STAMP) ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: asterisk
asterisk: $(STAMP) ## bring a real Asterisk 22, phones and callers into .cache
	@$(BIN)/python -m tests.lab.bootstrap

.PHONY: demo
demo: asterisk ## telekit at work: a real Asterisk, three phones at home, callers
	@$(BIN)/python -m tests.lab.namespace -- $(BIN)/python -m tests.lab.demo

.PHONY: images
images: $(STAMP) ## build telekit's and Asterisk's container images, without Docker
	@$(BIN)/python -m tests.docker.images

.PHONY: test
test: lint asterisk ## everything, the tests against a real Asterisk among them
	@$(BIN)/python -m tests.docker.images --if-possible
	@$(BIN)/python -m tests.lab.editors
	@$(BIN)/python -m tests.lab.wheels
	$(BIN)/python -m tests.lab.lanes

.PHONY: bench
bench: asterisk ## measure telekit beside its peers, some 30 minutes, or PARTS="paths growth"; writes docs/benchmarks
	@$(BIN)/python -m pip -q install --group bench
	@$(BIN)/python -m tests.lab.namespace -- $(BIN)/python -m tests.bench.report $(if $(PARTS),--parts $(PARTS))

.PHONY: soak
soak: asterisk ## 20,000 calls at the highest rate that holds, some 5 minutes; writes docs/benchmarks/soak.md
	@$(BIN)/python -m pip -q install --group bench
	@$(BIN)/python -m tests.lab.namespace -- $(BIN)/python -m tests.bench.soak

.PHONY: simulate
simulate: $(STAMP) ## 40 million simulated calls beside Erlang C and A, and SimPy, half an hour; writes docs/benchmarks
	@$(BIN)/python -m pip -q install --group bench
	@rm -rf .cache/compiled && $(BIN)/python -m tests.bench.compiled .cache/compiled
	@cd .cache/compiled && PYTHONPATH=. $(CURDIR)/$(BIN)/python -m tests.bench.agreement ../agreement
	@$(BIN)/python -m tests.bench.agreement .cache/plain --most 2
	@$(BIN)/python -m tests.bench.simulated --compiled .cache/compiled --agreement .cache/agreement --again .cache/plain

.PHONY: commands
commands: $(STAMP) ## time check, explain and test on 1,000 agents and 200 queues, a minute or two; writes docs/benchmarks
	@$(BIN)/python -m tests.bench.commands

.PHONY: mutants
mutants: $(STAMP) ## change the core in thousands of ways that tests shall notice, over an hour; writes docs/mutants.md
	@$(BIN)/python -m pip -q install --group mutants
	@$(BIN)/python -m tests.mutants.run

.PHONY: kill
kill: asterisk ## kill telekit at 200 moments of busy hours, some 8 minutes (HOURS="autumn" a part); writes docs/benchmarks
	@$(BIN)/python -m tests.killing.report $(HOURS)

.PHONY: prompts
prompts: $(STAMP) ## record telekit's spoken lines again
	$(BIN)/python dialplans/asterisk/sounds/record.py

.PHONY: clean
clean: ## remove what the other targets made, the cached Asterisk too
	rm -rf $(VENV) .cache build dist *.egg-info
