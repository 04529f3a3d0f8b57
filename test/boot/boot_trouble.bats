# SPDX-License-Identifier: MIT
# A kernel that has trouble and continues: here through its interface for that, in test/long/trouble.bats for real.
load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -b bash -o "$IMAGE"
}

# boot_tainted FLAGS MESSAGE STATUS: the flags count, while the message comes from a program.
boot_tainted() {
	boot --json -- bash -c "echo '$2' >/dev/kmsg; echo $1 >/proc/sys/kernel/tainted; echo out; exit $3"
	expect_in "$output" '"stdout": "out\n"'
	expect_in "$output" "\"exit\": $3"
	expect_in "$output" '"klog": "'
}

@test "a warning is reported, and the command's status is kept" {
	boot_tainted 512 'WARNING: CPU: 0 PID: 1 at kernel/x.c:1' 0
	expect_status 0
	expect_equal "$(field outcome)" warning
	boot_tainted 512 'WARNING: CPU: 0 PID: 1 at kernel/x.c:1' 3
	expect_status 3
	expect_equal "$(field outcome)" warning
	expect_equal "$(field reason)" 'the kernel tainted itself (512)'
}

@test "after an oops or a lockup there is no verdict, but the output is returned" {
	boot_tainted 16896 'watchdog: BUG: soft lockup - CPU#0 stuck for 22s!' 0
	expect_status 125
	expect_equal "$(field outcome)" soft-lockup
	boot_tainted 640 'BUG: kernel NULL pointer dereference, address: 0000000000000000' 0
	expect_status 125
	expect_equal "$(field outcome)" oops
	boot -- bash -c 'echo 128 >/proc/sys/kernel/tainted; echo out'
	expect_status 125
	expect_equal "$output" out
	expect_in "$stderr" 'bench: the kernel tainted itself (128), and no message explains it'
}

@test "out-of-tree modules taint the kernel, which is not trouble" {
	boot --json -- bash -c 'echo 12288 >/proc/sys/kernel/tainted'
	expect_status 0
	expect_equal "$(field outcome)" ok
}
