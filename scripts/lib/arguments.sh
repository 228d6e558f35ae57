# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is read by those who source this
# The arguments that deploy.sh and rollback.sh share, and what both read from a history. Sourced, not run.

ENVIRONMENT='' VERSION='' DIGEST='' DRY_RUN='' NO_WAY_BACK='' SCHEMA_CHECKED='' REVISION='' IMAGE=''
VALUES=()

# read_arguments deploy|rollback ARGUMENT…
read_arguments() {
  local script=$1 positional=()
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --dry-run) DRY_RUN=yes ;;
      --schema-checked) SCHEMA_CHECKED=yes ;;
      --no-way-back) [ "$script" = deploy ] || usage "$script" && NO_WAY_BACK=yes ;;
      --digest) [ "$script" = deploy ] && [ $# -gt 1 ] || usage "$script" && DIGEST=$2 && shift ;;
      --values) [ "$script" = deploy ] && [ $# -gt 1 ] || usage "$script" && add_values "$2" && shift ;;
      --revision) [ "$script" = rollback ] && [ $# -gt 1 ] || usage "$script" && REVISION=$2 && shift ;;
      -*) usage "$script" ;;
      *) positional+=("$1") ;;
    esac
    shift
  done
  [ "${#positional[@]}" -eq 2 ] || usage "$script"
  ENVIRONMENT=${positional[0]}
  case $ENVIRONMENT in
    staging | production) ;;
    *) die 2 "The environment is staging or production, not '$ENVIRONMENT'." ;;
  esac
  VERSION=$(plain_version "${positional[1]}")
  if [ -n "$DIGEST" ]; then
    [[ $DIGEST =~ ^sha256:[0-9a-f]{64}$ ]] || die 2 "'$DIGEST' is no digest such as sha256:…"
  fi
  work=$(mktemp -d)
  trap clean_up EXIT
}

clean_up() {
  if declare -F target_unlock >/dev/null; then target_unlock; fi
  rm -rf "$work"
}

# Relative to where the caller was before the script went to the root of the checkout.
add_values() {
  local file=$1
  [[ $file == /* ]] || file=$OLDPWD/$file
  [ -r "$file" ] || die 2 "The file $1 cannot be read."
  VALUES+=("$file")
}

usage() {
  sed -n '/^# Usage:/,/^#$/p' "scripts/$1.sh" | sed 's/^# \{0,1\}//' >&2
  exit 2
}

choose_target() {
  case ${DEPLOY_TARGET:=helm} in
    helm) source scripts/lib/on_helm.sh ;;
    compose) source scripts/lib/on_compose.sh ;;
    *) die 2 "DEPLOY_TARGET is helm or compose, not '$DEPLOY_TARGET'." ;;
  esac
}

# deployed HISTORY revision|version: of what runs now; nothing when nothing does.
deployed() {
  local column=1
  if [ "$2" = version ]; then column=2; fi
  printf '%s\n' "$1" | awk -F '\t' -v column="$column" '$3 == "deployed" { found = $column } END { print found }'
}

# newest_version HISTORY: the newest that was ever tried, with or without success: its migrations may have been applied.
newest_version() {
  printf '%s\n' "$1" | cut -f 2 | newest_of
}
