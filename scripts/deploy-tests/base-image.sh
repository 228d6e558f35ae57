#!/usr/bin/env bash
# Makes a stand-in for the image python:3.12-slim-bookworm from Debian's packages and a Python 3.12 of this machine, for
# machines that reach no registry of images. It proves what the Dockerfile does; it says nothing about the contents of
# the published image. Kept outside of the checkout: made once, in about two minutes, and loaded in seconds afterwards.
# Usage: scripts/deploy-tests/base-image.sh TAG
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/deploy-tests/common.sh
. "$here/common.sh"

tag=${1:?the tag to give the image}
path=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
# Not in the place of Debian's own bundle, which updates of packages write anew.
certificates=/etc/ssl/machine-certificates.crt
recipe=$(cksum <"$0" | cut -d ' ' -f 1)
label=org.example.cms-backend.base=$recipe

if [ -n "$(docker image ls --quiet --filter "reference=$tag" --filter "label=$label")" ]; then exit 0; fi
"$here/install.sh" debootstrap:debootstrap
work=$cache/base-$recipe
archive=$work.tar

# The folder of a Python 3.12 that can be copied: one that was built from source, as pyenv's are.
find_python() {
  local python prefix
  for python in "$HOME"/.pyenv/versions/3.12.*/bin/python3.12 python3.12; do
    prefix=$("$python" -c 'import sys; print(sys.base_prefix)' 2>/dev/null) || continue
    if [ "$prefix" != /usr ]; then
      printf '%s' "$prefix"
      return
    fi
  done
}

copy_python() {
  cp -a "$1/." "$2/usr/local/"
  (
    cd "$2/usr/local"
    rm -rf lib/python3.12/{test,idlelib,turtledemo,tkinter} lib/libpython3.12.a lib/python3.12/config-3.12-*
    rm -rf lib/python3.12/site-packages bin/{pip*,idle*,2to3*,pydoc*} share
    find . -name __pycache__ -prune -exec rm -rf {} +
    ln -sf python3.12 bin/python3
    ln -sf python3.12 bin/python
  )
}

make_root() {
  local root=$1 mirror python
  mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb *\(\[[^]]*\]\)\? *\(http[^ ]*\).*/\2/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "${mirror:-http://deb.debian.org/debian}"
  # How this machine reaches packages: names, certificates, proxies.
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp /etc/ssl/certs/ca-certificates.crt "$root$certificates"
  cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
  if [ -e /etc/apt/sources.list.d/debian.sources ]; then
    rm -f "$root/etc/apt/sources.list"
    cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
  fi
  printf '[global]\ncert = %s\n' "$certificates" >"$root/etc/pip.conf"
  local packages=(libssl3 libsqlite3-0 libffi8 libbz2-1.0 liblzma5 libreadline8 libncursesw6 libexpat1 libuuid1 zlib1g tzdata netbase)
  python=$(find_python)
  if [ -z "$python" ]; then
    echo "No Python 3.12 that can be copied was found: the stand-in gets Debian's 3.11." >&2
    packages+=(python3-pip python3-venv)
  fi
  mount -t proc proc "$root/proc"
  # shellcheck disable=SC2064
  trap "umount '$root/proc'" EXIT
  chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -ec \
    'apt-get update -qq; apt-get upgrade -y -qq; apt-get install -y -qq --no-install-recommends "$@"; apt-get clean' sh "${packages[@]}"
  if [ -n "$python" ]; then
    copy_python "$python" "$root"
    chroot "$root" sh -ec 'ldconfig; python3 -m ensurepip >/dev/null; ln -sf pip3 /usr/local/bin/pip
      find /usr/local -name __pycache__ -prune -exec rm -rf {} +'
  else
    chroot "$root" sh -ec 'ln -sf /usr/bin/python3 /usr/local/bin/python; ln -sf /usr/bin/python3 /usr/local/bin/python3'
  fi
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/* "$root"/usr/share/{doc,man,info}/* "$root"/var/log/*
}

if [ ! -e "$archive" ]; then
  echo "Making a base image from Debian's packages, once" >&2
  rm -rf "$cache"/base-*
  mkdir -p "$work"
  (make_root "$work") >"$work.log" 2>&1 || {
    tail -n 30 "$work.log" >&2
    die "The base image could not be made. All it said: $work.log"
  }
  tar -C "$work" --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -cf "$archive.part" .
  mv "$archive.part" "$archive"
  rm -rf "$work"
fi
docker import --change "ENV PATH=$path LANG=C.UTF-8 SSL_CERT_FILE=$certificates" \
  --change 'CMD ["python3"]' --change "LABEL $label" "$archive" "$tag" >/dev/null
