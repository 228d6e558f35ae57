#!/usr/bin/env bash
# Brings a version out: checks, migrates, replaces the pods one after another, asks the service whether it works, and
# goes back to the version before when it does not. How and why: docs/operations/upgrade.md
#
# Usage: scripts/deploy.sh ENVIRONMENT VERSION [--dry-run] [--digest sha256:…] [--values FILE]… [--no-way-back]
#        [--schema-checked]
#
#   ENVIRONMENT       staging or production
#   VERSION           such as v1.0.0; that of this checkout, whose chart and migrations are used
#   --dry-run         check everything and say what would be done; change nothing
#   --digest          the image, as the build has printed it; without it, what the registry has under VERSION now
#   --values FILE     values of yours for the chart; may be given several times
#   --no-way-back     go on although the running version cannot live with the new schema: it fails until the new one
#                     is there, and there is no automatic way back
#   --schema-checked  you have looked up that the schema, which a newer version has made, lets this one live
#
# Variables: DEPLOY_TARGET (helm, or compose for one server), SMOKE_URL (where to ask; BASE_URL), SMOKE_SECONDS (90)
#   helm:    KUBE_CONTEXT (must be set), NAMESPACE, RELEASE (cms-backend), TIMEOUT (20m)
#   compose: COMPOSE_PROJECT (cms), COMPOSE_FILES (more files), APP_REPLICAS (3), IMAGE_REPOSITORY,
#            HEALTHY_SECONDS (180: how long new containers may take to become healthy)
#
# Exit code: 0 done; 1 refused, nothing was changed; 2 wrong arguments; 3 failed, the version before runs again;
# 4 failed, and you must act; 129, 130, 143 interrupted, the version before runs again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib/console.sh
source scripts/lib/versions.sh
source scripts/lib/smoke.sh
source scripts/lib/arguments.sh

read_arguments deploy "$@"
choose_target
[ "$VERSION" = "$(own_version)" ] ||
  die "This checkout is $(own_version), and $VERSION is to be deployed. Nothing was changed." "Get it: git checkout v$VERSION"

target_check
target_render
history=$(target_history)
running=$(deployed "$history" version)
running_revision=$(deployed "$history" revision)
newest=$(newest_version "$history")

way_back=yes
if [ -n "$running" ] && older "$VERSION" "$running"; then
  die "$running runs, which is newer. Nothing was changed." "To go back: scripts/rollback.sh $ENVIRONMENT v$VERSION, from a checkout of v$running"
fi
if [ -n "$newest" ] && older "$VERSION" "$newest" && [ -z "$SCHEMA_CHECKED" ]; then
  die "$newest was tried here and may have changed the schema. Nothing was changed." \
    "Look in a checkout of v$newest for migrations with '# allow … from' a version newer than $VERSION:" \
    "  git grep -E '^# allow [A-Z_]+ from ' v$newest -- '*/migrations/*.py'" \
    "If there are none: --schema-checked"
fi
if [ -n "$running" ] && older "$running" "$(oldest_on_schema)"; then
  [ -n "$NO_WAY_BACK" ] || die "$running, which runs, cannot live with the new schema. Nothing was changed." \
    "$(obstacles_to "$running")" "Deploy $(oldest_on_schema) first; or accept an interruption, with no way back: --no-way-back"
  way_back=''
fi

address=$(target_address)
[ -n "$address" ] || die "Where will the service answer? SMOKE_URL=https://…"
say "$ENVIRONMENT: ${running:-nothing} → $VERSION, $IMAGE"
target_plan
if [ -n "$DRY_RUN" ]; then
  say "Then $address is asked. This was a dry run: nothing was changed."
  exit 0
fi

# fail MESSAGE: back to the version before, and out.
fail() {
  local code
  code=$(code_of_signal 3)
  ignore_signals
  if [ "$code" = 3 ]; then warn "$1"; else warn "$VERSION was not deployed to the end."; fi
  target_explain
  if [ -z "$running_revision" ]; then
    warn "It was the first installation: what it made is taken away again. Database and files stay."
    target_remove || die 4 "What the installation made is still there. Look at it, then deploy again."
  elif [ -z "$way_back" ]; then
    die 4 "$running cannot live with the new schema, so there is no way back. Mend $VERSION and deploy it again."
  else
    go_back
  fi
  die "$code" "$VERSION was not deployed.${running:+ $running runs again and answers.} Mend what is said above, then repeat the same command."
}

go_back() {
  interrupted='' # from now on only the way back counts
  warn "Going back to $running (revision $running_revision). The database stays as it is: $running can live with it."
  target_return "$running_revision" ||
    die 4 "THE WAY BACK FAILED TOO. Look at what runs, then: $(target_by_hand "$running_revision")"
  smoke_test "$address" "$running" ||
    die 4 "$running runs again, but does not answer as it should. Look at it now: $address"
}

watch_signals
target_lock
[ -z "$interrupted" ] || die "$(code_of_signal 1)" "Nothing was changed."
target_upgrade || fail "The rollout of $VERSION did not succeed."
smoke_test "$address" "$VERSION" || fail "The service does not answer as $VERSION should."
target_done
say "$VERSION is deployed to $ENVIRONMENT."
