#!/bin/sh
# Makes the certificates of an etcd cluster: an authority, one certificate for each member, one for the ledger's nodes.
#
#   certificates.sh FOLDER NAME[,NAME...] [NAME[,NAME...] ...]
#
# One argument for each member: the names by which others and the ledger's nodes reach it. A certificate whose key is in
# FOLDER already stays. Keep FOLDER/ca.key off the machines.
set -eu
umask 077
if [ $# -lt 2 ]; then
    echo "usage: $0 FOLDER NAME[,NAME...] [NAME[,NAME...] ...]" >&2
    exit 2
fi
folder=$1
shift
mkdir -p "$folder"
cd "$folder"

days=3650
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

if [ ! -e ca.key ]; then
    key ca.key
    openssl req -x509 -new -key ca.key -days $days -subj "/CN=etcd of a ledger" -out ca.crt \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
fi

certificate() { # certificate FILE COMMON-NAME EXTENSION-LINES
    [ ! -e "$1.key" ] || return 0
    key "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n%s\n' "$3" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days $days -extfile "$1.ext" -out "$1.crt" 2>/dev/null
    rm -f "$1.csr" "$1.ext"
}

names() { # a list of names and addresses as the certificate says them
    echo "$1" | tr ',' '\n' | sed -e '/^[0-9.]*$/s/^/IP:/' -e '/^[^:]*$/s/^/DNS:/' | paste -s -d, -
}

for member in "$@"; do
    first=${member%%,*}
    # clientAuth too: members are one another's clients, and the JSON gateway is a client of its own member.
    certificate "$first" "$first" "extendedKeyUsage=serverAuth,clientAuth
subjectAltName=$(names "$member,localhost,127.0.0.1")"
done
certificate client "stele node" "extendedKeyUsage=clientAuth"
