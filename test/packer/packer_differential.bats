# SPDX-License-Identifier: MIT
# Compares packer with the loaders on random trees of ELF files.
load ../helpers

@test "packer finds the same libraries as the loaders in random trees" {
	need_x86_64 'its loaders are those'
	local count=${TEST_FULL:+300}
	run --separate-stderr "$ROOT/test/differential/run" "${count:-60}" "${SEED:-1}"
	expect_status 0
	expect_in "$output" "${count:-60} trees: "
	echo "# counted: $output" >&3
	[[ $output != *' omitted, '* ]] || skip "all that can be tried here passed: ${output#*; }"
}
