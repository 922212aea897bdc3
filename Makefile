SHELL := /bin/bash
GO ?= go
MODULES := $(shell sed -n 's/^\t\.\///p' go.work)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT := $(shell git rev-parse --short HEAD 2>/dev/null || echo unknown)
PLATFORM := github.com/shoal-db/shoal/libs/platform/version
LDFLAGS := -X $(PLATFORM).Version=$(VERSION) -X $(PLATFORM).Commit=$(COMMIT)
GO_MIN := 1.26
FUZZTIME ?= 30s
# The second DuckDB, of another version, in a Python of its own.
SECOND := .cache/oracle2/bin/python
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what each target does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: tools
tools:
	@command -v $(GO) >/dev/null || { echo "Go $(GO_MIN) or newer is missing; install it from your package manager (apt-get install golang) or go.dev/dl" >&2; exit 1; }
	@have=$$($(GO) env GOVERSION | sed 's/^go//; s/ .*//'); \
	printf '%s\n%s\n' $(GO_MIN) $$have | sort -VC || { echo "Go $$have is too old; go install golang.org/dl/go$(GO_MIN).0@latest && go$(GO_MIN).0 download, then make GO=go$(GO_MIN).0" >&2; exit 1; }
	@command -v $${CXX:-g++} >/dev/null || { echo "a C++ compiler is missing; apt-get install g++ (macOS: xcode-select --install)" >&2; exit 1; }

.PHONY: build
build: tools ## Build shoal, portal, metadata and worker into bin/
	@mkdir -p bin
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/ ./cmd/shoal ./services/portal/cmd/portal ./services/metadata/cmd/metadata ./services/worker/cmd/worker

.PHONY: demo
demo: build ## Start a cluster, load TPC-H, run a few queries, stop
	bin/shoal demo

.PHONY: up
up: build ## The same cluster and data, but it stays up
	bin/shoal demo --stay

.PHONY: test
test: build second ## Run every test
	@set -e; [ ! -x $(SECOND) ] || export SHOAL_ORACLE2=$(CURDIR)/$(SECOND); \
	for m in $(MODULES); do \
	  echo "== $$m"; \
	  case $$m in bench) ( cd $$m && $(GO) vet ./... ); continue ;; tests) race= ;; *) race=-race ;; esac; \
	  ( cd $$m && $(GO) test $$race -timeout 20m ./... ); \
	done

# Whole modules, and of tests what finds most in the least time.
CHECKED := libs/platform libs/chunks libs/substrait services/metadata services/worker services/portal

.PHONY: check
check: tools ## Run the tests in short: two minutes on two cores, once everything is compiled
	@set -eo pipefail; for m in $(CHECKED); do ( cd $$m && $(GO) test -short ./... | grep -v 'no test files' ); done
	cd tests && SHOAL_FUZZ=10s $(GO) test -short ./imports ./oracle ./oracle2 ./rules ./split ./logic ./differential

# Installed anew when the pinned versions change.
$(SECOND): tests/oracle2/requirements.txt
	python3 -m venv --clear .cache/oracle2
	$@ -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: second
second:
	@if python3 -c 'import ensurepip, venv' 2>/dev/null; then $(MAKE) --no-print-directory $(SECOND); fi || rm -rf .cache/oracle2; \
	[ -x $(SECOND) ] || echo "the second DuckDB is left out: it needs python3 with venv, and its packages" >&2

.PHONY: oracle2
oracle2: $(SECOND) ## Compare more than 10,000 answers with those of another version of DuckDB
	cd tests && export SHOAL_ORACLE2=$(CURDIR)/$(SECOND) SHOAL_ORACLE2_WHOLE=1 SHOAL_ORACLE2_WORLDS=60 && set -o pipefail && \
	  $(GO) test -count=1 -timeout 30m -v -run '^TestLogic$$' ./logic -random-queries 200 | grep -vE '^=== |^ *--- PASS' && \
	  $(GO) test -count=1 -timeout 30m -v -run '^TestSecondDuckDB$$' ./differential | grep -vE '^=== |^ *--- PASS' && \
	  $(GO) test -count=1 -timeout 30m -v ./split | grep -vE '^=== |^ *--- PASS'

.PHONY: bench
bench: build ## Print the benchmark ratios
	cd bench && $(GO) run . $(BENCH_ARGS)

.PHONY: lint
lint: tools ## Check style and the import rules
	@set -e; for m in $(MODULES); do echo "== $$m"; ( cd $$m && $(GO) run $(LINT) run ./... ); done
	cd tests && $(GO) test ./imports

.PHONY: fix
fix: ## Mend what lint finds, where that can be done by a program
	gofmt -w $(MODULES)
	@set -e; for m in $(MODULES); do ( cd $$m && $(GO) run $(LINT) run --fix ./... ); done

.PHONY: chaos
chaos: build ## Kill and starve parts of clusters for a while, and compare answers
	cd tests && SHOAL_CHAOS=5m $(GO) test -count=1 -timeout 60m -run Chaos -v ./chaos

.PHONY: matrix
matrix: ## TPC-H and TPC-DS for every layout, size of chunks and number of workers; SHOAL_TPC_SCALE=1 for more rows
	cd tests && SHOAL_MATRIX=1 $(GO) test -count=1 -timeout 3h -v ./tpch ./tpcds

.PHONY: fuzz
fuzz: ## Run every fuzz target, and random queries, for FUZZTIME (30s) each
	cd tests && SHOAL_FUZZ=$(FUZZTIME) SHOAL_FUZZ_SEED=random $(GO) test -count=1 -timeout 0 -run Random -v ./differential ./pruning
	@set -e; for m in $(MODULES); do \
	  grep -rlE '^func Fuzz' --include='*_test.go' $$m | while read -r f; do \
	    for t in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+)\(.*/\1/p' $$f); do \
	      echo "== $$(dirname $$f) $$t"; ( cd $$(dirname $$f) && $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) . ); \
	    done; done; done

.PHONY: clean
clean: ## Remove what building and running leave behind
	rm -rf bin .shoal .cache
