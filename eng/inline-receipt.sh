#!/bin/sh
# Puts src/Stele.Explorer/Page/receipt.js into the page that carries it: docs/verify/receipt.html.
set -eu
cd "$(dirname "$0")/.."
page=docs/verify/receipt.html
awk '/^\/\/ receipt.js begins$/ { print; while ((getline line < module) > 0) print line; inside = 1 }
     /^\/\/ receipt.js ends$/ { inside = 0 }
     !inside' module=src/Stele.Explorer/Page/receipt.js "$page" >"$page.new"
mv "$page.new" "$page"
