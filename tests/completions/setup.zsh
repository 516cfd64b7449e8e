# SPDX-License-Identifier: ISC
#
# A zsh whose completions a test reads: see setup.bash.
PROMPT='ready> '
unsetopt list_beep auto_menu prompt_sp
unset zle_bracketed_paste

# Other commands' completions would take a second to find.
all=($COMPLETIONS $fpath)
autoload -Uz compinit $^all/_*(N:t)
fpath=($COMPLETIONS ${(M)fpath:#*/(Base|Completion|Zsh)})
compinit -D -u
fpath=($all)

_nextprog() { compadd alpha beta }
compdef _nextprog nextprog

# What is added to the matches, as a whole word.
typeset -ga offered
compadd() {
	local -a hits
	local hit
	local -A before path_before

	if [[ " $* " != *' -'[OAD]' '* ]]; then
		builtin compadd -A hits "$@"
		zparseopts -E P:=before p:=path_before
		for hit in "${(v)path_before}"${^hits}; do
			[[ ! -d $hit || $hit == */ ]] || hit+=/
			offered+=("$IPREFIX${(v)before}$hit")
		done
	fi
	builtin compadd "$@"
}

dump() {
	print -rl -- "$BUFFER" $offered '' >$RESULTS
	offered=()
	BUFFER=
}
zle -N dump
bindkey '^X^D' dump
dump
