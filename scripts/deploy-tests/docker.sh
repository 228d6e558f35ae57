#!/usr/bin/env bash
# Runs a command with a Docker Engine at hand. The one that answers already is used as it is; on a plain Debian machine,
# as root, one is started for the command and ended with it. What it stores is kept for the next run.
#
# Usage: scripts/deploy-tests/docker.sh build    COMMAND [ARGUMENT ...]     builds reach package registries; no networks
#        scripts/deploy-tests/docker.sh networks COMMAND [ARGUMENT ...]     real networks, in a namespace of their own
#
# The command gets DOCKER_HOST, and STARTED_ENGINE=1 when the engine was started here: such a machine is taken to reach no
# registry of images (see images.sh). With `networks` it also gets DOCKER_NETNS, the file of the network namespace that
# published ports are in, when that is not this machine's own; the firewall of this machine is never touched. Two
# commands never have the started engine at a time: the second one waits.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/deploy-tests/common.sh
. "$here/common.sh"

mode=${1:-}
case $mode in build | networks) shift ;; *) die "Usage: $0 build|networks COMMAND [ARGUMENT ...]" ;; esac
[ $# -gt 0 ] || die "Usage: $0 $mode COMMAND [ARGUMENT ...]"

if docker info >/dev/null 2>&1; then
  exec "$@"
fi
[ "$(id -u)" -eq 0 ] || die "No Docker Engine answers, and only root can start one. Start Docker and try again."
"$here/install.sh" dockerd:docker.io docker-compose:docker-compose ip:iproute2 iptables:iptables

state=$cache/docker
mkdir -p "$state"
run=$(mktemp -d /tmp/cms-docker-XXXXXX)
engine='' command=''

# shellcheck disable=SC2329
end() {
  # Only what was started here, by its number. The engine stops its containers itself.
  if [ -n "$command" ]; then kill "$command" 2>/dev/null && wait "$command" 2>/dev/null || true; fi
  if [ -n "$engine" ] && kill "$engine" 2>/dev/null; then
    for _ in $(seq 150); do
      [ -d "/proc/$engine" ] || break
      sleep 0.2
    done
    if [ -d "/proc/$engine" ]; then kill -9 "$engine" 2>/dev/null || true; fi
  fi
  if grep -q " $run/exec/netns/default " /proc/mounts; then umount "$run/exec/netns/default" || true; fi
  rm -rf "$run"
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

exec 9>"$state/lock"
flock --wait 3600 9 || die "Another run has had the engine in $state for an hour."

options=(--storage-driver=overlay2 --data-root "$state/data" --exec-root "$run/exec" --pidfile "$run/pid" -H "unix://$run/docker.sock")
before=()
if [ "$mode" = build ]; then
  options+=(--iptables=false --bridge=none)
else
  # shellcheck disable=SC2016
  before=(unshare --net sh -c 'ip link set lo up && exec "$0" "$@"')
fi
# The engine dies with this script, whatever happens to it.
setpriv --pdeathsig TERM "${before[@]}" dockerd "${options[@]}" >"$run/log" 2>&1 9>&- &
engine=$!
export DOCKER_HOST=unix://$run/docker.sock STARTED_ENGINE=1
for _ in $(seq 300); do
  if docker info >/dev/null 2>&1; then break; fi
  if [ ! -d "/proc/$engine" ]; then
    tail -n 20 "$run/log" >&2
    engine=''
    die "The Docker Engine could not be started. If its store is damaged: rm -rf $state"
  fi
  sleep 0.2
done
docker info >/dev/null 2>&1 || die "The Docker Engine did not answer within a minute."

# What a run that was killed has left behind: nobody else has this engine, and some containers start again with it.
for container in $(docker ps --all --quiet); do docker rm --force --volumes "$container" >/dev/null; done
docker network prune --force >/dev/null
docker volume prune --force >/dev/null

if [ "$mode" = networks ]; then export DOCKER_NETNS=/proc/$engine/ns/net; fi

setpriv --pdeathsig TERM "$@" 9>&- <&0 &
command=$!
status=0
wait "$command" || status=$?
command=''
exit "$status"
