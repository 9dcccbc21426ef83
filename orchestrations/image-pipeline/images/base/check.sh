#!/bin/sh
# From outside: a container of $IMAGE runs a command as its entrypoint should.
set -eu
said=$(podman run --rm --network none "$IMAGE" echo well)
[ "$said" = "starts: echo well
well" ] || { echo "it said: $said" >&2; exit 1; }
