#!/usr/bin/env bash
# Compiles requirements/*.in to hashed .txt files, all with the same versions. `dev` holds every other set, so it is
# solved first and constrains the rest. Set UPGRADE=1 to move to the newest versions that the .in files allow.
set -euo pipefail
cd "$(dirname "$0")/../requirements"

uv=$(command -v uv || echo ../.venv/bin/uv)
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url)
if [ -n "${UPGRADE:-}" ]; then options+=(--upgrade); fi

"$uv" pip compile "${options[@]}" dev.in -o dev.txt
for name in base production demo test lint audit; do
  "$uv" pip compile "${options[@]}" --constraint dev.txt "$name.in" -o "$name.txt"
done
for name in uv deploy; do "$uv" pip compile "${options[@]}" "$name.in" -o "$name.txt"; done
