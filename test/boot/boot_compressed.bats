# SPDX-License-Identifier: MIT
# Real kernels unpack packer's compressed images, with microcode in front and with archives appended by bench.

load ../helpers
load ../packer_helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	microcode "$BATS_FILE_TMPDIR/06-01-01" 0x611
	microcode_amd "$BATS_FILE_TMPDIR/microcode_amd.bin"
}

# pack_and_boot OPTION...: packs and boots an image with more than one piece or block of each method; $files: sums and
# names of the files of the booted image
pack_and_boot() {
	IMAGE=$OUT/image
	# Copies, three megabytes apart: windows and dictionaries reach them.
	for _ in 1 2 3; do head -c 3000000 "$KERNEL"; done >"$WORK/data"
	packer -b "$GUEST/listing $GUEST/args" -f "$WORK/data:/srv/data" "$@" -o "$IMAGE"
	# shellcheck disable=SC2086 # words
	boot -- listing -c / ${long-}
	expect_status 0
	files=$(grep '^[0-9a-f]\{16\} ' <<<"$output" | LC_ALL=C sort -u -k 2)
	expect_in "$files" "$("$GUEST/listing" -c "$WORK/data" | cut -d ' ' -f 1) /srv/data"
}

# expect_boots METHOD
expect_boots() {
	pack_and_boot -z "$1"
	before=$files
	# A command that is longer than the kernel's command line goes after the image; this one names an empty file many times.
	long=$(yes /etc/lull/end | head -n 300)
	pack_and_boot -z "$1" --microcode "$BATS_FILE_TMPDIR"
	expect_equal "$(grep -c ' /etc/lull/end$' <<<"$output")" 301
	expect_in "$files" ' /etc/lull/cmdline'
	files=$(grep -v ' /etc/lull/cmdline$' <<<"$files")
	# The kernel unpacks the files that packer lists, including microcode; the others are the same as without microcode.
	local own='/etc/lull/(manifest|image)$' # the list of all, and its hash
	expect_equal "$(grep -Ev " /kernel/|$own" <<<"$files")" "$(grep -Ev "$own" <<<"$before")"
	for pair in 06-01-01:GenuineIntel microcode_amd.bin:AuthenticAMD; do
		expect_in "$files" "$("$GUEST/listing" -c "$BATS_FILE_TMPDIR/${pair%:*}" | cut -d ' ' -f 1) /kernel/x86/microcode/${pair#*:}.bin"
	done
	expect_equal "$(cut -d ' ' -f 2- <<<"$files")" \
		"$(packer --list "$IMAGE" | sed -n 's/^-[^/]*\/[^ ]* [0-9]* //p' | LC_ALL=C sort)"
}

@test "-z none boots, also after microcode and before a long command" {
	expect_boots none
}

@test "-z zstd boots, also after microcode and before a long command" {
	expect_boots zstd
}

@test "-z lz4 boots, also after microcode and before a long command" {
	expect_boots lz4
}

@test "-z gzip boots, also after microcode and before a long command" {
	expect_boots gzip
}

@test "-z xz boots, also after microcode and before a long command" {
	expect_boots xz
}

@test "a long command after an image compressed by lz4 itself" {
	packer -b "$GUEST/args" -o "$WORK/plain"
	IMAGE=$OUT/image
	for zeros in 0 1 2 3; do
		# With several lengths, since the next archive begins at a multiple of 4 bytes.
		{ cat "$WORK/plain" && head -c $((zeros * 512)) /dev/zero; } | lz4 -l -q -c >"$IMAGE"
		boot -- args "$(printf '%05000d' 0)"
		expect_status 0
	done
}
