#!/bin/sh
# One of the matching lines becomes the line, where it stands; the others go. Without any it is added
# at the end.
set -eu

if [ -z "$ARG_LINE$ARG_MATCH" ] || { [ -z "$ARG_LINE" ] && [ "$ARG_ABSENT" = false ]; }; then
  echo "LINE needs a line, or --absent with --match" >&2
  exit 2
fi
file=$(readlink -f -- "$ARG_PATH") || file=$ARG_PATH
if [ ! -e "$file" ]; then
  if [ "$ARG_ABSENT" = true ]; then
    echo "$ARG_PATH is not there"
    exit 0
  elif [ "$ARG_CREATE" = false ]; then
    echo "there is no file $ARG_PATH; --create makes it" >&2
    exit 1
  fi
  : > "$file"
fi

new=$(mktemp "$file.XXXXXX")
trap 'rm -f "$new"' EXIT
# With the old file's owner and mode.
cp -p -- "$file" "$new"
awk '
  BEGIN { line = ENVIRON["ARG_LINE"]; match_it = ENVIRON["ARG_MATCH"] }
  $0 == line || match_it != "" && $0 ~ match_it {
    if (ENVIRON["ARG_ABSENT"] == "false" && !done) print line
    done = 1
    next
  }
  { print }
  END { if (!done && ENVIRON["ARG_ABSENT"] == "false") print line }
' "$file" > "$new"

if cmp -s "$file" "$new"; then
  echo "$ARG_PATH is as it should be"
else
  mv -f -- "$new" "$file"
  echo "$ARG_PATH changed"
fi
