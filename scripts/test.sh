#!/usr/bin/env bash
# Runs the tests against real servers: all of them in parallel, or what the arguments say.
# Usage: scripts/test.sh [PYTEST-ARGUMENT ...]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-browser.sh
scripts/install-restic.sh
scripts/install-sdk.sh
if [ $# -eq 0 ]; then set -- --numprocesses=auto --dist=loadgroup; fi
exec .venv/bin/pytest "$@"
