#compdef kili-edge
# Completes the words of kili-edge in zsh. What may come next, `kili-edge complete` says; compadd quotes what it inserts.

_kili-edge() {
  local offer value
  local -a values shown folders files
  while IFS= read -r offer; do
    # The last line is a number, for other shells.
    [[ $offer == *$'\t'* ]] || continue
    value=${offer%%$'\t'*}
    case ${offer#*$'\t'} in
      folder) folders+=("$value") ;;
      file) files+=("$value") ;;
      '') values+=("$value") shown+=("$value") ;;
      *) values+=("$value") shown+=("$value  -- ${offer#*$'\t'}") ;;
    esac
  done < <(kili-edge complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -- "${values[@]}"
  (( $#folders )) && compadd -S '' -- "${folders[@]}"
  (( $#files )) && compadd -- "${files[@]}"
}

if [[ $funcstack[1] == _kili-edge ]]; then
  _kili-edge "$@"
else
  compdef _kili-edge kili-edge
fi
