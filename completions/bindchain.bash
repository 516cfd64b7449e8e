# bash completion for bindchain and the commands that it executes          -*- shell-script -*-
# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Made by the build from the tables of options, with completions/bindchain.bash.  Works with
# the package bash-completion and without it.
#
# shellcheck disable=SC2034,SC2154 # the functions of tables set variables of their callers
# @TABLES@

# A program of the system, never one of the current directory.
_bindchain_system()
{
	local directory program=$1

	shift
	for directory in /usr/bin /bin /usr/sbin /sbin /run/current-system/sw/bin; do
		if [[ -x $directory/$program ]]; then
			"$directory/$program" "$@" 2>/dev/null
			return
		fi
	done
	return 1
}

# _bindchain_offer END WORD...: those that begin with $value, after $prefix.  END, a space or
# nothing, follows one that is chosen; nothing follows a colon, an equals sign or a dash.
_bindchain_offer()
{
	local word end=$1

	shift
	for word; do
		[[ $word == "$value"* ]] || continue
		case $word in
		*[=:-]) COMPREPLY+=("$prefix$word") ;;
		*) COMPREPLY+=("$prefix$word$end") ;;
		esac
	done
}

# The same with words of the system, which can have any characters.
_bindchain_offer_quoted()
{
	local word quoted end=$1

	shift
	for word; do
		[[ $word == "$value"* ]] || continue
		printf -v quoted %q "$word"
		COMPREPLY+=("$prefix$quoted$end")
	done
}

_bindchain_lines()
{
	local line

	lines=()
	while IFS= read -r line; do
		lines+=("$line")
	done
}

_bindchain_users()
{
	local lines

	_bindchain_lines < <(compgen -u)
	_bindchain_offer_quoted "$1" "${lines[@]}"
}

_bindchain_groups()
{
	local lines

	_bindchain_lines < <(compgen -g)
	_bindchain_offer_quoted "$1" "${lines[@]}"
}

# USER or USER:GROUP
_bindchain_account()
{
	local value=$value prefix=$prefix

	if [[ $value != *:* ]]; then
		_bindchain_users "$1"
		return
	fi
	prefix+=${value%%:*}:
	value=${value#*:}
	_bindchain_groups "$1"
}

_bindchain_interfaces()
{
	local -a names=()
	local name

	if [[ -d /sys/class/net ]]; then
		for name in /sys/class/net/*; do
			[[ ! -d $name ]] || names+=("${name##*/}")
		done
	else
		IFS=' ' read -r -a names < <(_bindchain_system ifconfig -l)
	fi
	_bindchain_offer_quoted "$1" "${names[@]}"
}

# _bindchain_ports END PROTOCOL: services of /etc/services, or of other databases.
_bindchain_ports()
{
	local name port rest
	local -a names=()

	while read -r name port rest; do
		[[ $name == [a-zA-Z0-9]* && $port == */"$2" ]] || continue
		names+=("$name")
	done < <(_bindchain_system getent services || _bindchain_services)
	_bindchain_offer_quoted "$1" "${names[@]}"
}

_bindchain_services()
{
	local line

	[[ -r /etc/services ]] || return
	while IFS= read -r line; do
		printf '%s\n' "$line"
	done </etc/services
}

# The addresses of this host, and those that stand for all.
_bindchain_own_addresses()
{
	local word before
	local -a words

	addresses=(localhost 0.0.0.0 ::)
	while read -r -a words; do
		before=
		for word in "${words[@]}"; do
			if [[ $before == inet || $before == inet6 ]]; then
				[[ ${word%%/*} == *[!0-9A-Za-z:.%_-]* ]] || addresses+=("${word%%/*}")
			fi
			before=$word
		done
	done < <(_bindchain_system ip -o addr || _bindchain_system ifconfig -a)
}

_bindchain_hosts()
{
	local -a addresses

	_bindchain_own_addresses
	_bindchain_offer "$1" "${addresses[@]}"
}

# [HOST]:PORT, IPv6 addresses in brackets.
_bindchain_address()
{
	local value=$value prefix=$prefix address
	local -a addresses words=(:)

	if [[ $value == \[*\]:* || ($value != \[* && $value == *:*) ]]; then
		prefix+=${value%:*}:
		value=${value##*:}
		_bindchain_ports '' "$1"
		return
	fi
	_bindchain_own_addresses
	for address in "${addresses[@]}"; do
		case $address in
		*:*) words+=("[$address]:") ;;
		*) words+=("$address:") ;;
		esac
	done
	_bindchain_offer '' "${words[@]}"
}

# _bindchain_files [COMMAS]: with a backslash before those of a listener's path.  Quoting is
# bash's, once it knows that they are files.
_bindchain_files()
{
	local path
	local -a lines

	_bindchain_lines < <(compgen -f -- "$value")
	for path in "${lines[@]}"; do
		[[ ! -d $path ]] || path+=/
		if [[ ${1:-} ]]; then
			path=${path//\\/\\\\}
			path=${path//,/\\,}
		fi
		COMPREPLY+=("$prefix$path")
		files=${1:-yes}
	done
}

# _bindchain_list WORD...: those that are not there yet, after the last comma.
_bindchain_list()
{
	local value=$value prefix=$prefix word given=,
	local -a words=()

	if [[ $value == *,* ]]; then
		given=,${value%,*},
		prefix+=${value%,*},
		value=${value##*,}
	fi
	for word; do
		[[ $given == *,"$word",* ]] || words+=("$word")
	done
	_bindchain_offer '' "${words[@]}"
}

# _bindchain_setting_names KIND GIVEN: those that are not in GIVEN, "mode,owner,".  Preferred
# ones begin with the same word; they are offered once that is there.
_bindchain_setting_names()
{
	local record kinds name
	local -a words=()

	for record in "${setting_records[@]}"; do
		kinds=${record%%|*}
		record=${record#*|}
		name=${record%%|*}
		[[ $kinds == *,"$1",* ]] || continue
		record=${name%=}
		[[ ,$2 != *,"${record#prefer-}",* && ,$2 != *,"$record",* ]] || continue
		if [[ $kinds != +* ]]; then
			words+=("$name")
		elif [[ $value == prefer-* ]]; then
			words+=("$name")
		elif [[ ${words[0]:-} != prefer- ]]; then
			words=(prefer- "${words[@]}")
		fi
	done
	_bindchain_offer '' "${words[@]}"
}

# _bindchain_setting_value KIND: of NAME=VALUE.
_bindchain_setting_value()
{
	local record kinds name wanted=${value%%=*}

	for record in "${setting_records[@]}"; do
		kinds=${record%%|*}
		record=${record#*|}
		name=${record%%|*}
		record=${record#*|}
		[[ $kinds == *,"$1",* && ${name%=} == "$wanted" ]] || continue
		prefix+=$wanted=
		value=${value#*=}
		_bindchain_act '' "${record%%|*}" commas
		return
	done
}

# _bindchain_setting KIND GIVEN
_bindchain_setting()
{
	local -a setting_records

	_bindchain_settings
	if [[ $value == *=* ]]; then
		_bindchain_setting_value "$1"
	else
		_bindchain_setting_names "$1" "$2"
	fi
}

# _bindchain_listener KIND: ADDRESS[,SETTING[=VALUE]]..., with commas and backslashes of words
# after a backslash.
_bindchain_listener()
{
	local value=$value prefix=$prefix given='' part='' name
	local protocols cids

	while [[ $value =~ ^(([^,\\]|\\.)*),(.*)$ ]]; do
		[[ ! $part ]] || { name=${BASH_REMATCH[1]%%=*} && given+=${name#prefer-},$name,; }
		part=${BASH_REMATCH[1]},
		value=${BASH_REMATCH[3]}
		prefix+=$part
	done
	if [[ $part ]]; then
		_bindchain_setting "$1" "$given"
		return
	fi
	_bindchain_addresses
	case $1 in
	tcp | udp) _bindchain_address "$1" ;;
	netlink) _bindchain_act '' "$protocols" ;;
	vsock*) _bindchain_act '' "$cids" ;;
	*) _bindchain_files commas ;;
	esac
}

# _bindchain_command_names FLAG
_bindchain_command_names()
{
	local record name
	local -a command_records words=()

	_bindchain_commands
	for record in "${command_records[@]}"; do
		[[ ${record%%|*} == *"$1"* ]] || continue
		record=${record#*|}
		name=${record%%|*}
		[[ $name == bindchain ]] || words+=("$name")
	done
	_bindchain_offer ' ' "${words[@]}"
}

# _bindchain_act END ACTION [COMMAS]: offers what an option, operand or setting can be.
_bindchain_act()
{
	local word end=$1 commas=${3:-}
	local -a words

	IFS=' ' read -r -a words <<<"$2"
	if [[ ${words[0]:-} == @list ]]; then
		_bindchain_list "${words[@]:1}"
		return
	fi
	for word in "${words[@]}"; do
		case $word in
		@files) _bindchain_files "$commas" ;;
		@users) _bindchain_users "$end" ;;
		@groups) _bindchain_groups "$end" ;;
		@account) _bindchain_account "$end" ;;
		@interfaces) _bindchain_interfaces "$end" ;;
		@hosts) _bindchain_hosts "$end" ;;
		@ports:*) _bindchain_ports "$end" "${word#*:}" ;;
		@listener:*) _bindchain_listener "${word#*:}" ;;
		@connection) _bindchain_setting connection '' ;;
		@commands) _bindchain_command_names '' ;;
		@openers) _bindchain_command_names o ;;
		*) _bindchain_offer "$end" "$word" ;;
		esac
	done
}

# The action of the option that is written as WORD, "--backlog=", "--backlog" or "-b", after
# "=" if it has an argument.
_bindchain_find_option()
{
	local record letter name

	found=
	for record in "${option_records[@]}"; do
		letter=-${record%%|*}
		record=${record#*|}
		name=${record%%|*}
		record=${record#*|}
		[[ $1 == "$name" || ($letter != - && $1 == "$letter") ]] || continue
		found=${record%%|*}
		return
	done
}

_bindchain_offer_options()
{
	local record letter name
	local -a words=()

	for record in "${option_records[@]}"; do
		letter=${record%%|*}
		record=${record#*|}
		name=${record%%|*}
		words+=("${name:--$letter}")
	done
	_bindchain_offer ' ' "${words[@]}"
}

# Whether the argument of the option in WORD is the next word, then with its action.
_bindchain_takes_next()
{
	local i

	found=
	case $1 in
	--*)
		[[ $style == attached ]] || _bindchain_find_option "$1"
		;;
	*)
		for ((i = 1; i < ${#1}; i++)); do
			_bindchain_find_option "-${1:i:1}"
			[[ $found ]] || continue
			((i + 1 == ${#1})) || found=
			break
		done
		;;
	esac
	[[ $found ]]
}

# The next program begins with word INDEX.  One of these commands is completed here: the name
# can have another package's completions, or none.
_bindchain_next()
{
	local name=${words[$1]##*/} record
	local -a command_records

	if (($1 < current)); then
		_bindchain_commands
		for record in "${command_records[@]}"; do
			[[ $record == *n*\|"$name"\|* ]] || continue
			_bindchain_command "$name" $(($1 + 1))
			return
		done
	fi
	delegated=yes
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "${raw[$1]}"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "${raw[$1]}"
	else
		_bindchain_command_offset "${raw[$1]}"
	fi
}

# What bash-completion does, without it: the line from word INDEX on is one of its own.
_bindchain_command_offset()
{
	local i name specification function option lines

	for ((i = 0; i < $1; i++)); do
		COMP_LINE=${COMP_LINE#*"${COMP_WORDS[i]}"}
	done
	COMP_LINE=${COMP_LINE#"${COMP_LINE%%[! ]*}"}
	COMP_POINT=${#COMP_LINE}
	COMP_WORDS=("${COMP_WORDS[@]:$1}")
	((COMP_CWORD -= $1))
	name=${COMP_WORDS[0]}
	if ((COMP_CWORD == 0)); then
		compopt -o filenames 2>/dev/null
		_bindchain_lines < <(compgen -c -d -- "$name")
		COMPREPLY=("${lines[@]}")
		return
	fi
	specification=$(complete -p "$name" 2>/dev/null || complete -p "${name##*/}" 2>/dev/null)
	if [[ $specification == *' -F '* ]]; then
		function=${specification#* -F }
		function=${function%% *}
		"$function" "$name" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		while [[ $specification == *' -o '* ]]; do
			specification=${specification#* -o }
			option=${specification%% *}
			compopt -o "$option" 2>/dev/null
		done
	else
		compopt -o bashdefault -o default 2>/dev/null
	fi
}

# At the cursor, before the operands.
_bindchain_at_cursor()
{
	local name

	if [[ $ended == no && $value == --*=* && $style == attached ]]; then
		name=${value%%=*}=
		_bindchain_find_option "$name"
		value=${value#*=}
		prefix=$name
		_bindchain_act ' ' "${found#=}"
	elif [[ $ended == no && ($value == -* || ($first == options && ! $value)) ]]; then
		_bindchain_offer_options
	elif [[ ${operands[operand]:-} == @next ]]; then
		_bindchain_next "$current"
	else
		_bindchain_act ' ' "${operands[operand]:-}"
	fi
}

# _bindchain_operand INDEX: the word is one.  Succeeds if others of the same command follow.
_bindchain_operand()
{
	case ${operands[operand]:-} in
	@next) _bindchain_next "$1" ;;
	@commands | @openers) _bindchain_command "${words[$1]##*/}" $(($1 + 1)) ;;
	*)
		((operand += 1))
		return
		;;
	esac
	return 1
}

# _bindchain_command NAME INDEX: completes the command NAME, whose arguments begin with word
# INDEX.
_bindchain_command()
{
	local style dash first ended=no operand=0 found i=$2
	local -a operands option_records

	_bindchain_describe "$1" || return
	for (( ; i < current; i++)); do
		if [[ $ended == yes || ${words[i]} != -* || (${words[i]} == - && $dash == operand) ]]; then
			ended=yes
			_bindchain_operand "$i" || return
		elif [[ ${words[i]} == -- ]]; then
			ended=yes
		else
			first=operands
			_bindchain_takes_next "${words[i]}" || continue
			((++i < current)) || {
				_bindchain_act ' ' "${found#=}"
				return
			}
		fi
	done
	_bindchain_at_cursor
}

# bash divides a line at the characters of COMP_WORDBREAKS too, among them "=" and ":".  Puts
# the parts together: `words`, with the index of their first part in `raw`.  The last word ends
# at the cursor; $tail is its part that bash will replace.
_bindchain_read_line()
{
	local line=${COMP_LINE:0:COMP_POINT} before='' previous='' i

	for ((i = 0; i <= COMP_CWORD; i++)); do
		before=$line
		line=${line#"${line%%[![:space:]]*}"}
		tail=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || tail=$line
		if ((i > 0)) && [[ $before == "$line" && ($tail == [=:@]* || $previous == *[=:@]) ]]; then
			words[${#words[@]} - 1]+=$tail
		else
			raw[${#words[@]}]=$i
			words+=("$tail")
		fi
		line=${line#"$tail"}
		previous=$tail
	done
	[[ ${tail//[=:@]/} ]] || tail=
}

# A word without its quotes, as far as names of files and users need that.
_bindchain_unquote()
{
	case $value in
	*\'*) value=${value//\'/} ;;
	*\"*) value=${value//\"/} ;;
	*) value=${value//\\\\/$'\1'} value=${value//\\/} value=${value//$'\1'/\\} ;;
	esac
}

# bash quotes no "$" and no backquote in a word that is not a file itself, but has one after
# "=" or with backslashes before commas, or is the common part of several: without the names that
# have them nothing of a name is executed.
_bindchain_drop_substitutions()
{
	local word
	local -a words=()

	for word in "${COMPREPLY[@]}"; do
		[[ $word == *[\$\`]* && (${#COMPREPLY[@]} -gt 1 || (! -e $word && ! -L $word)) ]] ||
			words+=("$word")
	done
	COMPREPLY=("${words[@]}")
}

# Whether COMMAND is a program of another package, such as nosh or s6, with its own options.
_bindchain_is_foreign()
{
	local path target

	[[ ${1##*/} != bindchain ]] && path=$(type -P -- "$1") || return
	target=$(_bindchain_system readlink -f "$path" || _bindchain_system readlink "$path")
	[[ ${target##*/} != bindchain ]]
}

_bindchain()
{
	local tail='' value prefix='' files='' delegated='' current start i
	local -a words=() raw=()

	COMPREPLY=()
	if _bindchain_is_foreign "${COMP_WORDS[0]}"; then
		compopt -o bashdefault -o default 2>/dev/null
		return
	fi
	_bindchain_read_line
	current=$((${#words[@]} - 1))
	value=${words[current]%"$tail"}
	_bindchain_unquote
	start=${#value}
	value=${words[current]}
	_bindchain_unquote
	_bindchain_command "${words[0]##*/}" 1
	[[ ! $delegated ]] || return
	for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
		COMPREPLY[i]=${COMPREPLY[i]:start}
	done
	if [[ $files ]]; then
		_bindchain_drop_substitutions
		compopt -o filenames 2>/dev/null
	fi
	if [[ $files != yes || (${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:]) ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

_bindchain_register()
{
	local name

	complete -F _bindchain bindchain
	for name; do
		complete -p "$name" >/dev/null 2>&1 || complete -F _bindchain "$name"
	done
}
_bindchain_register @NAMES@
