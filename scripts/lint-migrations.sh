#!/usr/bin/env bash
# Refuses a new migration that the previous release, which still serves while it is applied, could not live with.
# Starts a PostgreSQL of its own. Needs the whole history of the repository. The rules: docs/operations/upgrade.md
# Usage: scripts/lint-migrations.sh [PYTEST-ARGUMENT ...]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
exec .venv/bin/pytest --quiet tests/architecture/test_migrations.py tests/architecture/test_migrations_online.py "$@"
