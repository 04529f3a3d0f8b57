# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Disks of machines, made without loop devices and without root.

# little_endian NUMBER: prints its four bytes as escapes for printf
little_endian() {
	printf '\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255))
}

# make_disk DISK TYPE:FILE...: makes a disk with an MBR and a partition of each file; TYPE is the MBR's partition type
make_disk() {
	local disk=$1 at=1 entry=446 size file
	shift
	truncate -s 1M "$disk"
	printf '\x55\xaa' | dd of="$disk" bs=1 seek=510 conv=notrunc status=none
	for file; do
		size=$(($(stat -c %s "${file#*:}") / 1048576))
		# shellcheck disable=SC2059 # the bytes
		printf "\x80\xfe\xff\xff\x${file%%:*}\xfe\xff\xff$(little_endian $((at * 2048)))$(little_endian $((size * 2048)))" |
			dd of="$disk" bs=1 seek="$entry" conv=notrunc status=none
		dd if="${file#*:}" of="$disk" bs=1M seek="$at" conv=notrunc,sparse status=none
		at=$((at + size)) entry=$((entry + 16))
	done
	truncate -s $(((at + 1) * 1048576)) "$disk"
}

# make_file_system FILE SIZE TREE
make_file_system() {
	truncate -s "$2" "$1"
	mke2fs -q -F -t ext4 -d "$3" "$1"
}

# install_bios_loader DISK BOOT-IMG CORE-IMG: writes GRUB's parts in front of the first partition
install_bios_loader() {
	dd if="$2" of="$1" bs=440 count=1 conv=notrunc status=none
	dd if="$3" of="$1" bs=512 seek=1 conv=notrunc status=none
}
