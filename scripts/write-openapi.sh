#!/usr/bin/env bash
# Writes the description of the API, docs/reference/openapi.json, from the code. The settings are those of the tests,
# and the environment is empty, so that the file is the same on every machine. No server is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT

env -i PATH="$PATH" DJANGO_SETTINGS_MODULE=settings.test DATABASE_URL=sqlite:///:memory: VAR_DIR="$state" \
  .venv/bin/python manage.py write_openapi docs/reference/openapi.json
