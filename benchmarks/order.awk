# SPDX-License-Identifier: ISC
#
# awk -v kind=text|rodata -f order.awk MAP ADDRESSES: a pattern for the linker for
# each input section of that kind that one of the addresses lies in.

function number(hex,    value, i) {
	sub(/^0x0*/, "", hex)
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return value + 0
}

# An input section of GNU ld's map: its name, address, size and file.
function note(name, address, size, file,    from) {
	if (name !~ "^[.]" kind "([.]|$)" || !size)
		return
	for (from = address; from < address + size; from++)
		owner[from] = pattern(file, name)
}

# What the compiler appends to a function's name differs between compilers.
function pattern(file, name,    member) {
	sub(/[.](isra|constprop|part|cold)[.].*/, "*", name)
	if (file ~ /[(]/) {
		member = file
		sub(/.*[(]/, "", member)
		sub(/[.][^.]*$/, "", member)
		return "*libc.a:" member ".*(." kind " ." kind ".*)"
	}
	if (file !~ /CMakeFiles/)
		return "*" substr(file, match(file, /[^\/]*$/)) "(." kind " ." kind ".*)"
	sub(/.*[.]dir/, "*", file)
	sub(/[.][^.]*$/, ".*", file)
	return file "(" name ")"
}

FNR == 1 { files++ }
files == 1 && /^ [.][^ ]*$/ { pending = $1; next }
files == 1 && /^ [.].* 0x/ { note($1, number($2), number($3), $4) }
files == 1 && pending && /^ *0x/ { note(pending, number($1), number($2), $3) }
files == 1 { pending = ""; next }
{
	place = number("0x" $1)
	if (place in owner && !(owner[place] in written)) {
		written[owner[place]] = 1
		print "    " owner[place]
	}
}
