# shellcheck shell=bash
# What the scripts of this folder share: where they keep things between runs, and how they complain.

# Outside of the checkout, so that `make clean` and a fresh clone do not cost minutes.
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cms-backend

die() {
  printf '%s\n' "$*" >&2
  exit 1
}
