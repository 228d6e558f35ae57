#!/usr/bin/env bash
# Makes a backup where the CMS runs. The options of scripts/operate.sh come first, then those of `manage.py backup`.
# Usage: scripts/backup.sh [--in checkout|compose|kubernetes] [--namespace NAME] [--show] [--list | --dry-run | …]
set -euo pipefail

where=()
while [ $# -gt 0 ]; do
  case $1 in
    --in | --namespace)
      where+=("$1" "${2:-}")
      shift $(($# > 1 ? 2 : 1))
      ;;
    --show)
      where+=("$1")
      shift
      ;;
    *) break ;;
  esac
done
exec "$(dirname "$0")/operate.sh" "${where[@]}" backup "$@"
