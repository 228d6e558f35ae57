#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: the machine's own, Playwright's, or Debian's package.
set -euo pipefail
cd "$(dirname "$0")/.."

has_browser() { .venv/bin/python -m tests.services.browser >/dev/null 2>&1; }

# On PATH is enough: to start it each time would take seconds.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if has_browser; then exit 0; fi

echo "Fetching Chromium for the browser tests"
if timeout 600 .venv/bin/playwright install chromium >/dev/null 2>&1 && has_browser; then exit 0; fi

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1 &&
    has_browser; then exit 0; fi
  cat "$log" >&2
fi
echo "No Chromium for the browser tests. Install it with: .venv/bin/playwright install --with-deps chromium" >&2
exit 1
