# SPDX-License-Identifier: MIT
# Boots on machines other than QEMU's pc: its other boards, UEFI, and machines with a serial line and a power switch, which
# a QEMU simulates without bench's knowledge. test/unit/bench/test_target.c and test_laboratory.c test failing ones.

load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image LAB=$BATS_FILE_TMPDIR/lab
	packer -b "bash ls" -b "$GUEST/args" -o "$IMAGE"
	add_broken_init "$IMAGE"
	mkdir "$LAB"
	# script NAME: writes standard input to it
	script() {
		{ echo '#!/bin/sh' && cat; } >"$LAB/$1" && chmod +x "$LAB/$1"
	}
	script machine <<-'END'
		exec qemu-system-x86_64 -M pc -accel tcg -cpu max -m 256 -display none -nodefaults -no-user-config -no-reboot \
			-kernel "$LULL_KERNEL" -initrd "$LULL_IMAGE" -append "$LULL_CMDLINE" "$@"
	END
	script console <<-END
		exec "$LAB/machine" -serial stdio
	END
	# The machine boots the copies that this script makes, and stays on until its power is cut.
	script boot <<-END
		cp "\$LULL_KERNEL" "$LAB/kernel" && cp "\$LULL_IMAGE" "$LAB/image" && echo "\$LULL_CMDLINE" >"$LAB/cmdline"
		echo boot >>"$LAB/done"
	END
	script on <<-END
		LULL_KERNEL="$LAB/kernel" LULL_IMAGE="$LAB/image" LULL_CMDLINE=\$(cat "$LAB/cmdline")
		export LULL_KERNEL LULL_IMAGE LULL_CMDLINE
		"$LAB/machine" -no-shutdown -chardev "serial,id=line,path=$LAB/theirs" -serial chardev:line </dev/null >/dev/null 2>&1 &
		echo \$! >"$LAB/pid"
		echo on >>"$LAB/done"
	END
	script off <<-END
		[ -f "$LAB/pid" ] || exit 0
		pid=\$(cat "$LAB/pid")
		kill -9 "\$pid"
		while [ -d "/proc/\$pid" ]; do sleep 0.1; done
		rm "$LAB/pid"
		echo off >>"$LAB/done"
	END
	"$GUEST/null_modem" "$LAB/ours" "$LAB/theirs" 3>&- &
	echo $! >"$LAB/cable"
	until [ -e "$LAB/theirs" ]; do sleep 0.1; done
}

setup() {
	rm -f "$LAB/done"
}

teardown_file() {
	kill "$(cat "$LAB/cable")"
	[ ! -f "$LAB/pid" ] || kill -9 "$(cat "$LAB/pid")"
}

# No machine and no command of the laboratory is left.
expect_nothing_runs() {
	[ ! -f "$LAB/pid" ] || fail 'the power is on'
	! pgrep -af "$LAB/(image|machine|console|on|off)" || fail 'a process is left'
}

@test "usage: the man page's synopsis" {
	run --separate-stderr bench --help
	expect_status 0
	synopsis=$(sed -n '/^\.nf/,/^\.fi/p;/^\.fi/q' "$ROOT/bench/bench.1" |
		sed '/^\.[nf][fi]/d; s/\\f[BIR]//g; s/\\-/-/g; s/^ *//')
	expect_equal "$(printf '%s' "$output" | sed 's/^usage: //; s/^ *//')" "$synopsis"
}

@test "q35 and microvm, and a panic on the latter" {
	boot -M q35 --json -- bash -c 'echo out; exit 3'
	expect_status 3
	expect_in "$(field machine)" q35
	expect_in "$output" '"stdout": "out\n"'
	boot -M microvm --json -- ls -d /init /sys/firmware/acpi
	expect_status 2
	expect_equal "$(field machine)" microvm
	expect_equal "$(field outcome)" failed
	expect_in "$output" '"stdout": "/init\n"'
	boot -M microvm --json -a rdinit=/broken -- ls
	expect_status 125
	expect_equal "$(field outcome)" panic
}

@test "UEFI on pc and q35" {
	[ -f /usr/share/ovmf/OVMF.fd ] || [ -f /usr/share/OVMF/OVMF_CODE.fd ] || skip "no UEFI: install Debian's package ovmf"
	for machine in pc q35; do
		boot -M "$machine" --firmware ovmf -- ls -d /sys/firmware/efi
		expect_status 0
		expect_equal "$output" /sys/firmware/efi
	done
	boot --firmware "$KERNEL" --json -- ls
	expect_status 125
	expect_not_in "$(field outcome)" ok
}

@test "a command for a console" {
	boot --console "$LAB/console" -- bash -c 'echo out; echo err >&2; exit 7'
	expect_status 7
	expect_equal "$output" out
	expect_equal "$stderr" err
	expect_nothing_runs
	# The image with a long command is in no file that has a name.
	long=$(printf '%05000d' 0)
	boot --console "'$LAB/console'" --json -- args "$long"
	expect_status 0
	expect_in "$output" "$long"
	expect_equal "$(field machine)" command
	expect_not_in "$output" '"accel"'
	expect_in "$output" '"cmdline": "console=ttyS0,115200 panic=0 rdinit=/init'
	expect_nothing_runs
}

@test "a panic on a machine that does not restart" {
	boot --console "$LAB/console" --json -a rdinit=/broken -- ls
	expect_status 125
	expect_equal "$(field outcome)" panic
	expect_nothing_runs
}

@test "a tty, and a machine whose power is cut" {
	boot --tty "$LAB/ours,9600" --boot-command "$LAB/boot" --power-on "$LAB/on" --power-off "$LAB/off" --json \
		-- bash -c 'echo out; exit 7'
	expect_status 7
	expect_equal "$(field outcome)" failed
	expect_equal "$(field machine)" tty
	expect_in "$output" '"stdout": "out\n"'
	expect_equal "$(cat "$LAB/done")" $'boot\non\noff'
	expect_in "$(cat "$LAB/cmdline")" 'console=ttyS0,9600 '
	expect_nothing_runs
}

@test "a signal cuts the power" {
	"$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" --tty "$LAB/ours" --boot-command "$LAB/boot" --power-on "$LAB/on" \
		--power-off "$LAB/off" -- bash -c 'while :; do :; done' 3>&- &
	bench=$!
	until [ -f "$LAB/pid" ]; do sleep 0.1; done
	kill "$bench"
	wait "$bench" || status=$?
	expect_status 143
	expect_equal "$(cat "$LAB/done")" $'boot\non\noff'
	expect_nothing_runs
}

@test "bench survives any data of a serial line, and prints no raw control characters" {
	local escape=$'\e'
	boot --console 'printf "%b" "[    1.000000] Kernel panic - not syncing: \\033[31mred\\n"' -- ls
	expect_status 125
	expect_equal "${lines[*]}" ''
	expect_in "$stderr" 'bench: Kernel panic - not syncing: \x1b[31mred'
	expect_not_in "$stderr" "$escape"
	boot --console 'head -c 5000000 /dev/zero' -- ls
	expect_status 125
	expect_in "$stderr" 'the machine ended, and the kernel printed nothing'
	boot --console "sh -c 'head -c 5000000 /dev/zero | tr \"\\0\" x; exec cat $KERNEL'" --json -- ls
	expect_status 125
	expect_equal "$(field outcome)" never-booted
	boot --console "sh -c 'printf \"\\033[31mno route\" >&2; exit 255'" -- ls
	expect_status 125
	expect_in "$stderr" 'bench: the target failed: the console command sh ended with status 255: \x1b[31mno route'
	expect_not_in "$stderr" "$escape"
}

@test "failing commands are reported by name" {
	boot --console 'sleep 1000' --power-cycle "sh -c 'echo no such outlet >&2; exit 3'" --json -- ls
	expect_status 125
	expect_equal "$(field outcome)" target-failed
	expect_equal "$(field reason)" 'the target failed: the power-cycle command sh ended with status 3: no such outlet'
	boot --console 'sleep 1000' --power-on /nowhere/on -- ls
	expect_status 125
	expect_in "$stderr" 'bench: the target failed: cannot execute the power-on command /nowhere/on: No such file or directory'
	boot --tty /nowhere/tty -- ls
	expect_status 125
	expect_in "$stderr" 'bench: the target failed: cannot open /nowhere/tty at 115200 bits per second: No such file or directory'
	boot --console "$LAB/console" --power-cycle true --power-off 'sh -c "echo stuck >&2; exit 1"' -- bash -c 'echo out'
	expect_status 0
	expect_equal "$output" out
	expect_equal "$stderr" 'bench: the target failed: the power-off command sh ended with status 1: stuck'
	expect_nothing_runs
}

@test "conflicting options are an error of one line" {
	for option in '-q -s' '-M q35' "--firmware $IMAGE" '--exact' '-m 256' '-c 1'; do
		# shellcheck disable=SC2086 # the option and its value
		boot --console cat $option -- ls
		expect_status 129
		expect_equal "$stderr" "bench: ${option%% *} is for QEMU, not for a machine with a console or a tty"
	done
	for options in '--console cat --tty /dev/null' '--power-on cat' '--tty x,7' '--tty ,9600' '-M pc98' '-M microvm --exact' \
		"--exact --firmware $IMAGE" '--firmware /nowhere' '-M microvm --firmware ovmf' '--console=' "--power-off='"; do
		# shellcheck disable=SC2086
		boot $options -- ls
		expect_status 129
		expect_equal "$(wc -l <<<"$stderr")" 1
		expect_in "$stderr" 'bench: '
	done
}
