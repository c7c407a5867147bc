#!/bin/sh
# summary.sh LOG CODE: shows what a run of `dotnet test` wrote, and ends with `N passed, N failed` and its verdict.
set -eu
cat "$1"

count() { # the last number that the run's own summary gives under this name
    sed -n "s/^  $1: \([0-9][0-9]*\)$/\1/p" "$2" | tail -n 1
}

passed=$(count succeeded "$1")
failed=$(count failed "$1")
skipped=$(count skipped "$1")
line="${passed:-0} passed, ${failed:-0} failed"
[ "${skipped:-0}" = 0 ] || line="$line, $skipped skipped"
echo "$line"
[ "$2" = 0 ] && [ "${passed:-0}" -gt 0 ] && [ "${failed:-1}" = 0 ]
