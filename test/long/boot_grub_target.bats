# SPDX-License-Identifier: MIT
# bench's `target grub`: a machine with Debian on its disk, which bench reaches by ssh. Its GRUB boots the appliance, then
# its own system again. The machine is a QEMU with a serial line that restarts whenever it ends; bench does not know that.

load ../helpers

possible() {
	command -v mmdebstrap >/dev/null || skip "no mmdebstrap: scripts/setup boot"
	[ "$(id -u)" -eq 0 ] || [ -d "${XDG_CACHE_HOME:-$HOME/.cache}/lull/debian" ] || skip 'making a Debian needs root'
	need_x86_64 'the GRUB of a PC'
}

setup_file() {
	can_run || return 0
	use_state "$BATS_FILE_TMPDIR"
	export LAB=$BATS_FILE_TMPDIR/lab IMAGE=$BATS_FILE_TMPDIR/image
	packer -b 'bash cat sleep true' -o "$IMAGE"
	add_broken_init "$IMAGE"
	debian=$("$ROOT/test/debian/disk")
	mkdir "$LAB"
	cp --sparse=always "$debian/disk" "$LAB/disk"
	port=$((20000 + RANDOM % 10000))
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
	cat >"$LAB/config" <<-END
		Host lab root
		HostName 127.0.0.1
		Port $port
		IdentityFile $debian/key
		IdentitiesOnly yes
		StrictHostKeyChecking accept-new
		UserKnownHostsFile $LAB/known
		Host root
		User root
		Host lab
		User lab
	END
	# Counts the bytes that are sent.
	cat >"$LAB/ssh" <<-END
		#!/bin/bash
		[ -p /dev/stdin ] || exec ssh -F "$LAB/config" "\$@"
		tee >(wc -c >>"$LAB/sent") | ssh -F "$LAB/config" "\$@"
	END
	chmod +x "$LAB/ssh"
	export LULL_SSH=$LAB/ssh
	"$GUEST/null_modem" "$LAB/ours" "$LAB/theirs" 3>&- &
	echo $! >"$LAB/cable"
	until [ -e "$LAB/theirs" ]; do sleep 0.1; done
	"$ROOT/test/debian/machine" "$LAB" "$LAB/theirs" "$port" 3>&- &
	echo $! >"$LAB/machine"
}

# The test before may have left the machine in any state.
setup() {
	possible
	"$ROOT/scripts/grub/grub-target" wait root
}

teardown_file() {
	can_run && [ -f "$LAB/cable" ] || return 0
	touch "$LAB/off"
	[ ! -f "$LAB/pid" ] || kill -9 "$(cat "$LAB/pid")" || true
	wait "$(cat "$LAB/machine")" || true
	kill "$(cat "$LAB/cable")"
}

# on_machine COMMANDS: runs them as root of the machine's own system
on_machine() {
	"$LULL_SSH" root "$1"
}

# lab ARGUMENT...: bench boot on the machine
lab() {
	boot --tty "$LAB/ours" --target 'grub root' "$@"
}

# The machine's own system runs, and GRUB's next entry is not one of Lull.
expect_own_system() {
	expect_in "$(on_machine 'cat /proc/cmdline; grub-editenv - list')" 'BOOT_IMAGE=/boot/vmlinuz-'
	expect_not_in "$(on_machine 'grub-editenv - list')" lull
}

# at_shutdown COMMANDS: runs them at the next shutdown of the machine's own system
at_shutdown() {
	on_machine "cat >/run/systemd/system/last.service && systemctl daemon-reload && systemctl start last" <<-END
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=true
		ExecStop=/bin/sh -c '$1'
	END
}

STATE='sha256sum /boot/* /boot/grub/* /etc/grub.d/* /etc/default/grub 2>/dev/null | sort
	ls -lR --time-style=+ /boot /etc/grub.d | grep -v ^total'

@test "two boots in a row send kernel and image once" {
	on_machine "$STATE" >"$LAB/before"
	cat >"$BATS_TEST_TMPDIR/plan" <<-END
		kernel cloud $KERNEL
		image small $IMAGE
		run words bash -c 'cat /proc/cmdline; echo "\$0 \$HOME" >&2; exit 0' 'a "b" \\ \$c'
		boots 2
		tty $LAB/ours
		target grub lab
	END
	run --separate-stderr bench run "$BATS_TEST_TMPDIR/plan" -o "$BATS_TEST_TMPDIR/study"
	expect_status 0
	journal=$BATS_TEST_TMPDIR/study/journal
	expect_equal "$(jq -r .outcome "$journal" | sort | uniq -c | tr -s ' ')" ' 2 ok'
	size=$(stat -Lc %s "$IMAGE")
	[ "$(head -n 1 "$LAB/sent")" -gt $((size + $(stat -Lc %s "$KERNEL"))) ] || fail 'the first boot did not send everything'
	[ "$(tail -n +2 "$LAB/sent" | paste -sd +)" ] && [ $(($(tail -n +2 "$LAB/sent" | paste -sd +))) -lt 200000 ] || fail 'files were sent again'
	expect_equal "$(wc -l <"$LAB/boots")" 4
	expect_own_system
}

@test "the command gets its words, and bench exits with its status" {
	lab -a 'foo="b c" bar=$x' -- bash -c 'cat /proc/cmdline; echo "$0 $HOME" >&2; exit 7' 'a "b" \ $c'
	expect_status 7
	expect_in "$output" 'BOOT_IMAGE=/boot/lull/bench/vmlinuz console=ttyS0,115200 panic=10 rdinit=/init lull.finish=reboot "foo=b c" bar=$x '
	expect_equal "$stderr" 'a "b" \ $c /root'
	expect_own_system
}

@test "remove restores every byte" {
	"$ROOT/scripts/grub/grub-target" remove root
	expect_equal "$(on_machine "$STATE")" "$(cat "$LAB/before")"
	run "$ROOT/scripts/grub/grub-target" remove root
	expect_status 1
	expect_in "$output" 'grub-remove: no entry bench in /boot/lull'
}

@test "a panic is reported, and the machine comes back" {
	lab --json -a 'rdinit=/broken' -- true
	expect_status 125
	expect_equal "$(field outcome)" panic
	expect_in "$(jq -r .reason <<<"$output")" 'Kernel panic - not syncing'
	expect_own_system
}

@test "a power failure during the run" {
	rm -f "$BATS_FILE_TMPDIR"/state/lull/*
	"$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" --tty "$LAB/ours" --target 'grub root' --json -- sleep 1000 \
		>"$BATS_TEST_TMPDIR/out" 2>/dev/null 3>&- &
	bench=$!
	until grep -qs '^@LULL.* start ' "$BATS_FILE_TMPDIR"/state/lull/*.log; do
		[ -d "/proc/$bench" ] || fail "$(cat "$BATS_TEST_TMPDIR/out")"
		sleep 0.2
	done
	kill -9 "$(cat "$LAB/pid")"
	status=0
	wait "$bench" || status=$?
	expect_status 125
	output=$(cat "$BATS_TEST_TMPDIR/out")
	expect_equal "$(field outcome)" reset
	expect_equal "$(jq -r .reason <<<"$output")" 'the machine returned to its own system before the results arrived'
	expect_own_system
}

@test "a kernel other than the requested one" {
	other=$("$ROOT/scripts/kernel/fetch-kernel" linux-image-amd64)
	on_machine 'cat >/root/other' <"$(echo "$other"/boot/vmlinuz-*)"
	at_shutdown 'cp /root/other /boot/lull/bench/vmlinuz'
	lab --json -- true
	expect_status 125
	expect_equal "$(field outcome)" wrong-kernel
	expect_in "$(jq -r .reason <<<"$output")" 'wrong kernel: the file has the build id '
	expect_in "$(jq -r .reason <<<"$output")" "-cloud-amd64), the running kernel has "
	expect_own_system
}

@test "GRUB does not boot the entry" {
	at_shutdown 'grub-editenv - unset next_entry'
	lab --json -- true
	expect_status 125
	expect_equal "$(field outcome)" never-booted
	expect_equal "$(jq -r .reason <<<"$output")" 'init reported nothing, and the machine is back in its own system'
	expect_own_system
}

@test "failures are reported, and nothing is left" {
	boots=$(wc -l <"$LAB/boots")
	on_machine 'rm -rf /boot/lull; fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - 20000000)) /full'
	lab -- true
	expect_status 125
	expect_in "$stderr" 'bench: the target failed: the boot command '
	expect_in "$stderr" 'grub-entry: no space in /boot: '
	on_machine 'set -e; [ ! -e /boot/lull ]; [ ! -e /var/lib/lull ]; rm /full; mv /boot/grub/grubenv /root'
	lab -- true
	expect_status 125
	expect_in "$stderr" 'grub-once: cannot set the next entry: /boot/grub/grubenv is missing'
	on_machine 'set -e; mv /root/grubenv /boot/grub; [ ! -e /boot/lull ]'
	lab -a 'x=\' -- true
	expect_status 125
	expect_in "$stderr" 'grub-line: boot loaders alter quotes'
	on_machine '[ ! -e /boot/lull ]'
	boot --tty "$LAB/ours" --target 'grub nowhere.invalid' -- true
	expect_status 125
	expect_in "$stderr" 'grub-target: cannot reach nowhere.invalid: '
	LULL_SSH="$LULL_SSH -o IdentityFile=none" boot --tty "$LAB/ours" --target 'grub other' -- true
	expect_status 125
	expect_in "$stderr" 'grub-target: cannot reach other: '
	expect_equal "$(wc -l <"$LAB/boots")" "$boots"
	expect_own_system
}
