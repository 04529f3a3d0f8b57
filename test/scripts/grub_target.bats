# SPDX-License-Identifier: MIT
# scripts/grub/grub-target with a machine that is a tree: ssh runs what it is told there, as root, with the real grub-mkconfig
# and grub-editenv; `reboot` notes that it was called. test/long/boot_grub_target.bats has a machine that boots.

load ../helpers
load ../grub_helpers

setup_file() {
	command -v dpkg-deb >/dev/null || skip 'no dpkg here'
	need_namespaces
	export DEBIAN=$BATS_FILE_TMPDIR/debian
	unpack_debian "$DEBIAN"
}

setup() {
	make_tree
	[ "$(id -u)" -ne 0 ] || chown 1000:1000 "$APPLIANCE"/* # what is sent may be an ordinary user's
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
	reboots 'echo reboot >>/reboots'
	state >"$BATS_TEST_TMPDIR/before"
}

# reboots COMMANDS: what restarts the machine
reboots() {
	printf '#!/bin/sh\n%s\n' "$1" >"$TREE/usr/sbin/reboot"
	chmod 755 "$TREE/usr/sbin/reboot"
}

target() {
	run --separate-stderr "$ROOT/scripts/grub/grub-target" "$@"
}

# Nothing of what was sent, and no mark.
expect_clean() {
	[ ! -e "$TREE/var/lib/lull" ] || fail 'left what was sent'
	[ ! -e "$TREE/run/lull-restarts" ] || fail 'left the mark'
	expect_equal "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name 'tmp.*')" ''
}

# It stays in its own system, now and when it restarts.
expect_stays() {
	expect_status 1
	expect_equal "$(wc -l <<<"$stderr")" "${2:-1}"
	expect_in "$stderr" "$1"
	expect_equal "$(next_entry)" ''
	[ ! -e "$TREE/reboots" ] || fail 'restarts'
	expect_clean
}

@test "boot: an entry, set as the next, and a restart; then only what is new is sent" {
	target boot root@there
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
	# The menu stays as it is.
	printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/no-menu"
	mv "$TREE/usr/sbin/update-grub" "$BATS_TEST_TMPDIR/update-grub"
	command install -m 755 "$BATS_TEST_TMPDIR/no-menu" "$TREE/usr/sbin/update-grub"
	rm "$TREE/run/lull-restarts"
	LULL_KERNEL=$APPLIANCE/other LULL_CMDLINE=second
	head -c 5000 /dev/urandom >"$LULL_KERNEL"
	target boot root@there
	expect_status 0
	cmp "$TREE/boot/lull/bench/vmlinuz" "$LULL_KERNEL"
	expect_equal "$(stat -c %i "$TREE/boot/lull/bench/image")" "$inode"
	expect_in "$(cat "$TREE/boot/lull/bench/cmdline")" second
	mv -f "$BATS_TEST_TMPDIR/update-grub" "$TREE/usr/sbin/update-grub"
	rm "$TREE/run/lull-restarts"
	target remove root@there
	expect_status 0
	expect_clean
	diff "$BATS_TEST_TMPDIR/before" <(state)
}

@test "kernel and image by names of bench's memory, and of this folder" {
	exec 5<"$APPLIANCE/image"
	cd "$APPLIANCE"
	LULL_KERNEL=kernel LULL_IMAGE=/proc/$$/fd/5 target boot there
	expect_status 0
	cmp "$TREE/boot/lull/bench/vmlinuz" kernel
	cmp "$TREE/boot/lull/bench/image" image
}

@test "what is there needs no space once more" {
	target boot there
	rm "$TREE/run/lull-restarts"
	rm "$TREE/bin/df"
	printf '#!/bin/sh\necho x; echo x x x 16484 x\n' >"$TREE/bin/df"
	chmod 755 "$TREE/bin/df"
	target boot there
	expect_status 0
	rm "$TREE/run/lull-restarts" "$TREE/reboots"
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv set next_entry=
	LULL_IMAGE=$APPLIANCE/new
	head -c 200000 /dev/urandom >"$LULL_IMAGE"
	target boot there
	expect_stays 'grub-entry: no space in /boot: 16484 KiB are free'
	cmp "$TREE/boot/lull/bench/image" "$APPLIANCE/image"
}

@test "a /boot whose file system has no second names of a file" {
	target boot there
	expect_status 0
	rm "$TREE/run/lull-restarts"
	mv "$TREE/bin/ln" "$TREE/bin/real-ln"
	printf '#!/bin/sh\n[ "$1" = -s ] || { echo "ln: Operation not permitted" >&2; exit 1; }\nexec /bin/real-ln "$@"\n' >"$TREE/bin/ln"
	chmod 755 "$TREE/bin/ln"
	LULL_CMDLINE=second target boot there
	expect_status 0
	expect_equal "$output$stderr" ''
	cmp "$TREE/boot/lull/bench/image" "$LULL_IMAGE"
	expect_in "$(cat "$TREE/boot/lull/bench/cmdline")" second
}

@test "what arrives is not what was sent" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n/usr/bin/sha256sum "$@" | tr a b\n' >"$BATS_TEST_TMPDIR/bin/sha256sum"
	chmod 755 "$BATS_TEST_TMPDIR/bin/sha256sum"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH target boot there
	expect_stays 'grub-there: what has arrived is not what was sent: '
	diff "$BATS_TEST_TMPDIR/before" <(state)
}

@test "a copy that fails: its reason comes first, and all is as it was" {
	mv "$TREE/bin/cp" "$TREE/bin/real-cp"
	printf '#!/bin/sh\ncase $* in *new~/image) echo "cp: no space left" >&2; exit 1 ;; esac\nexec /bin/real-cp "$@"\n' >"$TREE/bin/cp"
	chmod 755 "$TREE/bin/cp"
	target boot there
	expect_stays 'cp: no space left' 2
	expect_equal "${stderr%%$'\n'*}" 'cp: no space left'
	diff "$BATS_TEST_TMPDIR/before" <(state)
}

@test "a machine that does not restart stays as it is, and says so" {
	reboots 'echo "no way" >&2; exit 1'
	target boot there
	expect_stays 'grub-there: the machine does not restart: reboot failed' 2
}

@test "what is next cannot be set, at the last moment" {
	mv "$TREE/usr/bin/grub-editenv" "$TREE/usr/bin/real"
	printf '#!/bin/sh\ncase $* in *next_entry=lull*) echo stuck >&2; exit 1 ;; esac\nexec /usr/bin/real "$@"\n' >"$TREE/usr/bin/grub-editenv"
	chmod 755 "$TREE/usr/bin/grub-editenv"
	target boot there
	mv "$TREE/usr/bin/real" "$TREE/usr/bin/grub-editenv"
	expect_stays stuck
}

@test "who was interrupted has nothing restarted" {
	# Nobody listens to what the machine says.
	sed -i 's|^in_tree.*|in_tree chroot "$TREE" /bin/sh -c "$3" \| true|' "$BATS_TEST_TMPDIR/ssh"
	target boot there
	expect_equal "$(next_entry)" ''
	[ ! -e "$TREE/reboots" ] || fail 'restarts'
	expect_clean
}

@test "a line that is lost, and files that do not arrive as they are" {
	sed -i 's|^in_tree.*|head -c 50000 \| in_tree chroot "$TREE" /bin/sh -c "$3"|' "$BATS_TEST_TMPDIR/ssh"
	target boot there
	[ "$status" -ne 0 ] || fail 'took half of it'
	expect_equal "$(next_entry)" ''
	[ ! -e "$TREE/reboots" ] || fail 'restarts'
	expect_clean
	diff "$BATS_TEST_TMPDIR/before" <(state)
}

@test "what another left is put away, and one who works there is not disturbed" {
	mkdir -p "$TREE/var/lib/lull/old"
	target boot there
	expect_status 0
	rm "$TREE/run/lull-restarts"
	mkdir -p "$TREE/var/lib/lull"
	exec 6<"$TREE/var/lib/lull"
	flock 6
	target boot there
	expect_status 1
	expect_equal "$stderr" 'grub-target: another bench has the machine'
	[ -d "$TREE/var/lib/lull" ] || fail "took the other's folder"
}

@test "wait: until the mark is gone and the machine answers, but not for what waiting does not mend" {
	touch "$TREE/run/lull-restarts"
	# It is there until the first answer has come.
	(
		until [ "$(wc -l 2>/dev/null <"$BATS_TEST_TMPDIR/destinations")" -ge 2 ]; do sleep 0.1; done 2>/dev/null
		rm "$TREE/run/lull-restarts"
	) 3>&- &
	target wait there
	expect_status 0
	expect_equal "$stderr" 'grub-target: there does not answer yet'
	printf '#!/bin/sh\n[ -e "%s" ] || { touch "%s"; echo "ssh: connect to host x: Connection refused" >&2; exit 255; }\necho Welcome\n' \
		"$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/once" >"$BATS_TEST_TMPDIR/ssh"
	target wait there
	expect_status 0
	expect_equal "$stderr" 'grub-target: ssh: connect to host x: Connection refused'
	# A login that greets, while the machine goes down.
	printf '#!/bin/sh\necho Welcome\n[ -e "%s" ] || { touch "%s"; exit 1; }\n' "$BATS_TEST_TMPDIR/twice" "$BATS_TEST_TMPDIR/twice" \
		>"$BATS_TEST_TMPDIR/ssh"
	target wait there
	expect_status 0
	expect_equal "$stderr" 'grub-target: there does not answer yet'
	printf '#!/bin/sh\nprintf "@@@\nHost key verification failed.\n" >&2; exit 255\n' >"$BATS_TEST_TMPDIR/ssh"
	target wait there
	expect_status 1
	expect_equal "$stderr" 'grub-target: cannot reach there: Host key verification failed.'
}

@test "usage" {
	for arguments in '' boot 'boot a b' 'go a'; do
		# shellcheck disable=SC2086 # words
		target $arguments
		expect_status 2
		expect_in "$stderr" 'usage: grub-target boot|wait|remove DESTINATION'
	done
	LULL_IMAGE=/nowhere target boot there
	expect_status 1
	expect_in "$stderr" 'cannot read /nowhere'
	LULL_SSH='no-ssh -x' target wait there
	expect_status 1
	expect_equal "$stderr" "grub-target: no-ssh is missing: Debian's package openssh-client has it"
}
