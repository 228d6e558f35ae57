# shellcheck shell=bash disable=SC2034,SC2154 # work, VERSION and the others belong to arguments.sh
# How deploy.sh and rollback.sh work on Kubernetes, with Helm 3 or 4. Sourced, not run.
#
# A target is a set of functions: target_check, target_render, target_history, target_lock, target_unlock, target_plan,
# target_upgrade, target_return, target_remove, target_explain, target_address, target_done, target_by_hand.

CHART=helm/cms-backend
RELEASE=${RELEASE:-cms-backend}
NAMESPACE=${NAMESPACE:-cms-backend}
TIMEOUT=${TIMEOUT:-20m}
LOCK=$RELEASE-deploy-lock
locked=''

kube() { kubectl --context "$KUBE_CONTEXT" --namespace "$NAMESPACE" "$@"; }

on_cluster() { helm "$@" --kube-context "$KUBE_CONTEXT" --namespace "$NAMESPACE"; }

# As arguments: in the background a function would be a shell of its own, and a signal would not reach the program.
helm_there=(--kube-context "${KUBE_CONTEXT:-}" --namespace "$NAMESPACE")
all_of_release="--selector=app.kubernetes.io/instance=$RELEASE"

target_check() {
  need helm 'https://helm.sh/docs/intro/install/'
  need kubectl 'https://kubernetes.io/docs/tasks/tools/'
  need python3 ''
  need curl ''
  local problem label
  [ -n "${KUBE_CONTEXT:-}" ] || die "Say which cluster you mean: KUBE_CONTEXT=… Known are:" "$(kubectl config get-contexts -o name 2>&1 | sed 's/^/  /')"
  kubectl config get-contexts -o name 2>/dev/null | grep -Fxq -- "$KUBE_CONTEXT" ||
    die "kubectl knows no context $KUBE_CONTEXT: kubectl config get-contexts"
  problem=$(kube get namespace "$NAMESPACE" --request-timeout=20s -o name 2>&1) ||
    die "The namespace $NAMESPACE cannot be read in $KUBE_CONTEXT. Nothing was changed." "$problem"
  label=$(kube get namespace "$NAMESPACE" -o 'jsonpath={.metadata.labels.environment}')
  if [ -n "$label" ] && [ "$label" != "$ENVIRONMENT" ]; then
    die "The namespace $NAMESPACE in $KUBE_CONTEXT says that it is $label, not $ENVIRONMENT. Nothing was changed."
  fi
  local verb
  for verb in create update; do
    problem=$(kube auth can-i "$verb" deployments.apps 2>&1) ||
      die "You may not $verb deployments in $NAMESPACE of $KUBE_CONTEXT. Nothing was changed." "$problem"
  done
}

# What would be installed, into $work/manifest.yaml: the chart itself refuses values that would not work.
target_render() {
  local file
  chart_values=()
  if [ -f "$CHART/values-$ENVIRONMENT.yaml" ]; then chart_values+=(--values "$CHART/values-$ENVIRONMENT.yaml"); fi
  for file in "${VALUES[@]}"; do chart_values+=(--values "$file"); done
  chart_values+=(--set-string "image.tag=$VERSION")
  if [ -n "$DIGEST" ]; then chart_values+=(--set-string "image.digest=$DIGEST"); fi
  _render
  _refuse_examples
  _find_image
  _check_secrets
}

_render() {
  (umask 077 && helm template "$RELEASE" "$CHART" --namespace "$NAMESPACE" "${chart_values[@]}" >"$work/manifest.yaml" 2>"$work/problem") ||
    die "The chart cannot be rendered with these values. Nothing was changed." "$(_without_secrets <"$work/problem")"
}

# The files of the chart for staging and production are examples, which VALUES are laid over.
_refuse_examples() {
  local left
  left=$(grep -E '^  [A-Z0-9_]+: .*[/@.]example\.com\b' "$work/manifest.yaml" | sort -u) || return 0
  die "These values are still those of the example. Nothing was changed." "$left" "Say your own, or an empty one: --values FILE"
}

# Helm quotes the value that it refuses, be it a password.
_without_secrets() { sed "s#\\(at '/secrets/values[^']*'\\): .*#\\1: not what is expected there#"; }

_image_in_manifest() {
  sed -n 's/^ *image: "\{0,1\}\([^" ]*\)"\{0,1\} *$/\1/p' "$work/manifest.yaml" | sed -n 1p
}

# By digest, so that what runs is what was looked for here, whatever the tag says later.
_find_image() {
  local image found
  image=$(_image_in_manifest)
  if found=$(digest_of "$image"); then
    if [ -z "$DIGEST" ]; then
      DIGEST=$found
      chart_values+=(--set-string "image.digest=$DIGEST")
      _render
    fi
  elif [ -z "$DIGEST" ]; then
    die "The image $image was not found. Nothing was changed." "$found"
  elif [ "$found" = 'no tool' ]; then
    warn "The registry was not asked for $image: neither skopeo nor crane nor docker buildx is here."
  else
    die "The image $image was not found. Nothing was changed." "$found"
  fi
  IMAGE=$(_image_in_manifest)
}

# digest_of IMAGE: prints its digest, or why there is none. Whatever a tool says besides is not taken for a digest.
digest_of() {
  local said
  if command -v skopeo >/dev/null; then
    said=$(skopeo inspect --no-tags --format '{{.Digest}}' "docker://$1" 2>&1) || true
  elif command -v crane >/dev/null; then
    said=$(crane digest "$1" 2>&1) || true
  elif docker buildx version >/dev/null 2>&1; then
    said=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1" 2>&1) || true
  else
    printf 'no tool'
    return 1
  fi
  grep -Eox 'sha256:[0-9a-f]{64}' <<<"$said" || {
    printf '%s' "$said"
    return 1
  }
}

# Secrets that the pods read and the chart does not make must be there, or the pods would wait for them for ever.
_check_secrets() {
  local name missing=()
  while IFS= read -r name; do
    [ -z "$name" ] || kube get secret "$name" -o name >/dev/null 2>&1 || missing+=("$name")
  done < <(
    python3 - "$work/manifest.yaml" <<'PYTHON'
import re
import sys

manifest = open(sys.argv[1], encoding="utf-8").read()
made = set()
for document in re.split(r"^---$", manifest, flags=re.MULTILINE):
    if re.search(r"^kind: (Secret|ExternalSecret)$", document, re.MULTILINE):
        made.update(re.findall(r"^  name: \"?([\w.-]+)", document, re.MULTILINE))
        made.update(re.findall(r"^  target:\n    name: \"?([\w.-]+)", document, re.MULTILINE))
read = set(re.findall(r"secret(?:Key)?Ref:\n(?: +key: .*\n)? +name: \"?([\w.-]+)", manifest))
read |= set(re.findall(r"secretKeyRef: *\{[^}]*name: \"?([\w.-]+)", manifest))
print("\n".join(sorted(read - made)))
PYTHON
  )
  if [ "${#missing[@]}" -gt 0 ]; then
    die "These Secrets are not in the namespace $NAMESPACE: ${missing[*]}. Nothing was changed." "Make them first: docs/operations/install.md"
  fi
}

# Revision, version and state of each deployment that is remembered, oldest first.
target_history() {
  local answer problem=$work/problem
  if ! answer=$(on_cluster history "$RELEASE" --output json 2>"$problem"); then
    if grep -q 'release: not found' "$problem"; then return 0; fi
    die "helm cannot read the history of $RELEASE. Nothing was changed." "$(cat "$problem")"
  fi
  printf '%s' "$answer" | python3 -c 'import json, sys
for entry in json.load(sys.stdin):
    print(entry["revision"], entry["app_version"], entry["status"], sep="\t")'
}

target_lock() {
  local problem
  if problem=$(kube create configmap "$LOCK" "--from-literal=by=$(id -un)@$(hostname) $$, since $(date -u +%FT%TZ)" 2>&1); then
    locked=yes
    return
  fi
  if [[ $problem == *AlreadyExists* || $problem == *'already exists'* ]]; then
    die "Somebody else is at it: $(kube get configmap "$LOCK" -o 'jsonpath={.data.by}' 2>/dev/null). Nothing was changed." \
      "If that process is dead, look at 'helm history $RELEASE -n $NAMESPACE', then: kubectl delete configmap $LOCK -n $NAMESPACE"
  fi
  die "The lock $LOCK cannot be taken. Nothing was changed." "$problem"
}

target_unlock() {
  [ -n "$locked" ] || return 0
  kube delete configmap "$LOCK" --ignore-not-found >/dev/null ||
    warn "The lock is left. Take it away: kubectl delete configmap $LOCK -n $NAMESPACE"
  locked=''
}

target_plan() {
  say "  helm upgrade --install $RELEASE $CHART, namespace $NAMESPACE of $KUBE_CONTEXT, with ${chart_values[*]}"
  say "  Objects: $(sed -n 's/^kind: //p' "$work/manifest.yaml" | sort | uniq -c | awk '{printf "%s%s %s", sep, $1, $2; sep=", "}')"
  say "  The migration runs first, in a Job of the new version; then pods are replaced, one at a time."
}

target_upgrade() {
  patiently "$work/helm.log" helm upgrade "$RELEASE" "$CHART" "${helm_there[@]}" --install --reset-values --wait \
    --timeout "$TIMEOUT" --history-max 20 "${chart_values[@]}" || {
    grep -E '^(Error|UPGRADE FAILED)' "$work/helm.log" >&2 || cat "$work/helm.log" >&2
    return 1
  }
  patiently "$work/rollout.log" kubectl "${helm_there[@]/#--kube-context/--context}" rollout status deployment \
    "$all_of_release" "--timeout=$TIMEOUT" || {
    tail -n 5 "$work/rollout.log" >&2
    return 1
  }
  patiently "$work/test.log" helm test "$RELEASE" "${helm_there[@]}" --logs --timeout 5m || {
    cat "$work/test.log" >&2
    return 1
  }
}

# target_return REVISION
target_return() {
  on_cluster rollback "$RELEASE" "$1" --wait --timeout "$TIMEOUT" >/dev/null &&
    kube rollout status deployment "$all_of_release" "--timeout=$TIMEOUT" >/dev/null
}

# After a first installation that failed. The database and the files are elsewhere, and stay.
target_remove() {
  on_cluster uninstall "$RELEASE" --wait --timeout "$TIMEOUT" --ignore-not-found
}

# What an operator would look at first. No values, no environment: nothing secret.
target_explain() {
  warn "--- Pods that are not ready, what happened to them, and the end of the migration's log"
  {
    kube get pods "$all_of_release" --request-timeout=20s || true
    kube get events --field-selector type=Warning --sort-by=.lastTimestamp --request-timeout=20s | tail -n 15 || true
    kube logs "job/$RELEASE-migrate" --all-containers --tail=30 --request-timeout=20s || true
  } >&2 2>/dev/null
}

target_address() {
  if [ -n "${SMOKE_URL:-}" ]; then
    printf '%s' "$SMOKE_URL"
  elif [ -s "$work/manifest.yaml" ]; then
    sed -n 's/^ *BASE_URL: "\{0,1\}\([^" ]*\)"\{0,1\}$/\1/p' "$work/manifest.yaml" | sed -n 1p
  else
    kube get configmap "$RELEASE-config" -o 'jsonpath={.data.BASE_URL}'
  fi
}

# Nothing is kept outside the cluster.
target_done() { :; }

# target_by_hand REVISION: what a person would type.
target_by_hand() {
  printf 'helm rollback %s %s --namespace %s --kube-context %s --wait --timeout %s' "$RELEASE" "$1" "$NAMESPACE" "$KUBE_CONTEXT" "$TIMEOUT"
}
