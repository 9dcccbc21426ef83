#!/bin/sh
# Makes lib/directord-N.jsa, an archive of loaded classes with which every command starts in a
# fraction of the time and processes share memory. It holds for this directory and this Java runtime, of
# version N: run this again after moving the one or changing the other. It runs the usual commands
# once, with a server and a client of their own. With --if-needed it does nothing, and prints nothing, where
# the archive that is there is one that this Java takes; else it says what it has made.
set -eu

home=$(cd -P "$(dirname "$0")/.." && pwd -P)
if [ -z "${JAVA_HOME:-}" ] && [ -x "$home/java/bin/java" ]; then
  JAVA_HOME=$home/java
  export JAVA_HOME
fi
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
archive=$home/lib/directord-$version.jsa
part=$home/lib/directord-$version.part.jsa
if [ "${1:-}" = --if-needed ] && [ -r "$archive" ] &&
  "$java" -Xmx64m -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Xshare:on \
    -XX:SharedArchiveFile="$archive" -cp "$home/lib/directord.jar" -version > /dev/null 2>&1; then
  exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/directord-archive.XXXXXX")
server=
client=

clean_up() {
  status=$?
  trap - EXIT
  for pid in $client $server; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || :
  done
  [ "$status" -eq 0 ] || cat "$work"/*.log >&2 2>/dev/null || :
  rm -rf "$work" "$part"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs directord, noting the classes that it loads; what it says is shown only if something fails. What
# runs once is not worth to be optimized.
recorded() {
  name=$1
  shift
  DIRECTORD_JAVA_OPTS="-XX:DumpLoadedClassList=$work/$name.classes -XX:TieredStopAtLevel=1 \
-XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput" \
    exec "$home/bin/directord" "$@" > "$work/$name.log" 2>&1
}

rm -f "$archive"
unset DIRECTORD_IDENTITY DIRECTORD_CONFIG_FILE DIRECTORD_DEBUG 2>/dev/null || :
DIRECTORD_SHARED_KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
DIRECTORD_JOB_PORT=$("$home/share/free-port.sh")
DIRECTORD_BACKEND_PORT=$("$home/share/free-port.sh")
DIRECTORD_HEARTBEAT_INTERVAL=60
DIRECTORD_BIND_ADDRESS=127.0.0.1
DIRECTORD_SERVER_ADDRESS=127.0.0.1
DIRECTORD_SOCKET_PATH=$work/socket
DIRECTORD_STATE_PATH=$work/state
DIRECTORD_CACHE_PATH=$work/cache
DIRECTORD_CONFIG_FILE=$work/config.yaml
echo 'debug: false' > "$DIRECTORD_CONFIG_FILE"
HOME=$work
export DIRECTORD_SHARED_KEY DIRECTORD_JOB_PORT DIRECTORD_BACKEND_PORT DIRECTORD_BIND_ADDRESS \
  DIRECTORD_HEARTBEAT_INTERVAL \
  DIRECTORD_SERVER_ADDRESS DIRECTORD_SOCKET_PATH DIRECTORD_STATE_PATH DIRECTORD_CACHE_PATH \
  DIRECTORD_CONFIG_FILE HOME

(recorded server server) &
server=$!
(recorded client --identity archive client) &
client=$!

tries=0
until [ -S "$work/socket" ] &&
  "$home/bin/directord" manage --list-nodes 2>/dev/null | grep -q archive; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 "$server" || ! kill -0 "$client"; then
    echo "archive-classes: no client joined the server that was to be observed" >&2
    exit 1
  fi
  sleep 0.2
done

# The first filter, test or loop of a client loads the classes of the template language.
cat > "$work/template" << 'END'
{%- macro entry(user, shell='/bin/sh') -%}
{{ user.name }}:{{ shell }}{{ caller() if caller is defined }}
{%- endmacro -%}
{%- set seen = namespace(admins=0) -%}
{% for user in users if user.admin is defined %}
{%- set seen.admins = seen.admins + 1 -%}
{{ loop.index }} {{ entry(user) }} {{ user['name'] | upper | default('nobody') }}
{% if loop.last and seen.admins > 1 or user.name == 'ann' %}a{% elif seen.admins in [1, 2] %}b{% else %}c{% endif %}
{% else %}none
{% endfor %}
{% raw %}{{ raw }}{% endraw %}{# comment #}
{{ users | map(attribute='name') | select('string') | join(', ') }} {{ users | selectattr('admin') | list | length }}
{{ {'a': [1, 2.5, none, true][1:], 'b': "x" ~ 1} | tojson }} {{ "%s" | format(1) }} {{ key.split('a') | first | replace('v', '3') | int }}
{{ 7 // 2 + 2 ** 3 - 1 * 2 % 3 }} {{ 'y' if not key else 'n' }} {{ (users | sort(attribute='name'))[0].name }}
{% for name, value in {'a': 1}.items() %}{{ name }}={{ value }}{% endfor %} {{ range(3) | sum }}
{% filter lower %}X{% endfilter %}{% call entry(users[0]) %}!{% endcall %}
END
cat > "$work/jobs.yaml" << END
- name: observed
  async: true
  jobs:
  - RUN: --stdout-arg who echo me
  - ARG: key value
  - ARG: "users [{'name': 'ann', 'admin': True}, {'name': 'bob', 'admin': False}]"
  - COPY: --blueprint $work/template $work/rendered
  - ENV: KEY value
  - ECHO: "{{ who }}"
END
(recorded list-nodes manage --list-nodes)
(recorded exec exec --wait --target archive --verb RUN 'echo {{ "observed" }}')
(recorded stream exec --stream --verb RUN 'echo observed; sleep 0.5')
(recorded copy exec --poll --verb COPY -- --chmod=0600 "$work/jobs.yaml" "$work/copied")
mkdir -p "$work/tree/directory"
cp "$work/jobs.yaml" "$work/tree/directory"
(recorded tree exec --poll --verb COPY -- --recursive "$work/tree" "$work/copied-tree")
(recorded orchestrate orchestrate "$work/jobs.yaml" --poll)
(recorded list-jobs manage --list-jobs)
(recorded job-info manage --job-info last)
(recorded json manage --list-jobs --output json)
# What these find is no matter here: a machine that is busy is not well.
(recorded failing exec --poll --verb RUN false) || :
(recorded healthcheck healthcheck server) || :
(recorded healthcheck-client healthcheck client) || :
(recorded help --help)
(recorded completion completion --candidates -- exec --target a)
(recorded fetch fetch "$work/jobs.yaml" "$work/fetched")
# By now the files are old enough for their fingerprints to be kept.
echo one > "$work/tree/directory/one"
echo two > "$work/tree/directory/two"
(recorded tree-again exec --poll --verb COPY -- --recursive "$work/tree" "$work/copied-tree")

for pid in $client $server; do
  kill "$pid"
  wait "$pid"
done
client=
server=

# Comments apart, each line once, in the order in which the classes were loaded; those of lambdas as
# often as a process needs them at most, since each place in the code gets a class of its own. Newer
# runtimes number the classes of a list; the numbers of several lists do not go together, and need not
# be there.
awk 'FNR == 1 { split("", count) }
  /^#/ || / source: / { next }
  { sub(/ id: [0-9]*$/, ""); n = /^@lambda-proxy/ ? ++count[$0] : 1 }
  !seen[$0, n]++' "$work"/server.classes "$work"/client.classes "$work"/*.classes > "$work/all"
"$java" -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile="$work/all" \
  -XX:SharedArchiveFile="$part" -Xlog:disable \
  -cp "$home/lib/directord.jar"
chmod 0644 "$part"
mv "$part" "$archive"
if [ "${1:-}" = --if-needed ]; then
  echo "$archive"
fi
