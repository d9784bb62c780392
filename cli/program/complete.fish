# Completes the words of kili-edge in fish. What may come next, `kili-edge complete` says; fish quotes what it inserts.

function __kili_edge_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct | string unescape)
    # The last line is a number, for other shells.
    kili-edge complete -- $words[2..-1] "$word" 2>/dev/null | string match -e \t
end

complete -c kili-edge -f -a '(__kili_edge_complete)'
