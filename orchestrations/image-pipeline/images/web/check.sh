#!/bin/sh
# From outside: a container of $IMAGE serves its page at the port that it exposes.
set -eu
container=$(podman run --detach --publish 127.0.0.1::8080 "$IMAGE")
trap 'podman rm --force --time 0 "$container" > /dev/null' EXIT
address=$(podman port "$container" 8080)
page=$(curl -fsS --retry 30 --retry-delay 1 --retry-all-errors --max-time 10 "http://$address/") ||
  { podman logs "$container" >&2; exit 1; }
case $page in
  *'It works'*) ;;
  *) echo "it served: $page" >&2; exit 1 ;;
esac
