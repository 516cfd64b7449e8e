# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# What the scripts in ci/ share; they read it with ".".  It goes to the top of
# the tree and stops a script at the first command that fails.

set -eu
cd "$(dirname "$0")"
while [ ! -f ci/lib.sh ]; do
	case $PWD in
	/ | //)
		echo "$0 is in no tree of bindchain" >&2
		exit 1
		;;
	esac
	cd ..
done

say() {
	printf '%s: %s\n' "${0##*/}" "$*"
}

fail() {
	say "$*" >&2
	exit 1
}

# skip WHY: ends a check that this machine cannot run.  With CI set nothing is
# skipped.
skip() {
	[ -z "${CI:-}" ] || fail "cannot be skipped where CI is set: $*"
	say "skipped: $*"
	exit 77
}

# What is in the tree: as git has it or, in an unpacked archive, what is there.
tree_files() {
	{
		git -c core.quotePath=off ls-files --cached --others --exclude-standard 2>/dev/null ||
			find . -type f ! -path './build/*' ! -path './.git/*' | sed 's|^\./||'
	} | while IFS= read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

# Can other users enter this directory?
others_may_enter() {
	directory=$PWD
	while [ -n "$directory" ]; do
		case $(ls -ld "$directory") in
		?????????[xt]*) directory=${directory%/*} ;;
		*) return 1 ;;
		esac
	done
}

# enter_own DIRECTORY: makes it if it does not exist, and goes there, unless another user could
# change what is in it: through a symbolic link files elsewhere would be written.
enter_own() {
	(umask 022 && mkdir -p "$1")
	cd "$1"
	# Of the one that this is now: the path can lead to another one.
	# shellcheck disable=SC2012 # stat(1) has other options elsewhere
	ls -ldn . | {
		read -r mode _ owner _
		case $mode in d????-??-*) ;; *) fail "$1: others can write to it ($mode)" ;; esac
		case $owner in 0 | "$(id -u)") ;; *) fail "$1: belongs to another user ($owner)" ;; esac
	}
}

# For mktemp(1): FreeBSD 13's does not do without.
template=${TMPDIR:-/tmp}/bindchain.XXXXXX

# ---- what has to be installed ----

# Homebrew's programs, and pipx's, are on no PATH but that of a login shell.
homebrew=
for place in /opt/homebrew /usr/local; do
	[ ! -x "$place/bin/brew" ] || homebrew=$place
done
[ -z "$homebrew" ] || PATH=$PATH:$homebrew/bin:$HOME/.local/bin

# has PROBE: is it there?  See ci/requirements.
has() {
	case $1 in
	command:*) command -v "${1#*:}" >/dev/null ;;
	module:*) pkg-config --exists "${1#*:}" 2>/dev/null ;;
	header:*) has_header "${1#*:}" ;;
	file:*) [ -e "${1#*:}" ] ;;
	python:*) python3 -c "import ${1#*:}" 2>/dev/null ;;
	package:*) dpkg-query -W -f '${db:Status-Status}' "${1#*:}" 2>/dev/null | grep -qx installed ;;
	links:*) links "${1#*:}" ;;
	sanitizers:*) links "${1#*:}" -fsanitize=address ;;
	*) fail "ci/requirements: no such probe: $1" ;;
	esac
}

has_header() {
	for prefix in /usr /usr/local "$homebrew"; do
		[ ! -e "$prefix/include/$1" ] || return 0
	done
	return 1
}

# links COMPILER [FLAG...]: does it make an executable, with all the libraries that
# this takes?
links() {
	echo 'int main(void) { return 0; }' | "$@" -x c -o /dev/null - >/dev/null 2>&1
}

# The column of ci/requirements for this machine.
package_manager() {
	for manager in apt-get apk dnf pkg brew; do
		if command -v "$manager" >/dev/null; then
			echo "${manager%-get}"
			return
		fi
	done
	fail "no package manager that I know (apt, apk, dnf, pkg, brew);" \
		"ci/requirements lists what is needed"
}

# missing_packages MANAGER GROUP...: of what the groups need and is not there.
missing_packages() {
	manager=$1
	shift
	# shellcheck disable=SC2034 # the columns are read through eval
	while read -r group probe apt apk dnf pkg brew; do
		case " $* " in *" $group "*) ;; *) continue ;; esac
		eval "packages=\$$manager"
		# shellcheck disable=SC2154 # set by eval
		[ "$packages" = - ] || has "$probe" || echo "$packages" | tr , '\n'
	done <ci/requirements | sort -u | tr '\n' ' '
}

# as_root COMMAND: the command, as this user would have to type it.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		echo "$1"
	elif command -v sudo >/dev/null; then
		echo "sudo $1"
	elif command -v doas >/dev/null; then
		echo "doas $1"
	else
		echo "su root -c '$1'"
	fi
}

# install_command MANAGER PACKAGE...
install_command() {
	manager=$1
	shift
	case $manager in
	apt) as_root "apt-get install -y --no-install-recommends $*" ;;
	apk) as_root "apk add $*" ;;
	dnf) as_root "dnf install -y $*" ;;
	pkg) as_root "pkg install -y $*" ;;
	brew) brew_command "$@" ;;
	esac
}

# What Homebrew has no formula for, pipx fetches.
brew_command() {
	formulae='' from_pipx=''
	for package; do
		case $package in
		pipx:*) formulae="$formulae pipx" from_pipx="$from_pipx ${package#*:}" ;;
		*) formulae="$formulae $package" ;;
		esac
	done
	echo "brew install$formulae${from_pipx:+ && pipx install$from_pipx}"
}

is_debian() {
	[ -r /etc/os-release ] && (. /etc/os-release && [ "${ID:-}" = debian ])
}

# need GROUP...: on Debian, as root, installs what is missing; elsewhere says how
# and stops.
need() {
	manager=$(package_manager)
	packages=$(missing_packages "$manager" "$@")
	packages=${packages% }
	[ -n "$packages" ] || return 0
	if is_debian && [ "$(id -u)" -eq 0 ]; then
		say "installing $packages"
		export DEBIAN_FRONTEND=noninteractive
		apt-get update -qq
		# shellcheck disable=SC2086 # a list
		apt-get install -y -qq --no-install-recommends $packages >&2
		return
	fi
	say "something is missing; this installs it:" >&2
	# shellcheck disable=SC2086 # a list
	echo "    $(install_command "$manager" $packages)" >&2
	exit 1
}

# ---- building ----

# build PRESET [CMAKE ARGUMENT...]: leaves the result in build/PRESET.
build() {
	preset=$1
	shift
	cmake --preset "$preset" "$@" && cmake --build --preset "$preset"
}

# forget_outdated PRESET: CMake does not look again at a compiler whose target or flags
# have changed.
forget_outdated() {
	for seen in "build/$1"/CMakeFiles/*/CMakeCCompiler.cmake; do
		[ ! -e "$seen" ] ||
			[ -z "$(find CMakePresets.json cmake/toolchains -newer "$seen")" ] ||
			rm -rf "build/$1"
	done
}

# quietly COMMAND...: its output only if it fails.
quietly() {
	log=$(mktemp "$template")
	if "$@" >"$log" 2>&1; then
		rm -f "$log"
	else
		cat "$log" >&2
		rm -f "$log"
		fail "failed: $*"
	fi
}

# test_tools DIRECTORY [PROBE [ARGUMENT OF CTEST...]]: the tests of the tools, with
# the executables from there, and with a probe built as they are.
test_tools() {
	quietly build dev
	say "the tests of the tools, with $1:"
	BINDCHAIN_BIN_DIR=$(cd "$1" && pwd)
	BINDCHAIN_PROBE=${2:-$PWD/build/dev/tests/support/probe}
	export BINDCHAIN_BIN_DIR BINDCHAIN_PROBE
	[ $# -lt 2 ] || shift
	shift
	ctest --test-dir build/dev -L tools --no-tests=error -j 2 --output-on-failure "$@"
}

# ---- libraries ----

# foreign_names LIBRARY: global names that are not ours, which a program that links LIBRARY
# could have too.  On macOS the linker adds two of its own.
foreign_names() {
	nm=llvm-nm # which knows all systems' files
	command -v "$nm" >/dev/null || nm='nm'
	case $1 in
	*.so | *.so.*) $nm --dynamic --extern-only --defined-only "$1" ;;
	*) $nm --extern-only --defined-only "$1" ;;
	esac | awk 'NF == 3 { print $3 }' |
		grep -Ev '^_?bindchain_|^BINDCHAIN_1[.]|^___dso_handle$|^__mh_dylib_header$' | xargs
}

# ---- fuzzing ----

fuzz_targets() {
	ls tests/fuzz/seeds
}

# fuzz TARGET [ARGUMENT OF LIBFUZZER...]: from its seeds.  Without the stack of every
# allocation it is a quarter faster, and with memory used again soon a half; a run of
# what was found alone has both.  What a command keeps for the next program is no leak.
fuzz() {
	name=$1
	shift
	ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=1 \
		"build/fuzz/tests/fuzz/fuzz_$name" -detect_leaks=0 "$@" "tests/fuzz/seeds/$name"
}

# ---- releases ----

# version: what include/bindchain.h says
version() {
	sed -n 's/^#define BINDCHAIN_VERSION "\(.*\)"$/\1/p' include/bindchain.h
}

# copy_of_tree DIRECTORY: a git repository with the files of this tree
copy_of_tree() {
	mkdir "$1"
	tree_files | tar -cf - -T - | tar -xf - --no-same-owner -C "$1"
	quietly git -C "$1" init -q
}

# commit_heading DIRECTORY HEADING: commits it, with this first heading in CHANGELOG.md
commit_heading() {
	awk -v heading="$2" '!done && /^## / { $0 = heading; done = 1 } { print }' CHANGELOG.md \
		>"$1/CHANGELOG.md"
	quietly git -C "$1" add -A
	quietly git -C "$1" -c user.name=releaser -c user.email=releaser@bindchain.invalid \
		commit -q -m "$2"
}
