#!/usr/bin/env bash
# Writes site/sdk/src/schema.ts from docs/reference/openapi.json, and sees to it that the client still compiles.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-sdk.sh
cd site/sdk
npm run --silent types
npm run --silent build
