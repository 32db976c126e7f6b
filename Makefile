# Darasa: one command builds and serves, one checks everything.
#   make run    build and serve the demonstration on http://darasa.localhost:8080
#   make test   everything: Go with the race detector, browser, real servers
SHELL   := /bin/bash
CACHE   := $(CURDIR)/.cache
BIN     := $(CURDIR)/bin/darasa
TEMPL   := go tool -modfile=tools/go.mod templ
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
export CGO_ENABLED ?= 0
export GOFLAGS ?= -buildvcs=false

.PHONY: all build run quick test bench lint generate frontend servers clean

all: build

# The bundle of styles and scripts; packages are installed only when the lock changed.
frontend/node_modules/.stamp: frontend/package-lock.json
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

frontend: frontend/node_modules/.stamp
	cd frontend && node build.mjs

generate:
	$(TEMPL) generate -path frontend

build: frontend generate
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./backend/cmd/darasa

run: build
	$(BIN) serve --demo --data data

# Under a minute: what every commit passes.
quick: generate
	@test -z "$$(gofmt -l backend content frontend reports scorm)" || { gofmt -l backend content frontend reports scorm; echo "run gofmt -w on these"; exit 1; }
	go vet ./...
	go test -short ./...

lint: generate
	@test -z "$$(gofmt -l backend content frontend reports scorm)" || { gofmt -l backend content frontend reports scorm; exit 1; }
	go vet ./...
	git diff --exit-code --stat -- '*_templ.go'

# Real servers for the tests, built once into .cache/bin.
servers: $(CACHE)/bin/minio $(CACHE)/bin/ferretdb

$(CACHE)/bin/minio:
	@mkdir -p $(CACHE)/bin
	GOBIN=$(CACHE)/bin go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

$(CACHE)/bin/ferretdb: backend/store/mongodb/mongotest/go.mod
	@mkdir -p $(CACHE)/bin
	backend/store/mongodb/mongotest/build.sh $@

test:
	tests/run.sh

bench: build
	tests/bench.sh

clean:
	rm -rf bin test-results bench-results
