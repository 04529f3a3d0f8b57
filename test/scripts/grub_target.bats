# SPDX-License-Identifier: MIT
# scripts/grub/grub-target on a machine that is a tree: a fake ssh runs the commands there as root, with the real
# grub-mkconfig and grub-editenv; `reboot` records its call. test/long/boot_grub_target.bats has a machine that boots.

load ../helpers
load ../grub_helpers

setup_file() {
	make_debian
}

setup() {
	make_tree
	[ "$(id -u)" -ne 0 ] || chown 1000:1000 "$APPLIANCE"/* # the files may belong to an ordinary user
	cat >"$BATS_TEST_TMPDIR/ssh" <<-END
		#!/bin/bash
		. "$ROOT/test/grub_helpers.bash"
		TREE=$TREE
		while [ "\$1" != -- ]; do shift; done
		echo "\$2" >>"$BATS_TEST_TMPDIR/destinations"
		in_tree chroot "\$TREE" /bin/sh -c "\$3"
	END
	chmod +x "$BATS_TEST_TMPDIR/ssh"
	export LULL_SSH="$BATS_TEST_TMPDIR/ssh -x"
	export LULL_KERNEL=$APPLIANCE/kernel LULL_IMAGE=$APPLIANCE/image LULL_CMDLINE='panic=10 a=$b lull.run=x%20y'
	stand_in_reboot 'echo reboot >>/reboots'
	record_state
}

# stand_in_reboot COMMANDS: replaces reboot in the tree
stand_in_reboot() {
	printf '#!/bin/sh\n%s\n' "$1" >"$TREE/usr/sbin/reboot"
	chmod 755 "$TREE/usr/sbin/reboot"
}

run_target() {
	run --separate-stderr "$ROOT/scripts/grub/grub-target" "$@"
}

# No sent files and no mark are left.
expect_clean() {
	[ ! -e "$TREE/var/lib/lull" ] || fail 'sent files are left'
	[ ! -e "$TREE/run/lull-restarts" ] || fail 'the mark is left'
	expect_equal "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name 'tmp.*')" ''
}

# expect_stays MESSAGE [LINES]: the machine stays in its own system, now and after a restart
expect_stays() {
	expect_status 1
	expect_equal "$(wc -l <<<"$stderr")" "${2:-1}"
	expect_in "$stderr" "$1"
	expect_equal "$(next_entry)" ''
	[ ! -e "$TREE/reboots" ] || fail 'restarts'
	expect_clean
}

@test "boot sends an entry, sets it as the next one, restarts; later only new files are sent" {
	run_target boot root@there
	expect_status 0
	expect_equal "$output$stderr" ''
	expect_equal "$(cat "$TREE/reboots")" reboot
	expect_equal "$(next_entry)" lull-bench
	cmp "$TREE/boot/lull/bench/image" "$LULL_IMAGE"
	cmp "$TREE/boot/lull/bench/vmlinuz" "$LULL_KERNEL"
	expect_equal "$(cat "$TREE/boot/lull/bench/cmdline")" 'rdinit=/init console=ttyS0,115200 lull.finish=reboot '"$LULL_CMDLINE"
	expect_equal "$(sort -u "$BATS_TEST_TMPDIR/destinations")" root@there
	[ -e "$TREE/run/lull-restarts" ] || fail 'no mark'
	inode=$(stat -c %i "$TREE/boot/lull/bench/image")
	# The menu is not made again.
	printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/no-menu"
	mv "$TREE/usr/sbin/update-grub" "$BATS_TEST_TMPDIR/update-grub"
	install -m 755 "$BATS_TEST_TMPDIR/no-menu" "$TREE/usr/sbin/update-grub"
	rm "$TREE/run/lull-restarts"
	LULL_KERNEL=$APPLIANCE/other LULL_CMDLINE=second
	head -c 5000 /dev/urandom >"$LULL_KERNEL"
	run_target boot root@there
	expect_status 0
	cmp "$TREE/boot/lull/bench/vmlinuz" "$LULL_KERNEL"
	expect_equal "$(stat -c %i "$TREE/boot/lull/bench/image")" "$inode"
	expect_in "$(cat "$TREE/boot/lull/bench/cmdline")" second
	mv -f "$BATS_TEST_TMPDIR/update-grub" "$TREE/usr/sbin/update-grub"
	rm "$TREE/run/lull-restarts"
	run_target remove root@there
	expect_status 0
	expect_clean
	expect_as_before
}

@test "kernel and image as descriptors of bench, and as relative names" {
	exec 5<"$APPLIANCE/image"
	cd "$APPLIANCE"
	LULL_KERNEL=kernel LULL_IMAGE=/proc/$$/fd/5 run_target boot there
	expect_status 0
	cmp "$TREE/boot/lull/bench/vmlinuz" kernel
	cmp "$TREE/boot/lull/bench/image" image
}

@test "files that the machine has need no additional space" {
	run_target boot there
	rm "$TREE/run/lull-restarts"
	rm "$TREE/bin/df"
	printf '#!/bin/sh\necho x; echo x x x 16484 x\n' >"$TREE/bin/df"
	chmod 755 "$TREE/bin/df"
	run_target boot there
	expect_status 0
	rm "$TREE/run/lull-restarts" "$TREE/reboots"
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv set next_entry=
	LULL_IMAGE=$APPLIANCE/new
	head -c 200000 /dev/urandom >"$LULL_IMAGE"
	run_target boot there
	expect_stays 'grub-entry: no space in /boot: needs '
	cmp "$TREE/boot/lull/bench/image" "$APPLIANCE/image"
}

@test "a /boot without hard links" {
	run_target boot there
	expect_status 0
	rm "$TREE/run/lull-restarts"
	mv "$TREE/bin/ln" "$TREE/bin/real-ln"
	printf '#!/bin/sh\n[ "$1" = -s ] || { echo "ln: Operation not permitted" >&2; exit 1; }\nexec /bin/real-ln "$@"\n' >"$TREE/bin/ln"
	chmod 755 "$TREE/bin/ln"
	LULL_CMDLINE=second run_target boot there
	expect_status 0
	expect_equal "$output$stderr" ''
	cmp "$TREE/boot/lull/bench/image" "$LULL_IMAGE"
	expect_in "$(cat "$TREE/boot/lull/bench/cmdline")" second
}

@test "files damaged in transfer are refused" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n/usr/bin/sha256sum "$@" | tr a b\n' >"$BATS_TEST_TMPDIR/bin/sha256sum"
	chmod 755 "$BATS_TEST_TMPDIR/bin/sha256sum"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run_target boot there
	expect_stays 'grub-there: files were damaged in transfer: '
	expect_as_before
}

@test "a copy that fails: the reason comes first, and nothing changes" {
	mv "$TREE/bin/cp" "$TREE/bin/real-cp"
	printf '#!/bin/sh\ncase $* in *new~/image) echo "cp: no space left" >&2; exit 1 ;; esac\nexec /bin/real-cp "$@"\n' >"$TREE/bin/cp"
	chmod 755 "$TREE/bin/cp"
	run_target boot there
	expect_stays 'cp: no space left' 2
	expect_equal "${stderr%%$'\n'*}" 'cp: no space left'
	expect_as_before
}

@test "a machine that cannot restart reports that and keeps its next entry" {
	stand_in_reboot 'echo "no way" >&2; exit 1'
	run_target boot there
	expect_stays 'grub-there: cannot restart the machine: reboot failed' 2
}

@test "setting the next entry fails after the installation" {
	mv "$TREE/usr/bin/grub-editenv" "$TREE/usr/bin/real"
	printf '#!/bin/sh\ncase $* in *next_entry=lull*) echo stuck >&2; exit 1 ;; esac\nexec /usr/bin/real "$@"\n' >"$TREE/usr/bin/grub-editenv"
	chmod 755 "$TREE/usr/bin/grub-editenv"
	run_target boot there
	mv "$TREE/usr/bin/real" "$TREE/usr/bin/grub-editenv"
	expect_stays stuck
}

@test "an interrupted grub-target does not restart the machine" {
	# Nobody reads the output of the machine.
	sed -i 's|^in_tree.*|in_tree chroot "$TREE" /bin/sh -c "$3" \| true|' "$BATS_TEST_TMPDIR/ssh"
	run_target boot there
	expect_equal "$(next_entry)" ''
	[ ! -e "$TREE/reboots" ] || fail 'restarts'
	expect_clean
}

@test "a connection lost during the transfer" {
	sed -i 's|^in_tree.*|head -c 50000 \| in_tree chroot "$TREE" /bin/sh -c "$3"|' "$BATS_TEST_TMPDIR/ssh"
	run_target boot there
	[ "$status" -ne 0 ] || fail 'accepted incomplete files'
	expect_equal "$(next_entry)" ''
	[ ! -e "$TREE/reboots" ] || fail 'restarts'
	expect_clean
	expect_as_before
}

@test "leftovers of another run are removed, but a running one is not disturbed" {
	mkdir -p "$TREE/var/lib/lull/old"
	run_target boot there
	expect_status 0
	rm "$TREE/run/lull-restarts"
	mkdir -p "$TREE/var/lib/lull"
	exec 6<"$TREE/var/lib/lull"
	flock 6
	run_target boot there
	expect_status 1
	expect_equal "$stderr" 'grub-target: another bench uses the machine'
	[ -d "$TREE/var/lib/lull" ] || fail "removed the other's folder"
}

@test "wait: until the mark is gone and the machine answers, but not on permanent errors" {
	touch "$TREE/run/lull-restarts"
	# The mark is there until the first answer has come.
	(
		until [ "$(wc -l 2>/dev/null <"$BATS_TEST_TMPDIR/destinations")" -ge 2 ]; do sleep 0.1; done 2>/dev/null
		rm "$TREE/run/lull-restarts"
	) 3>&- &
	run_target wait there
	expect_status 0
	expect_equal "$stderr" 'grub-target: there does not answer yet'
	printf '#!/bin/sh\n[ -e "%s" ] || { touch "%s"; echo "ssh: connect to host x: Connection refused" >&2; exit 255; }\necho Welcome\n' \
		"$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/once" >"$BATS_TEST_TMPDIR/ssh"
	run_target wait there
	expect_status 0
	expect_equal "$stderr" 'grub-target: ssh: connect to host x: Connection refused'
	# A login banner while the machine shuts down.
	printf '#!/bin/sh\necho Welcome\n[ -e "%s" ] || { touch "%s"; exit 1; }\n' "$BATS_TEST_TMPDIR/twice" "$BATS_TEST_TMPDIR/twice" \
		>"$BATS_TEST_TMPDIR/ssh"
	run_target wait there
	expect_status 0
	expect_equal "$stderr" 'grub-target: there does not answer yet'
	printf '#!/bin/sh\nprintf "@@@\nHost key verification failed.\n" >&2; exit 255\n' >"$BATS_TEST_TMPDIR/ssh"
	run_target wait there
	expect_status 1
	expect_equal "$stderr" 'grub-target: cannot reach there: Host key verification failed.'
}

@test "usage" {
	for arguments in '' boot 'boot a b' 'go a'; do
		# shellcheck disable=SC2086 # words
		run_target $arguments
		expect_status 2
		expect_in "$stderr" 'usage: grub-target boot|wait|remove DESTINATION'
	done
	LULL_IMAGE=/nowhere run_target boot there
	expect_status 1
	expect_in "$stderr" 'cannot read /nowhere'
	LULL_SSH='no-ssh -x' run_target wait there
	expect_status 1
	expect_equal "$stderr" "grub-target: no-ssh is missing: Debian's package openssh-client has it"
}
