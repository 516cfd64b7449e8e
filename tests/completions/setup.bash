# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# A bash whose completions a test reads.  Control-X Control-D writes the line, what the last
# completion offered, and an empty line to $RESULTS.  $PACKAGE is the file of the package
# bash-completion, or empty; $COMPLETIONS the directory of completions.
PS1='ready> '
unset HISTFILE
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'

if [[ $PACKAGE ]]; then
	# shellcheck source=/dev/null
	. "$PACKAGE"
	_completion_loader bindchain 2>/dev/null || _comp_load bindchain
else
	# shellcheck source=/dev/null
	. "$COMPLETIONS/bindchain"
fi

words_of_nextprog() {
	# shellcheck disable=SC2207
	COMPREPLY=($(compgen -W 'alpha beta' -- "$2"))
}
complete -F words_of_nextprog nextprog

offer() {
	_bindchain "$@"
	offered=("${COMPREPLY[@]}")
}
for name in $(complete -p | sed -n 's/^complete -F _bindchain //p'); do
	complete -F offer "$name"
done

dump() {
	printf '%s\n' "$READLINE_LINE" "${offered[@]}" '' >"$RESULTS"
	offered=()
	READLINE_LINE=
}
bind -x '"\C-x\C-d": dump'
dump
