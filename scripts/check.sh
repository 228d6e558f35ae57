#!/usr/bin/env bash
# Everything short of the tests. Runs all checks, or those that are named, and says at the end which have failed.
# Usage: scripts/check.sh [style] [types] [imports] [migrations] [deployment]
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH=.:site
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT

style() {
  .venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet .
}

types() {
  .venv/bin/mypy --no-error-summary
}

imports() {
  .venv/bin/lint-imports >"$state/imports" || {
    cat "$state/imports"
    return 1
  }
}

migrations() {
  DJANGO_SETTINGS_MODULE=settings.test DATABASE_URL=sqlite:///:memory: VAR_DIR=$state \
    .venv/bin/python manage.py makemigrations --check --dry-run
}

random_secret() {
  .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))'
}

# As in production, with secrets made up for the occasion. No server is asked.
deployment() {
  env -i PATH="$PATH" PYTHONPATH="$PYTHONPATH" VAR_DIR="$state" APP_ENV=production \
    SECRET_KEY="$(random_secret)" JWT_SECRET="$(random_secret)" \
    BASE_URL=https://cms.example.gov.uk FRONTEND_URL=https://www.example.gov.uk \
    DATABASE_URL=postgresql://cms:secret@db.example.gov.uk:5432/cms \
    REDIS_URL=rediss://cache.example.gov.uk:6379/0 SMTP_HOST=mail.example.gov.uk \
    AWS_S3_BUCKET=cms-example AWS_S3_CDN_URL=https://media.example.gov.uk \
    .venv/bin/python manage.py check --deploy --fail-level WARNING
}

failed=()
if [ $# -eq 0 ]; then set -- style types imports migrations deployment; fi
for check in "$@"; do
  case $check in
    style | types | imports | migrations | deployment) ;;
    *)
      echo "There is no check named $check." >&2
      exit 2
      ;;
  esac
  echo "Checking $check"
  "$check" || failed+=("$check")
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "Failed: ${failed[*]}" >&2
  exit 1
fi
