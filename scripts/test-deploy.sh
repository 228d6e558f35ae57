#!/usr/bin/env bash
# Builds and runs what is deployed: image, Compose files, chart, manifests, workflows, scripts, with the real tools.
# Docker, Helm and kubectl are used where they are there; on a plain Debian machine they are installed (as root).
# Usage: scripts/test-deploy.sh [PYTEST-ARGUMENT ...]      (tests/deploy)
set -euo pipefail
cd "$(dirname "$0")/.."

VENV=var/deploy/venv scripts/setup.sh deploy
scripts/install-helm.sh
export PATH="$PWD/var/deploy/venv/bin:$PWD/var/deploy/bin:$PATH"
if [ $# -eq 0 ]; then set -- tests/deploy; fi
exec pytest -c tests/deploy/pytest.ini --rootdir=tests/deploy "$@"
