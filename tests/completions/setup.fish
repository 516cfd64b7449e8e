# SPDX-License-Identifier: ISC
#
# Prints the completions of each argument, and an empty line.
set -p fish_complete_path $COMPLETIONS
complete -c nextprog -f -a 'alpha beta'
for line in $argv
    echo $line
    complete -C $line | string replace -r '\t.*' ''
    echo
end
