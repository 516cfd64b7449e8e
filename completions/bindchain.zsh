#compdef bindchain @NAMES@
# SPDX-License-Identifier: ISC
#
# zsh completion for bindchain and the commands that it executes.  Made by the build from the
# tables of options, with completions/bindchain.zsh.
# @TABLES@

# A program of the system, never one of the current directory.
_bindchain_system()
{
	local directory program=$1

	shift
	for directory in /usr/bin /bin /usr/sbin /sbin /run/current-system/sw/bin; do
		if [[ -x $directory/$program ]]; then
			$directory/$program "$@" 2>/dev/null
			return
		fi
	done
	return 1
}

# _bindchain_offer TAG DESCRIPTION END RECORD...: words, each with its meaning after a "|".
# END follows one that is chosen; nothing follows a colon, an equals sign or a dash.
_bindchain_offer()
{
	local tag=$1 description=$2 end=$3 record word
	local -a open closed

	shift 3
	for record; do
		word=${${record%%\|*}//:/\\:}
		[[ $record != *\|?* ]] || word+=:${record#*\|}
		if [[ ${record%%\|*} == *[=:-] ]]; then
			open+=($word)
		else
			closed+=($word)
		fi
	done
	if [[ -z $open ]]; then
		_describe -t $tag $description closed -S "$end"
	elif [[ -z $closed ]]; then
		_describe -t $tag $description open -S ''
	else
		_describe -t $tag $description closed -S "$end" -- open -S ''
	fi
}

_bindchain_interfaces()
{
	local -a names

	if [[ -d /sys/class/net ]]; then
		names=(/sys/class/net/*(N-/:t))
	else
		names=($(_bindchain_system ifconfig -l))
	fi
	_bindchain_offer interfaces interface "$1" $names
}

_bindchain_users()
{
	local -a names=(${(k)userdirs})

	names+=(${${(f)"$(_bindchain_system getent passwd || print -r -- "$(</etc/passwd)")"}%%:*})
	names=(${(u)names:#\#*})
	_bindchain_offer users user "$1" $names
}

_bindchain_groups()
{
	local -a names

	names=(${${(f)"$(_bindchain_system getent group || print -r -- "$(</etc/group)")"}%%:*})
	names=(${(u)names:#\#*})
	_bindchain_offer groups group "$1" $names
}

# USER or USER:GROUP
_bindchain_account()
{
	if compset -P '*:'; then
		_bindchain_groups "$1"
	else
		_bindchain_users "$1"
	fi
}

# _bindchain_ports END PROTOCOL: services of /etc/services, or of other databases.
_bindchain_ports()
{
	local -a names lines
	local line

	lines=(${(f)"$(_bindchain_system getent services || print -r -- "$(</etc/services)")"})
	for line in $lines; do
		[[ $line == [a-zA-Z0-9]*/$2* ]] || continue
		names+=(${line%%[[:space:]]*})
	done
	_bindchain_offer ports service "$1" ${(u)names}
}

# The addresses of this host, and those that stand for all.
_bindchain_own_addresses()
{
	local before word

	addresses=(localhost 0.0.0.0 ::)
	for word in $(_bindchain_system ip -o addr || _bindchain_system ifconfig -a); do
		[[ $before != (inet|inet6) ]] || addresses+=(${word%%/*})
		before=$word
	done
	addresses=(${(u)addresses})
}

_bindchain_hosts()
{
	local -a addresses

	_bindchain_own_addresses
	_bindchain_offer hosts host "$1" $addresses
}

# [HOST]:PORT, IPv6 addresses in brackets.
_bindchain_address()
{
	local address
	local -a addresses choices=(:)

	address=${(Q)PREFIX}
	if [[ $address == \[*\]:* || ($address != \[* && $address == *:*) ]]; then
		compset -P '*:'
		_bindchain_ports '' $1
		return
	fi
	_bindchain_own_addresses
	for address in $addresses; do
		case $address in
		*:*) choices+=("[$address]:") ;;
		*) choices+=($address:) ;;
		esac
	done
	_bindchain_offer hosts host '' $choices
}

# The path of a listener, with a backslash before commas and backslashes.
_bindchain_files()
{
	local file value=${(Q)PREFIX}
	local -a files

	value=${value//(#b)\\\\(?)/$match[1]}
	for file in $value*(N); do
		file=${file//(#b)([,\\])/\\$match[1]}
		[[ ! -d ${file//\\/} ]] || file+=/
		files+=($file)
	done
	compadd -f -S '' -- $files
}

# _bindchain_list WORD...: those that are not there yet, after the last comma.
_bindchain_list()
{
	local given=,${PREFIX%,*},
	local -a choices

	if [[ $PREFIX == *,* ]]; then
		compset -P '*,'
	else
		given=,
	fi
	for word; do
		[[ $given == *,$word,* ]] || choices+=($word)
	done
	_bindchain_offer words word '' $choices
}

# _bindchain_setting_names KIND GIVEN: those that are not in GIVEN, "mode,owner,".  Preferred
# ones begin with the same word; they are offered once that is there.
_bindchain_setting_names()
{
	local record name
	local -a fields choices

	for record in $setting_records; do
		fields=("${(@s:|:)record}")
		name=${fields[2]%=}
		[[ $fields[1] == *,$1,* ]] || continue
		[[ ,$2 != *,${name#prefer-},* && ,$2 != *,$name,* ]] || continue
		if [[ $fields[1] != +* || $PREFIX == prefer-* ]]; then
			choices+=("$fields[2]|$fields[4]")
		elif [[ $choices[1] != prefer-* ]]; then
			choices=('prefer-|set a socket option, or ignore it where it is not supported' $choices)
		fi
	done
	_bindchain_offer settings setting '' $choices
}

# _bindchain_setting KIND GIVEN
_bindchain_setting()
{
	local record wanted=${PREFIX%%\\#=*}
	local -a setting_records fields

	_bindchain_settings
	if [[ $PREFIX != *=* ]]; then
		_bindchain_setting_names "$@"
		return
	fi
	for record in $setting_records; do
		fields=("${(@s:|:)record}")
		[[ $fields[1] == *,$1,* && ${fields[2]%=} == $wanted ]] || continue
		compset -P '*='
		_bindchain_act '' "$fields[3]" commas
		return
	done
	return 1
}

# _bindchain_listener KIND: ADDRESS[,SETTING[=VALUE]]..., with commas and backslashes of words
# after a backslash.
_bindchain_listener()
{
	local protocols cids given name value=${(Q)PREFIX}
	local -a parts

	value=${value//\\?/_}
	if [[ $value == *,* ]]; then
		parts=("${(@s:,:)value}")
		for name in ${parts[2,-2]}; do
			name=${name%%=*}
			given+=$name,${name#prefer-},
		done
		compset -P '*,'
		_bindchain_setting $1 "$given"
		return
	fi
	_bindchain_addresses
	case $1 in
	tcp | udp) _bindchain_address $1 ;;
	netlink) _bindchain_act '' $protocols ;;
	vsock*) _bindchain_act '' $cids ;;
	*) _bindchain_files ;;
	esac
}

# _bindchain_command_names FLAG
_bindchain_command_names()
{
	local record
	local -a command_records fields choices

	_bindchain_commands
	for record in $command_records; do
		fields=("${(@s:|:)record}")
		[[ $fields[1] == *$1* && $fields[2] != bindchain ]] || continue
		choices+=("$fields[2]|$fields[3]")
	done
	_bindchain_offer commands command ' ' $choices
}

# _bindchain_act END ACTION [COMMAS]: offers what an option, operand or setting can be.
_bindchain_act()
{
	local word end=$1 result=1
	local -a choices=(${(s: :)2}) plain

	if [[ $choices[1] == @list ]]; then
		_bindchain_list ${choices[2,-1]}
		return
	fi
	plain=(${choices:#@*})
	[[ -z $plain ]] || { _bindchain_offer values value "$end" $plain && result=0; }
	for word in ${(M)choices:#@*}; do
		case $word in
		@files)
			if [[ -n $3 ]]; then
				_bindchain_files && result=0
			else
				_files && result=0
			fi
			;;
		@users) _bindchain_users "$end" && result=0 ;;
		@groups) _bindchain_groups "$end" && result=0 ;;
		@account) _bindchain_account "$end" && result=0 ;;
		@interfaces) _bindchain_interfaces "$end" && result=0 ;;
		@hosts) _bindchain_hosts "$end" && result=0 ;;
		@ports:*) _bindchain_ports "$end" ${word#*:} && result=0 ;;
		@listener:*) _bindchain_listener ${word#*:} && result=0 ;;
		@connection) _bindchain_setting connection '' && result=0 ;;
		@commands) _bindchain_command_names '' && result=0 ;;
		@openers) _bindchain_command_names o && result=0 ;;
		esac
	done
	return result
}

# The action of the option that is written as WORD, "--backlog=", "--backlog" or "-b", after
# "=" if it has an argument.
_bindchain_find_option()
{
	local record
	local -a fields

	found=
	for record in $option_records; do
		fields=("${(@s:|:)record}")
		if [[ $1 == $fields[2] || ( -n $fields[1] && $1 == -$fields[1] ) ]]; then
			found=$fields[3]
			return
		fi
	done
}

_bindchain_offer_options()
{
	local record tag=options
	local -a fields choices

	# Of this tag, none would be offered before a "-".
	[[ -n $PREFIX ]] || tag=arguments
	for record in $option_records; do
		fields=("${(@s:|:)record}")
		choices+=("${fields[2]:--$fields[1]}|${(j:|:)fields[4,-1]}")
	done
	_bindchain_offer $tag option ' ' $choices
}

# Whether the argument of the option in WORD is the next word, then with its action.
_bindchain_takes_next()
{
	local i

	found=
	if [[ $1 == --* ]]; then
		[[ $style == attached ]] || _bindchain_find_option $1
	else
		for ((i = 2; i <= $#1; i++)); do
			_bindchain_find_option -${1[i]}
			[[ -n $found ]] || continue
			((i == $#1)) || found=
			break
		done
	fi
	[[ -n $found ]]
}

# The next program begins with word INDEX.  One of these commands is completed here: the name
# can have another package's completions, or none.
_bindchain_next()
{
	local name=${words[$1]:t} record
	local -a command_records fields

	if (($1 < CURRENT)); then
		_bindchain_commands
		for record in $command_records; do
			fields=("${(@s:|:)record}")
			[[ $fields[1] == *n* && $fields[2] == $name ]] || continue
			_bindchain_command $name $(($1 + 1))
			return
		done
	fi
	words=("${(@)words[$1,-1]}")
	((CURRENT -= $1 - 1))
	_normal
}

# _bindchain_operand INDEX: the word is one.  Returns 2 if others of the same command follow.
_bindchain_operand()
{
	case $operands[operand] in
	@next) _bindchain_next $1 ;;
	@commands | @openers) _bindchain_command ${words[$1]:t} $(($1 + 1)) ;;
	*)
		((operand += 1))
		return 2
		;;
	esac
}

# At the cursor, before the operands.
_bindchain_at_cursor()
{
	local name

	if [[ $ended == no && $PREFIX == --*=* && $style == attached ]]; then
		name=${PREFIX%%\\#=*}=
		_bindchain_find_option $name
		compset -P 1 '*='
		_bindchain_act ' ' ${found#=}
	elif [[ $ended == no && ($PREFIX == -* || ($first == options && -z $PREFIX)) ]]; then
		_bindchain_offer_options
	elif [[ $operands[operand] == @next ]]; then
		_bindchain_next $CURRENT
	else
		_bindchain_act ' ' "$operands[operand]"
	fi
}

# _bindchain_command NAME INDEX: completes the command NAME, whose arguments begin with word
# INDEX.
_bindchain_command()
{
	local style dash first ended=no operand=1 found i=$2 result
	local -a operands option_records

	_bindchain_describe $1 || return
	for (( ; i < CURRENT; i++)); do
		if [[ $ended == yes || $words[i] != -* || ($words[i] == - && $dash == operand) ]]; then
			ended=yes
			_bindchain_operand $i
			result=$?
			((result == 2)) || return result
		elif [[ $words[i] == -- ]]; then
			ended=yes
		else
			first=operands
			_bindchain_takes_next ${(Q)words[i]} || continue
			if ((++i >= CURRENT)); then
				_bindchain_act ' ' ${found#=}
				return
			fi
		fi
	done
	_bindchain_at_cursor
}

# Whether COMMAND is a program of another package, such as nosh or s6, with its own options.
_bindchain_is_foreign()
{
	local found

	[[ ${1:t} != bindchain ]] && found=$(whence -p -- $1) || return
	[[ ${found:A:t} != bindchain ]]
}

_bindchain()
{
	if _bindchain_is_foreign ${(Q)words[1]}; then
		_default
	else
		_bindchain_command ${words[1]:t} 2
	fi
}

_bindchain "$@"
