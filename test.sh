#!/bin/sh
# Runs all tests on a fresh Debian machine that has the .NET SDK. What they need beside it is installed first, from
# Debian's packages and npm, where it is missing. Ends with the plain line `N passed, N failed`.
set -eu
cd "$(dirname "$0")"

eng/install-test-needs.sh
dotnet build Stele.slnx -c Release -v quiet

log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
# One project at a time: each uses all cores, and some look at how the product behaves under load.
dotnet test --solution Stele.slnx -c Release --no-build --no-ansi --no-progress --max-parallel-test-modules 1 "$@" \
    >"$log" 2>&1 || code=$?
eng/summary.sh "$log" "$code"
