# SPDX-License-Identifier: MIT
# Boots of Lull's init on a real kernel, one at a time.

load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image.cpio BARE=$BATS_FILE_TMPDIR/bare.cpio TREE=$BATS_FILE_TMPDIR/tree
	packer -b "bash ls cat sleep" -b "$GUEST/args" -b "$GUEST/deaf" -b "$GUEST/end" -b "$GUEST/orphans" \
		-b "$GUEST/surroundings" -o "$IMAGE"
	packer -b "$GUEST/surroundings" -o "$BARE"
	packer -b "$GUEST/surroundings" --tree "$TREE"
	start_hanging
	# More than the ten seconds that bench waits for a machine to end after a panic.
	boot_in_background fake-panic -- bash -c \
		'echo "Kernel panic - not syncing: fake" >/dev/console; sleep 14; echo done; exit 9'
	wait_until grep -qs 'not syncing: fake' -r "$XDG_STATE_HOME/lull"
	kill -HUP "$(cat "$BATS_FILE_TMPDIR/fake-panic.pid")"
	boot_several
}

# boot_several: boots several commands that do not affect each other, for several tests. The first is the first to fail;
# the last unmounts /proc.
boot_several() {
	printf '%s\n' 'run segv' 'run traced' 'run stray' \
		"run bash -c 'echo a; echo b >/dev/stdout; echo c'" \
		"run bash -c 'printf \"$IMITATION\"; echo after'" \
		"run unshare -m bash -c 'mkdir /new && mount -t tmpfs new /new && mkdir /new/old && pivot_root /new /new/old && echo /*'" \
		"run bash -c 'sleep 1000 & umount -l /proc; echo ok'" >"$BATS_FILE_TMPDIR/several.experiment"
	packer -x "$BATS_FILE_TMPDIR/several.experiment" -b "$GUEST/segv" -b "$GUEST/stray" -b "$GUEST/traced" \
		-b 'sleep umount mount mkdir pivot_root' -o "$BATS_FILE_TMPDIR/several.cpio"
	XDG_STATE_HOME=$BATS_FILE_TMPDIR/several bench boot -k "$KERNEL" -i "$BATS_FILE_TMPDIR/several.cpio" \
		>"$BATS_FILE_TMPDIR/several.out" 2>"$BATS_FILE_TMPDIR/several.err" || echo $? >"$BATS_FILE_TMPDIR/several.status"
	bench decode --json "$BATS_FILE_TMPDIR"/several/lull/* >"$BATS_FILE_TMPDIR/several.json" || true
}

# several: sets status, output and stderr to those of the boot of several commands.
several() {
	status=$(cat "$BATS_FILE_TMPDIR/several.status")
	output=$(cat "$BATS_FILE_TMPDIR/several.out")
	stderr=$(cat "$BATS_FILE_TMPDIR/several.err")
}

# several_run NUMBER: sets output to the part of the same boot's JSON about that run.
several_run() {
	output=$(sed -n "/^      \"run\": $1,/,/^    }/p" "$BATS_FILE_TMPDIR/several.json")
}

IMITATION='@LULL1 0000000000000000 0 end t 3 abc 0123456789abcdef\n@LULL1 \n'

teardown_file() {
	for name in init kernel fake-panic; do
		[ -f "$BATS_FILE_TMPDIR/$name.status" ] || kill "$(cat "$BATS_FILE_TMPDIR/$name.pid")" || true
	done
}

# bench gives up a machine after a minute of silence. Machines that hang run beside the other tests: they are halted.
start_hanging() {
	cp -a "$TREE" "$BATS_FILE_TMPDIR/hanging"
	# The mark of Lull's init; without it bench refuses the command.
	{ cat "$GUEST/deaf" && printf '/etc/lull/end\0'; } >"$BATS_FILE_TMPDIR/deaf"
	install -m 755 "$BATS_FILE_TMPDIR/deaf" "$BATS_FILE_TMPDIR/hanging/init"
	write_image "$BATS_FILE_TMPDIR/hanging.cpio" "$BATS_FILE_TMPDIR/hanging"
	boot_in_background init -i "$BATS_FILE_TMPDIR/hanging.cpio" -- surroundings
	{
		head -c 20000 "$KERNEL"
		head -c 10000000 /dev/zero | tr '\0' '\364' # hlt
	} >"$BATS_FILE_TMPDIR/halting"
	boot_in_background kernel -k "$BATS_FILE_TMPDIR/halting" --json -- surroundings
}

# Boots as under nohup, and writes the process, the output and the status to files.
boot_in_background() {
	local name=$BATS_FILE_TMPDIR/$1
	shift
	(
		trap '' HUP
		"$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" "$@" >"$name.out" 2>"$name.err" &
		echo $! >"$name.pid"
		wait $! && echo 0 >"$name.status" || echo $? >"$name.status"
	) 3>&- &
}

# wait_for_boot NAME: sets the same variables as boot.
wait_for_boot() {
	local name=$BATS_FILE_TMPDIR/$1
	wait_until test -s "$name.status"
	status=$(cat "$name.status")
	output=$(cat "$name.out")
	stderr=$(cat "$name.err")
}

@test "output and status of a command are returned, a time-out does not affect a command that ends in time, nor a reboot the status" {
	boot -t 60 -a lull.finish=reboot -- bash -c 'echo out; echo err >&2; sleep 0.1; exit 7'
	expect_status 7
	expect_equal "$output" out
	expect_in "$stderr" err
}

@test "ls -l / prints the files of the image, on two CPUs" {
	boot -c 2 -- bash -c 'ls -l /; while read -r l; do case $l in processor*) echo "$l";; esac; done </proc/cpuinfo'
	expect_status 0
	expect_equal "$(grep -c ^processor <<<"$output")" 2
	for name in bin dev etc init proc root sys tmp var; do
		grep -Eq " $name( |\$)" <<<"$output" || fail "no $name"
	done
	grep -Eq '^drwxr-x--- .* root$' <<<"$output" || fail "root is not 0750"
	grep -Eq '^drwxrwxrwt .* tmp$' <<<"$output" || fail "tmp is not 1777"
}

nasty_arguments() {
	nasty=('' ' ' '  two  blanks  ' $'\t' $'\n' $'line\nline' $'\r\n' '"' '""' 'a"b c"d' "'" "it's" "'quoted'" '\' '\\'
		'\"' 'end\' '`id`' '$HOME' '$(id)' '*' '?' '#' ';' '|' '&' '>' '!' '~' '~.' '%' '%41' '%%' '%zz' '@LULL1 x' '--' '-'
		'-c' '=' 'a=b' 'a.b=c' 'root=/dev/sda' 'init=/bin/sh' 'rdinit=/bin/sh' 'nopti' 'quiet' 'single' 'panic=5'
		'console=tty0' 'lull.run=false' 'lull.finish=halt' ' -- ' $'\x01' $'\x1b[31m' $'\x7f' $'\x80' $'\xff\xfe' $'\xc3\xa9'
		$'all \x01\x02\x0b\x0c\x1f\xa0\xff "'"'"'\' "$(printf '%0300d' 0)")
}

@test "60 unusual arguments arrive exactly (pid1 15)" {
	local -a nasty
	nasty_arguments
	[ "${#nasty[@]}" -eq 60 ]
	boot -- args "${nasty[@]}"
	expect_status 0
	expect_equal "$output" "$("$GUEST/args" "${nasty[@]}")"
}

@test "a command longer than the kernel's command line arrives exactly (pid1 15)" {
	local -a nasty
	nasty_arguments
	nasty+=("$(printf '%05000d' 0)" 'a b' "$(printf "'%.0s" {1..1000})")
	boot -- args "${nasty[@]}"
	expect_status 0
	expect_equal "$output" "$("$GUEST/args" "${nasty[@]}")"
}

@test "an experiment starts in a clean environment (pid1 9, 11)" {
	boot -a lull.hostname=probe -- surroundings
	expect_status 0
	expect_in "$output" 'descriptor 0 /dev/null'
	expect_equal "$(grep -c '^descriptor [12] .* append$' <<<"$output")" 2
	expect_equal "$(grep -c ^descriptor <<<"$output")" 4 # and that for numbers
	expect_not_in "$output" blocked
	expect_not_in "$output" disposition
	expect_not_in "$output" missing
	expect_equal "$(grep ^environment <<<"$output" | cut -d = -f 1 | sort)" $'environment HOME\nenvironment LULL_RESULTS_FD\nenvironment PATH\nenvironment TERM'
	for line in 'session own' 'terminal none' 'umask 22' 'folder /' 'hostname probe' 'resolves to 127.0.1.1' 'loopback up' 'file /dev/shm 41777'; do
		grep -Fqx "$line" <<<"$output" || fail "no line: $line"
	done
}

@test "without devtmpfs init makes the device nodes (pid1 2)" {
	packer --init "$GUEST/init-nodevtmpfs" -b "$GUEST/surroundings" -o "$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -- surroundings
	expect_status 0
	expect_not_in "$output" missing
	for node in console null zero full random urandom tty ptmx kmsg ttyS0; do
		grep -Eq "^file /dev/$node 20" <<<"$output" || fail "no device: $node"
	done
}

@test "a directory at dev/console in the image is harmless (pid1 1)" {
	cp -a "$TREE" "$BATS_TEST_TMPDIR/tree"
	rm -rf "$BATS_TEST_TMPDIR/tree/dev/console"
	mkdir -p "$BATS_TEST_TMPDIR/tree/dev/console"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	boot -i "$BATS_TEST_TMPDIR/image" -- surroundings
	expect_status 0
	expect_in "$output" 'descriptor 0 /dev/null'
	expect_equal "$(grep -c ^descriptor <<<"$output")" 4 # and that for numbers
	expect_in "$(cat "$XDG_STATE_HOME"/lull/*)" 'unable to open an initial console'
}

@test "a missing dev/console in the image is harmless (pid1 1), so is a folder with the program's name, and the command line overrides the image's own keys (pid1 4)" {
	cp -a "$TREE" "$BATS_TEST_TMPDIR/tree"
	rm -rf "$BATS_TEST_TMPDIR/tree/dev/console"
	echo lull.run=no-such-program lull.hostname=image >"$BATS_TEST_TMPDIR/tree/etc/lull/cmdline"
	mkdir -p "$BATS_TEST_TMPDIR/tree/usr/local/bin/surroundings"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	boot -i "$BATS_TEST_TMPDIR/image" -- surroundings
	expect_status 0
	expect_equal "$(grep -c ^descriptor <<<"$output")" 4 # and that for numbers
	expect_in "$output" 'hostname image'
}

@test "death by SIGSEGV is status 139, and earlier output is kept (pid1 9)" {
	several
	expect_status 139
	expect_equal "$(head -n 1 <<<"$output")" before
	expect_in "$stderr" SIGSEGV
}

@test "a command that ignores TERM is killed at the time-out" {
	boot -t 2 -- deaf
	expect_status 124
	expect_equal "$output" deaf
	expect_in "$stderr" 'ran out of time'
}

@test "orphans are reaped while the experiment runs (pid1 5), and 500 processes left behind are killed and counted (pid1 16)" {
	boot --json -- orphans leave
	expect_status 0
	expect_in "$output" '"stdout": "orphans 500 left 0 zombies 0\n'
	expect_not_in "$output" 'Run /init' # the kernel log, which nobody asked for
	expect_equal "$(field outcome)" ok
	expect_equal "$(grep -o '"pid"' <<<"$output" | wc -l)" 500
}

@test "a traced command that stops has not ended" {
	several_run 2
	expect_equal "$(field exit)" 3
	expect_in "$output" '"stdout": "after\n"'
	expect_in "$output" '"strays": []'
}

@test "a stray process is named although the command unmounted /proc" {
	several_run 7
	expect_equal "$(field exit)" 0
	expect_in "$output" '"stdout": "ok\n"'
	expect_in "$output" '"name": "sleep"'
}

@test "output that imitates a panic does not end the boot, and a boot continues under nohup" {
	wait_for_boot fake-panic
	expect_status 9
	expect_equal "$output" done
}

@test "a stray process in another session is killed and named (pid1 16)" {
	several_run 3
	expect_equal "$(field exit)" 0
	expect_in "$output" '"stdout": "left\n"'
	several
	expect_in "$stderr" 'a) S 1\n(stray'
}

@test "writing to /dev/stdout loses no output silently (pid1 17)" {
	several_run 4
	expect_equal "$(field exit)" 0
	grep -q '"stdout": "a\\n.*c\\n"' <<<"$output" || fail 'a and c are not in the output'
	several
	[[ $output == *$'a\nb\nc'* ]] || expect_in "$stderr" /dev/stdout
}

@test "kernel messages do not mix with records, and the kernel log is sent on request" {
	boot --json -a 'lull.klog=always lull.repeat=2 ignore_loglevel' -- bash -c \
		'echo "<4>a message of the kernel" >/dev/kmsg; echo "<0>an emergency" >/dev/kmsg
		echo 8 >/proc/sys/kernel/printk; echo 1 >/sys/module/printk/parameters/ignore_loglevel'
	expect_status 0
	expect_in "$output" 'Run /init'
	expect_in "$output" 'a message of the kernel'
	log=$(cat "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)")
	! grep -av '@LULL1' <<<"$log" | grep -F 'a message of the kernel' || fail "on the console"
	grep -av '@LULL1' <<<"$log" | grep -qF 'an emergency' || fail "an emergency is not on the console"
}

@test "output that imitates a record is output" {
	several_run 5
	expect_equal "$(field exit)" 0
	expect_in "$output" "\"stdout\": \"${IMITATION}after\n\""
}

@test "a missing command is status 127, and one that cannot be executed is 126 (pid1 9); the kernel log can be disabled" {
	# bench cannot check this before the boot if the experiment mounts something, so init reports it.
	run -127 --separate-stderr bench boot -k "$KERNEL" -i "$IMAGE" \
		-a 'lull.klog=never lull.mount=tmpfs%20/mnt%20tmpfs lull.run=no-such-program lull.run=/etc/passwd'
	expect_in "$stderr" 'cannot run the command in the guest: no-such-program: No such file or directory'
	output=$(bench decode --json "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)" || true)
	expect_equal "$(grep '^      "exit"' <<<"$output" | paste -sd ' ')" '      "exit": 127,       "exit": 126,'
	expect_in "$output" '"error": "/etc/passwd: Permission denied"'
	expect_not_in "$output" 'Run /init'
}

@test "a closed standard error is not an error, and input that is not passed on is reported" {
	status=0
	output=$(bench boot -k "$KERNEL" -i "$IMAGE" -- bash -c 'echo out; echo err >&2; exit 3' 2>&-) || status=$?
	expect_status 3
	expect_equal "$output" out
	expect_not_in "$(cat "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)")" 'bench:'
	boot -- cat <<<hello
	expect_status 0
	expect_in "$stderr" 'bench: standard input is not passed to the command'
	# The same after a boot that failed.
	boot -q -no-such-option -- cat < <(echo hello)
	expect_status 125
	expect_in "$stderr" 'bench: standard input is not passed to the command'
	boot -q -no-such-option -- cat </dev/null
	expect_status 125
	expect_not_in "$stderr" 'standard input'
}

@test "exact mode with two CPUs is refused" {
	boot --exact -c 2 -- ls
	expect_status 129
	expect_in "$stderr" 'one processor'
}

@test "an init that is not a program causes a panic, reported by its first line (pid1 3)" {
	cp -a "$TREE" "$BATS_TEST_TMPDIR/tree"
	rm "$BATS_TEST_TMPDIR/tree/init"
	printf '\177ELF/etc/lull/end\0' >"$BATS_TEST_TMPDIR/tree/init" # as Lull's init is known by
	chmod 755 "$BATS_TEST_TMPDIR/tree/init"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	boot -i "$BATS_TEST_TMPDIR/image" -- surroundings
	expect_status 125
	expect_in "$stderr" 'Kernel panic - not syncing'
}

@test "a panic during the experiment gives no verdict, and the console log is kept and named" {
	boot -- end panic
	expect_status 125
	expect_in "$stderr" 'Kernel panic - not syncing: sysrq triggered crash'
	expect_not_in "$output" 'before the end'
	log=$(grep -o "$XDG_STATE_HOME/lull/[^ ]*" <<<"$stderr" | head -n 1)
	[ -f "$log" ] || fail "no log named"
	grep -q 'Linux version' "$log"
}

@test "a machine that resets during the experiment gives no verdict" {
	boot --json -- end reboot
	expect_status 125
	expect_equal "$(field outcome)" reset
}

@test "SIGPWR to PID 1, as after a power failure, powers the machine off in order" {
	boot --json -- bash -c 'kill -PWR 1; sleep 1000'
	expect_status 125
	expect_equal "$(field outcome)" ended
	expect_in "$output" '(SIGPWR) before'
}

@test "Ctrl-Alt-Del restarts the machine in order" {
	boot --json -- bash -c 'kill -INT 1; sleep 1000'
	expect_status 125
	expect_equal "$(field outcome)" ended
	expect_in "$output" '(SIGINT) before'
	expect_in "$(cat "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)")" 'reboot: Restarting system'
}

@test "a container can have its own root" {
	several_run 6
	expect_equal "$(field exit)" 0
	expect_in "$output" '"stdout": "/old\n"'
}

@test "a machine without ACPI, which cannot power off, ends nevertheless (pid1 6)" {
	boot -a acpi=off -- bash -c 'echo done; exit 4'
	expect_status 4
	expect_equal "$output" done
	expect_in "$(cat "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)")" 'reboot: Restarting system'
}

@test "init is static and at most 68 KiB" {
	[ "$(stat -c %s "$ROOT/build/init")" -le $((68 * 1024)) ]
	run readelf -lW "$ROOT/build/init"
	expect_status 0
	expect_not_in "$output" INTERP
	expect_not_in "$output" DYNAMIC
}

@test "the kernel log is sent if the command failed" {
	grep -q '"klog": ".*Run /init' "$BATS_FILE_TMPDIR/several.json" || fail 'no kernel log'
}

@test "an unknown key is an error before the boot" {
	boot -a lull.nonsense=1 -- ls
	expect_status 129
	expect_in "$stderr" nonsense
}

@test "init detects an image that does not fit into memory (pid1 10)" {
	truncate -s 100M "$BATS_TEST_TMPDIR/large"
	packer -b "$GUEST/surroundings" -f "$BATS_TEST_TMPDIR/large:/large" -z zstd -o "$BATS_TEST_TMPDIR/image"
	boot -m 210 -i "$BATS_TEST_TMPDIR/image" -- surroundings
	expect_status 125
	expect_in "$stderr" 'the image is incomplete'
}

@test "an invalid kernel never boots" {
	head -c 100000 "$IMAGE" >"$BATS_TEST_TMPDIR/kernel"
	boot -t 5 -k "$BATS_TEST_TMPDIR/kernel" -- ls
	expect_status 125
	expect_in "$stderr" kernel
}

@test "a missing image and a missing kernel are named" {
	boot -i "$BATS_TEST_TMPDIR/no-image" -- ls
	expect_status 125
	expect_in "$stderr" "$BATS_TEST_TMPDIR/no-image"
	boot -k "$BATS_TEST_TMPDIR/no-kernel" -- ls
	expect_status 125
	expect_in "$stderr" "$BATS_TEST_TMPDIR/no-kernel"
}

@test "a missing QEMU is reported with the package to install" {
	run --separate-stderr env PATH=/nowhere "$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" -- ls
	expect_status 125
	expect_in "$stderr" qemu-system-x86
}

# start_typing BENCH-ARGUMENT...: an interactive boot on a new terminal, with keys through descriptor 9.
start_typing() {
	cd "$BATS_TEST_TMPDIR"
	mkfifo keys
	: >typescript
	script -qefc "'$LULL_BIN/bench' boot -k '$KERNEL' -i '$1'" typescript <keys >/dev/null 2>&1 3>&- &
	typing=$!
	exec 9>keys
}

# type_text TEXT: types to the guest's shell. await TEXT: waits until the console shows it.
type_text() {
	printf '%b' "$1" >&9
}

await() {
	wait_until grep -Fq "$1" typescript || fail "$(tail -n 20 typescript)"
}

@test "the interactive shell has a terminal and job control (pid1 7)" {
	start_typing "$IMAGE"
	await 'a shell on this console'
	type_text 'echo $((6 * 7))-answer\n'
	await 42-answer
	# The foreground command prints this.
	type_text 'bash -c "echo $((6 * 3))-reads; exec cat"\n'
	await 18-reads
	type_text '\032'
	await Stopped
	type_text 'kill %1; bash -c "echo $((6 * 4))-sleeps; exec sleep 1000"\n'
	await 24-sleeps
	type_text '\003'
	type_text 'echo $?-interrupted\n'
	await 130-interrupted
	expect_not_in "$(cat typescript)" 'no job control'
	type_text 'exit\n'
	wait "$typing"
}

@test "an init that is not Lull's runs to its end, which is status 0" {
	printf '#!/bin/bash\necho ready\nread -r line\n$line\n' >"$BATS_TEST_TMPDIR/init"
	chmod 755 "$BATS_TEST_TMPDIR/init"
	packer --init "$BATS_TEST_TMPDIR/init" -b "bash $GUEST/end" -o "$BATS_TEST_TMPDIR/other.cpio"
	for how in poweroff reboot; do
		start_typing "$BATS_TEST_TMPDIR/other.cpio"
		await ready
		type_text "end $how\n"
		status=0
		wait "$typing" || status=$?
		expect_status 0
		expect_in "$(cat typescript)" "other.cpio: its init is not Lull's: bench shows the console only, and no results"
		exec 9>&-
		rm keys
	done
}

@test "with no command and no shell, init explains how to add one" {
	start_typing "$BARE"
	await 'packer -b bash'
	run wait "$typing"
}

@test "a machine that hangs is given up after a time" {
	wait_for_boot init
	expect_status 125
	expect_in "$stderr" 'but none from init'
}

@test "a kernel that halts immediately has never booted" {
	wait_for_boot kernel
	expect_status 125
	expect_equal "$(field outcome)" never-booted
}

@test "the file of -k: a kernel for another machine and an invalid kernel are reported before the boot" {
	file=$BATS_TEST_TMPDIR/kernel
	# put OFFSET BYTES: writes bytes, given as for printf(1)
	put() {
		printf "$2" | dd of="$file" bs=1 seek="$(($1))" conv=notrunc status=none
	}
	refused() {
		run --separate-stderr bench boot -k "$file" -i "$IMAGE" -- true
		expect_status 125
		expect_in "$stderr" "$1"
	}
	head -c 8192 /dev/zero >"$file"
	refused "it is neither a bzImage nor an ELF file"
	put 56 'ARM\x64'
	refused "cannot boot kernel $file: it is for arm64, and bench boots x86-64 machines only"
	put 56 'RSC\005'
	refused 'it is for RISC-V'
	# EFI's compressed kernel, recognised by its PE header
	put 4 zimg
	put 0x3c '\200'
	put 0x80 'PE\000\000\144\252'
	refused 'it is for arm64'
	put 0 '\177ELF\002\001\001'
	put 18 '\267\000'
	refused 'it is for arm64'
	put 0 '\177ELF\002\002\001'
	put 18 '\000\026'
	refused 'it is for s390'
}
