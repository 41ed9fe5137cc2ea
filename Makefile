# What one does here every day. Each target is a script in scripts/; `make` alone tells what there is.
.DEFAULT_GOAL := help
.PHONY: help run test test-api check fmt soak bench bench-memory bench-recommend openapi generated clients contract docs models

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build what is missing and start Talker
	@scripts/run

test: ## all tests; PARTS="web rust postgres redis faults doc clients browser" chooses
	@scripts/test $(PARTS)

test-api: ## ask a server all that its contract allows and forbids, for two minutes; SEED= asks otherwise
	@SEED="$(SEED)" scripts/with-server tests/api/run

soak: ## talk for minutes while servers die, and check what must hold; SEED=, MINUTES=, ARGS="--servers postgres"
	@SEED="$(SEED)" MINUTES="$(MINUTES)" scripts/soak $(ARGS)

check: ## format, lints, types, licences, stale files
	@scripts/check

fmt: ## format the Rust code
	@cargo fmt --all

bench: ## measure Talker beside a bare relay; ARGS="--quick" goes to the load generator
	@scripts/bench $(ARGS)

bench-memory: ## measure how well and how fast memories are found; DATA=FILE asks, OUT=FILE keeps the run
	@DATA="$(DATA)" OUT="$(OUT)" scripts/bench-memory $(ARGS)

bench-recommend: ## measure how well recommendations foretell what people like; DATA=FILE has the events
	@DATA="$(DATA)" scripts/bench-recommend

openapi: ## rewrite openapi.json from the code
	@scripts/generated openapi.json

generated: ## rewrite every generated file
	@scripts/generated

clients: ## rewrite the generated parts of the TypeScript and the Dart client
	@scripts/clients

contract: ## say what breaks clients of the released contract
	@scripts/contract

docs: ## make the site of docs/ in target/book
	@scripts/docs

models: ## fetch the small models and read every byte of them again
	@scripts/models --check
