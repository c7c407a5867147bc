#!/bin/sh
# Runs all tests on a fresh Debian machine that has the .NET SDK. What they need beside it is installed first, from
# Debian's packages and npm, where it is missing. Ends with the plain line `N passed, N failed`.
#
# Arguments go to `dotnet test`: ./test.sh --filter-class '*ReceiptTests'
set -eu
cd "$(dirname "$0")"

eng/install-test-needs.sh
# Nothing here lives long enough to earn back what the runtime spends on measuring what to optimize: an eighth of all processor time.
export DOTNET_TieredPGO=0
# One compiler for all projects, also where the machine says otherwise; CI leaves none behind.
dotnet build Stele.slnx -c Release -v quiet --nologo -p:UseSharedCompilation=true
[ "${CI:-}" != true ] || dotnet build-server shutdown --vbcscompiler >/dev/null

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# One project at a time: each uses all cores, and some look at how the ledger behaves under load.
{
    code=0
    dotnet test --solution Stele.slnx -c Release --no-build --no-ansi --no-progress --max-parallel-test-modules 1 "$@" \
        2>&1 || code=$?
    echo "$code" >"$results/code"
} | tee "$results/log"

count() { # the number that the run's own summary, which is its last one, gives under this name
    sed -n "s/^  $1: \([0-9][0-9]*\)\$/\1/p" "$results/log" | tail -n 1
}
passed=$(count succeeded)
failed=$(count failed)
skipped=$(count skipped)
code=$(cat "$results/code")
if [ "$code" != 0 ] && [ "${failed:-0}" = 0 ]; then
    failed=1 # a project that broke off, or ran no test, has no failed test to count
fi
line="${passed:-0} passed, ${failed:-0} failed"
if [ "${skipped:-0}" != 0 ]; then
    line="$line, $skipped skipped"
fi
if [ "$code" != 0 ]; then
    # Once more and last, for who sees only the end of a long run.
    echo "What failed:"
    awk '/^failed /{left=40} /^(skipped|Running|Test run|[^ ]*\.dll) /{left=0} left-- > 0' "$results/log"
fi
echo "$line"
[ "$code" = 0 ]
