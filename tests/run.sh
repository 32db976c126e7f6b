#!/usr/bin/env bash
# Everything that can be checked, in one run: formatting and vet, generated
# files, Go tests with the race detector over real servers, and the pages of
# the plain binary in a real browser. It installs what it
# needs from Debian's packages where it may, and says what is missing.
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD
out=$root/test-results
rm -rf "$out" && mkdir -p "$out"
start=$(date +%s)
say() { printf '\n== %s (%ds)\n' "$1" "$(($(date +%s) - start))"; }
die() { printf 'make test: %s\n' "$1" >&2; exit 1; }

say "tools"
for tool in go node npm git; do command -v "$tool" >/dev/null || die "$tool is missing; install Go 1.26, Node 20 and npm first"; done
need=()
command -v gcc >/dev/null || need+=(gcc libc6-dev)
command -v chromium >/dev/null || need+=(chromium fonts-dejavu-core)
if ((${#need[@]})); then
  as=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "missing: ${need[*]}. Run as root: apt-get install ${need[*]}"
    as=(sudo)
  fi
  echo "installing: ${need[*]}"
  { "${as[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "${need[@]}"; } >"$out/apt.log" 2>&1 ||
    { tail -5 "$out/apt.log" >&2; die "could not install ${need[*]}"; }
fi

say "build"
make build >"$out/build.log" 2>&1 || { tail -30 "$out/build.log"; die "the build failed"; }
dirty=$(git status --porcelain -- '*_templ.go' 2>/dev/null || true)
[ -z "$dirty" ] || die "generated files are stale, run make generate and commit: $dirty"
unformatted=$(gofmt -l backend content frontend reports scorm)
[ -z "$unformatted" ] || die "run gofmt -w on: $unformatted"
(cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$out/npm.log" 2>&1 || { tail -5 "$out/npm.log"; die "the browser driver could not be installed"; }
make servers >"$out/servers.log" 2>&1 || { tail -30 "$out/servers.log"; die "the real servers for the tests could not be built"; }

# The two long suites side by side on two cores; each writes its own log.
say "suites"
export DARASA_SAMPLES=${DARASA_SAMPLES:-$(cd .. && pwd)/shared/samples}
(CGO_ENABLED=1 go vet ./... && CGO_ENABLED=1 go test -v -race -shuffle=on -timeout 40m ./...) >"$out/go.log" 2>&1 &
go_pid=$!
(cd tests/browser && node --test --test-concurrency=2 --test-reporter=spec ./*.test.mjs) >"$out/browser.log" 2>&1 &
browser_pid=$!

failed=0
wait "$browser_pid" || { failed=1; echo "BROWSER FAILED"; }
say "browser done"
wait "$go_pid" || { failed=1; echo "GO FAILED"; }
say "go done"

if [ "$failed" = 0 ]; then
  grep -hE '^ok ' "$out/go.log"
  grep -hE '^ℹ (tests|pass|fail|skipped)' "$out/browser.log"
else
  grep -nE -A12 '^ *--- FAIL|^FAIL|^panic|WARNING: DATA RACE' "$out/go.log" | head -120
  grep -nE '✖|Error|not ok' "$out/browser.log" | head -60
fi
go_ok=$(grep -cE '^ *--- PASS' "$out/go.log")
go_bad=$(grep -cE '^ *--- FAIL|build failed' "$out/go.log")
skips=$(grep -hE -B1 '^ *--- SKIP' "$out/go.log" | grep -v '^--$')
[ -z "$skips" ] || printf 'Skipped:\n%s\n' "$skips"
say "end"
web_ok=$(sed -n 's/^ℹ pass \([0-9]*\).*/\1/p' "$out/browser.log" | tail -1)
web_bad=$(sed -n 's/^ℹ fail \([0-9]*\).*/\1/p' "$out/browser.log" | tail -1)
echo "$((go_ok + ${web_ok:-0})) passed, $((go_bad + ${web_bad:-0})) failed"
exit "$failed"
