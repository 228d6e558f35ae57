# `make help` lists what there is. The work is done by scripts/ and manage.py; this file only gives it names.
.DEFAULT_GOAL := help
.PHONY: help run test test-deploy check lint format requirements reference openapi sdk clean
MANAGE := .venv/bin/python manage.py
export PYTHON PORT

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Run the CMS on this machine, with a demo site, on PORT (3000)
	@scripts/setup.sh demo
	@exec $(MANAGE) run_local

test: ## Run all tests against real servers, started and stopped by the tests
	@scripts/setup.sh test
	@exec scripts/test.sh

test-deploy: ## Build and run what is deployed: image, Compose, chart, manifests, workflows, scripts
	@scripts/setup.sh test
	@exec scripts/test-deploy.sh

check: ## Everything short of the tests: style, types, imports, migrations, deployment settings
	@scripts/setup.sh test lint
	@exec scripts/check.sh

lint: ## Style and types only
	@scripts/setup.sh test lint
	@exec scripts/check.sh style types

format: ## Format the code
	@scripts/setup.sh lint
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

requirements: ## Compile requirements/*.in to hashed requirements/*.txt
	@scripts/setup.sh uv
	@exec scripts/compile-requirements.sh

reference: ## Write docs/reference/environment.md from the code
	@scripts/setup.sh base
	@.venv/bin/python -m settings.reference

openapi: ## Write docs/reference/openapi.json from the code
	@scripts/setup.sh base
	@exec scripts/write-openapi.sh

sdk: openapi ## Write the types of the TypeScript client in site/sdk/ from that, and compile it (needs Node.js)
	@exec scripts/write-sdk-types.sh

clean: ## Delete the virtual environment and all local state, the demo site's data included
	rm -rf .venv var
