# `make` prints the targets. CI calls these and nothing else (.ci/run).

GO ?= go
# One place for the linter's version; it is built from source by `make tools`.
GOLANGCI_LINT_VERSION = v2.15.0
LINT = $(shell $(GO) env GOPATH)/bin/golangci-lint
FUZZTIME ?= 10s
PROGRAMS = cohortcounts generate_cohort counts freq_plots

EXAMPLE = examples/primary-care-covid-codes

.PHONY: help build cross check format lint test test-race test-nocgo test-cover test-script trino trino-stop test-slow fuzz bench golden docs dist dist-test picture tools clean

help: ## print the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: ## the programs, in bin/
	$(GO) build -o bin/ $(PROGRAMS:%=./cmd/%)

# With -trimpath, so that what is compiled here is not compiled again by `make dist`.
PLATFORMS = linux/arm64 darwin/arm64 darwin/amd64 windows/amd64

cross: ## compile the programs for the other platforms
	@for platform in $(PLATFORMS); do \
		echo "$$platform"; \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} CGO_ENABLED=0 $(GO) build -trimpath $(PROGRAMS:%=./cmd/%) || exit 1; \
	done

check: ## what to run before a commit: build, vet, lint, test
	$(GO) build ./...
	$(GO) vet ./...
	$(MAKE) lint
	$(MAKE) test

format: ## rewrite the code in its form
	$(LINT) fmt ./...

lint: ## the linters
	$(LINT) run ./...

test: ## the tests
	$(GO) test ./...

test-race: ## the tests under the race detector
	$(GO) test -race -timeout 30m ./...

test-nocgo: ## the tests of a build without cgo, which has no DuckDB
	CGO_ENABLED=0 $(GO) test -trimpath ./...

# Of the packages that start no program built for the test: one built to
# measure coverage prints lines of its own. Not together with the race detector:
# drawing on all processors then takes five times as long.
COVERED = analysis cohort counts disclosure dummydata dummyfile extract flowchart measures plots

test-cover: ## how much of the code the tests run
	$(GO) test -timeout 15m -coverprofile coverage.out $(COVERED:%=./%/...)
	$(GO) tool cover -func coverage.out | tail -n 1

test-script: ## the programs' scripts only
	$(GO) test ./cmd/...

# Where the Trino server for the tests lies.
TRINO_DIR ?= $(HOME)/.cache/cohortcounts-trino

trino: ## start a Trino server for the tests (Java 24 or later, Maven); prints what to set
	@.ci/trino start $(TRINO_DIR)

trino-stop: ## end it
	@.ci/trino stop $(TRINO_DIR)

test-slow: ## the tests with those that need minutes or gigabytes
	COHORTCOUNTS_SLOW=1 $(GO) test -timeout 25m ./...

fuzz: ## every fuzz target for FUZZTIME (10s)
	@grep -rlE '^func Fuzz' --include '*_test.go' . | xargs -n1 dirname | sort -u | while read -r package; do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$$package"/*_test.go | cut -c6-); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) "$$package" || exit 1; \
		done; \
	done

bench: ## every benchmark once
	$(GO) test -run '^$$' -bench . -benchtime 1x ./...

golden: ## rewrite the golden files; explain the difference in the commit
	@for package in $$(grep -rlE 'flag.Bool\("update"' --include '*_test.go' . | xargs -n1 dirname | sort -u); do \
		$(GO) test "$$package" -update || exit 1; \
	done

docs: ## the options and the commands' output in README.md and docs/
	$(GO) run ./cmd/internal/manual/write
	@COHORTCOUNTS_SLOW=1 $(GO) test -count=1 ./cmd/internal/manual -update >/dev/null || true
	COHORTCOUNTS_SLOW=1 $(GO) test -count=1 ./cmd/internal/manual

picture: ## draw the README's figure again
	$(GO) run ./cmd/cohortcounts run --project $(EXAMPLE) freq_plots
	cp $(EXAMPLE)/output/caseness/plots.svg docs/plot.svg

dist: ## archives for all platforms, images, and their sums, in dist/; ONLY=linux-amd64,… makes some
	CGO_ENABLED=0 $(GO) run -trimpath ./cmd/internal/dist/make $(if $(ONLY),--only $(ONLY))

dist-test: ## try what `make dist` made: the first plot, the same bytes again, the images
	COHORTCOUNTS_DIST=$(CURDIR)/dist $(GO) test -count=1 -timeout 25m -v -run 'TestFirstPlot|TestSameBytes|TestImage|TestWindows' ./cmd/internal/dist

tools: ## install the linter
	$(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

clean: ## remove what was built and what the example wrote
	rm -rf bin dist coverage.out examples/*/output examples/*/metadata examples/*/.cohortcounts
