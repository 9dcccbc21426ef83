# Completion of directord for fish: put this file into ~/.config/fish/completions/ as directord.fish.
function __directord_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (directord completion --candidates -- $words[2..-1] 2>/dev/null)
    if test "$found[1]" = :files
        __fish_complete_path (commandline -ct)
    else
        string join \n -- $found
    end
end
complete -c directord -f -a '(__directord_complete)'
