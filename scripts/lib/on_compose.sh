# shellcheck shell=bash disable=SC2034,SC2154 # work, VERSION and the others belong to arguments.sh
# How deploy.sh and rollback.sh work on one server, with Docker Compose. Sourced, not run. The functions: on_helm.sh
#
# What was deployed is remembered in compose/.deployed/: revision, version, state, image; the last line of a revision
# counts. New containers of the app start beside the old ones, so that there is no break.

FOLDER=compose
PROJECT=${COMPOSE_PROJECT:-cms}
APP_REPLICAS=${APP_REPLICAS:-3}
IMAGE_REPOSITORY=${IMAGE_REPOSITORY:-ghcr.io/your-org/cms-backend}
HEALTHY_SECONDS=${HEALTHY_SECONDS:-180}
ENV_FILE=.env.$ENVIRONMENT
MEMORY=$FOLDER/.deployed/$ENVIRONMENT

compose_files=(-f "$FOLDER/docker-compose.prod.yml")
for _file in ${COMPOSE_FILES:-}; do compose_files+=(-f "$_file"); done

target_check() {
  need docker 'https://docs.docker.com/engine/install/'
  need python3 ''
  need curl ''
  need flock 'It is part of util-linux.'
  if docker compose version >/dev/null 2>&1; then
    compose_program=(docker compose)
  else
    need docker-compose 'Or install the plugin of Docker: https://docs.docker.com/compose/install/'
    compose_program=(docker-compose)
  fi
  local problem
  problem=$(docker info 2>&1 >/dev/null) || die "Docker does not answer. Nothing was changed." "$problem"
  [ -r "$FOLDER/$ENV_FILE" ] || die "$FOLDER/$ENV_FILE is not there: cp $FOLDER/$ENV_FILE.example $FOLDER/$ENV_FILE, then go through it."
  mkdir -p "$MEMORY"
  printf '*\n' >"$FOLDER/.deployed/.gitignore"
}

# compose_with IMAGE ARGUMENT…
compose_with() {
  local image=$1
  shift
  ENV_FILE=$ENV_FILE CMS_IMAGE=$image "${compose_program[@]}" -p "$PROJECT" "${compose_files[@]}" "$@"
}

# That the files make sense, that the secrets are there, and that the image is here.
target_render() {
  IMAGE=$IMAGE_REPOSITORY:$VERSION
  if [ -n "$DIGEST" ]; then IMAGE=$IMAGE_REPOSITORY@$DIGEST; fi
  local problem file missing=()
  problem=$(compose_with "$IMAGE" config 2>&1 >"$work/compose.yml") || die "Compose refuses its files. Nothing was changed." "$problem"
  while IFS= read -r file; do
    [ -s "$file" ] || missing+=("$file")
  done < <(sed -n '/^secrets:/,/^[a-z]/s/^ *file: //p' "$work/compose.yml")
  [ "${#missing[@]}" -eq 0 ] || die "These secrets are missing or empty: ${missing[*]}. Nothing was changed." "Make them: compose/make-secrets.sh"
  if ! docker image inspect "$IMAGE" >/dev/null 2>&1; then
    problem=$(docker pull --quiet "$IMAGE" 2>&1) || die "The image $IMAGE was not found. Nothing was changed." "$problem"
  fi
}

target_history() {
  [ -f "$MEMORY/history" ] || return 0
  # Each revision once, with what was last said of it; only the newest that is deployed still is.
  awk -F '\t' '{ version[$1] = $2; state[$1] = $3; if (!($1 in seen)) { order[++count] = $1; seen[$1] = 1 }
      if ($3 == "deployed") newest = $1 }
    END { for (i = 1; i <= count; i++) { r = order[i]; s = state[r]
      if (s == "deployed" && r != newest) s = "superseded"
      print r "\t" version[r] "\t" s } }' "$MEMORY/history"
}

_remember() {
  printf '%s\t%s\t%s\t%s\n' "$@" >>"$MEMORY/history"
}

image_of() {
  awk -F '\t' -v revision="$1" '$1 == revision { found = $4 } END { print found }' "$MEMORY/history"
}

target_lock() {
  exec 9>"$MEMORY/lock"
  flock --nonblock 9 || die "Somebody else is at it: $(cat "$MEMORY/holder" 2>/dev/null). Nothing was changed."
  printf '%s, process %s, since %s' "$(id -un)" "$$" "$(date -u +%FT%TZ)" >"$MEMORY/holder"
}

# The lock goes with the process.
target_unlock() { :; }

target_plan() {
  say "  ${compose_program[*]} -p $PROJECT ${compose_files[*]}: migrate, then $APP_REPLICAS new containers of the app beside the old ones,"
  say "  then the old ones are stopped one after another; worker, scheduler and proxy follow."
}

_new_revision() {
  local last
  last=$(target_history | cut -f 1 | tail -n 1)
  printf '%s' "$((${last:-0} + 1))"
}

target_upgrade() {
  revision=$(_new_revision)
  _remember "$revision" "$VERSION" pending "$IMAGE"
  # All containers are replaced, those of the same image too: secrets and settings are read at the start.
  _migrate && _roll "$IMAGE" "$(_containers app)" --force-recreate
}

_migrate() {
  # Not through compose_with: see patiently.
  patiently "$work/migrate.log" env "ENV_FILE=$ENV_FILE" "CMS_IMAGE=$IMAGE" "${compose_program[@]}" -p "$PROJECT" "${compose_files[@]}" \
    run --rm -T migrate </dev/null || {
    tail -n 30 "$work/migrate.log" >&2
    return 1
  }
}

_containers() { docker ps --quiet --no-trunc --filter "label=com.docker.compose.project=$PROJECT" --filter "label=com.docker.compose.service=$1" \
  --filter label=com.docker.compose.oneoff=False; }

# _apps_with IMAGE / _apps_without IMAGE: containers of the app that run it, or another one.
_apps_with() { _apps | awk -v image="$1" '$2 == image { print $1 }'; }
_apps_without() { _apps | awk -v image="$1" '$2 != image { print $1 }'; }
_apps() {
  local container
  while IFS= read -r container; do
    docker inspect --format '{{.Id}} {{.Config.Image}}' "$container" 2>/dev/null || true
  done < <(_containers app)
}

# _roll_to IMAGE: as many containers of it as there should be, then none of any other. May be repeated at any point.
_roll_to() { _roll "$1" "$(_apps_without "$1")"; }

# _roll IMAGE OLD [OPTION]: new containers beside the old ones, which then are stopped. OPTION is for the other services.
_roll() {
  local image=$1 old=$2 container total
  shift 2
  total=$(($(grep -c . <<<"$old") + APP_REPLICAS))
  _quietly compose_with "$image" up -d --no-deps --no-recreate --scale "app=$total" app || return 1
  _wait_until_healthy "$image" "$old" || return 1
  for container in $old; do
    [ -z "$interrupted" ] || return 1
    docker stop --time 40 "$container" >/dev/null && docker rm "$container" >/dev/null || return 1
  done
  _quietly compose_with "$image" up -d --no-deps "$@" worker scheduler || return 1
  _quietly compose_with "$image" up -d --no-deps proxy
}

_quietly() {
  "$@" >"$work/compose.log" 2>&1 || {
    tail -n 20 "$work/compose.log" >&2
    return 1
  }
}

# _wait_until_healthy IMAGE OLD: until there are enough of the image that are not among the old ones.
_wait_until_healthy() {
  local deadline=$((SECONDS + HEALTHY_SECONDS)) container healthy
  while [ -z "$interrupted" ]; do
    healthy=0
    while IFS= read -r container; do
      if grep -Fxq -- "$container" <<<"$2"; then continue; fi
      if [ "$(docker inspect --format '{{.State.Health.Status}}' "$container" 2>/dev/null)" = healthy ]; then
        healthy=$((healthy + 1))
      fi
    done < <(_apps_with "$1")
    if [ "$healthy" -ge "$APP_REPLICAS" ]; then return 0; fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      warn "Only $healthy of $APP_REPLICAS containers of the app were healthy after $HEALTHY_SECONDS seconds."
      return 1
    fi
    sleep 1
  done
  return 1
}

# target_return REVISION
target_return() {
  local image
  image=$(image_of "$1")
  if [ -n "${revision:-}" ] && [ "$revision" != "$1" ]; then _remember "$revision" "$VERSION" failed "$IMAGE"; fi
  _roll_to "$image" || return 1
  revision=$1
  IMAGE=$image
  _write_image
}

# After a first installation that failed: no container, but volumes and networks stay.
target_remove() {
  _remember "$revision" "$VERSION" failed "$IMAGE"
  _quietly compose_with "$IMAGE" rm --force --stop app worker scheduler proxy migrate
}

target_explain() {
  warn "--- Containers, and the end of the app's log"
  docker ps --all --filter "label=com.docker.compose.project=$PROJECT" --format '{{.Names}} {{.Status}}' >&2 || true
  compose_with "$IMAGE" logs --no-color --tail=15 app >&2 || true
}

target_address() {
  if [ -n "${SMOKE_URL:-}" ]; then
    printf '%s' "$SMOKE_URL"
  else
    sed -n 's/^BASE_URL=//p' "$FOLDER/$ENV_FILE" | sed -n 1p
  fi
}

target_done() {
  _remember "$revision" "$VERSION" deployed "$IMAGE"
  _write_image
}

# For whoever types `docker compose up` later: the same image, not the default of the file.
_write_image() {
  local draft=$FOLDER/.env.draft
  umask 077
  { grep -Ev '^(CMS_IMAGE|ENV_FILE)=' "$FOLDER/.env" 2>/dev/null || true; } >"$draft"
  printf 'CMS_IMAGE=%s\nENV_FILE=%s\n' "$IMAGE" "$ENV_FILE" >>"$draft"
  mv "$draft" "$FOLDER/.env"
}

target_by_hand() {
  printf 'DEPLOY_TARGET=compose scripts/rollback.sh %s v%s --revision %s' "$ENVIRONMENT" "$(target_history | awk -F '\t' -v r="$1" '$1 == r { print $2 }')" "$1"
}
