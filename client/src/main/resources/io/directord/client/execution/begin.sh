# Runs a command with another umask and niceness, in control groups.
# Parameters: UMASK NICE [FILE]... -- COMMAND...; UMASK and NICE may be empty.
unset DIRECTORD_BEGIN

fail() {
  echo "directord: $*" >&2
  exit 125
}
mask=$1
nice=$2
shift 2
while [ "$1" != -- ]; do
  # 0 is the process that writes it.
  echo 0 >"$1" || fail "the command cannot join its control group: $1"
  shift
done
shift
[ -z "$nice" ] || (
  PATH=$PATH:/usr/bin:/bin
  unset POSIXLY_CORRECT
  renice -n "$nice" -p $$ >/dev/null
) || fail "the niceness $nice cannot be set"
[ -z "$mask" ] || umask "$mask"
exec "$@"
