#!/usr/bin/env bash
# Installs what the TypeScript client in site/sdk/ is built with, by its lock file. Needs Node.js 20 or newer with npm.
# Nothing is done when it is installed already.
set -euo pipefail
cd "$(dirname "$0")/../site/sdk"

major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
  echo "Node.js 20 or newer with npm is needed to build the client in site/sdk/; $(node --version 2>/dev/null || echo none) was found." >&2
  exit 1
fi
stamp="node_modules/.installed-$(cksum <package-lock.json | tr ' ' '-')"
if [ -e "$stamp" ]; then exit 0; fi
echo "Installing site/sdk/package-lock.json"
npm ci --silent
touch "$stamp"
