#!/bin/sh
# Puts etcd where the tests look for it, unless one that is new enough is on the PATH or there already. The programs are
# unpacked, not installed: no service starts, and this machine's packages stay as they are.
#
# Debian 12 has etcd 3.4, which will not do; Debian 13's 3.5 runs on it and is taken from the archive that this machine
# takes its own packages from.
set -eu

least=3.5
later=trixie
folder="$HOME/.local/share/stele-test/etcd"

version() { # the version that this etcd says it has; nothing where there is no such program
    "$1" --version 2>/dev/null | sed -n 's/^etcd Version: //p'
}
suffices() { # whether this is a version, and not older than the least
    [ -n "$1" ] && [ "$1" != "(none)" ] && dpkg --compare-versions "$1" ge "$least"
}

if suffices "$(version etcd)" || suffices "$(version "$folder/usr/bin/etcd")"; then
    exit 0
fi

root=""
[ "$(id -u)" = 0 ] || root=sudo
candidate() {
    apt-cache policy etcd-server | sed -n 's/^  Candidate: //p'
}
[ -n "$(candidate)" ] || $root apt-get update -qq

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

if suffices "$(candidate)"; then
    apt-get download -qq -o APT::Sandbox::User=root etcd-server
else
    archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | sort -u |
        grep -v security | head -n 1)
    if [ -z "$archive" ]; then
        echo "apt names no Debian archive to take etcd from." >&2
        exit 1
    fi
    # apt with lists of its own, which are gone afterwards.
    mkdir -p lists/partial cache/archives/partial
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $later main" >sources.list
    later_apt() {
        apt-get -qq -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dir::Etc::sourcelist="$work/sources.list" \
            -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
            -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" "$@"
    }
    later_apt update
    later_apt download etcd-server
fi

rm -rf "$folder"
mkdir -p "$folder"
dpkg-deb -x etcd-server_*.deb "$folder"
if ! suffices "$(version "$folder/usr/bin/etcd")"; then
    echo "The unpacked etcd does not run here, or is older than $least." >&2
    exit 1
fi
