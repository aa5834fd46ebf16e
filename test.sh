#!/usr/bin/env bash
# Builds, checks the formatting and runs every test. The last line printed is "N passed, N failed, N skipped".
#
#   ./test.sh                                        everything
#   ./test.sh --filter-class 'Varai.State.*'         arguments go to the test runner
#   VARAI_REQUIRE_SERVERS=1 ./test.sh                a test whose server or tool is missing fails instead of being skipped
#
# Runs from a fresh clone on Linux and macOS (whose bash is 3.2).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

readonly solution=Varai.Environment.sln
readonly results=artifacts/test-results
# MSBuild's idle nodes would outlive the run and hold its output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

step() { printf '\n== %s\n' "$*"; }
die() { printf '\ntest.sh: %s\n' "$*" >&2; exit 1; }

require_sdk() {
  local wanted found
  wanted=$(sed -n 's/.*"version": *"\([0-9]*\.[0-9]*\).*/\1/p' global.json | head -n 1)
  command -v dotnet >/dev/null 2>&1 ||
    die "dotnet is not on the PATH. Install the .NET SDK $wanted (https://dotnet.microsoft.com/download) and run this again."
  found=$(dotnet --version 2>/dev/null) ||
    die "None of the installed .NET SDKs fits global.json, which asks for $wanted (https://dotnet.microsoft.com/download).
Installed: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')"
  echo ".NET SDK: $found"
}

apt_updated=
# need NAME CHECK DEBIAN-PACKAGES ELSEWHERE: installs the packages where it can, else says how; the tests decide what to skip.
need() {
  if bash -c "$2" >/dev/null 2>&1 </dev/null; then
    echo "$1: there"
  elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    [ -n "$apt_updated" ] || apt-get update -qq >/dev/null </dev/null
    apt_updated=yes
    # shellcheck disable=SC2086 # several packages
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $3 >/dev/null </dev/null; then
      echo "$1: installed ($3)"
    else
      echo "$1: MISSING, apt-get install $3 failed"
    fi
  else
    echo "$1: MISSING, its tests are skipped. Install it with: sudo apt-get install $3 ($4)"
  fi
}

# Adds up one attribute of the <Counters> of every report.
count() {
  find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + |
    sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

# Prints the tests of one outcome, one a line.
tests_with_outcome() {
  find "$results" -name '*.trx' -exec grep -ho '<UnitTestResult [^>]*>' {} + | grep "outcome=\"$1\"" |
    sed -e 's/.* testName="\([^"]*\)".*/  \1/' -e 's/&quot;/"/g' -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&amp;/\&/g' | sort
}

step 'What the tests need'
require_sdk
need 'C compiler and zlib (NativeAOT)' '{ command -v clang || command -v gcc; } && { [ "$(uname)" = Darwin ] || ls /usr/include/zlib.h; }' \
  'gcc libc6-dev zlib1g-dev' 'macOS: xcode-select --install'
need 'PostgreSQL' '{ command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; }' 'postgresql' 'macOS: brew install postgresql@17'
need 'PgBouncer' '{ command -v pgbouncer || ls /usr/sbin/pgbouncer; }' 'pgbouncer' 'macOS: brew install pgbouncer'
need "Vault's Python client" '/usr/bin/python3 -c "import hvac"' 'python3-hvac' 'elsewhere: pip install hvac'
if python3 -c 'import moto.server' >/dev/null 2>&1; then
  echo 'moto (AWS): there'
else
  echo "moto (AWS): MISSING, its tests are skipped. Install it with: pip install 'moto[server]'"
fi
need 'Alertmanager' '{ command -v prometheus-alertmanager; }' '--no-install-recommends prometheus prometheus-alertmanager' 'macOS: brew install prometheus alertmanager'
need 'Node.js and npm' 'command -v node && command -v npm' 'nodejs npm' 'macOS: brew install node'
if command -v npm >/dev/null 2>&1; then
  # The vendors' own clients, which the tests drive against our test servers.
  npm ci --prefix tests/clients --no-audit --no-fund --ignore-scripts >/dev/null 2>&1 </dev/null &&
    echo "the vendors' clients: there" || echo "the vendors' clients: MISSING, 'npm ci --prefix tests/clients' failed; their tests are skipped"
fi

step 'Build'
dotnet build "$solution" -c Release -v quiet -nologo </dev/null || die 'The build failed.'

step 'Format'
# Not the analyzers, which the build has just run with warnings as errors: they would take a minute more.
for part in whitespace style; do
  dotnet format "$part" "$solution" --verify-no-changes --no-restore </dev/null || die "The formatting is off. 'dotnet format $part' mends it."
done

step 'Tests'
rm -rf "$results"
# A filter leaves some projects without a test, which is no failure as long as one test ran.
[ $# -eq 0 ] || export TESTINGPLATFORM_EXITCODE_IGNORE=8
dotnet test --solution "$solution" -c Release --no-build --no-progress \
  --report-xunit-trx --results-directory "$PWD/$results" "$@" </dev/null
status=$?

if [ -z "$(find "$results" -name '*.trx' 2>/dev/null)" ]; then
  die 'No test wrote a report.'
fi

total=$(count total) passed=$(count passed) failed=$(($(count failed) + $(count error)))
# The reports never count what was skipped.
skipped=$((total - passed - failed))

if [ "$skipped" -gt 0 ]; then
  step 'Skipped'
  tests_with_outcome NotExecuted
fi
if [ "$failed" -gt 0 ]; then
  step 'Failed'
  tests_with_outcome Failed
  tests_with_outcome Error
fi
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || printf '\ntest.sh: The test run ended with code %s.\n' "$status" >&2
[ "$total" -gt 0 ] || { echo 'test.sh: No test ran.' >&2; status=1; }
[ "$failed" -eq 0 ] || status=1

printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
exit "$status"
