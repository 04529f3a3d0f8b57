# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of GRUB share: `load helpers`, `load grub_helpers`. Nothing of this machine is touched: TREE is a small
# Debian of its own packages, with the real grub-mkconfig, grub-editenv and grub-script-check, into which programs go by
# chroot. Only grub-probe, which needs disks, is a stand-in that tells what a machine of one kind or another would.
#
# DEBIAN     what trees are copied from
# TREE       the tree of the test
# APPLIANCE  a folder with the kernel and the image, of a few bytes

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

# make_tree: the system that a machine has before
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
}

# stand_for_disk FILE-SYSTEM ABSTRACTION: grub-probe, of a disk with / and, where it is mounted, /boot
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

# in_tree COMMAND...: as root of a user namespace, with what a chroot needs mounted; after $BEFORE, a shell's commands,
# for which $1 is the tree.
in_tree() {
	unshare -rm sh -euc 'mount --rbind /dev "$1/dev"; mount --rbind /proc "$1/proc"; sh -euc "$2" sh "$1"; shift 2
		exec "$@"' sh "$TREE" "${BEFORE-:}" "$@"
}

# For BEFORE: a /boot of its own.
# shellcheck disable=SC2016,SC2034 # expanded by its shell; used by the tests
SMALL_BOOT='cp -a "$1/boot" "$1/tmp/boot"; mount -t tmpfs -o size=8m none "$1/boot"; cp -a "$1/tmp/boot/." "$1/boot"'
# shellcheck disable=SC2034
OWN_BOOT=${SMALL_BOOT/8m/64m}

# entry ARGUMENT...: grub-entry on the tree
entry() {
	run --separate-stderr in_tree "$ROOT/scripts/grub/grub-entry" --root "$TREE" "$@"
}

# install ARGUMENT...: of the appliance
install() {
	entry -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" "$@"
}

# state: all that is in the folders that a boot loader has to do with, byte for byte
state() {
	(cd "$TREE" && find boot etc -printf '%y %m %U:%G %p %l\n' | sort && find boot etc -type f -exec sha256sum {} + | sort)
}

# menu_entry NAME: its text in the menu
menu_entry() {
	sed -n "/^menuentry 'Lull: $1'/,/^}/p" "$TREE/boot/grub/grub.cfg"
}

next_entry() {
	in_tree chroot "$TREE" /usr/bin/grub-editenv /boot/grub/grubenv list | sed -n 's/^next_entry=//p'
}
