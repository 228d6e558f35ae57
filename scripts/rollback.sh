#!/usr/bin/env bash
# Goes back to a version that ran before: its pods take the place of today's. The database and the files are not touched:
# no migration is undone, nothing is deleted. So it refuses when that version cannot live with today's schema.
# How and why: docs/operations/upgrade.md
#
# Usage: scripts/rollback.sh ENVIRONMENT VERSION [--dry-run] [--revision NUMBER] [--schema-checked]
#
#   ENVIRONMENT       staging or production
#   VERSION           such as v1.0.0: the newest revision that ran it well, other than the one that runs now
#   --dry-run         check everything and say what would be done; change nothing
#   --revision N      that revision of the version, where several builds have had the same
#   --schema-checked  you have looked up that the schema, which a newer version has made, lets this one live
#
# Run it from a checkout of the newest version that was ever tried there: it knows what that did to the schema.
# Variables and DEPLOY_TARGET: as for deploy.sh. Exit code: 0 done; 1 refused, nothing was changed; 2 wrong arguments;
# 4 failed, and you must act.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib/console.sh
source scripts/lib/versions.sh
source scripts/lib/smoke.sh
source scripts/lib/arguments.sh

read_arguments rollback "$@"
choose_target

# The newest revision of VERSION that ran well, and is not what runs now.
goal() {
  printf '%s\n' "$history" | awk -F '\t' -v version="$VERSION" -v wanted="$REVISION" -v now="$now" \
    '$2 == version && $1 != now && ($3 == "superseded" || $3 == "deployed") && (wanted == "" || $1 == wanted) { found = $1 }
     END { print found }'
}

target_check
history=$(target_history)
[ -n "$history" ] || die "Nothing has been deployed there. Nothing was changed."
now=$(deployed "$history" revision)
revision=$(goal)
[ -n "$revision" ] || die "No deployment of $VERSION is remembered that ran well${REVISION:+ as revision $REVISION} and is not what runs now. Nothing was changed." \
  "Remembered are (revision, version, state):" "$history" "Any other version can be deployed from its checkout: scripts/deploy.sh"

newest=$(newest_version "$history")
if older "$(own_version)" "$newest" && [ -z "$SCHEMA_CHECKED" ]; then
  die "This checkout is $(own_version) and does not know what $newest has done to the schema. Nothing was changed." "Get it: git checkout v$newest"
fi
if older "$VERSION" "$(oldest_on_schema)" && [ -z "$SCHEMA_CHECKED" ]; then
  die "$VERSION cannot live with the schema that $(own_version) has made. Nothing was changed. These migrations took away what it uses:" \
    "$(obstacles_to "$VERSION")" "Ways out: go back to $(oldest_on_schema) or newer; mend what is wrong and deploy that; or, giving up what was" \
    "written since, restore a backup into a new database: docs/operations/backup-and-restore.md"
fi

address=$(target_address)
[ -n "$address" ] || die "Where will the service answer? SMOKE_URL=https://…"
say "$ENVIRONMENT: $(deployed "$history" version) (revision ${now:-none}) → $VERSION (revision $revision). The database stays as it is."
if [ -n "$DRY_RUN" ]; then
  say "  $(target_by_hand "$revision")" "Then $address is asked. This was a dry run: nothing was changed."
  exit 0
fi

target_lock
ignore_signals
target_return "$revision" || {
  target_explain
  die 4 "The way back to $VERSION did not succeed. Look at what runs, then: $(target_by_hand "$revision")"
}
smoke_test "$address" "$VERSION" || die 4 "$VERSION runs, but does not answer as it should. Look at it now: $address"
target_done
say "$VERSION runs in $ENVIRONMENT again."
