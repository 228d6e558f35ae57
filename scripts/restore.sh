#!/usr/bin/env bash
# Restores a backup where the CMS runs, or tries whether that would work. Stop web, worker and scheduler first.
# The options of scripts/operate.sh come first, then the arguments of `manage.py restore_backup`, such as
#   scripts/restore.sh --in compose latest --to-this-installation --dry-run
# With --drill they are those of `manage.py restore_drill`: none, or the name of a backup.
# Usage: scripts/restore.sh [--in checkout|compose|kubernetes] [--namespace NAME] [--show] [--drill] [ARGUMENT ...]
set -euo pipefail

where=()
command=restore_backup
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
    --drill)
      command=restore_drill
      shift
      ;;
    *) break ;;
  esac
done
if [ $# -eq 0 ] && [ "$command" = restore_backup ]; then
  echo "Nothing was restored. Say what and where, such as: scripts/restore.sh latest --to-this-installation" >&2
  exit 2
fi
exec "$(dirname "$0")/operate.sh" "${where[@]}" "$command" "$@"
