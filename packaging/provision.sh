#!/bin/sh
# Installs directord on a Debian or Ubuntu machine, for Vagrant and Packer: a Java runtime, the built
# distribution below /opt, and a unit that runs with the machine. As root:
#   provision.sh server ARCHIVE
#   provision.sh client ARCHIVE [SERVER-ADDRESS]
# DIRECTORD_SHARED_KEY, if it is set, is written to /etc/directord/shared_key; DIRECTORD_JOIN_TOKEN, for a
# client without a shared key, to /etc/directord/join_token. Without either (in an image, say) the client
# starts only on a machine whose first boot brings one of these files, and its server_address in config.yaml.
# Run it again for a newer archive.
set -eu

role=$1
archive=$2
address=${3:-}
export DEBIAN_FRONTEND=noninteractive

if ! command -v java > /dev/null; then
  apt-get update -q
  apt-get install -q -y --no-install-recommends default-jre-headless
  rm -rf /var/lib/apt/lists/*
fi

directory=$(tar -tzf "$archive" | sed -n '1s|/.*||p')
tar -xzf "$archive" -C /opt --no-same-owner
ln -sfn "/opt/$directory" /opt/directord
ln -sf /opt/directord/bin/directord /usr/local/bin/directord
/opt/directord/share/archive-classes.sh

install -d -m 0700 /etc/directord
if [ -n "${DIRECTORD_SHARED_KEY:-}" ]; then
  (umask 077 && printf '%s\n' "$DIRECTORD_SHARED_KEY" > /etc/directord/shared_key)
fi
if [ -n "${DIRECTORD_JOIN_TOKEN:-}" ]; then
  (umask 077 && printf '%s\n' "$DIRECTORD_JOIN_TOKEN" > /etc/directord/join_token)
fi
if [ -n "$address" ]; then
  echo "server_address: $address" > /etc/directord/config.yaml
fi

/opt/directord/bin/directord "$role" --install-unit --force
# One of these is enough; the last is there when it has joined with a token, which may be gone then.
knows_server='/etc/directord/shared_key /etc/directord/join_token /var/lib/directord/client/server_keys'
waits=yes
for file in $knows_server; do
  [ ! -e "$file" ] || waits=no
done
if [ "$role" = client ] && [ "$waits" = yes ]; then
  mkdir -p /etc/systemd/system/directord-client.service.d
  {
    echo '[Unit]'
    printf 'ConditionPathExists=|%s\n' $knows_server
  } > /etc/systemd/system/directord-client.service.d/first-boot.conf
fi

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable "directord-$role"
  systemctl restart "directord-$role"
else
  # In a container that becomes an image: what systemctl enable does.
  mkdir -p /etc/systemd/system/multi-user.target.wants
  ln -sf "../directord-$role.service" /etc/systemd/system/multi-user.target.wants/
fi
