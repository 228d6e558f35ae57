#!/usr/bin/env bash
# Makes sure that there is restic, which the tests of backups use: the machine's own, or Debian's package.
set -euo pipefail

if command -v restic >/dev/null; then exit 0; fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Fetching restic for the tests of backups"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if { apt-get update -qq && apt-get install -y -qq --no-install-recommends restic; } >"$log" 2>&1 &&
    command -v restic >/dev/null; then exit 0; fi
  cat "$log" >&2
fi
echo "restic is missing, which the tests of backups need. Install it with: apt-get install restic" >&2
exit 1
