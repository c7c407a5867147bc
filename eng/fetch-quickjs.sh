#!/usr/bin/env bash
# Fetches quickjs.wasm, the engine of src/Stele.Scripting, anew from its package, and says whether it is the one that is kept here.
# A new version: change the version and the digest, compare the names in QuickJsNames.cs with the package's JavaScript, run the tests.
set -euo pipefail
package=@jitl/quickjs-ng-wasmfile-release-sync@0.32.0
digest=b56fe5094b8751c47b8c32fb5ed4d75afe2dbb43412d3d983ac5d1156af456da
kept="$(dirname "$0")/../src/Stele.Scripting/QuickJs/quickjs.wasm"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm pack --silent "$package" > name && tar xzf "$(cat name)")
echo "$digest  $folder/package/dist/emscripten-module.wasm" | sha256sum --check --quiet
cp "$folder/package/dist/emscripten-module.wasm" "$kept"
cp "$folder/package/LICENSE" "$(dirname "$kept")/quickjs.LICENSE"
echo "$package: as kept"
