# SPDX-License-Identifier: MIT
# Errors that make-media and make-uki report before they need a tool. test/long/media.bats makes media, and
# test/long/boot_media.bats boots them.

load ../helpers
load ../media_helpers

setup() {
	make_appliance
}

# expect_wrong USAGE
expect_wrong() {
	expect_status 2
	expect_in "$stderr" "usage: $1"
	expect_nothing
}

@test "wrong usage" {
	media
	expect_wrong make-media
	media -e
	expect_wrong make-media
	media one
	expect_wrong make-media
	media -e one -a 'without an entry'
	expect_wrong make-media
	media --timeout soon -e one
	expect_wrong make-media
	run --separate-stderr "$ROOT/scripts/media/make-media" -o "$OUT/iso" -k "$APPLIANCE/kernel" -e one
	expect_wrong make-media
	run --separate-stderr "$ROOT/scripts/media/make-media" -i "$APPLIANCE/image" -e one
	expect_wrong make-media
	uki one
	expect_wrong make-uki
	uki -a
	expect_wrong make-uki
	run --separate-stderr "$ROOT/scripts/media/make-uki" -o "$OUT/uki" -k "$APPLIANCE/kernel"
	expect_wrong make-uki
	for script in make-media make-uki; do
		run --separate-stderr "$ROOT/scripts/media/$script" --help
		expect_status 0
		expect_in "$output" "usage: $script"
	done
}

@test "duplicate and invalid names of entries" {
	media -e one -e two -e one
	expect_refused 'make-media: duplicate entry one'
	for name in '' 'a b' "a'b" 'a$b' 'a;b' '{' --x .. "$(printf '%065d' 0)"; do
		media -e "$name"
		expect_refused 'invalid name'
	done
}

@test "missing, empty and invalid files" {
	media -k "$APPLIANCE/none" -e one
	expect_refused "cannot read $APPLIANCE/none"
	: >"$APPLIANCE/empty"
	for make in 'media -e one' uki; do
		# shellcheck disable=SC2086 # words
		set -- $make
		make=$1 && shift
		"$make" -i "$APPLIANCE/empty" "$@"
		expect_refused "cannot read $APPLIANCE/empty"
		"$make" -i "$APPLIANCE" "$@"
		expect_refused "cannot read $APPLIANCE"
		"$make" -k "$APPLIANCE/image" "$@"
		expect_refused "cannot use $APPLIANCE/image as a kernel: not a bzImage"
		"$make" -i "$APPLIANCE/kernel" "$@"
		expect_refused "cannot use $APPLIANCE/kernel as an image: neither a cpio archive nor compressed"
		"$make" -k /bin/sh "$@"
		expect_refused 'not a bzImage'
	done
	put "$APPLIANCE/kernel" 0 xx
	uki
	expect_refused 'it lacks CONFIG_EFI_STUB'
}

@test "command lines that cannot be passed" {
	uki -a "a='b'"
	expect_refused 'boot loaders alter quotes'
	uki -a $'a=\xc3\xa4'
	expect_refused "systemd's stub passes ASCII only"
	uki -a "$(printf 'x%.0s' {1..2000})"
	expect_refused 'the kernel accepts 2047 bytes'
	uki -a '-- a' -- b
	expect_refused 'two commands: one in KERNEL ARGS'
}

@test "invalid outputs" {
	media -o "$OUT" -e one
	expect_refused "cannot write $OUT: not a regular file"
	media -o "$OUT/" -e one
	expect_refused 'not a file name'
	uki -o "$OUT/none/uki"
	expect_refused "no folder $OUT/none"
	uki -o /dev/full
	expect_refused 'cannot write /dev/full: not a regular file'
	[ "$(id -u)" -ne 0 ] || return 0
	chmod a-w "$OUT"
	media -e one
	expect_refused "cannot write $OUT/iso"
}

@test "a key without a certificate, and the reverse" {
	uki --key "$APPLIANCE/kernel"
	expect_refused '--key requires --cert'
	uki --cert "$APPLIANCE/kernel"
	expect_refused '--cert requires --key'
}
