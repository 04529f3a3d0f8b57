# SPDX-License-Identifier: MIT
# Experiments that exhaust or break everything that they can: PID 1 survives and reports the result.
load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -b "$GUEST/havoc" -b true -o "$IMAGE"
}

@test "exhausted memory kills the experiment, not init" {
	boot -m 256 -a 'lull.repeat=1' -- havoc memory
	expect_status 137
	expect_in "$stderr" 'the command was killed by signal 9 (SIGKILL)'
}

@test "output beyond a quarter of the memory is refused and reported, and earlier output is returned" {
	boot -m 128 -- havoc flood
	expect_status 0
	expect_in "$stderr" "/run, a quarter of the memory, was full: output was refused"
	[ "${#output}" -gt 1000000 ] || fail "only ${#output} bytes"
	expect_equal "$(tr -d x <<<"$output")" ''
	read -r size memory _ < <(grep -E '^[0-9]+ [0-9]+$' <<<"$stderr")
	[ $((memory / 4 - size)) -lt 65536 ] && [ $((size - memory / 4)) -lt 65536 ] || fail "/run: $size of $memory"
}

@test "output that a full /run refused is reported, even if the command made room again" {
	packer -b 'bash cat rm sleep' -o "$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -m 128 -a lull.stdout=pipe -- bash -c 'cat /dev/zero >/run/fill; echo lost; sleep 1; rm /run/fill; echo kept'
	expect_status 0
	expect_equal "$output" kept
	expect_in "$stderr" "/run, a quarter of the memory, was full: output was refused"
}

# The kernel's limits of 20 s are off in the next two tests: a guest full of processes on a busy host may exceed them.
unwatched='nowatchdog rcupdate.rcu_cpu_stall_suppress=1'

@test "a fork bomb in many sessions is ended at its time-out, and none of it remains" {
	boot -m 256 -t 3 -a "$unwatched" --json -- havoc multiply
	expect_status 124
	expect_in "$output" '"outcome": "timed-out"'
	expect_not_in "$output" 'could not be killed'
}

@test "a fork bomb that exhausts memory is ended after its command left it behind" {
	boot -m 192 -t 300 -a "$unwatched" --json -- havoc behind
	expect_status 0
	# Most may end before init names them, on a busy host nearly all.
	[[ $output == *'the command left unlisted processes behind'* ]] ||
		[ "$(grep -c '"name": "havoc"' <<<"$output")" -gt 0 ] || fail 'nothing is said of what was left behind'
	expect_not_in "$output" 'could not be killed'
}

@test "a full root file system does not prevent results" {
	boot -m 256 -- havoc root
	expect_status 0
	expect_equal "$output" 'done'
	expect_in "$stderr" 'No space left on device'
}

@test "experiments that close all descriptors, kill their group, limit file sizes and send signals to PID 1 affect only themselves (pid1 5)" {
	boot --json -a 'lull.run=havoc%20close lull.run=havoc%20group lull.run=havoc%20limit lull.run=havoc%20signal lull.repeat=2'
	expect_status 5
	expect_equal "$(grep -E '^      "(exit|signal)"' <<<"$output" | tr -d ' \n')" \
		'"exit":5,"signal":9,"exit":6,"exit":0,"exit":5,"signal":9,"exit":6,"exit":0,'
	expect_equal "$(grep -c '^      "stdout": "\(0123456789\)\{10\}",$' <<<"$output")" 2
	expect_equal "$(grep -c '^      "stdout": "done\\n",$' <<<"$output")" 2
}

@test "mounts over /dev, /proc, /run, /sys and /etc do not prevent results" {
	boot --json -a lull.repeat=2 -- havoc mount
	expect_status 0
	expect_equal "$(grep -c '"stdout": "done\\n"' <<<"$output")" 3
}

@test "a read-only root file system does not prevent results" {
	boot -a lull.repeat=2 -- havoc lock
	expect_status 0
	expect_equal "$output" $'done\ndone'
}

@test "300,000 bytes of a kernel, a megabyte without a newline, bytes of every value, and copies of records are returned exactly (pid1 8)" {
	head -c 300000 "$KERNEL" >"$BATS_TEST_TMPDIR/bytes"
	packer -b "cat $GUEST/havoc" -f "$BATS_TEST_TMPDIR/bytes:/bytes" -o "$BATS_TEST_TMPDIR/image"
	bench boot -k "$KERNEL" -i "$BATS_TEST_TMPDIR/image" -a 'lull.run=cat%20/bytes lull.run=havoc%20oddly' >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	{ cat "$BATS_TEST_TMPDIR/bytes" && "$GUEST/havoc" oddly; } | cmp - "$BATS_TEST_TMPDIR/out"
}

# boot_twice KIND... -- ARGUMENT...: two boots in exact mode have identical consoles, with records of these kinds
boot_twice() {
	local kinds=()
	while [ "$1" != -- ]; do kinds+=("$1") && shift; done
	shift
	for n in 1 2; do
		rm -rf "$XDG_STATE_HOME"
		run --separate-stderr bench boot --exact -k "$KERNEL" "$@"
		cat "$XDG_STATE_HOME"/lull/* >"$BATS_TEST_TMPDIR/log$n"
	done
	cmp "$BATS_TEST_TMPDIR/log1" "$BATS_TEST_TMPDIR/log2"
	for kind in "${kinds[@]}"; do
		grep -aq "^@LULL1 [0-9a-f]* [0-9]* $kind " "$BATS_TEST_TMPDIR/log1" || fail "no record of kind $kind"
	done
}

@test "two boots in exact mode give the same bytes for every kind of record" {
	printf '%s\n' 'run bash -c "echo hello >/dev/kmsg; sleep 1000 & sleep 1"' 'run havoc limit' 'run havoc flood' 'repeat 2' \
		'warmup 1' 'write /proc/sys/vm/swappiness 10' 'mount tmpfs /run tmpfs size=128k' 'net lo up' 'write /proc/sys/kernel/tainted 512' \
		'collect /small' 'collect /none/*' 'klog always' >"$BATS_TEST_TMPDIR/all.experiment"
	packer -x "$BATS_TEST_TMPDIR/all.experiment" -b "sleep $GUEST/havoc" -f "$GUEST/havoc:/small" \
		-o "$BATS_TEST_TMPDIR/image"
	boot_twice hello wait net knob environment start output exceeded stray exit taint klog runlog warning file data filesum end -- \
		-i "$BATS_TEST_TMPDIR/image"
	expect_status 6
	boot_twice fail end -- -a 'lull.mount=x%20/m%20nofs' -i "$IMAGE" -- true
	expect_status 125
}

@test "an experiment that starts another kernel, which panics, is reported as such" {
	need_x86_64 'a bzImage that kexec_file_load(2) takes'
	packer -b "$GUEST/second" -f "$KERNEL:/kernel" -o "$BATS_TEST_TMPDIR/image"
	boot -m 512 -i "$BATS_TEST_TMPDIR/image" --json -- second /kernel 'console=ttyS0 panic=-1 root=/dev/none'
	expect_status 125
	expect_equal "$(field outcome)" reset
	expect_in "$output" 'the machine started another kernel ('
	expect_in "$output" 'VFS: Unable to mount root fs'
}
