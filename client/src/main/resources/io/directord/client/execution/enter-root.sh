# Makes a directory the root file system of a command. Runs as the first process of a PID namespace, in a mount
# namespace of its own, so that nothing of this is seen elsewhere, and all of it is gone with the last process.
# Parameters: ROOT IP [rw|ro SOURCE TARGET]... -- COMMAND...; IP is the program that starts the loopback interface, or
# empty. ROOT and TARGET have no links. COMMAND ends up with its working directory at the root, which it has yet to
# enter with chroot.
unset DIRECTORD_ENTER_ROOT

fail() {
  echo "directord: $*" >&2
  exit 125
}

# Opens a place of the root as descriptor 9. What another process has made a link meanwhile leads elsewhere, which the
# kernel's name of the descriptor shows; mounting at the descriptor cannot be led astray any more.
at() {
  exec 9<"$root$1" || fail "$1 cannot be opened in the root $root"
  [ "$(readlink /proc/self/fd/9)" = "$root$1" ] || fail "$1 in the root $root was changed meanwhile"
}

# Makes all mounts at and below a place read-only.
protect() {
  sed 's/\\/\\0/g' /proc/self/mountinfo | while read -r _ _ _ _ point _; do
    point=$(printf '%b.' "$point")
    point=${point%.}
    case $point in
      "$1" | "$1"/*) mount -n -c -o remount,bind,ro "$point" || exit 1 ;;
    esac
  done || fail "${1#"$root"} cannot be made read-only in the root $root"
}

system() {
  at /proc
  mount -n -c -t proc -o nosuid,nodev,noexec proc /proc/self/fd/9 ||
    fail "this system does not let the client mount /proc in the root $root"
  for name in sys sysrq-trigger; do
    [ ! -e "$root/proc/$name" ] ||
      mount -n -c --bind -o ro "$root/proc/$name" "$root/proc/$name" || exit 125
  done
  at /sys
  mount -n -c -t sysfs -o ro,nosuid,nodev,noexec sysfs /proc/self/fd/9 2>/dev/null || {
    mount -n -c --rbind /sys /proc/self/fd/9 || fail "/sys cannot be mounted in the root $root"
    protect "$root/sys"
  }
  at /dev
  mount -n -c -t tmpfs -o mode=755,nosuid,noexec tmpfs /proc/self/fd/9 ||
    fail "/dev cannot be mounted in the root $root"
  devices
}

devices() {
  cd "$root/dev" && [ "$(stat -f -c %T .)" = tmpfs ] || fail "/dev in the root $root was changed meanwhile"
  for name in null zero full random urandom tty; do
    touch $name && mount -n -c --bind /dev/$name ./$name || exit 125
  done
  mkdir pts shm && chmod 1777 shm
  mount -n -c -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts ./pts || exit 125
  ln -s pts/ptmx ptmx
  ln -s /proc/self/fd fd
  ln -s fd/0 stdin
  ln -s fd/1 stdout
  ln -s fd/2 stderr
}

bind() {
  case $3 in
    /dev/*)
      # Nothing that is made there is left behind.
      if [ -d "$2" ]; then
        mkdir -p "$root$3"
      else
        mkdir -p "$root${3%/*}" && [ -e "$root$3" ] || : >"$root$3"
      fi
      ;;
  esac
  at "$3"
  mount -n -c --rbind "$2" /proc/self/fd/9 || fail "$2 cannot be mounted at $3 in the root $root"
  [ "$1" = rw ] || protect "$root$3"
}

root=$1
ip=$2
shift 2
(
  PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
  umask 022
  [ -z "$ip" ] || "$ip" link set lo up || fail "the loopback interface cannot be started"
  mount -n -c --rbind "$root" "$root" || fail "the root $root cannot be mounted"
  system
  while [ "$1" != -- ]; do
    bind "$1" "$2" "$3"
    shift 3
  done
) || exit
while [ "$1" != -- ]; do
  shift 3
done
shift
cd "$root" || fail "the root $root cannot be entered"
(
  PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
  mount -n -c --move . /
) || fail "the root $root cannot be entered"
exec "$@"
