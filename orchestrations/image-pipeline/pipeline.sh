#!/bin/sh
# What build.yaml and prune.yaml run on the builder, in the directory where they put it:
#   pipeline.sh spec     checks the Containerfiles before anything is built
#   pipeline.sh order    the images, each after those that it is made from
#   pipeline.sh build    builds, checks and pushes those that changed, in that order
#   pipeline.sh prune    deletes old builds from the registry
set -eu

cd "$(dirname "$0")"
. ./settings.sh

fail() {
  echo "$*" >&2
  exit 1
}

# The images that Containerfile $1 names: what its stages begin with, and what it copies from.
references() {
  sed -e ':a' -e '/\\$/N; s/\\\n/ /; ta' "containerfiles/$1" | awk '
    toupper($1) == "FROM" {
      at = 2; while ($at ~ /^--/) at++
      if (!($at in stage) && $at != "scratch") print $at
      if (toupper($(at + 1)) == "AS") stage[$(at + 2)]
    }
    toupper($1) == "COPY" && match($0, /--from=[^ ]+/) {
      from = substr($0, RSTART + 7, RLENGTH - 7)
      if (!(from in stage) && from !~ /^[0-9]+$/) print from
    }'
}

# The name of the image of ours that reference $1 means; nothing for any other.
ours() {
  case $1 in
    "$repository"*)
      name=${1#"$repository"}
      echo "${name%:*}"
      ;;
  esac
}

spec() {
  bad=
  for file in containerfiles/*; do
    name=${file##*/}
    [ -n "$(references "$name")" ] || { echo "$name: begins with no image" >&2; bad=1; }
    [ -e "images/$name/check.sh" ] || { echo "$name: there is no images/$name/check.sh" >&2; bad=1; }
    for reference in $(references "$name"); do
      base=$(ours "$reference")
      [ -z "$base" ] || [ -e "containerfiles/$base" ] ||
        { echo "$name: is made from $reference, which has no Containerfile" >&2; bad=1; }
    done
    # They break as soon as the archive has the next one.
    if sed -e ':a' -e '/\\$/N; s/\\\n/ /; ta' "$file" |
      grep -E 'apt-get .*install .*[a-z0-9]=[0-9]' >&2; then
      echo "$name: names exact versions of packages" >&2
      bad=1
    fi
  done
  [ -z "$bad" ] || exit 1
  order
}

order() {
  for file in containerfiles/*; do
    name=${file##*/}
    echo "$name $name"
    for reference in $(references "$name"); do
      base=$(ours "$reference")
      [ -z "$base" ] || echo "$base $name"
    done
  done | tsort || fail "these images are made from each other"
}

# The newest of what the lowest layers begin with.
pull() {
  for file in containerfiles/*; do
    for reference in $(references "${file##*/}"); do
      [ -n "$(ours "$reference")" ] || echo "$reference"
    done
  done | sort -u | while read -r reference; do
    podman pull --quiet --tls-verify="$tls_verify" "$reference" > /dev/null
  done
}

# What the registry has of reference $1.
digest() {
  skopeo inspect --no-tags --tls-verify="$tls_verify" --format '{{.Digest}}' "docker://$1"
}

build() {
  names=$(order)
  pull
  number=$tag-$(date -u +%Y%m%dT%H%M%SZ)
  for name in $names; do
    image=$repository$name
    # Layers that did not change come from podman's cache, so that the id tells whether anything did.
    id=$(podman build --quiet --pull=never --layers --file "containerfiles/$name" "images/$name") ||
      fail "$name: was not built"
    if [ "$id" = "$(podman image inspect --format '{{.Id}}' "$image:$tag" 2> /dev/null)" ] &&
      digest "$image:$tag" > /dev/null 2>&1; then
      echo "$name: unchanged"
      continue
    fi
    echo "$name: built $id"
    IMAGE=$id sh "images/$name/check.sh" || fail "$name: failed its check, and was not pushed"
    podman push --quiet --tls-verify="$tls_verify" "$id" "docker://$image:$number"
    podman push --quiet --tls-verify="$tls_verify" "$id" "docker://$image:$tag"
    # Only now: the next run tries again what was not pushed.
    podman tag "$id" "$image:$tag"
    echo "$name: pushed $image:$number"
  done
}

# Of the tags at standard input, those that are old: builds by the time in their names, and the tag of a branch
# that has old builds only.
old_tags() {
  awk -v long=" $long_branches " \
    -v long_limit="$(date -u -d "$keep_long days ago" +%Y%m%dT%H%M%SZ)" \
    -v short_limit="$(date -u -d "$keep_short days ago" +%Y%m%dT%H%M%SZ)" '
    /^keep-/ { next }
    !/-20[0-9]+T[0-9]+Z$/ { branch[$0]; next }
    {
      of = substr($0, 1, length($0) - 17)
      is_long = index(long, " " of " ") > 0
      if (substr($0, length($0) - 15) < (is_long ? long_limit : short_limit)) { print; old[of] }
      else fresh[of]
    }
    END {
      for (name in branch)
        if (name in old && !(name in fresh) && index(long, " " name " ") == 0) print name
    }'
}

prune() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  failed=
  for name in $(order); do
    image=$repository$name
    if ! podman search --list-tags --limit 100000 --tls-verify="$tls_verify" "$image" > "$work/list"; then
      echo "$name: its tags cannot be listed" >&2
      failed=1
      continue
    fi
    awk 'NR > 1 { print $2 }' "$work/list" | sort > "$work/all"
    old_tags < "$work/all" | sort > "$work/old"
    # A registry deletes what a tag names, with all its tags: what any other tag names stays.
    comm -23 "$work/all" "$work/old" | while read -r kept; do digest "$image:$kept"; done > "$work/kept"
    while read -r old; do
      digest=$(digest "$image:$old")
      if grep -qx "$digest" "$work/kept"; then
        echo "$name: $old is kept, as another tag names the same"
      else
        echo "$digest $old"
      fi
    done < "$work/old" > "$work/say"
    grep -v '^sha256:' "$work/say" || :
    sed -n 's/^\(sha256:[^ ]*\) .*/\1/p' "$work/say" | sort -u | while read -r digest; do
      skopeo delete --tls-verify="$tls_verify" "docker://$image@$digest"
      sed -n "s/^$digest /$name: deleted /p" "$work/say"
    done
  done
  [ -z "$failed" ] || exit 1
}

case ${1:-} in
  spec | order | build | prune) "$1" ;;
  *) fail "pipeline.sh: spec, order, build or prune is expected" ;;
esac
