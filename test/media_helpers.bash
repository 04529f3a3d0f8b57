# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Shared by the tests of sticks, unified kernel images and PXE: `load helpers`, `load media_helpers`.
#
# APPLIANCE  a folder with a tiny kernel and image, of which only the headers are valid

# make_appliance
make_appliance() {
	APPLIANCE=$BATS_TEST_TMPDIR/appliance
	OUT=$BATS_TEST_TMPDIR/out
	mkdir "$APPLIANCE" "$OUT"
	make_kernel "$APPLIANCE/kernel" 1.2-test
	{ printf 070701 && head -c 70000 /dev/urandom; } >"$APPLIANCE/image"
}

# make_kernel FILE RELEASE: makes the headers of a bzImage, which is also a PE program (Documentation/x86/boot.rst)
make_kernel() {
	head -c 30000 /dev/urandom >"$1"
	put "$1" 0 'MZ'
	put "$1" 60 '\x40\0\0\0PE\0\0\x64\x86\x01\0'
	put "$1" 510 '\x55\xaa\xeb\x66HdrS'
	put "$1" 526 '\0\x30'
	put "$1" $((512 + 0x3000)) "$2 (nobody@nowhere)\0\nmore\0"
}

# put FILE OFFSET BYTES: writes the bytes, a format of printf
put() {
	# shellcheck disable=SC2059 # the argument is a format
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# media ARGUMENT..., uki ARGUMENT...: make-media and make-uki with the appliance, to $OUT
media() {
	run --separate-stderr "$ROOT/scripts/media/make-media" -o "$OUT/iso" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" "$@"
}

uki() {
	run --separate-stderr "$ROOT/scripts/media/make-uki" -o "$OUT/uki" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" "$@"
}

expect_nothing() {
	expect_equal "$(ls -A "$OUT")" ''
}

# expect_refused MESSAGE: on one line, and nothing is left
expect_refused() {
	expect_status 1
	expect_in "$stderr" "$1"
	expect_equal "$(wc -l <<<"$stderr")" 1
	expect_nothing
}

# menu ISO: prints its menu
menu() {
	local name
	name=$(xorriso -indev "$1" -find /lull -name '*.cfg' 2>/dev/null | tr -d "'")
	xorriso -osirrox on -indev "$1" -extract "$name" "$BATS_TEST_TMPDIR/menu" 2>/dev/null
	cat "$BATS_TEST_TMPDIR/menu"
	rm -f "$BATS_TEST_TMPDIR/menu"
}
