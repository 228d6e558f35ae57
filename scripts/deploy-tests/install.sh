#!/usr/bin/env bash
# Installs Debian packages whose programs are missing.
# Usage: scripts/deploy-tests/install.sh PROGRAM:PACKAGE [...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/deploy-tests/common.sh
. "$here/common.sh"

wanted=()
for pair in "$@"; do
  command -v "${pair%%:*}" >/dev/null || wanted+=("${pair#*:}")
done
if [ ${#wanted[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  die "Missing: ${wanted[*]}. Install them, or have a Docker Engine with access to a registry of images."
fi
echo "Installing ${wanted[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  die "Could not be installed: ${wanted[*]}"
fi
