# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Shared by the tests of GRUB: `load helpers`, `load grub_helpers`. They do not touch this machine: TREE is a small Debian
# with the real grub-mkconfig, grub-editenv and grub-script-check, in which programs run by chroot. Only grub-probe, which
# needs disks, is replaced by a script that prints what it would print on a given kind of disk.
#
# DEBIAN     the tree that the trees of tests are copied from
# TREE       the tree of the test
# APPLIANCE  a folder with a kernel and an image, of some kilobytes

# unpack_debian DIR
unpack_debian() {
	"$ROOT/scripts/fetch-sysroot" "$(dpkg --print-architecture)" "$1" libc6 dash coreutils libacl1 libattr1 libgmp10 \
		libselinux1 libpcre2-8-0 sed grep mawk util-linux grub-common grub2-common libdevmapper1.02.1 libudev1 \
		liblzma5 tar
	ln -sf dash "$1/bin/sh"
	ln -sf mawk "$1/usr/bin/awk"
	mkdir -p "$1"/{boot/grub,dev,proc,sys,tmp,run,etc/default}
	cp "$1/usr/share/grub/default/grub" "$1/etc/default/grub"
}

# make_debian: for setup_file; makes DEBIAN, or skips the file
make_debian() {
	command -v dpkg-deb >/dev/null || skip 'no dpkg here'
	need_namespaces
	export DEBIAN=$BATS_FILE_TMPDIR/debian
	unpack_debian "$DEBIAN"
}

# make_tree: for setup; makes TREE, a machine's system, and APPLIANCE, and records the state of the tree
make_tree() {
	TREE=$BATS_TEST_TMPDIR/tree
	APPLIANCE=$BATS_TEST_TMPDIR/appliance
	cp -al "$DEBIAN" "$TREE"
	rm -r "${TREE:?}/boot" "${TREE:?}/etc"
	cp -a "$DEBIAN/boot" "$DEBIAN/etc" "$TREE"
	mkdir "$APPLIANCE"
	head -c 30000 /dev/urandom >"$APPLIANCE/kernel"
	head -c 70000 /dev/urandom >"$APPLIANCE/image"
	stand_for_disk ext2 ''
	echo kernel >"$TREE/boot/vmlinuz-6.1.0-9-amd64"
	echo initrd >"$TREE/boot/initrd.img-6.1.0-9-amd64"
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv create
	in_tree chroot "$TREE" /usr/sbin/update-grub 2>/dev/null
	record_state
}

# record_state, expect_as_before: every byte of /boot and /etc is the same as when the state was recorded
record_state() {
	state >"$BATS_TEST_TMPDIR/before"
}

expect_as_before() {
	state | diff "$BATS_TEST_TMPDIR/before" - || fail 'the tree has changed'
}

# stand_for_disk FILE-SYSTEM ABSTRACTION: replaces grub-probe, for a disk with / and, if it is mounted, /boot
stand_for_disk() {
	rm "${TREE:?}/usr/sbin/grub-probe"
	cat >"$TREE/usr/sbin/grub-probe" <<-END
		#!/bin/sh
		case "\$*" in
		*target=device*' /boot') [ "\$(stat -c %d /)" != "\$(stat -c %d /boot)" ] && echo /dev/vda1 || echo /dev/vda2 ;;
		*target=device*) echo /dev/vda2 ;;
		*vda1*target=fs_uuid*) echo 1111-b007 ;;
		*target=fs_uuid*) echo 2222-4007 ;;
		*target=partmap*) echo gpt ;;
		*target=fs' '* | *target=fs) echo $1 ;;
		*target=abstraction*) echo $2 ;;
		*vda1*target=compatibility_hint*) echo hd0,gpt1 ;;
		*target=compatibility_hint*) echo hd0,gpt2 ;;
		*target=hints_string*) echo --hint-bios=hd0,gpt2 ;;
		*) exit 1 ;;
		esac
	END
	chmod 755 "$TREE/usr/sbin/grub-probe"
}

# in_tree COMMAND...: runs it as root of a user namespace, with the mounts of a chroot, after the shell commands $BEFORE,
# whose $1 is the tree
in_tree() {
	unshare -rm sh -euc 'mount --rbind /dev "$1/dev"; mount --rbind /proc "$1/proc"; sh -euc "$2" sh "$1"; shift 2
		exec "$@"' sh "$TREE" "${BEFORE-:}" "$@"
}

# For BEFORE: a separate /boot.
# shellcheck disable=SC2016,SC2034 # expanded by its shell; used by the tests
SMALL_BOOT='cp -a "$1/boot" "$1/tmp/boot"; mount -t tmpfs -o size=8m none "$1/boot"; cp -a "$1/tmp/boot/." "$1/boot"'
# shellcheck disable=SC2034
OWN_BOOT=${SMALL_BOOT/8m/64m}

# run_entry ARGUMENT...: grub-entry on the tree
run_entry() {
	run --separate-stderr in_tree "$ROOT/scripts/grub/grub-entry" --root "$TREE" "$@"
}

# install_entry ARGUMENT...: grub-entry with the appliance
install_entry() {
	run_entry -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" "$@"
}

# state: prints names, modes, owners, links and checksums of all files in /boot and /etc
state() {
	(cd "$TREE" && find boot etc -printf '%y %m %U:%G %p %l\n' | sort && find boot etc -type f -exec sha256sum {} + | sort)
}

# menu_entry NAME: prints its text in the menu
menu_entry() {
	sed -n "/^menuentry 'Lull: $1'/,/^}/p" "$TREE/boot/grub/grub.cfg"
}

next_entry() {
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv list | sed -n 's/^next_entry=//p'
}
