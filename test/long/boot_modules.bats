# SPDX-License-Identifier: MIT
# init loads the modules that packer chose, on Debian's generic kernel, which has few built-in drivers; the experiment uses
# each device.
load ../helpers

setup_file() {
	PATH=$PATH:/usr/sbin:/sbin
	use_state "$BATS_FILE_TMPDIR"
	GENERIC=$("$ROOT/scripts/kernel/fetch-kernel" linux-image-amd64)
	export GENERIC TOOLS='bash cat cmp ip mkdir mount readlink sleep umount busybox'
	for name in nvme ahci virtio usb; do truncate -s 320M "$BATS_FILE_TMPDIR/$name"; done
	mkfs.xfs -q "$BATS_FILE_TMPDIR/nvme"
	for name in ahci virtio usb; do mke2fs -q -t ext4 "$BATS_FILE_TMPDIR/$name"; done
}

disk() {
	printf -- '-drive file=%s,if=none,id=%s,format=raw -device %s,drive=%s ' "$BATS_FILE_TMPDIR/$1" "$1" "$2" "$1"
}

# The machine that test/machines/q35 records. Its networks reach only QEMU.
machine() {
	printf -- '-M q35 '
	disk nvme nvme,serial=nvme
	disk ahci ide-hd,bus=ide.0
	disk virtio virtio-blk-pci
	printf -- '-device qemu-xhci,id=xhci '
	disk usb usb-storage,bus=xhci.0
	printf -- '-netdev user,id=n0,restrict=on -device virtio-net-pci,netdev=n0,romfile= '
	printf -- '-netdev user,id=n1,restrict=on -device e1000e,netdev=n1,romfile='
}

boot_generic() {
	run --separate-stderr bench boot -k "$GENERIC"/boot/vmlinuz-* -i "$BATS_TEST_TMPDIR/image" "$@"
}

# Writes to each disk and reads it back, and pings QEMU's gateway through each network.
expect_devices() {
	boot_generic -t 120 -q "$(machine)" -- bash -c '
		soon() { for ((i = 0; i < 300; i++)); do "$@" 2>/dev/null && return; sleep 0.1; done; echo "not: $*"; exit 1; }
		cd /sys/block
		is() { [ -e "$1/device" ] && [[ $(readlink -f "$1/device") == */$2* ]]; }
		find() { for name in nvme* sd* vd*; do is "$name" "$1" && disk=$name && return; done; return 1; }
		for one in nvme:xfs:nvme ahci:ext4:ata virtio_blk:ext4:virtio usb-storage:ext4:usb; do
			IFS=: read -r driver type where <<<"$one"
			soon find "$where"
			soon [ -b "/dev/$disk" ]
			mkdir "/mnt/$disk" && mount -t "$type" "/dev/$disk" "/mnt/$disk" || exit 2
			cat /proc/modules >/mnt/modules; cat /mnt/modules >"/mnt/$disk/file"
			umount "/mnt/$disk" && mount -t "$type" "/dev/$disk" "/mnt/$disk" || exit 3
			cmp /mnt/modules "/mnt/$disk/file" && umount "/mnt/$disk" && echo "$driver $type"
		done
		for name in virtio_net e1000e; do
			soon eval "for net in /sys/class/net/e*; do [[ \$(readlink \$net/device/driver) == */$name ]] && break; done"
			net=${net##*/}
			ip link set "$net" up && ip addr add 10.0.2.15/24 dev "$net"
			soon busybox ping -c 1 -W 1 10.0.2.2 >/dev/null && echo "$name"
			ip addr flush dev "$net" && ip link set "$net" down
		done'
	expect_status 0
	expect_equal "$output" 'nvme xfs
ahci ext4
virtio_blk ext4
usb-storage ext4
virtio_net
e1000e'
}

@test "modules for the devices of a recorded machine drive them" {
	packer -k "$GENERIC" -m "auto:$ROOT/test/machines/q35" -m 'ext4 xfs' -b "$TOOLS" -o "$BATS_TEST_TMPDIR/image"
	expect_devices
}

@test "modules by name drive them, with the other modules that their devices need" {
	packer -k "$GENERIC" -m 'nvme ahci virtio_blk virtio_net e1000e usb-storage ext4 xfs' -b "$TOOLS" \
		-o "$BATS_TEST_TMPDIR/image"
	expect_devices
	expect_not_in "$stderr" warning
}

@test "a packed modprobe finds modules that were not loaded" {
	packer -k "$GENERIC" -m loop -b "bash cat modprobe" -o "$BATS_TEST_TMPDIR/image"
	boot_generic -- bash -c 'modprobe -r loop && ! [ -e /sys/module/loop ] && modprobe loop && cat /sys/module/loop/initstate'
	expect_status 0
	expect_equal "$output" live
}

@test "modules get their options" {
	packer -k "$GENERIC" -m 'loop max_loop=3' -b cat -o "$BATS_TEST_TMPDIR/image"
	boot_generic -- cat /sys/module/loop/parameters/max_loop
	expect_status 0
	expect_equal "$output" 3
}

@test "a module that is needed and fails ends the boot with its name and the reason (pid1 12)" {
	packer -k "$GENERIC" -m 'loop max_loop=many' -b cat -o "$BATS_TEST_TMPDIR/image"
	boot_generic -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'cannot load the module loop.ko with max_loop=many: an option is unknown'
}

@test "the failure of an optional module is a warning, and the experiment runs" {
	echo 'cpu:type:x86,ven0000fam000Fmod006B:feature:,0100' >"$BATS_TEST_TMPDIR/machine"
	packer -k "$GENERIC" -m "auto:$BATS_TEST_TMPDIR/machine powernow-k8" -b cat -o "$BATS_TEST_TMPDIR/image" ||
		skip 'this kernel has no powernow-k8'
	boot_generic -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'cannot load the module powernow-k8.ko: it finds no device'
	packer -k "$GENERIC" -m 'powernow-k[8]' -b cat -o "$BATS_TEST_TMPDIR/image"
	boot_generic -- cat /dev/null
	expect_status 0
	expect_in "$stderr" 'warning from the guest: cannot load the module powernow-k8.ko: it finds no device'
}

@test "modules of another kernel are reported with both releases (pid1 12)" {
	packer -k "$GENERIC" -m loop -b cat -o "$BATS_TEST_TMPDIR/image"
	run --separate-stderr bench boot -k "$KERNEL" -i "$BATS_TEST_TMPDIR/image" -- cat /dev/null
	expect_status 125
	expect_in "$stderr" "the image's modules are for the kernel $(basename "$GENERIC"/lib/modules/*), but this is "
}

@test "a watchdog is not armed (pid1 13)" {
	packer -k "$GENERIC" -m softdog -b "bash cat" -o "$BATS_TEST_TMPDIR/image"
	boot_generic -- cat /sys/class/watchdog/watchdog0/state
	expect_status 0
	expect_equal "$output" inactive
}
