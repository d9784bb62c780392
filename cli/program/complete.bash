# Completes the words of kili-edge in bash. What may come next, `kili-edge complete` says; names of files are anybody's,
# so nothing here expands them, or what was typed, and readline quotes what it inserts.

# The word as its command would get it, in REPLY: without quotes, of which the last may be open. Expands nothing.
__kili_edge_unquote() {
  local text=$1 quote='' char
  REPLY=''
  while [[ -n $text ]]; do
    char=${text:0:1}
    text=${text:1}
    if [[ $char == "$quote" ]]; then
      quote=''
    elif [[ -z $quote && $char == [\"\'] ]]; then
      quote=$char
    elif [[ $char == \\ && $quote != \' && ( -z $quote || ${text:0:1} == [\$\`\"\\] ) ]]; then
      REPLY+=${text:0:1}
      text=${text:1}
    else
      REPLY+=$char
    fi
  done
}

__kili_edge_complete() {
  local words=() offer value word about is_path='' at REPLY
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word=${COMP_WORDS[at]}
    # bash makes a word of the = between an option and its value.
    if [[ $word == = ]]; then
      ((at < COMP_CWORD)) && continue
      word=''
    fi
    __kili_edge_unquote "$word"
    words+=("$REPLY")
  done
  word=$REPLY
  COMPREPLY=()
  while IFS= read -r offer; do
    # The last line is a number, for other shells.
    [[ $offer == *$'\t'* ]] || continue
    value=${offer%%$'\t'*}
    about=${offer#*$'\t'}
    [[ $value == "$word"* ]] || continue
    COMPREPLY+=("$value")
    [[ $about == file || $about == folder ]] && is_path=yes
  done < <(kili-edge complete -- "${words[@]}" 2>/dev/null)
  [[ -n $is_path ]] || return 0
  # Without compopt, as in macOS' own bash, nobody else quotes what is inserted.
  if compopt -o filenames 2>/dev/null; then
    # readline gives folders their slash.
    COMPREPLY=("${COMPREPLY[@]%/}")
    return 0
  fi
  for at in "${!COMPREPLY[@]}"; do COMPREPLY[at]=$(printf %q "${COMPREPLY[at]}"); done
}

complete -F __kili_edge_complete kili-edge
