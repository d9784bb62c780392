# Completes the words of kili-edge in fish. What may come next, `kili-edge complete` says; fish quotes what it inserts.

function __kili_edge_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct | string unescape)
    set -l option
    # The value after an option's = is a word of its own, but fish completes both together.
    if string match -qr -- '^--[a-z-]+=' "$word"
        set option (string replace -r -- '=.*' = "$word")
        set word (string replace -r -- '^[^=]*=' '' "$word")
        set words $words (string trim -rc = -- $option)
    end
    # The last line is a number, for other shells.
    kili-edge complete -- $words[2..-1] "$word" 2>/dev/null | string match -e \t | string replace -r -- '^' "$option"
end

complete -c kili-edge -f -a '(__kili_edge_complete)'
