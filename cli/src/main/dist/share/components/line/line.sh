#!/bin/sh
# One of the matching lines becomes the line, where it stands; the others go. Without any it is added
# at the end.
#
# The file may be where another user swaps names at the same moment. So this goes to the file's
# directory name by name, works on a copy in a directory that only this user may enter, and names
# nothing but what is in there and beside it.
set -eu
unset CDPATH
self=$(id -u)
stage=

# Whether anything is changed, for who counts changes.
tell_changed() {
  if [ -n "${DIRECTORD_CHANGED-}" ]; then echo "$1" > "$DIRECTORD_CHANGED"; fi
}

fail() {
  echo "$1" >&2
  exit 1
}

# The owner of what has that name here, a link itself.
owner() {
  stat -c %u -- "$1"
}

# Whether everyone may put files here, and remove only their own, as in /tmp.
is_shared() {
  case $(stat -c %a .) in
    [1357]??[2367]) return 0 ;;
    *) return 1 ;;
  esac
}

# Whether nobody but root and this user can change which names there are here.
is_ours_alone() {
  case $(stat -c '%u %a' .) in
    0\ *[2367]? | 0\ *[2367] | "$self "*[2367]? | "$self "*[2367]) return 1 ;;
    0\ * | "$self "*) return 0 ;;
    *) return 1 ;;
  esac
}

# Links of others are followed as by COPY: not where everyone may put them, and only to what belongs
# to their owner, which is looked at in the end.
allow_link() {
  uid=$(owner "./$1")
  if is_shared && [ "$uid" != "$self" ] && [ "$uid" != "$(owner .)" ]; then
    refuse_link "$(pwd -P)/$1" "$uid" "in a directory where everyone may put links"
  fi
  if [ "$uid" != 0 ] && [ "$uid" != "$self" ]; then
    [ -z "$theirs" ] || [ "$uid" = "$theirs" ] || refuse_link "$(pwd -P)/$1" "$uid" "as others do not"
    theirs=$uid
    their_link=$(pwd -P)/$1
  fi
}

refuse_link() {
  fail "$ARG_PATH: $1 is a link that belongs to user $2, $3: it is not followed"
}

# Goes where a path leads; what it ends with is then $name, in the directory that is gone to.
go() {
  rest=$1
  links=0
  theirs=
  case $rest in /*) cd / ;; esac
  while :; do
    while [ "${rest#/}" != "$rest" ]; do rest=${rest#/}; done
    name=${rest%%/*}
    rest=${rest#"$name"}
    if [ -n "$name" ] && [ -L "./$name" ]; then
      links=$((links + 1))
      [ "$links" -le 40 ] || fail "$ARG_PATH is a link that leads back to itself"
      allow_link "$name"
      to=$(readlink -- "./$name")
      case $to in /*) cd / ;; esac
      rest=$to$rest
    elif [ -z "$rest" ]; then
      return
    else
      [ -d "./$name" ] || fail "$ARG_PATH: there is no directory $(pwd -P)/$name"
      before=$(stat -c %d:%i -- "./$name")
      cd -P -- "./$name/"
      case $name in
        . | ..) ;;
        *) [ "$before" = "$(stat -c %d:%i .)" ] || fail "$ARG_PATH was changed at the same moment" ;;
      esac
    fi
  done
}

# Makes the directory to work in, and goes there.
enter_stage() {
  made=$(mktemp -d ./.line.XXXXXX)
  cd -P -- "$made"
  case $(stat -c '%u %a' .) in
    "$self "*700) ;;
    *) fail "$ARG_PATH was changed at the same moment" ;;
  esac
  stage=${made#./}
}

# Only from where enter_stage has gone.
leave_stage() {
  if [ -n "$stage" ]; then
    rm -rf ./old ./new
    cd -P .. && rmdir -- "./$stage" 2> /dev/null || true
  fi
}

if [ -z "$ARG_LINE$ARG_MATCH" ] || { [ -z "$ARG_LINE" ] && [ "$ARG_ABSENT" = false ]; }; then
  echo "LINE needs a line, or --absent with --match" >&2
  exit 2
fi
case $ARG_PATH in
  /*) ;;
  *) fail "an absolute path is needed, not '$ARG_PATH'" ;;
esac

go "$ARG_PATH"
if [ -n "$theirs" ] && [ "$(owner .)" != "$theirs" ] \
  && { [ ! -e "./$name" ] || [ "$(owner "./$name")" != "$theirs" ]; }; then
  refuse_link "$their_link" "$theirs" "and leads to what does not"
fi
new_file=false
if [ ! -e "./$name" ]; then
  if [ "$ARG_ABSENT" = true ]; then
    tell_changed false
    echo "$ARG_PATH is not there"
    exit 0
  elif [ "$ARG_CREATE" = false ]; then
    fail "there is not a file $ARG_PATH; --create makes it"
  fi
  new_file=true
elif [ ! -f "./$name" ]; then
  fail "$ARG_PATH exists and is not a file"
elif is_shared && [ "$(owner "./$name")" != "$self" ] && [ "$(owner "./$name")" != "$(owner .)" ]; then
  fail "$ARG_PATH belongs to another user, in a directory where everyone may put files"
fi

trap leave_stage EXIT
trap 'exit 143' HUP INT TERM
enter_stage
if [ "$new_file" = true ]; then
  : > old
else
  cp -pPR -- "../$name" old
  { [ -f old ] && [ ! -L old ]; } || fail "$ARG_PATH was changed at the same moment"
fi
# With the old file's owner and mode.
cp -p old new
awk '
  BEGIN { line = ENVIRON["ARG_LINE"] ""; match_it = ENVIRON["ARG_MATCH"] }
  ($0 "") == line || match_it != "" && $0 ~ match_it {
    if (ENVIRON["ARG_ABSENT"] == "false" && !done) print line
    done = 1
    next
  }
  { print }
  END { if (!done && ENVIRON["ARG_ABSENT"] == "false") print line }
' old > new

if [ "$new_file" = false ] && cmp -s old new; then
  tell_changed false
  echo "$ARG_PATH is as it should be"
  exit 0
fi
if ! why=$(mv -fT -- new "../$name" 2>&1); then
  # A mount point, say: what is there is written over, where nobody can put something else there.
  (cd -P .. && is_ours_alone) && [ "$new_file" = false ] || fail "$why"
  cat new > "../$name"
fi
tell_changed true
echo "$ARG_PATH changed"
