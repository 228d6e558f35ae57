# shellcheck shell=bash
# What deploy.sh and rollback.sh say, and what they do when they are interrupted. Sourced, not run.

say() { printf '%s\n' "$*"; }

warn() { printf '%s\n' "$*" >&2; }

# die [CODE] MESSAGE…
die() {
  local code=1
  if [[ $1 =~ ^[0-9]+$ ]]; then
    code=$1
    shift
  fi
  printf '%s\n' "$@" >&2
  exit "$code"
}

need() {
  command -v "$1" >/dev/null || die "$1 is needed and is not on PATH. $2"
}

interrupted=''
child=''

# From here on a signal no longer ends this script at once: what was begun is undone first.
watch_signals() {
  trap 'on_signal INT' INT
  trap 'on_signal TERM' TERM
  trap 'on_signal HUP' HUP
}

on_signal() {
  interrupted=$1
  warn "Interrupted (SIG$1)."
  if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null || true; fi
}

# patiently LOG COMMAND…: run a program (no function: a signal would end only the shell round it) to its end, its output
# in LOG; pass on a signal that this script gets; return the program's status, or 1 after a signal.
patiently() {
  [ -z "$interrupted" ] || return 1
  local log=$1 status
  shift
  "$@" >"$log" 2>&1 &
  child=$!
  while :; do
    status=0
    wait "$child" || status=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=''
  [ -z "$interrupted" ] || return 1
  return "$status"
}

# For what must not be left half done.
ignore_signals() {
  trap 'warn "Please wait: the way back must not be interrupted."' INT TERM HUP
}

# The exit code of a script that has cleaned up after a signal.
code_of_signal() {
  case $interrupted in
    INT) printf 130 ;;
    TERM) printf 143 ;;
    HUP) printf 129 ;;
    *) printf '%s' "$1" ;;
  esac
}
