# shellcheck shell=bash
# Asks a running service, as its users would, whether it works and which version it is. Sourced, not run.

SMOKE_SECONDS=${SMOKE_SECONDS:-90}
smoke_problem=''

# smoke_test ADDRESS VERSION: 0 as soon as all answers are right, five times in a row, so that every pod had its turn.
smoke_test() {
  local address=${1%/} version=$2 deadline=$((SECONDS + SMOKE_SECONDS)) in_a_row=0
  say "Asking $address"
  while [ "$in_a_row" -lt 5 ]; do
    [ -z "$interrupted" ] || return 1
    if _all_is_well "$address" "$version"; then
      in_a_row=$((in_a_row + 1))
      continue
    fi
    in_a_row=0
    if [ "$SECONDS" -ge "$deadline" ]; then
      warn "$smoke_problem"
      return 1
    fi
    sleep 1
  done
}

_all_is_well() {
  _ask "$1/health" "answer.get('version') == sys.argv[1]" "the version to be $2" "$2" &&
    _ask "$1/health/ready" "True" "it to be ready" &&
    _ask "$1/api/v2/pages/?limit=1" "isinstance(answer.get('items'), list)" "a list of pages"
}

# _ask ADDRESS CONDITION WHAT [ARGUMENT]: whether it answers 200 with JSON for which the condition holds.
_ask() {
  local url=$1 condition=$2 expected=$3 answer status
  shift 3
  if ! answer=$(curl --silent --show-error --max-time 10 --write-out '\n%{http_code}' --header 'Accept: application/json' -- "$url" 2>&1); then
    smoke_problem="$url: ${answer%%$'\n'*}"
    return 1
  fi
  status=${answer##*$'\n'}
  if [ "$status" != 200 ]; then
    smoke_problem="$url answers $status."
    return 1
  fi
  if ! printf '%s' "${answer%$'\n'*}" | python3 -c "import json, sys
answer = json.load(sys.stdin)
sys.exit(not (isinstance(answer, dict) and $condition))" "$@" 2>/dev/null; then
    smoke_problem="$url answers 200, but with something else; expected $expected."
    return 1
  fi
}
