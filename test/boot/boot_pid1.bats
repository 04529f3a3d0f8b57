# SPDX-License-Identifier: MIT
# Conditions for PID 1 that bench does not create: arbitrary kernel command lines, no console, existing mounts, hundreds
# of messages.
load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -b "bash cat stty" -b "$ROOT/build/test/guest/args" -o "$IMAGE"
}

# alone ARGUMENTS: boots the kernel with these and without bench; $output is the output of the serial line. Fails if the
# machine does not end.
alone() {
	timeout 600 qemu-system-x86_64 -nodefaults -display none -no-reboot -m 256 -serial "file:$BATS_TEST_TMPDIR/serial" \
		-kernel "$KERNEL" -initrd "$IMAGE" -append "no_timer_check $1" || fail "QEMU ended with status $?"
	output=$(tr -d '\r\0' <"$BATS_TEST_TMPDIR/serial")
}

@test "a command after -- runs, with its words split like in a shell (pid1 4)" {
	alone "console=ttyS0 panic=-1 rdinit=/init foo bar=2 -- args one 'two  three' \"four \\\"five\\\"\" six"
	expect_in "$output" 'output t '
	expect_in "$output" 'argc 5%0a1 3 6f6e65%0a2 10 74776f20207468726565%0a3 11 666f757220226669766522%0a4 3 736978%0a'
}

@test "without any console the experiment runs, and the machine ends (pid1 7)" {
	alone "panic=-1 rdinit=/init lull.run=bash%20-c%20'echo%20it%20ran%20>/dev/ttyS0'"
	expect_equal "$output" 'it ran'
}

@test "existing mounts are kept without a warning (pid1 2)" {
	printf '#!/bin/bash\nmount -t devtmpfs dev /dev; mount -t sysfs sysfs /sys; exec /lull-init\n' >"$BATS_TEST_TMPDIR/first"
	chmod +x "$BATS_TEST_TMPDIR/first"
	packer --init "$BATS_TEST_TMPDIR/first" -f "$ROOT/build/init:/lull-init" -b 'bash mount cat' -o "$BATS_TEST_TMPDIR/image"
	IMAGE=$BATS_TEST_TMPDIR/image alone \
		'console=ttyS0 panic=-1 rdinit=/init lull.session=0123456789abcdef lull.run=cat%20/proc/mounts'
	expect_not_in "$output" ' warning t '
	expect_in "$output" ' end t '
	expect_equal "$(grep -o ' /dev devtmpfs' <<<"$output" | wc -l)" 1
}

@test "all messages that the experiment writes to the kernel's log are returned (pid1 13)" {
	boot --json -a printk.devkmsg=on -- bash -c 'for ((i = 0; i < 300; i++)); do echo "line $i." >/dev/kmsg; done'
	expect_status 0
	expect_equal "$(grep -o '\] line [0-9]*\.' <<<"$output" | wc -l)" 300
}

@test "warnings from before the first record are sent with it, and lost ones are reported" {
	local tree=$BATS_TEST_TMPDIR/tree release
	release=$(basename "$ROOT"/build/kernel/lib/modules/*)
	packer -b bash --tree "$tree"
	{
		echo "kernel $release"
		for n in {1..90}; do echo "try /lib/modules/no-module-of-this-name-$n.ko"; done
	} >"$tree/etc/lull/modules"
	: >"$tree/etc/lull/end"
	write_image "$BATS_TEST_TMPDIR/image" "$tree"
	boot -i "$BATS_TEST_TMPDIR/image" --json -- bash -c 'echo out'
	expect_status 0
	expect_in "$output" 'no-module-of-this-name-1.ko'
	[ "$(grep -o 'no-module-of-this-name' <<<"$output" | wc -l)" -gt 30 ] || fail 'few warnings are kept'
	expect_in "$output" 'more warnings were issued than are kept'
}

@test "while an experiment runs there are only init, within 1 MiB, and the experiment" {
	boot -- bash -c '
		while read -r key value _; do [ "$key" = VmRSS: ] && echo "resident $value"; done </proc/1/status
		for process in /proc/[0-9]*; do { [ -n "$(<"$process/cmdline")" ] && echo "$process"; } 2>/dev/null; done
		echo "$$"'
	expect_status 0
	[[ ${lines[0]} =~ ^'resident '[0-9]+$ ]] || fail 'init has no VmRSS'
	[ "${lines[0]#* }" -le 1024 ] || fail "${lines[0]} KiB"
	expect_equal "${lines[*]:1}" "/proc/1 /proc/${lines[-1]} ${lines[-1]}"
}

@test "input while records are sent is neither echoed nor obeyed, even after a command that changed the terminal" {
	local noise="$BATS_TEST_TMPDIR/noise" command
	command="stty -F /dev/ttyS0 sane echo 300; echo ready; cat /init /init"
	mkfifo "$noise"
	while printf 'typed-text\n\023\003\032\021\023' && sleep 0.02; do :; done >"$noise" 2>/dev/null 3>&- &
	timeout 600 qemu-system-x86_64 -nodefaults -display none -no-reboot -m 256 -serial stdio -kernel "$KERNEL" \
		-initrd "$IMAGE" -append "console=ttyS0 panic=-1 no_timer_check rdinit=/init lull.run=bash%20-c%20'${command// /%20}'" \
		<"$noise" >"$BATS_TEST_TMPDIR/serial" || fail "QEMU ended with status $?"
	bench decode "$BATS_TEST_TMPDIR/serial" >"$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/out" <(echo ready && cat "$ROOT/build/init" "$ROOT/build/init")
	# Input echoed before the first of these records may be on the same line.
	expect_not_in "$(sed -n '/ output /,$p' "$BATS_TEST_TMPDIR/serial" | sed '1s/.* output //' | tr -d '\0')" typed-text
}
