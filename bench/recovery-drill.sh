#!/bin/sh
# A disaster on purpose: founds a ledger with three members, fills it, takes its secret away under a rekey, throws all of it
# away but the ledger files, and recovers it with the shares of two members. Says how long each step took.
#
#   bench/recovery-drill.sh ENTRIES DIRECTORY      with stele in the PATH, or STELE="dotnet …/stele.dll"
set -eu
entries=$1
mkdir -p "$2"
cd "$2"
stele=${STELE:-stele}
export STELE_VIRTUAL=1
threshold=2
members="anna boris chris"
node=

begin() { began=$(date +%s.%N); }
took() { printf '%-52s %8.1f s\n' "$1" "$(echo "$(date +%s.%N) - $began" | bc)"; }
stop() { [ -z "$node" ] || { kill -TERM "$node"; wait "$node" || true; node=; }; }
trap stop EXIT

# serve DIRECTORY COMMAND...: starts a node on free ports, and returns when it is ready
serve() {
  directory=$1
  shift
  $stele "$@" --data "$directory" --port 0 --identity-port 0 >"$directory.log" 2>&1 &
  node=$!
  until grep -q '^ready' "$directory.log"; do
    kill -0 "$node" 2>/dev/null || { cat "$directory.log"; exit 1; }
    sleep 0.1
  done
}

# as NAME COMMAND...: a member does something at the node of $directory
as() {
  member=$1
  shift
  $stele member "$@" --member-cert "$member"_cert.pem --member-key "$member"_privk.pem --data "$directory"
}

# decide NAME OF FILE: anna proposes, and all vote until it is accepted
decide() {
  proposal=$(as anna propose "$1" 2>/dev/null | cut -f 1)
  for name in anna boris; do as "$name" vote "$proposal" --accept --yes >/dev/null; done
}

consortium=
for name in $members; do
  $stele member keygen "$name" >/dev/null
  consortium="$consortium --member ${name}_cert.pem:${name}_enc_pubk.pem"
done
# shellcheck disable=SC2086
serve first up $consortium --recovery-threshold $threshold
for name in $members; do as "$name" ack >/dev/null; done
fill() { seq "$1" "$2" | sed 's/$/ one line of a ledger that will be lost and found again/' \
  | $stele append --lines --concurrency 32 --collection "$3" --data first >/dev/null; }
begin
fill 1 $((entries / 2)) before
echo '{"actions":[{"name":"trigger_ledger_rekey","args":{}}]}' >rekey.json
decide rekey.json
fill $((entries / 2 + 1)) "$entries" behind
took "$entries entries appended, with a rekey halfway"
id=$($stele append "the last word" --wait --data first | head -n 1 | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
$stele receipt "$id" -o before.json --data first >/dev/null
cp first/service_cert.pem first/administrator.pem .
stop
mkdir left
mv first/ledger left/ledger
rm -r first
du -sm left/ledger | awk '{print "what is left: " $1 " MB of ledger files"}'

begin
serve second recover --ledger left/ledger --previous-service-cert service_cert.pem
took "copied, verified, and a new service begun on it"
jq -n --rawfile previous service_cert.pem --rawfile next second/service_cert.pem \
  '{actions: [{name: "transition_service_to_open", args: {previous_service_identity: $previous, next_service_identity: $next}}]}' >open.json
decide open.json
# The drill has no enclave; a policy of your own names what your node runs.
echo '{"virtual":true}' >policy.json
begin
as anna share submit --policy policy.json --encryption-key anna_enc_privk.pem
as chris share submit --policy policy.json --encryption-key chris_enc_privk.pem
until $stele get "$id" --certificate administrator.pem --data second >/dev/null 2>&1; do sleep 0.2; done
took "from the first share to the first old entry read"
until $stele collections --certificate administrator.pem --data second >/dev/null 2>&1; do sleep 0.2; done
took "from the first share to all indexes made again"
$stele receipt "$id" -o after.json --certificate administrator.pem --data second >/dev/null
$stele verify before.json --service-cert service_cert.pem >/dev/null
$stele verify after.json --service-cert service_cert.pem >/dev/null
$stele verify after.json --service-cert second/service_cert.pem >/dev/null
stop
begin
$stele audit second
took "audit of the recovered ledger with its secrets"
begin
serve second up
took "start of the recovered node"
