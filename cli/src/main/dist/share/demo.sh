#!/bin/sh
# Shows directord's main job on this machine: a server and three clients as processes of their own,
# in a temporary directory, on free ports, with a freshly made shared key. Leaves nothing behind. Ends
# with an error if something did not go as it says.
set -eu

home=$(cd -P "$(dirname "$0")/.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/directord-demo.XXXXXX")
PATH=$home/bin:$PATH
pids=

clean_up() {
  status=$?
  trap - EXIT INT TERM HUP
  for pid in $pids; do
    kill "$pid" 2>/dev/null || :
  done
  for pid in $pids; do
    wait "$pid" 2>/dev/null || :
  done
  if [ "$status" -ne 0 ]; then
    printf '\nThe demo ended early. What server and clients said:\n' >&2
    for log in "$work"/*.log; do
      sed "s|^|${log##*/}: |" "$log" >&2
    done
  fi
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A word as one would type it.
typed() {
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./:=,@%+-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
}

# step SENTENCE STATUS PATTERN COMMAND...: shows what a command does, and holds it to that.
step() {
  sentence=$1 expected=$2 pattern=$3
  shift 3
  printf '\n\n== %s\n$%s\n' "$sentence" "$(typed "$@")"
  status=0
  "$@" > "$work/shown" 2>&1 || status=$?
  cat "$work/shown"
  if [ "$status" -ne "$expected" ]; then
    echo "demo: exit status $expected was expected, not $status" >&2
    exit 1
  fi
  if ! grep -q -e "$pattern" "$work/shown"; then
    echo "demo: '$pattern' was expected in the output" >&2
    exit 1
  fi
}

# start NAME COMMAND...: a process that stays, in a directory of its own.
start() {
  name=$1
  shift
  mkdir -p "$work/$name"
  printf '$%s\n' "$(typed "$@")"
  (
    cd "$work/$name"
    DIRECTORD_STATE_PATH=$work/$name/state DIRECTORD_CACHE_PATH=$work/$name/cache exec "$@"
  ) > "$work/$name.log" 2>&1 &
  pids="$! $pids"
}

# Whatever the user's own directord is set to is none of the demo's business.
for variable in $(env | sed -n 's/^\(DIRECTORD_[A-Z_]*\)=.*/\1/p'); do
  [ "$variable" = DIRECTORD_JAVA_OPTS ] || unset "$variable"
done
: > "$work/config.yaml"
DIRECTORD_CONFIG_FILE=$work/config.yaml
DIRECTORD_SHARED_KEY=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
DIRECTORD_JOB_PORT=$("$home/share/free-port.sh")
DIRECTORD_BACKEND_PORT=$("$home/share/free-port.sh")
DIRECTORD_BIND_ADDRESS=127.0.0.1
DIRECTORD_SOCKET_PATH=$work/directord.sock
export PATH DIRECTORD_CONFIG_FILE DIRECTORD_SHARED_KEY DIRECTORD_JOB_PORT DIRECTORD_BACKEND_PORT \
  DIRECTORD_BIND_ADDRESS DIRECTORD_SOCKET_PATH

cat << END
== A server and three clients, each a process as on machines of their own, in $work.
   Ports, socket and a fresh shared key are set by variables (DIRECTORD_JOB_PORT and so on).
END
start server directord server
for node in node-1 node-2 node-3; do
  start "$node" directord --identity "$node" client --server-address 127.0.0.1 \
    --machine-id "demo-$node"
done

tries=0
until [ "$(directord manage --list-nodes 2>/dev/null | grep -c '^node-')" -eq 3 ]; do
  tries=$((tries + 1))
  for pid in $pids; do
    kill -0 "$pid" 2>/dev/null || { echo "demo: a process ended at its start" >&2; exit 1; }
  done
  if [ "$tries" -gt 150 ]; then
    echo "demo: the clients did not join" >&2
    exit 1
  fi
  sleep 0.2
done

cd "$work"
printf 'Hello from the operator.\n' > greeting.txt
cat > site.yaml << 'END'
- name: prepare
  jobs:
  - WORKDIR: "{{ home }}/app"
  - COPY: --chmod=0600 greeting.txt {{ home }}/app/
  - RUN: test "$(basename {{ home }})" != node-2
    name: succeeds on all nodes but node-2
  - RUN: touch {{ home }}/app/ready
    name: comes after it
- name: look
  jobs:
  - RUN: ls {{ home }}/app
END

step 'The nodes have joined: each has proved that it knows the shared key.' \
  0 '^Total Items: 3' directord manage --list-nodes

step 'A command runs on all nodes at once; its output is shown as it comes.' \
  0 '^Job Success' directord exec --stream --verb RUN 'echo "I am process $PPID in $(pwd)"'

step 'Each node keeps what a command printed as its own argument, here "home".' \
  0 '^Job Success' directord exec --poll --verb RUN '--stdout-arg home pwd'

step 'A file goes to all nodes, encrypted, to a path made of that argument.' \
  0 '^Job Success' \
  directord exec --poll --verb COPY '--chmod=0640 greeting.txt {{ home }}/greeting.txt'

step 'It has arrived on each, with the mode that was asked for.' \
  0 '^-rw-r-----' ls -l node-1/greeting.txt node-2/greeting.txt node-3/greeting.txt

step 'An orchestration is a file: two parents, each a list of jobs.' \
  0 'name: prepare' cat site.yaml

step 'One job fails on node-2. What follows it in its parent is left out there; other nodes and the
   other parent go on. The exit status is 1.' \
  1 '^Job Degraded' directord orchestrate site.yaml --poll --check

step 'So "ready" is there on two of three nodes.' \
  0 'node-3/app/ready' sh -c 'ls node-*/app/ready; test ! -e node-2/app/ready'

step 'The server keeps what became of every job.' \
  0 '^Total Items: 8' directord manage --list-jobs

step 'And all that is known of one, here the last.' \
  0 '^STDOUT .*node-1 = ' directord manage --job-info last

cat << END


== That was the demo; its processes are ended and its directory is removed now. For real:

  on one machine     directord server
                     (at its first start it makes a shared key and says in which file)
  on every node      directord client --server-address HOST
                     (with a copy of that file at the same place)
  beside the server  directord exec --stream --verb RUN 'uname -r'

directord is $home/bin/directord.
END
