#!/bin/sh
# Installs what the tests use of other people's: Microsoft's own ledger clients, etcd, strace, Sprig, Kubernetes' schemas,
# an OpenID Connect issuer, Chromium, and the tools to run them.
# Every step is left out where its result is there already.
set -eu
cd "$(dirname "$0")/.."

missing=""
need() { # need PACKAGE COMMAND...: the package, unless the command says that it is there
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

need python3 test -x /usr/bin/python3
need python3-azure test -d /usr/lib/python3/dist-packages/azure/confidentialledger
need python3-aiohttp test -d /usr/lib/python3/dist-packages/aiohttp
need python3-cryptography test -d /usr/lib/python3/dist-packages/cryptography
need python3-cbor2 test -d /usr/lib/python3/dist-packages/cbor2
need strace command -v strace
need iproute2 command -v ip
need util-linux command -v nsenter
need nodejs command -v node
need npm command -v npm
need openssl command -v openssl
need jq command -v jq
need curl command -v curl
need systemd command -v systemd-analyze
need chromium test -x /usr/bin/chromium
need golang-go command -v go
need golang-github-masterminds-sprig-dev test -d /usr/share/gocode/src/github.com/Masterminds/sprig
need golang-github-ghodss-yaml-dev test -d /usr/share/gocode/src/github.com/ghodss/yaml

if [ -n "$missing" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

eng/install-etcd.sh

for client in test/Stele.EndToEnd.Tests/JavaScript test/Stele.Deploy.Tests/Kubernetes test/Stele.Server.Tests/Tokens/Issuer; do
    if ! cmp -s "$client/package-lock.json" "$client/node_modules/.installed-lock.json"; then
        npm ci --prefix "$client"
        cp "$client/package-lock.json" "$client/node_modules/.installed-lock.json"
    fi
done
