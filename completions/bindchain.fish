# SPDX-License-Identifier: ISC
#
# fish completion for bindchain and the commands that it executes.  Made by the build from the
# tables of options, with completions/bindchain.fish.

# The file is loaded by each of the names.
functions -q __bindchain_complete
or complete --command=(string split ' ' -- 'bindchain @NAMES@') -n 'not __bindchain_is_foreign' \
    -f -a '(__bindchain_complete)'
# @TABLES@

# A program of the system, never one of the current directory.
function __bindchain_system
    for directory in /usr/bin /bin /usr/sbin /sbin /run/current-system/sw/bin
        if test -x $directory/$argv[1]
            $directory/$argv[1] $argv[2..-1] 2>/dev/null
            return
        end
    end
    return 1
end

# What a database of the system has, by getent(1) or its file.
function __bindchain_database
    __bindchain_system getent $argv[1]
    or string match -v '#*' </etc/$argv[1]
end

# __bindchain_offer PREFIX RECORD...: words, each with its meaning after a "|".
function __bindchain_offer
    for line in (string replace '|' \t -- $argv[2..-1])
        printf '%s%s\n' "$argv[1]" $line
    end
end

function __bindchain_users
    __bindchain_offer $argv[1] (__bindchain_database passwd | string replace -r ':.*' '')
end

function __bindchain_groups
    __bindchain_offer $argv[1] (__bindchain_database group | string replace -r ':.*' '')
end

# __bindchain_account PREFIX VALUE: USER or USER:GROUP
function __bindchain_account
    if string match -q '*:*' -- $argv[2]
        __bindchain_groups $argv[1](string replace -r ':.*' ':' -- $argv[2])
    else
        __bindchain_users $argv[1]
    end
end

function __bindchain_interfaces
    if test -d /sys/class/net
        for entry in /sys/class/net/*
            test -d $entry
            and __bindchain_offer $argv[1] (string replace -r '.*/' '' -- $entry)
        end
    else
        __bindchain_offer $argv[1] (__bindchain_system ifconfig -l | string split -n ' ')
    end
end

# __bindchain_ports PREFIX PROTOCOL: services of /etc/services, or of other databases.
function __bindchain_ports
    __bindchain_offer $argv[1] (__bindchain_database services |
        string replace -f -r '^([a-zA-Z0-9]\S*)\s+[0-9]+/'$argv[2]'\b.*' '$1')
end

# The addresses of this host, and those that stand for all.
function __bindchain_own_addresses
    printf '%s\n' localhost 0.0.0.0 ::
    begin
        __bindchain_system ip -o addr
        or __bindchain_system ifconfig -a
    end | string replace -f -r '.*\sinet6? ([^/ ]+).*' '$1'
end

# __bindchain_address KIND PREFIX VALUE: [HOST]:PORT, IPv6 addresses in brackets.
function __bindchain_address
    if string match -q -r '^(\[.*\]|[^\[:]*):' -- $argv[3]
        __bindchain_ports $argv[2](string replace -r '[^:]*$' '' -- $argv[3]) $argv[1]
        return
    end
    __bindchain_offer $argv[2] : (__bindchain_own_addresses |
        string replace -r '(.*:.*)' '[$1]' | string replace -r '$' ':')
end

# __bindchain_files PREFIX VALUE [COMMAS]: with a backslash before those of a listener's path.
function __bindchain_files
    for path in $argv[2]*
        test -d $path
        and set path $path/
        test -n "$argv[3]"
        and set path (string replace -a -r '([\\\\,])' '\\\\$1' -- $path)
        printf '%s%s\n' $argv[1] $path
    end
end

# __bindchain_list PREFIX VALUE WORD...: those that are not there yet, after the last comma.
function __bindchain_list
    set -l given (string split , -- $argv[2])
    set -l before (string replace -r '[^,]*$' '' -- $argv[2])
    set -e given[-1]
    for word in $argv[3..-1]
        contains -- $word $given
        or __bindchain_offer "$argv[1]$before" $word
    end
end

# __bindchain_setting KIND PREFIX VALUE GIVEN...: names that are not given, or what VALUE,
# "NAME=VALUE", can be.  Preferred ones begin with the same word; they are offered once that is
# there.
function __bindchain_setting
    set -l setting_records
    __bindchain_settings
    set -l records (string match -r '^\+?,(?:[^|]*,)?'$argv[1]',.*' -- $setting_records)
    set -l parts (string split -m 1 = -- $argv[3])
    if set -q parts[2]
        set -l name (string escape --style=regex -- $parts[1])
        set -l fields (string match -r '^[^|]*\|'$name'=?\|.*' -- $records | string split '|')
        __bindchain_act "$argv[2]$parts[1]=" $parts[2] "$fields[3]" commas
        return
    end
    for name in (string escape --style=regex -- $argv[4..-1])
        set records (string match -v -r '^[^|]*\|(?:prefer-)?'$name'=?\|' -- $records)
    end
    if not string match -q 'prefer-*' -- $argv[3]
        string match -q '+*' -- $records
        and set -a records ',|prefer-||set a socket option, or ignore it where it is not supported'
        set records (string match -v '+*' -- $records)
    end
    __bindchain_offer $argv[2] (string replace -r '^[^|]*\|([^|]*)\|[^|]*\|' '$1|' -- $records)
end

# __bindchain_listener KIND PREFIX VALUE: ADDRESS[,SETTING[=VALUE]]..., with commas and
# backslashes of words after a backslash.
function __bindchain_listener
    set -l value $argv[3]
    set -l before
    set -l given
    while set -l found (string match -r '^((?:[^,\\\\]|\\\\.)*,)(.*)$' -- $value)
        if test -n "$before"
            set -l name (string replace -r '[=,].*' '' -- $found[2])
            set -a given $name (string replace -r '^prefer-' '' -- $name)
        end
        set before "$before$found[2]"
        set value "$found[3]"
    end
    if test -n "$before"
        __bindchain_setting $argv[1] "$argv[2]$before" "$value" $given
        return
    end
    set -l protocols
    set -l cids
    __bindchain_addresses
    switch $argv[1]
        case tcp udp
            __bindchain_address $argv
        case netlink
            __bindchain_act $argv[2] "$value" $protocols
        case 'vsock*'
            __bindchain_act $argv[2] "$value" $cids
        case '*'
            __bindchain_files $argv[2] "$value" commas
    end
end

# __bindchain_command_names FLAG PREFIX
function __bindchain_command_names
    set -l command_records
    __bindchain_commands
    for record in $command_records
        set -l fields (string split -m 2 '|' -- $record)
        string match -q "*$argv[1]*" -- $fields[1]
        and test $fields[2] != bindchain
        and __bindchain_offer $argv[2] "$fields[2]|$fields[3]"
    end
end

# __bindchain_act PREFIX VALUE ACTION [COMMAS]: prints what an option, operand or setting can be.
function __bindchain_act
    set -l actions (string split -n ' ' -- $argv[3])
    if test "$actions[1]" = @list
        __bindchain_list $argv[1] "$argv[2]" $actions[2..-1]
        return
    end
    for action in $actions
        switch $action
            case @files
                __bindchain_files $argv[1] "$argv[2]" $argv[4]
            case @users
                __bindchain_users $argv[1]
            case @groups
                __bindchain_groups $argv[1]
            case @account
                __bindchain_account $argv[1] "$argv[2]"
            case @interfaces
                __bindchain_interfaces $argv[1]
            case @hosts
                __bindchain_offer $argv[1] (__bindchain_own_addresses)
            case '@ports:*'
                __bindchain_ports $argv[1] (string replace @ports: '' -- $action)
            case '@listener:*'
                __bindchain_listener (string replace @listener: '' -- $action) $argv[1] "$argv[2]"
            case @connection
                __bindchain_setting connection $argv[1] "$argv[2]"
            case @commands
                __bindchain_command_names '' $argv[1]
            case @openers
                __bindchain_command_names o $argv[1]
            case '*'
                __bindchain_offer $argv[1] $action
        end
    end
end

# The action of the option that is written as WORD, "--backlog=", "--backlog" or "-b", after
# "=" if it has an argument.
function __bindchain_find_option --no-scope-shadowing
    set found
    for record in $option_records
        set -l fields (string split '|' -- $record)
        if contains -- $argv[1] "$fields[2]" -"$fields[1]"
            set found $fields[3]
            return
        end
    end
end

function __bindchain_offer_options --no-scope-shadowing
    for record in $option_records
        set -l fields (string split -m 3 '|' -- $record)
        test -n "$fields[2]"
        or set fields[2] -$fields[1]
        printf '%s\t%s\n' $fields[2] $fields[4]
    end
end

# Whether the argument of the option in WORD is the next word, then with its action.
function __bindchain_takes_next --no-scope-shadowing
    set found
    if string match -q -- '--*' $argv[1]
        test $style = attached
        or __bindchain_find_option $argv[1]
    else
        set -l letters (string split '' -- $argv[1])
        set -e letters[1]
        while set -q letters[1]
            __bindchain_find_option -$letters[1]
            set -e letters[1]
            test -n "$found"
            or continue
            set -q letters[1]
            and set found
            break
        end
    end
    test -n "$found"
end

# __bindchain_next CURRENT WORD...: the next program, with its arguments.  One of these commands
# is completed here: the name can have another package's completions, or none.
function __bindchain_next
    if set -q argv[2]
        set -l name (string replace -r '.*/' '' -- $argv[2])
        set -l command_records
        __bindchain_commands
        if string match -q "*n*|$name|*" -- $command_records
            __bindchain_command $name $argv[1] $argv[3..-1]
            return
        end
    end
    set -l words
    set -q argv[2]
    and set words (string escape -- $argv[2..-1])
    # fish executes a substitution where a command is completed.
    set -l token (commandline -ct)
    string match -q '*(*' -- $token
    and set token (string escape -- $argv[1])
    complete -C (string join ' ' -- $words $token)
end

# __bindchain_command NAME CURRENT WORD...: completes the command NAME with these arguments
# before the cursor.
function __bindchain_command
    set -l style
    set -l dash
    set -l first
    set -l operands
    set -l option_records
    set -l found
    set -l ended no
    set -l value $argv[2]
    set -l rest $argv[3..-1]
    __bindchain_describe $argv[1]
    or return
    while set -q rest[1]
        set -l word $rest[1]
        if test $ended = yes; or not string match -q -- '-*' $word; or test "$word$dash" = -operand
            set ended yes
            switch "$operands[1]"
                case @next
                    __bindchain_next "$value" $rest
                    return
                case @commands @openers
                    __bindchain_command (string replace -r '.*/' '' -- $word) "$value" $rest[2..-1]
                    return
            end
            set -e operands[1]
        else if test "$word" = --
            set ended yes
        else
            set first operands
            if __bindchain_takes_next $word
                set -e rest[1]
                if not set -q rest[1]
                    __bindchain_act '' "$value" (string replace -r '^=' '' -- $found)
                    return
                end
            end
        end
        set -e rest[1]
    end
    if test $ended$style = noattached; and string match -q -- '--*=*' $value
        set -l parts (string split -m 1 = -- $value)
        __bindchain_find_option $parts[1]=
        __bindchain_act $parts[1]= "$parts[2]" (string replace -r '^=' '' -- $found)
    else if test $ended = no; and string match -q -- '-*' $value; or test $ended$first$value = nooptions
        __bindchain_offer_options
    else if test "$operands[1]" = @next
        __bindchain_next "$value"
    else
        __bindchain_act '' "$value" "$operands[1]"
    end
end

# Whether the command is a program of another package, such as nosh or s6, with its own options.
function __bindchain_is_foreign
    set -l words (commandline -opc)
    string match -q -r '(^|/)bindchain$' -- $words[1]
    and return 1
    set -l path (command -s -- $words[1])
    and not string match -q '*/bindchain' -- (realpath -- $path)
end

function __bindchain_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # A quote may be open.
    set -l value (string unescape -- $token; or string unescape -- $token'"'
        or string unescape -- $token"'")
    __bindchain_command (string replace -r '.*/' '' -- $words[1]) "$value" $words[2..-1]
end
