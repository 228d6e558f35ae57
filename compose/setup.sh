#!/bin/sh
# What docker-compose.yml does before the CMS starts: tables, roles and workflow, and once a demo site.
set -eu

python manage.py migrate_database
if [ "${DEMO_SITE:-yes}" = yes ]; then
  # Refused where there is content that is not the demo site's: then that is what this installation shows.
  python manage.py seed_demo || echo "Going on without the demo site."
fi
if [ -e "$VAR_DIR/demo-accounts.json" ]; then
  echo "Sign in at ${BASE_URL:-http://localhost:3000}/admin/ as one of:"
  python -c 'import json, sys
for role, account in json.load(open(sys.argv[1])).items():
    print("  {:<14} {:<14} {}".format(role, account["username"], account["password"]))' "$VAR_DIR/demo-accounts.json"
fi
