#!/usr/bin/env bash
# Looks up whether the packages that are shipped have known vulnerabilities: what the image installs, and what the
# TypeScript client is built with. Fails when there are any, and when nobody could be asked: "none found" must mean that
# somebody has looked. Needs the network.
# Usage: scripts/audit-dependencies.sh [python] [javascript]      (both)
set -euo pipefail
cd "$(dirname "$0")/.."
venv=var/audit/venv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# An old release of Django, never installed. Whoever finds nothing against it has not looked.
known_to_be_vulnerable='django==3.2.0'

audit() {
  "$venv/bin/pip-audit" --strict --disable-pip --progress-spinner=off "$@"
}

python_packages() {
  VENV=$venv scripts/setup.sh audit
  printf '%s\n' "$known_to_be_vulnerable" >"$work/canary.txt"
  if audit --no-deps --format=json --requirement "$work/canary.txt" >"$work/canary.json" 2>"$work/problem" ||
    ! grep -Eq '"id": *"(PYSEC|GHSA|CVE)-' "$work/canary.json"; then
    tail -n 5 "$work/problem" >&2
    echo "Nothing was found against $known_to_be_vulnerable: the database of vulnerabilities was not reached. Nothing was audited." >&2
    return 1
  fi
  audit --require-hashes --requirement requirements/production.txt
}

# `npm audit` ends with 1 for both, an error and a finding. Only a report is believed.
javascript_packages() {
  local status=0
  (cd site/sdk && npm audit --json --package-lock-only) >"$work/npm.json" 2>"$work/problem" || status=$?
  python3 - "$work/npm.json" "$status" <<'PYTHON' || {
import json
import sys

try:
    report = json.load(open(sys.argv[1], encoding="utf-8"))
    counted = report["metadata"]["vulnerabilities"]
    looked_at = report["metadata"]["dependencies"]["total"]
except (ValueError, KeyError, TypeError):
    sys.exit("npm audit gave no report: the database of vulnerabilities was not reached. Nothing was audited.")
if not looked_at:
    sys.exit("npm audit looked at no package. Nothing was audited.")
serious = counted["high"] + counted["critical"]
print(f"{looked_at} JavaScript packages: {counted['total']} known vulnerabilities, {serious} high or critical")
if serious:
    for name, finding in report["vulnerabilities"].items():
        print(f"  {name}: {finding['severity']}")
sys.exit(bool(serious) or int(sys.argv[2]) > 1)
PYTHON
    tail -n 5 "$work/problem" >&2
    return 1
  }
}

if [ $# -eq 0 ]; then set -- python javascript; fi
failed=()
for kind in "$@"; do
  case $kind in
    python) python_packages || failed+=("$kind") ;;
    javascript) javascript_packages || failed+=("$kind") ;;
    *)
      echo "Usage: $0 [python] [javascript]" >&2
      exit 2
      ;;
  esac
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "Failed: ${failed[*]}" >&2
  exit 1
fi
