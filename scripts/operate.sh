#!/usr/bin/env bash
# Runs one of the CMS's commands where the CMS runs, waits for its end and exits with its exit code.
# Usage: scripts/operate.sh [--in checkout|compose|kubernetes] [--namespace NAME] [--show] COMMAND [ARGUMENT ...]
#
#   --in checkout     manage.py of this checkout (the default)
#   --in compose      a container of compose/docker-compose.prod.yml, gone afterwards, in the project cms.
#                     COMPOSE_FILE names other files, COMPOSE_PROJECT another project.
#   --in kubernetes   a Job made from the CronJob of backups, which has the keys. RELEASE names another release.
#   --namespace NAME  the namespace of that CronJob (cms-backend)
#   --show            print what would be run, and run nothing
set -euo pipefail
cd "$(dirname "$0")/.."

where=checkout
namespace=cms-backend
show=
release=${RELEASE:-cms-backend}

die() {
  printf '%s\n' "$*" >&2
  exit 2
}

run() {
  if [ -n "$show" ]; then
    printf '%q ' "$@"
    printf '\n'
  else
    "$@"
  fi
}

in_checkout() {
  local python=.venv/bin/python
  if [ ! -x "$python" ]; then python=python3; fi
  run "$python" manage.py "$@"
}

in_compose() {
  local compose=(docker compose)
  if ! docker compose version >/dev/null 2>&1; then compose=(docker-compose); fi
  export COMPOSE_FILE=${COMPOSE_FILE:-compose/docker-compose.prod.yml}
  run "${compose[@]}" -p "${COMPOSE_PROJECT:-cms}" run --rm --no-deps -T backup "$@"
}

# The arguments as a JSON list. What would have to be escaped is refused: no name of ours needs it.
json_list() {
  local argument separator='' list=''
  for argument in "$@"; do
    case $argument in
      *[!A-Za-z0-9_.,:/@=*?-]*) die "This argument cannot be handed to Kubernetes: $argument" ;;
    esac
    list="$list$separator\"$argument\""
    separator=,
  done
  printf '[%s]' "$list"
}

in_kubernetes() {
  local job arguments patch
  job="$release-${1//_/-}-$(date -u +%Y%m%d%H%M%S)"
  arguments=$(json_list "$@")
  # Once and no more: a second try is the operator's decision.
  patch="[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/args\",\"value\":$arguments},{\"op\":\"add\",\"path\":\"/spec/backoffLimit\",\"value\":0}]"
  if [ -n "$show" ]; then
    printf 'A Job %s in the namespace %s, made from cronjob/%s-backup, with the arguments %s\n' \
      "$job" "$namespace" "$release" "$arguments"
    return
  fi
  kubectl --namespace "$namespace" create job "$job" --from="cronjob/$release-backup" --dry-run=client --output=json |
    kubectl patch --local --filename=- --type=json --patch "$patch" --output=json |
    kubectl --namespace "$namespace" create --filename=-
  kubectl --namespace "$namespace" logs "job/$job" --follow --pod-running-timeout=10m || true
  wait_for_job "$job"
}

wait_for_job() {
  local state
  while true; do
    state=$(kubectl --namespace "$namespace" get "job/$1" \
      --output=jsonpath='{.status.conditions[?(@.status=="True")].type}')
    case $state in
      *Complete*) return 0 ;;
      *Failed*)
        printf 'The Job %s failed. It is kept: kubectl --namespace %s describe job/%s\n' "$1" "$namespace" "$1" >&2
        return 1
        ;;
    esac
    sleep 2
  done
}

while [ $# -gt 0 ]; do
  case $1 in
    --in | --namespace)
      [ $# -gt 1 ] || die "$1 needs a value."
      if [ "$1" = --in ]; then where=$2; else namespace=$2; fi
      shift 2
      ;;
    --show)
      show=yes
      shift
      ;;
    --help)
      sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' scripts/operate.sh
      exit 0
      ;;
    -*) die "There is no option $1 before the command. scripts/operate.sh --help lists them." ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || die "Which command? scripts/operate.sh --help"

case $where in
  checkout) in_checkout "$@" ;;
  compose) in_compose "$@" ;;
  kubernetes) in_kubernetes "$@" ;;
  *) die "--in takes checkout, compose or kubernetes, not $where." ;;
esac
