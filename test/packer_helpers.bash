# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Helpers for the tests of packer: `load helpers`, `load packer_helpers`.
#
# WORK  a directory of the test, readable by other users; WORK/tmp is TMPDIR
# OUT   a directory in WORK for the image, $OUT/image

setup() {
	WORK=$(mktemp -d)
	chmod 755 "$WORK"
	OUT=$WORK/out
	mkdir "$OUT" "$WORK/tmp"
	export TMPDIR=$WORK/tmp
}

teardown() {
	chmod -R u+rwX "$WORK"
	rm -rf "$WORK"
}

pack() {
	run --separate-stderr packer -o "$OUT/image" "$@"
}

# Expects no image, no temporary files and no staging.
expect_nothing_left() {
	expect_equal "$(ls -A "$OUT" "$WORK/tmp")" "$OUT:

$WORK/tmp:"
}

expect_packed() {
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$(ls -A "$OUT")" image
	expect_equal "$(ls -A "$WORK/tmp")" ''
}

expect_refused() {
	expect_status 3
	expect_in "$stderr" "$1"
	expect_nothing_left
}

# paths: prints all paths of $OUT/image
paths() {
	cpio -t --quiet <"$OUT/image"
}

extract() {
	mkdir "$WORK/root"
	(cd "$WORK/root" && cpio -idm --quiet --no-preserve-owner <"$OUT/image" 2>/dev/null) || true
	[ -e "$WORK/root/etc/lull/end" ]
}

# in_root COMMAND...: runs a command in the extracted image, as root of a user namespace, with the locale of init and -t
in_root() {
	run --separate-stderr env -u LC_ALL -u LANG unshare -rm sh -c 'mount --rbind /proc "$1/proc" && shift && exec chroot "$@"' sh \
		"$WORK/root" "$WORK/root" "$@"
}

# compile FILE TEXT ARGUMENT...: compiles C to a program or library
compile() {
	local out=$1 text=$2
	shift 2
	printf '%s\n' "$text" | gcc -x c -o "$out" - -x none "$@"
}

script() {
	printf "$2" >"$1"
	chmod 755 "$1"
}

# Prints the real paths of the libraries that the loader loads for a program, sorted. An ordinary user can trace a
# set-user-ID program only by ldd; for others ldd is wrong, since its loader takes a link's directory for $ORIGIN.
loaded_by() {
	{ if [ -u "$1" ]; then ldd "$1"; else LD_TRACE_LOADED_OBJECTS=1 "$1"; fi; } |
		sed -n 's/^\t\(.* => \)\{0,1\}\(\/[^ ]*\) (0x.*/\2/p' |
		xargs -n 1 realpath | sort -u
}

# Prints the libraries that packer plans for a program.
planned_for() {
	packer --plan -b "$1" | sed -n 's/^file [0-9]* [0-9]* \([^ ]*\) <- \(library\|loader\) of.*/\1/p' | sort -u
}

# Installs a copy of packer and init that any user may run.
other_packer() {
	mkdir -p "$WORK/bin" "$WORK/lib/lull"
	cp "$LULL_BIN/packer" "$WORK/bin/packer"
	cp "$ROOT/build/init" "$WORK/lib/lull/init"
	chmod -R a+rX "$WORK/bin" "$WORK/lib"
	chmod 777 "$OUT" "$WORK/tmp"
}

# as_other COMMAND...: runs a command as another user
as_other() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		unshare -r "$@"
	fi
}

# as_user COMMAND...: runs a command without root's rights, which a user namespace has over its creator's files too
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		as_other "$@"
	else
		"$@"
	fi
}

# Puts a fake cpio, the given script, first in PATH.
fake_cpio() {
	mkdir -p "$WORK/fake"
	script "$WORK/fake/cpio" "#!/bin/sh\n$1\n"
	PATH=$WORK/fake:$PATH
}

# manifest LINE...: writes the manifest $WORK/m/list
manifest() {
	mkdir -p "$WORK/m"
	printf '%s\n' "$@" >"$WORK/m/list"
}

# give_file: creates $WORK/m/f
give_file() {
	mkdir -p "$WORK/m"
	printf 'x' >"$WORK/m/f"
}

# listed PATH: prints its line of cpio -tv, with single blanks and without the time
listed() {
	cpio -tvn --quiet "$1" <"$OUT/image" | tr -s ' ' | sed 's/ Jan 2 1980//'
}

# put_words NUMBER...: writes 32-bit little-endian words to standard output
put_words() {
	local word
	for word; do
		printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((word & 255)) $((word >> 8 & 255)) $((word >> 16 & 255)) $((word >> 24 & 255)))"
	done
}

# microcode FILE NUMBER: writes an Intel update of 2048 bytes for the processor NUMBER
microcode() {
	{
		put_words 1 1 0x01012024 "$2" $(((1 << 32) - 0x01012024 - $2 - 3)) 1 0 0 0 0 0 0
		head -c 2000 /dev/zero
	} >"$1"
}

# microcode_amd FILE: writes an AMD container of 130 bytes with one patch
microcode_amd() {
	{
		put_words 0x00414d44 0 32 0x00800f12 0 0 0x8012 0 0 0 0 1 78
		printf '%078d' 0
	} >"$1"
}
