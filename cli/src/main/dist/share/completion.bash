# Completion of directord for bash: source this file, or put it into
# /usr/share/bash-completion/completions/ as directord. File names are completed where a file is meant.
_directord() {
  local IFS=$'\n' found
  found=$(directord completion --candidates -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  if [ "$found" != :files ]; then
    COMPREPLY=($found)
  fi
}
complete -o default -o bashdefault -F _directord directord
