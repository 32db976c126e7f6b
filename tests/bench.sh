#!/usr/bin/env bash
# Speed and memory of the built program beside the peer's figures: one table.
# Flags are passed on: tests/bench.sh -only lesson,attempt -large 0
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bench-results
go build -trimpath -o bench-results/bench ./tests/bench
exec bench-results/bench "$@"
