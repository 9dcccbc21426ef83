#compdef directord
# Completion of directord for zsh: put this file into a directory of fpath as _directord, or source it.
_directord() {
  local -a found
  found=("${(@f)$(directord completion --candidates -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $found[1] == :files ]]; then
    _files
  else
    compadd -- $found
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _directord "$@"
else
  compdef _directord directord
fi
