#!/usr/bin/env bash
# Makes the virtual environment .venv and installs the named requirements sets into it, with hashes checked.
# Usage: [VENV=folder] scripts/setup.sh SET [SET ...]      (SET is a file of requirements/, such as `test`)
# Nothing is done when they are installed already.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then
      printf '%s' "$candidate"
      return
    fi
  done
  die "Python 3.11 or newer is needed; $("${PYTHON:-python3}" --version 2>&1 || true) was found. Name another one: make PYTHON=/path/to/python3.12 …"
}

make_environment() {
  if [ -x "$venv/bin/python" ] && new_enough "$venv/bin/python"; then return; fi
  local python
  python=$(find_python)
  echo "Creating the virtual environment $venv"
  mkdir -p "$(dirname "$venv")"
  "$python" -m venv --clear "$venv" >/dev/null 2>.venv-error || {
    cat .venv-error >&2
    rm -f .venv-error
    die "The virtual environment could not be made. On Debian and Ubuntu: apt-get install python3-venv"
  }
  rm -f .venv-error
}

find_uv() {
  if command -v uv >/dev/null 2>&1; then
    command -v uv
    return
  fi
  if [ ! -x "$venv/bin/uv" ]; then
    echo "Fetching the installer uv into $venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt >&2
  fi
  printf '%s' "$venv/bin/uv"
}

install_set() {
  local file="requirements/$1.txt" stamp uv
  [ -f "$file" ] || die "There is no $file."
  stamp="$venv/.installed-$1-$(cksum <"$file" | tr ' ' '-')"
  if [ -e "$stamp" ]; then return; fi
  uv=$(find_uv)
  echo "Installing $file"
  "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$file"
  touch "$stamp"
}

make_environment
for name in "$@"; do install_set "$name"; done
