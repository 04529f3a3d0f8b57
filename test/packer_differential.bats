# SPDX-License-Identifier: MIT
# packer against the loaders, on trees of ELF files made at random.
load helpers

@test "packer finds what the loaders find, in 300 trees made at random" {
	[ "$(uname -m)" = x86_64 ] || skip 'its loaders are those of x86-64'
	[ -e /lib/ld-musl-x86_64.so.1 ] || skip 'no loader of musl here'
	/lib64/ld-linux-x86-64.so.2 --list-diagnostics | grep -q 'hwcaps_subdirs_active=0x7' ||
		skip 'the processor has not all of the features that variants are made for'
	run --separate-stderr "$ROOT/test/differential/run" 300 "${SEED:-1}"
	expect_status 0
	expect_in "$output" '300 trees: '
	echo "# counted: $output" >&3
}
