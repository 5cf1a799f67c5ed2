#!/bin/sh
# Installs cohortcounts from the archives that lie beside this script. It checks
# the archive against SHA256SUMS and uses no network.
set -eu

usage() {
	cat <<'END'
usage: sh install.sh [--prefix FOLDER] [--dry-run] [ARCHIVE]

Unpacks ARCHIVE (found for this system when left out) into FOLDER/bin and
FOLDER/share. FOLDER is $PREFIX, else /usr/local for root and ~/.local for others.
END
}

fail() {
	echo "install.sh: $*" >&2
	exit 1
}

prefix=${PREFIX:-}
archive=
dry_run=
while [ $# -gt 0 ]; do
	case $1 in
	--prefix)
		[ $# -ge 2 ] || { usage >&2; exit 2; }
		prefix=$2
		shift
		;;
	--prefix=*) prefix=${1#--prefix=} ;;
	--dry-run) dry_run=yes ;;
	-h | --help)
		usage
		exit 0
		;;
	-*)
		usage >&2
		exit 2
		;;
	*) archive=$1 ;;
	esac
	shift
done
here=$(cd "$(dirname "$0")" && pwd)

# at_least A B: version A is B or newer.
at_least() {
	[ "$(printf '%s\n%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n | head -n 1)" = "$2" ]
}

# find_archive takes the first line of PLATFORMS that this system can run: one
# with DuckDB where the C and C++ libraries are new enough, else the one without.
find_archive() {
	system=$(uname -s | tr '[:upper:]' '[:lower:]')
	machine=$(uname -m)
	case $machine in
	x86_64) machine=amd64 ;;
	aarch64) machine=arm64 ;;
	esac
	glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/^glibc //') || glibc=
	cxx=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | awk '$1 == "libstdc++.so.6" { print $NF; exit }') || cxx=
	while read -r file its_system its_machine _ _ floor cxx_floor; do
		if [ "$its_system" != "$system" ] || [ "$its_machine" != "$machine" ]; then continue; fi
		if [ "$floor" != - ] && { [ -z "$glibc" ] || ! at_least "$glibc" "$floor"; }; then continue; fi
		if [ "$cxx_floor" != - ] && ! grep -q "GLIBCXX_$cxx_floor" "${cxx:-/dev/null}"; then continue; fi
		echo "$here/$file"
		return
	done <"$here/PLATFORMS"
	fail "there is no archive for $system on $machine beside this script; name one"
}

if [ -z "$archive" ]; then
	[ -f "$here/PLATFORMS" ] || fail "$here/PLATFORMS is missing; name an archive"
	archive=$(find_archive)
fi
[ -f "$archive" ] || fail "$archive: no such file"
name=$(basename "$archive")

sums=$(dirname "$archive")/SHA256SUMS
[ -f "$sums" ] || fail "$sums is missing; it must lie beside the archive"
wanted=$(awk -v name="$name" '$2 == name { print $1 }' "$sums")
[ -n "$wanted" ] || fail "$sums has no sum for $name"
if command -v sha256sum >/dev/null; then
	found=$(sha256sum "$archive" | cut -d ' ' -f 1)
elif command -v shasum >/dev/null; then
	found=$(shasum -a 256 "$archive" | cut -d ' ' -f 1)
else
	fail "there is neither sha256sum nor shasum to check the archive with"
fi
[ "$found" = "$wanted" ] || fail "$name: its sum is $found, not $wanted; it is damaged or not the one that was handed out"

if [ -z "$prefix" ]; then
	prefix=$HOME/.local
	[ "$(id -u)" != 0 ] || prefix=/usr/local
fi
if [ -n "$dry_run" ]; then
	echo "would install $name to $prefix"
	exit 0
fi

mkdir -p "$prefix" || fail "cannot make $prefix; give another --prefix"
prefix=$(cd "$prefix" && pwd)
temporary=$(mktemp -d "$prefix/.cohortcounts-install.XXXXXX") || fail "cannot write to $prefix; give another --prefix"
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM HUP
case $name in
*.zip) unzip -q "$archive" -d "$temporary" ;;
*) tar -xzf "$archive" -C "$temporary" ;;
esac || fail "cannot unpack $name into $prefix; nothing was installed"
root=$temporary/$(ls "$temporary")
(cd "$root" && find . -type f | sed 's|^\./||') >"$temporary/.files"
# All folders first: either everything can be put there, or nothing is.
while read -r file; do
	folder=$prefix/$(dirname "$file")
	mkdir -p "$folder" || fail "cannot make $folder; give another --prefix"
	[ -w "$folder" ] || fail "cannot write to $folder; give another --prefix"
	[ ! -d "$prefix/$file" ] || fail "$prefix/$file is a folder; remove it or give another --prefix"
done <"$temporary/.files"
# Each file is moved into its place whole: a program that runs goes on, and
# there is never half of one.
while read -r file; do
	mv -f "$root/$file" "$prefix/$file"
done <"$temporary/.files"

echo "installed $name to $prefix"
case :$PATH: in
*:"$prefix/bin":*) ;;
*) echo "add $prefix/bin to your PATH" ;;
esac
