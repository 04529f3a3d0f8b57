# SPDX-License-Identifier: MIT
# grub-entry makes and removes entries in the GRUB menu of a small Debian, with its real grub-mkconfig, grub-editenv and
# grub-script-check. test/long/boot_grub.bats boots them.

load ../helpers
load ../grub_helpers

setup_file() {
	make_debian
}

setup() {
	make_tree
}

# expect_refused MESSAGE: and nothing has changed
expect_refused() {
	expect_status 1
	expect_in "$stderr" "$1"
	expect_equal "$output" ''
	expect_as_before
}

# stand_in_update_grub COMMANDS: replaces update-grub in the tree
stand_in_update_grub() {
	rm "$TREE/usr/sbin/update-grub"
	printf '#!/bin/sh\n%s\n' "$1" >"$TREE/usr/sbin/update-grub"
	chmod 755 "$TREE/usr/sbin/update-grub"
}

print_line() {
	run --separate-stderr "$ROOT/scripts/grub/grub-line" "$@"
}

@test "an entry: files, menu, list; its removal restores every byte" {
	install_entry -a 'quiet isolcpus=1' one -- my-benchmark --size 4096
	expect_status 0
	expect_equal "$output" ''
	cmp "$TREE/boot/lull/one/vmlinuz" "$APPLIANCE/kernel"
	cmp "$TREE/boot/lull/one/image" "$APPLIANCE/image"
	line='rdinit=/init console=ttyS0,115200 panic=10 lull.finish=reboot quiet isolcpus=1 lull.run=my-benchmark%20--size%204096'
	expect_in "$(menu_entry one)" 'lull=/boot/lull/one'
	expect_in "$(cat "$TREE/boot/lull/one/boot.cfg")" "linux \$lull/vmlinuz $line; then"
	expect_in "$(menu_entry one)" 'search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt2 2222-4007'
	in_tree chroot "$TREE" /usr/bin/grub-script-check /boot/grub/grub.cfg
	in_tree chroot "$TREE" /usr/bin/grub-script-check /boot/lull/one/boot.cfg
	run_entry --list
	expect_equal "$output" "one $line"
	expect_equal "$(find "$TREE/boot" "$TREE/etc" -name '*~')" ''
	run_entry --remove one
	expect_status 0
	expect_as_before
}

@test "the other entries and the default entry are unchanged, and the new one comes last" {
	cp "$TREE/boot/grub/grub.cfg" "$BATS_TEST_TMPDIR/grub.cfg"
	install_entry one
	sed '/^### BEGIN .*99_lull/,/^### END .*99_lull/d' "$TREE/boot/grub/grub.cfg" | diff -B "$BATS_TEST_TMPDIR/grub.cfg" -
	expect_equal "$(grep '^menuentry' "$TREE/boot/grub/grub.cfg" | tail -n 1 | cut -d "'" -f 2)" 'Lull: one'
	expect_equal "$(next_entry)" ''
}

@test "a separate /boot: paths and search refer to it" {
	BEFORE=$OWN_BOOT run --separate-stderr in_tree sh -euc '"$1" --root "$2" -k "$3/kernel" -i "$3/image" one
			cat "$2/boot/grub/grub.cfg"' sh "$ROOT/scripts/grub/grub-entry" "$TREE" "$APPLIANCE"
	expect_status 0
	output=${output#*99_lull}
	expect_in "$output" 'lull=/lull/one'
	expect_in "$output" "set root='hd0,gpt1'"
	expect_in "$output" '1111-b007'
}

@test "GRUB with the names of Fedora and Arch" {
	rm "$TREE/usr/sbin/update-grub"
	install_entry one
	expect_status 0
	expect_in "$(menu_entry one)" 'lull-one'
	run_entry --remove one
	expect_as_before
	rm "$TREE/etc/grub.d/05_debian_theme"
	mv "$TREE/usr/sbin/grub-mkconfig" "$TREE/usr/sbin/grub2-mkconfig"
	mv "$TREE/usr/bin/grub-editenv" "$TREE/usr/bin/grub2-editenv"
	mv "$TREE/boot/grub" "$TREE/boot/grub2"
	install_entry --once one
	expect_status 0
	expect_in "$(cat "$TREE/boot/grub2/grub.cfg")" "'lull-one'"
	expect_in "$(cat "$TREE/boot/grub2/grubenv")" next_entry=lull-one
}

@test "GRUB's menu on the ESP, as in CentOS 7 and 8" {
	rm "$TREE/usr/sbin/update-grub" "$TREE/etc/grub.d/05_debian_theme"
	mv "$TREE/usr/sbin/grub-mkconfig" "$TREE/usr/sbin/grub2-mkconfig"
	mkdir -p "$TREE/boot/efi/EFI"
	mv "$TREE/boot/grub" "$TREE/boot/efi/EFI/centos"
	install_entry one
	expect_status 1
	expect_in "$stderr" 'GRUB is missing: no grub.cfg'
	ln -s ../boot/efi/EFI/centos/grub.cfg "$TREE/etc/grub2-efi.cfg"
	record_state
	install_entry --once one
	expect_status 0
	expect_in "$(cat "$TREE/boot/efi/EFI/centos/grub.cfg")" "'lull-one'"
	expect_in "$(cat "$TREE/boot/efi/EFI/centos/grubenv")" next_entry=lull-one
	run_entry --remove one
	expect_status 0
	expect_not_in "$(cat "$TREE/boot/efi/EFI/centos/grub.cfg" "$TREE/boot/efi/EFI/centos/grubenv")" lull
}

@test "once: GRUB's environment is set, and restored when the entry is removed" {
	install_entry --once one
	expect_status 0
	expect_equal "$(next_entry)" lull-one
	install_entry two
	run_entry --once two
	expect_status 0
	expect_equal "$(next_entry)" lull-two
	run_entry --remove one
	expect_equal "$(next_entry)" lull-two
	run_entry --remove two
	expect_status 0
	expect_as_before
}

@test "once, after the boot: the empty next_entry that GRUB leaves is removed with the entry" {
	install_entry --once one
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv set next_entry=
	run_entry --remove one
	expect_as_before
}

@test "the next entry of another program is kept, and so is an empty next_entry" {
	in_tree chroot "$TREE" /usr/sbin/grub-reboot 0
	record_state
	install_entry --once one
	expect_refused 'cannot set the next entry: it is set to 0 already'
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv set next_entry=
	record_state
	install_entry --once one
	expect_status 0
	run_entry --remove one
	expect_as_before
}

@test "once is refused if GRUB cannot write its environment or would not read it" {
	for disk in 'btrfs ' 'zfs ' 'ext2 lvm' 'ext2 diskfilter mdraid1x'; do
		stand_for_disk "${disk%% *}" "${disk#* }"
		install_entry --once one
		expect_refused 'cannot write'
		expect_in "$stderr" "$(echo "${disk#ext2 }" | tr -d '\n' | sed 's/ $//')"
	done
	stand_for_disk ext2 ''
	for change in 'rm grubenv' 'echo nothing >grubenv' 'chmod u+w grub.cfg; sed -i s/next_entry/next/ grub.cfg' \
		"chmod u+w grub.cfg; echo 'set superusers=\"root\"' >>grub.cfg"; do
		cp -a "$TREE/boot/grub" "$BATS_TEST_TMPDIR/grub"
		(cd "$TREE/boot/grub" && sh -euc "$change")
		install_entry --once one
		expect_status 1
		expect_in "$stderr" 'cannot set the next entry: '
		rm -r "$TREE/boot/grub"
		mv "$BATS_TEST_TMPDIR/grub" "$TREE/boot/grub"
		expect_as_before
	done
	run_entry --once one
	expect_refused 'no such entry'
}

# once_with MENU [COMMANDS [NAME=VALUE...]]: runs `grub-once --check` with the menu test/grub/MENU, after the commands ran in
# GRUB's folder and the variables were set in its environment
once_with() {
	rm -rf "$TREE/boot/grub2"
	mv "$TREE/boot/grub" "$BATS_TEST_TMPDIR/grub"
	cp -a "$BATS_TEST_TMPDIR/grub" "$TREE/boot/grub2"
	rm "$TREE/boot/grub2/grub.cfg"
	cp "$ROOT/test/grub/$1" "$TREE/boot/grub2/grub.cfg"
	(cd "$TREE/boot/grub2" && sh -euc "${2-:}")
	[ $# -lt 3 ] || in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub2/grubenv set "${@:3}"
	run --separate-stderr in_tree "$ROOT/scripts/grub/grub-once" --root "$TREE" --check
	mv "$BATS_TEST_TMPDIR/grub" "$TREE/boot/grub"
}

# bats test_tags=slow
@test "once, with menus of Fedora, CentOS and Ubuntu: refused with a password or without a timeout" {
	password="printf 'GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.12AB.34CD\n' >user.cfg"
	for menu in fedora centos7 ubuntu; do
		once_with "$menu.cfg"
		expect_status 0
		once_with "$menu.cfg" ': >user.cfg; : >custom.cfg'
		expect_status 0
		# Superusers under a false condition, in an entry, or empty
		once_with "$menu.cfg" 'printf "%s\n" "if [ -f \$prefix/none ]; then" "set superusers=a" fi "menuentry x {" \
			"set superusers=a" "}" "set superusers=" >>grub.cfg'
		expect_status 0
		for change in "echo 'set superusers=\"a b\"' >>grub.cfg" "echo 'superusers=root' >>grub.cfg" \
			"echo 'if loadfont x; then set superusers=a; fi' >>grub.cfg" \
			"echo 'if [ \$grub_platform = pc ]; then set superusers=a; fi' >>grub.cfg" \
			"echo 'set superusers=root' >custom.cfg" \
			'printf "%s\n" "menuentry x {" true "} # the end" "set superusers=a" >>grub.cfg' \
			'printf "%s\n" "menuentry x {" true "}; set superusers=b" "set superusers=a" >>grub.cfg' \
			'printf "%s\n" "menuentry x {" true >>grub.cfg'; do
			once_with "$menu.cfg" "$change"
			expect_status 1
			expect_in "$stderr" 'cannot set the next entry: GRUB would ask for a password'
		done
		once_with "$menu.cfg" : superusers=root
		expect_status 1
		expect_in "$stderr" 'cannot set the next entry: GRUB would ask for a password'
		for change in 'sed -i "s/set timeout=.*/set timeout=-1/" grub.cfg' 'sed -i "s/set timeout=.*/set timeout=/" grub.cfg' \
			'sed -i "/set timeout=/d" grub.cfg' "echo 'unset timeout' >custom.cfg" 'echo timeout=-1 >custom.cfg'; do
			once_with "$menu.cfg" "$change"
			expect_status 1
			expect_in "$stderr" 'cannot set the next entry: GRUB would wait for a key in its menu'
		done
	done
	for menu in fedora centos7; do
		once_with "$menu.cfg" "$password"
		expect_status 1
		expect_in "$stderr" 'cannot set the next entry: GRUB would ask for a password'
	done
	once_with fedora.cfg : menu_auto_hide=1 boot_success=1
	expect_status 0
	once_with fedora.cfg : menu_show_once_timeout=-1
	expect_status 1
	# The timeout after a boot that failed
	once_with ubuntu.cfg 'sed -i "s/set timeout=30/set timeout=-1/" grub.cfg'
	expect_status 0
	once_with ubuntu.cfg 'sed -i "s/set timeout=30/set timeout=-1/" grub.cfg' recordfail=1
	expect_status 1
	expect_in "$stderr" 'GRUB would wait for a key'
}

# bats test_tags=slow
@test "once: an infinite timeout in /etc/default/grub is refused, before and after the menu is made" {
	echo 'GRUB_TIMEOUT=-1' >>"$TREE/etc/default/grub"
	record_state
	run --separate-stderr in_tree "$ROOT/scripts/grub/grub-entry" --root "$TREE" --once -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" one
	expect_refused "GRUB would wait for a key in its menu; set GRUB_TIMEOUT to seconds in $TREE/etc/default/grub and run /usr/sbin/update-grub"
	in_tree chroot "$TREE" /usr/sbin/update-grub 2>/dev/null
	record_state
	install_entry --once one
	expect_refused 'GRUB would wait for a key in its menu'
	install_entry one
	expect_status 0
	for style in hidden countdown menu; do
		printf '%s\n' 'GRUB_TIMEOUT=3' "GRUB_TIMEOUT_STYLE=$style" 'GRUB_RECORDFAIL_TIMEOUT=-1' >>"$TREE/etc/default/grub"
		in_tree chroot "$TREE" /usr/sbin/update-grub 2>/dev/null
		install_entry --replace --once "$style"
		expect_status 0
	done
}

# bats test_tags=slow
@test "once: firmware that does not start GRUB" {
	mkdir -p "$TREE/sys/firmware/efi"
	cp -r "$ROOT/scripts" "$TREE/scripts"
	cp "$APPLIANCE"/* "$TREE/tmp"
	cat >"$TREE/usr/bin/efibootmgr" <<-'END'
		#!/bin/sh
		[ "$1" = -v ] || { echo "$*" >>/tmp/asked && exit; }
		echo 'BootCurrent: 0000'
		echo 'BootOrder: 0000,0003'
		printf 'Boot0000* Linux Boot Manager\tHD(1,GPT,1,0x800,0x1)/File(\\EFI\\systemd\\systemd-bootx64.efi)\n'
		printf 'Boot0001* Windows\tHD(1,GPT,1,0x800,0x1)/File(\\EFI\\Microsoft\\Boot\\bootmgfw.efi)\n'
		printf 'Boot0003* debian\tHD(1,GPT,1,0x800,0x1)/File(\\EFI\\debian\\shimx64.efi)\n'
	END
	chmod 755 "$TREE/usr/bin/efibootmgr"
	run --separate-stderr in_tree chroot "$TREE" /scripts/grub/grub-entry --once -k /tmp/kernel -i /tmp/image one
	expect_status 0
	expect_equal "$(next_entry)" lull-one
	expect_equal "$(cat "$TREE/tmp/asked")" '--quiet --bootnext 0003'
	run --separate-stderr in_tree chroot "$TREE" /scripts/grub/grub-entry --remove one
	expect_equal "$(tail -n 1 "$TREE/tmp/asked")" '--quiet --delete-bootnext'
	expect_as_before
	sed -i 's/BootCurrent: 0000/BootCurrent: 0003/; 2s/.*/[ "$1" = -v ] || exit 1/' "$TREE/usr/bin/efibootmgr"
	run --separate-stderr in_tree chroot "$TREE" /scripts/grub/grub-entry --once -k /tmp/kernel -i /tmp/image one
	expect_status 0
	run --separate-stderr in_tree chroot "$TREE" /scripts/grub/grub-entry --remove one
	expect_status 0
	sed -i 's/BootCurrent: 0003/BootCurrent: 0000/; /shim/d' "$TREE/usr/bin/efibootmgr"
	run --separate-stderr in_tree chroot "$TREE" /scripts/grub/grub-entry --once -k /tmp/kernel -i /tmp/image one
	expect_refused 'the firmware does not start GRUB and has no entry for it'
}

@test "a root without grub-editenv: this machine's is used" {
	cp -r "$ROOT/scripts" "$TREE/scripts"
	install_entry one
	mkdir -p "$TREE/other/usr/sbin" "$TREE/other/etc"
	cp -a "$TREE/boot" "$TREE/other"
	cp -a "$TREE/usr/sbin/update-grub" "$TREE/other/usr/sbin"
	run --separate-stderr in_tree chroot "$TREE" /scripts/grub/grub-once --root /other one
	expect_status 0
	expect_equal "$(next_entry)" ''
	expect_in "$(cat "$TREE/other/boot/grub/grubenv")" next_entry=lull-one
}

@test "a dry run prints the commands and changes nothing" {
	install_entry --dry-run --once -a 'a="b c"' one
	expect_status 0
	expect_in "$output" "+ cp $APPLIANCE/image $TREE/boot/lull/one.new~/image"
	expect_in "$output" 'lull.finish=reboot "a=b c"'
	expect_in "$output" "+ chroot $TREE /usr/sbin/update-grub"
	expect_as_before
	install_entry --once one
	record_state
	run_entry --dry-run --remove one
	expect_in "$output" "+ rm -f $TREE/etc/grub.d/99_lull"
	expect_in "$output" 'unset next_entry'
	expect_as_before
}

@test "arguments are converted to a form that GRUB passes, or refused" {
	print_line -a 'root=$x  a="b c" "d=e f" panic=5'
	expect_equal "$output" 'rdinit=/init console=ttyS0,115200 lull.finish=reboot root=$x "a=b c" "d=e f" panic=5'
	print_line -a 'rdinit=/sh console=tty0 lull.finish=halt "panic=0"' -- sh -c 'echo "$0" it'\''s 5% \'
	expect_equal "$output" "rdinit=/sh console=tty0 lull.finish=halt panic=0 lull.run=sh%20-c%20%27echo%20%22\$0%22\
%20it%27%5c%27%27s%205%25%20%5c%27"
	print_line -a 'lull.env="A=b c" lull.env=D="e" -- sh -c "panic=1 rdinit=x"'
	expect_equal "$output" 'rdinit=/init console=ttyS0,115200 panic=10 lull.finish=reboot lull.env=A=b%20c lull.env=D=%22e%22 '"\
"'lull.run=sh%20-c%20%22panic=1%20rdinit=x%22'
	print_line -a '--x -- nopti'
	expect_in "$output" ' --x lull.run=nopti'
	for args in "a='b'" 'a=\b' 'a=b"c d"' '""' $'a\nb' 'a="b'; do
		print_line -a "$args"
		expect_status 1
		expect_equal "$output" ''
	done
	print_line -a '-- a' -- b
	expect_status 1
	print_line -d 'rdinit=/init console=tty0 console=ttyS0' -a quiet
	expect_equal "$output" 'rdinit=/init console=tty0 console=ttyS0 quiet'
	print_line -d 'rdinit=/init console=tty0 console=ttyS0' -a console=ttyS1
	expect_equal "$output" 'rdinit=/init console=ttyS1'
}

@test "quotes, dollars and other special characters of shells in the menu" {
	install_entry -a 'a=$b "c=d  $e" f={g};h&i|j<k># l=*.? m=[n] o=~ %p' one -- sh -c 'echo "$1"'
	expect_status 0
	expect_in "$(cat "$TREE/boot/lull/one/boot.cfg")" "lull.finish=reboot 'a=\$b' 'c=d  \$e' 'f={g};h&i|j<k>#' 'l=*.?' 'm=[n]' 'o=~' %p 'lull.run="
	in_tree chroot "$TREE" /usr/bin/grub-script-check /boot/grub/grub.cfg
	in_tree chroot "$TREE" /usr/bin/grub-script-check /boot/lull/one/boot.cfg
}

@test "a duplicate name is refused; --replace installs the new entry or keeps the old" {
	mv "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/first"
	install_entry --once one -- first
	record_state
	install_entry one -- second
	expect_refused 'entry one exists'
	cp "$TREE/usr/sbin/update-grub" "$BATS_TEST_TMPDIR/update-grub"
	stand_in_update_grub 'echo half >/boot/grub/grub.cfg; exit 1'
	echo '# older' >>"$TREE/etc/grub.d/99_lull"
	record_state
	install_entry --replace one -- second
	expect_refused 'update-grub failed'
	cp "$BATS_TEST_TMPDIR/update-grub" "$TREE/usr/sbin/update-grub"
	install_entry --replace one -- second
	expect_status 0
	expect_in "$(cat "$TREE/boot/lull/one/boot.cfg")" lull.run=second
	# The menu has the entry, so it is not made again.
	stand_in_update_grub 'exit 1'
	sum=$(sha256sum "$TREE/boot/grub/grub.cfg")
	install_entry --replace one -- third
	expect_status 0
	expect_in "$(cat "$TREE/boot/lull/one/boot.cfg")" lull.run=third
	expect_equal "$(sha256sum "$TREE/boot/grub/grub.cfg")" "$sum"
	cp "$BATS_TEST_TMPDIR/update-grub" "$TREE/usr/sbin/update-grub"
	[ ! -e "$TREE/boot/lull/one.old~" ] || fail 'the old folder is left'
	run_entry --remove one
	mv "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/before"
	expect_as_before
}

@test "invalid names, files and options" {
	for name in '' a/b .. -- 'a b' "a'b" .hidden "$(printf '%065d' 0)"; do
		install_entry "$name"
		[ "$status" -ne 0 ] || fail "accepted $name"
	done
	install_entry -i "$BATS_TEST_TMPDIR/none" one
	expect_refused "cannot read $BATS_TEST_TMPDIR/none"
	install_entry -a "$(printf 'x%.0s' {1..2000})" one
	expect_refused 'the kernel accepts 2047 bytes'
	run_entry --remove one
	expect_refused 'no entry one in'
	run_entry --remove --once one
	expect_status 2
	run_entry one
	expect_status 2
	expect_as_before
}

@test "lack of space is reported before anything is written" {
	BEFORE=$SMALL_BOOT install_entry one
	expect_refused "no space in $TREE/boot: "
}

@test "a disk that fills while the menu is made" {
	stand_in_update_grub 'head -c 90m /dev/zero >/boot/grub/grub.cfg'
	BEFORE=$OWN_BOOT run --separate-stderr in_tree sh -uc '"$1" --root "$2" -k "$3/kernel" -i "$3/image" one
			echo "status $?"; diff -r "$2/boot" "$2/tmp/boot"' sh "$ROOT/scripts/grub/grub-entry" "$TREE" "$APPLIANCE"
	expect_equal "$output" 'status 1'
	expect_in "$stderr" 'No space left'
}

@test "missing GRUB: its menu, its programs" {
	mv "$TREE/boot/grub/grub.cfg" "$BATS_TEST_TMPDIR"
	install_entry one
	expect_status 1
	expect_in "$stderr" 'GRUB is missing: no grub.cfg'
	mv "$BATS_TEST_TMPDIR/grub.cfg" "$TREE/boot/grub"
	rm "$TREE/usr/sbin/update-grub" "$TREE/usr/sbin/grub-mkconfig"
	install_entry one
	expect_refused 'GRUB is missing: no update-grub, grub-mkconfig or grub2-mkconfig'
}

@test "a read-only root, and a user who is not root" {
	BEFORE='mount --rbind "$1" "$1"; mount -o remount,bind,ro "$1"' install_entry one
	expect_refused 'read-only'
	run --separate-stderr unshare -U "$ROOT/scripts/grub/grub-entry" --root "$TREE" -k "$APPLIANCE/kernel" \
		-i "$APPLIANCE/image" one
	expect_refused 'requires root'
	expect_equal "$(wc -l <<<"$stderr")" 1
}

@test "a link to a menu outside of the root is not followed" {
	mv "$TREE/boot/grub/grub.cfg" "$BATS_TEST_TMPDIR/elsewhere"
	ln -s "$BATS_TEST_TMPDIR/elsewhere" "$TREE/boot/grub/grub.cfg"
	install_entry one
	expect_status 1
	expect_in "$stderr" 'a link out of'
}

@test "update-grub fails, or skips the entry" {
	stand_in_update_grub 'echo half >/boot/grub/grub.cfg; echo >/boot/grub/grub.cfg.new; exit 3'
	install_entry --once one
	expect_refused 'update-grub failed'
	expect_in "$stderr" 'all changes are undone'
	stand_in_update_grub 'exec grub-mkconfig 2>/dev/null | sed /lull/d >/boot/grub/grub.cfg'
	install_entry one
	expect_refused 'did not apply'
}

# interrupt_install SIGNAL WAIT COMMAND...: installs an entry by COMMAND and sends the signal after the commands WAIT
interrupt_install() {
	local signal=$1 wait=$2
	shift 2
	in_tree sh -euc 'echo $$ >"$0/tmp/pid"; exec "$@"' "$TREE" "$@" "$ROOT/scripts/grub/grub-entry" --root "$TREE" \
		-k "$APPLIANCE/kernel" -i "$APPLIANCE/image" --once one >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	$wait
	kill "-$signal" "$(cat "$TREE/tmp/pid")" || true
	wait $! || true
}

# after_start SECONDS: waits so long after the start of the installation
after_start() {
	wait_until test -s "$TREE/tmp/pid"
	sleep "$1"
}

# bats test_tags=slow
@test "a signal during update-grub: everything is restored" {
	stand_in_update_grub 'echo half >/boot/grub/grub.cfg; touch /tmp/there; sleep 1
		exec grub-mkconfig -o /boot/grub/grub.cfg'
	for signal in TERM HUP; do
		rm -f "$TREE/tmp/there"
		interrupt_install "$signal" "wait_until test -f $TREE/tmp/there" env
		expect_in "$(cat "$BATS_TEST_TMPDIR/out")" 'all changes are undone'
		expect_as_before
	done
}

# bats test_tags=slow
@test "a second grub-entry is refused" {
	stand_in_update_grub 'touch /tmp/there; sleep 1; exec grub-mkconfig -o /boot/grub/grub.cfg'
	in_tree "$ROOT/scripts/grub/grub-entry" --root "$TREE" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" one 2>/dev/null 3>&- &
	until [ -f "$TREE/tmp/there" ]; do sleep 0.1; done
	install_entry two
	expect_status 1
	expect_in "$stderr" 'another grub-entry is running'
	wait $!
	run_entry --list
	expect_equal "${output%% *}" one
}

# bats test_tags=slow
@test "standard error is closed during the installation" {
	stand_in_update_grub 'echo half >/boot/grub/grub.cfg; sleep 1; echo told; echo told >&2; exit 1'
	in_tree "$ROOT/scripts/grub/grub-entry" --root "$TREE" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" one \
		2> >(true) || true
	expect_as_before
}

# bats test_tags=slow
@test "a signal at any time leaves the complete entry or none" {
	install_entry --once one
	state >"$BATS_TEST_TMPDIR/after"
	run_entry --remove one
	for delay in 0.0{3..9} 0.{10..38..4}; do
		interrupt_install TERM "after_start $delay" env
		state >"$BATS_TEST_TMPDIR/now"
		if cmp -s "$BATS_TEST_TMPDIR/now" "$BATS_TEST_TMPDIR/after"; then
			run_entry --remove one
			expect_status 0
		fi
		expect_as_before
	done
}

# bats test_tags=slow
@test "a power failure at any time: the next run removes the leftovers" {
	for delay in 0.0{3..9} 0.{10..38..4}; do
		interrupt_install KILL "after_start $delay" unshare -p --fork --kill-child
		run_entry --list
		[ "${output%% *}" = one ] || install_entry one
		expect_status 0
		run_entry --remove one
		expect_status 0
		expect_as_before
	done
}
