# SPDX-License-Identifier: MIT
# Appliances on a machine's own disk, booted by its GRUB. The machine is a small Debian on a disk of QEMU. One boot runs
# grub-entry on it, with the real grub-probe, as the disk is real there; then the disk boots by itself.

load ../helpers
load ../grub_helpers
load ../disk_helpers

setup_file() {
	command -v dpkg-deb >/dev/null || skip 'no dpkg here'
	need_x86_64 'the GRUB of a PC'
	need_namespaces
	use_state "$BATS_FILE_TMPDIR"
	export W=$BATS_FILE_TMPDIR
	packer -b 'sh cat' -o "$W/image"
	packer -k "$ROOT/build/kernel" -m 'virtio_pci virtio_blk ext4' -b busybox -o "$W/workshop"
	packer -k "$ROOT/build/kernel" -m 'virtio_pci virtio_blk ext4 efivarfs' -b busybox -o "$W/workshop-uefi"
	export TREE=$W/tree
	unpack_debian "$TREE"
	"$ROOT/scripts/fetch-sysroot" amd64 "$W/grub" grub-pc-bin grub-efi-amd64-bin
	"$ROOT/scripts/fetch-sysroot" amd64 "$TREE" efibootmgr libefivar1 libefiboot1 libpopt0
	mv "$W/grub/usr/lib/grub"/* "$TREE/usr/lib/grub"
	cp -r "$ROOT/scripts" "$TREE/scripts"
	mkdir "$TREE/lull"
	cp "$KERNEL" "$TREE/lull/kernel"
	cp "$W/image" "$TREE/lull/image"
	# As in Fedora, RHEL and CentOS: a password is supported, but not set.
	cat >"$TREE/etc/grub.d/01_users" <<-'END'
		#!/bin/sh -e
		cat <<EOF
		if [ -f \${prefix}/user.cfg ]; then
		  source \${prefix}/user.cfg
		  if [ -n "\${GRUB2_PASSWORD}" ]; then
		    set superusers="root"
		    export superusers
		    password_pbkdf2 root \${GRUB2_PASSWORD}
		  fi
		fi
		EOF
	END
	chmod 755 "$TREE/etc/grub.d/01_users"
	# The machine's own system prints its command line and powers off.
	cp "$KERNEL" "$TREE/boot/vmlinuz-6.1.0-9-amd64"
	cp "$W/image" "$TREE/boot/initrd.img-6.1.0-9-amd64"
	cat >>"$TREE/etc/default/grub" <<-'END'
		GRUB_TIMEOUT=1
		GRUB_TIMEOUT_STYLE=hidden
		GRUB_RECORDFAIL_TIMEOUT=-1
		GRUB_TERMINAL=console
		GRUB_CMDLINE_LINUX_DEFAULT="console=ttyS0 lull.run=cat%20/proc/cmdline"
	END
}

# make_core FORMAT OUTPUT PREFIX MODULE...: GRUB's core image
make_core() {
	local format=$1 output=$2 prefix=$3
	shift 3
	in_tree chroot "$TREE" /usr/bin/grub-mkimage -O "$format" -p "$prefix" -o /tmp/core "$@"
	mv "$TREE/tmp/core" "$output"
}

# on_machine COMMANDS: boots and runs shell commands as root of the system on the disk
on_machine() {
	# shellcheck disable=SC2086 # options
	boot ${BOARD-} -m 512M -i "$W/${WORKSHOP-workshop}" -q "-drive file=$DISK,format=raw,if=virtio ${FLASH-}" \
		-a "$MOUNTS lull.mount=dev%20/mnt/dev%20devtmpfs lull.mount=proc%20/mnt/proc%20proc" \
		-- busybox sh -c 'chroot /mnt /bin/sh -euc "$1"; status=$?
			for at in /mnt/boot /mnt; do busybox mount -o remount,ro $at 2>/dev/null; done; exit $status' sh "$1"
}

# GRUB does not replay journals, so on_machine remounts the file systems read-only at its end.
STATE='sha256sum /boot/* /boot/grub/* /etc/grub.d/* /etc/default/grub 2>/dev/null | sort
	ls -lR --time-style=+ /boot /etc/grub.d'

# power_on: boots the disk, again after each restart, until the machine powers off. The console of the first kernel is in
# $W/boot.1, of the second in $W/boot.2, and so on.
power_on() {
	rm -f "$W"/boot.*
	# shellcheck disable=SC2086 # options
	timeout 900 qemu-system-x86_64 -M q35 -accel tcg -m 512 -nodefaults -display none -serial "file:$W/console" \
		-drive "file=$DISK,format=raw,if=virtio" $FIRMWARE </dev/null
	LC_ALL=C awk -v to="$W/boot." '/] Linux version / { n++ } n { print >(to n) }' "$W/console"
}

# boot_output NUMBER: prints the output of that boot's command
boot_output() {
	bench decode "$W/boot.$1"
}

# Arguments with characters that shells, GRUB and the kernel interpret, and a command that prints what it received.
ARGS='a=$HOME b="c d" "e=f  $g" h={i};j&k|l<m># n=*.x o=~ p=[q] r=%20 lull.env=A="it'\''s \"q\" \\ 5%25"'
COMMAND='cat /proc/cmdline; printf "%s|" "$0" "$A" '\''\$x'\'

# check_disk: checks the disk of DISK, MOUNTS and FIRMWARE; BOOT is GRUB's path to its /boot. The entry boots once, with
# the command line that --list prints; then the machine's own system boots, also after a panic and an invalid kernel. The
# removed entries leave nothing.
check_disk() {
	local script before line
	on_machine "grub-editenv /boot/grub/grubenv create; update-grub; $STATE"
	expect_status 0
	before=$output
	script=$(printf "%q " /scripts/grub/grub-entry --once -k /lull/kernel -i /lull/image \
		-a "$ARGS" odd -- sh -c "$COMMAND" "it's")
	on_machine "$script; cat /boot/lull/odd/cmdline"
	expect_status 0
	line=$output
	power_on
	expect_equal "$(boot_output 1)" "BOOT_IMAGE=$BOOT/lull/odd/vmlinuz $line
it's|it's \"q\" \\ 5%|\\\$x|"
	expect_in "$(boot_output 2)" "BOOT_IMAGE=$BOOT/vmlinuz-6.1.0-9-amd64 root="
	[ ! -f "$W/boot.3" ] || fail 'a third boot'
	power_on
	expect_in "$(boot_output 1)" "BOOT_IMAGE=$BOOT/vmlinuz-6.1.0-9-amd64 root="

	on_machine '/scripts/grub/grub-entry --once -k /lull/kernel -i /lull/image -a "rdinit=/none panic=1" broken
		/scripts/grub/grub-entry --list'
	expect_status 0
	expect_equal "$(wc -l <<<"$output")" 2
	power_on
	expect_in "$(cat "$W/boot.1")" 'Kernel panic - not syncing'
	expect_in "$(boot_output 2)" "BOOT_IMAGE=$BOOT/vmlinuz-6.1.0-9-amd64 root="

	on_machine '/scripts/grub/grub-entry --once -k /lull/image -i /lull/image junk'
	expect_status 0
	power_on
	expect_in "$(boot_output 1)" "BOOT_IMAGE=$BOOT/vmlinuz-6.1.0-9-amd64 root="

	on_machine "for name in odd broken junk; do /scripts/grub/grub-entry --remove \$name; done; $STATE"
	expect_status 0
	expect_equal "$output" "$before"
}

@test "BIOS, one file system" {
	cp -a "$TREE/usr/lib/grub/i386-pc" "$TREE/boot/grub"
	make_file_system "$W/root" 300M "$TREE"
	rm -r "$TREE/boot/grub/i386-pc"
	make_core i386-pc "$W/core" '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2
	DISK=$W/bios MOUNTS='lull.mount=/dev/vda1%20/mnt%20ext4' FIRMWARE='' BOOT=/boot
	make_disk "$DISK" "83:$W/root"
	install_bios_loader "$DISK" "$TREE/usr/lib/grub/i386-pc/boot.img" "$W/core"
	check_disk
}

# make_uefi FILE: makes the disk of a machine with UEFI: an ESP with GRUB as FILE, a file system for /boot, one for /
make_uefi() {
	local code
	for code in /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/edk2/ovmf/OVMF_CODE.fd /usr/share/edk2/x64/OVMF_CODE.4m.fd; do
		[ ! -f "$code" ] || break
	done
	cp "${code/CODE/VARS}" "$W/vars"
	FIRMWARE="-drive if=pflash,format=raw,readonly=on,file=$code -drive if=pflash,format=raw,file=$W/vars"
	cp -a "$TREE/boot" "$W/boot"
	cp -a "$TREE/usr/lib/grub/x86_64-efi" "$W/boot/grub"
	make_file_system "$W/boot.fs" 150M "$W/boot"
	rm -r "$W/boot"
	mv "$TREE/boot" "$W/boot"
	mkdir "$TREE/boot"
	make_file_system "$W/root" 250M "$TREE"
	rmdir "$TREE/boot"
	mv "$W/boot" "$TREE/boot"
	rm -f "$W/esp"
	truncate -s 8M "$W/esp"
	mformat -i "$W/esp" ::
	mmd -i "$W/esp" ::/EFI ::/EFI/BOOT ::/EFI/debian
	make_core x86_64-efi "$W/core" '(hd0,msdos2)/grub' part_msdos ext2
	mcopy -i "$W/esp" "$W/core" "::$1"
	DISK=$W/uefi MOUNTS='lull.mount=/dev/vda3%20/mnt%20ext4 lull.mount=/dev/vda2%20/mnt/boot%20ext4' BOOT=''
}

@test "UEFI, with a separate /boot" {
	make_uefi /EFI/BOOT/BOOTX64.EFI
	make_disk "$DISK" "ef:$W/esp" "83:$W/boot.fs" "83:$W/root"
	check_disk
}

@test "UEFI that starts another boot loader: BootNext starts GRUB once" {
	make_uefi /EFI/debian/grubx64.efi
	cat >"$W/other.cfg" <<-'END'
		linux (hd0,msdos2)/vmlinuz-6.1.0-9-amd64 console=ttyS0 other lull.run=cat%20/proc/cmdline
		initrd (hd0,msdos2)/initrd.img-6.1.0-9-amd64
		boot
	END
	cp "$W/other.cfg" "$TREE/tmp/other.cfg"
	make_core x86_64-efi "$W/core" '(hd0,msdos2)/none' -c /tmp/other.cfg part_msdos ext2 linux boot
	mcopy -i "$W/esp" "$W/core" ::/EFI/BOOT/BOOTX64.EFI
	make_disk "$DISK" "ef:$W/esp" "83:$W/boot.fs" "83:$W/root"
	MOUNTS="$MOUNTS lull.mount=sys%20/mnt/sys%20sysfs lull.mount=efivars%20/mnt/sys/firmware/efi/efivars%20efivarfs"
	BOARD='-M q35' FLASH=$FIRMWARE WORKSHOP=workshop-uefi
	on_machine 'efibootmgr -q -c -d /dev/vda -p 1 -L debian -l "\EFI\debian\grubx64.efi"
		efibootmgr -q -O
		grub-editenv /boot/grub/grubenv create
		update-grub
		/scripts/grub/grub-entry --once -k /lull/kernel -i /lull/image odd -- cat /proc/cmdline
		efibootmgr -v'
	expect_status 0
	expect_in "$output" BootNext
	power_on
	expect_in "$(boot_output 1)" 'BOOT_IMAGE=/lull/odd/vmlinuz '
	expect_in "$(boot_output 2)" ' other '
}
