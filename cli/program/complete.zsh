#compdef kili-edge
# Completes the words of kili-edge in zsh. What may come next, `kili-edge complete` says; compadd quotes what it inserts.

_kili-edge() {
  local offer value word=${(Q)PREFIX} home=
  local -a before values shown folders files
  before=("${(@Q)words[2,CURRENT-1]}")
  # The value after an option's = is a word of its own.
  if [[ $PREFIX == --*=* ]]; then
    before+=("${word%%=*}")
    word=${word#*=}
    compset -P 1 '*='
  fi
  # It would be quoted, and then mean a folder of that name.
  compset -P '\~/' && home='~/'
  while IFS= read -r offer; do
    # The last line is a number, for other shells.
    [[ $offer == *$'\t'* ]] || continue
    value=${offer%%$'\t'*}
    case ${offer#*$'\t'} in
      folder) folders+=("${value#$home}") ;;
      file) files+=("${value#$home}") ;;
      '') values+=("$value") shown+=("$value") ;;
      *) values+=("$value") shown+=("$value  -- ${offer#*$'\t'}") ;;
    esac
  done < <(kili-edge complete -- "${before[@]}" "$word" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -- "${values[@]}"
  (( $#folders )) && compadd -S '' -- "${folders[@]}"
  (( $#files )) && compadd -- "${files[@]}"
}

if [[ $funcstack[1] == _kili-edge ]]; then
  _kili-edge "$@"
else
  compdef _kili-edge kili-edge
fi
