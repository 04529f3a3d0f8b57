# SPDX-License-Identifier: MIT
# Real kernel crashes, which the kernel's own crash test driver (lkdtm) provokes.
load ../helpers
load ../kernel_helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	build_kernels
	export KERNEL=$LACKING/vmlinuz IMAGE=$BATS_FILE_TMPDIR/image
	packer -b bash -o "$IMAGE"
}

# provoke CRASH ARGUMENT...
provoke() {
	local crash=$1
	shift
	boot -a 'lull.mount=none%20/sys/kernel/debug%20debugfs' --json "$@" -- bash -c \
		"echo out; echo $crash >/sys/kernel/debug/provoke-crash/DIRECT; echo after"
}

@test "WARN" {
	provoke WARNING
	expect_status 0
	expect_equal "$(field outcome)" warning
	expect_in "$(field reason)" 'WARNING: CPU: '
	expect_in "$output" '"stdout": "out\nafter\n"'
}

@test "a null pointer dereference kills the command, and the kernel continues" {
	provoke EXCEPTION
	expect_status 125
	expect_equal "$(field outcome)" oops
	expect_in "$(field reason)" 'BUG: kernel NULL pointer dereference'
	expect_in "$output" '"signal": 9'
	expect_in "$output" '"stdout": "out\n"'
}

@test "BUG" {
	provoke BUG
	expect_status 125
	expect_equal "$(field outcome)" oops
	expect_in "$(field reason)" 'invalid opcode: 0000 [#1]'
}

@test "a CPU that spins forever hangs the machine, and the kernel's message is reported" {
	provoke SOFTLOCKUP -t 40
	expect_status 125
	expect_equal "$(field outcome)" hang
	expect_in "$stderr" 'the console shows: watchdog: BUG: soft lockup'
}
