# SPDX-License-Identifier: MIT
# Disks are unmounted cleanly, however the boot ends. e2fsck and the kernel's own mount check this.
load ../helpers

setup_file() {
	PATH=$PATH:/usr/sbin:/sbin
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -k "$ROOT/build/kernel" -m 'virtio_blk virtio_pci ext4 vfat loop' -o "$IMAGE" \
		-b 'bash cat dd fsfreeze losetup mkdir mount poweroff sleep umount unshare swapon mkswap chmod'
	truncate -s 24M "$BATS_FILE_TMPDIR/ext4"
	mke2fs -q -t ext4 "$BATS_FILE_TMPDIR/ext4"
	truncate -s 8M "$BATS_FILE_TMPDIR/ext2"
	mke2fs -q -t ext2 "$BATS_FILE_TMPDIR/ext2"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	cp "$BATS_FILE_TMPDIR"/ext[24] .
}

# boot_disks KEYS ARGUMENT...: boots with the two disks, the first mounted at /data
boot_disks() {
	local keys=$1
	shift
	boot -q '-drive file=ext4,format=raw,if=virtio -drive file=ext2,format=raw,if=virtio' \
		-a "lull.mount=/dev/vda%20/data%20ext4 $keys" "$@"
}

# expect_clean DISK: the disk needs no repair and no replay of its journal.
expect_clean() {
	run dumpe2fs -h "$1"
	expect_in "$output" 'Filesystem state:         clean'
	expect_not_in "$output" needs_recovery
	run e2fsck -fn "$1"
	expect_status 0
}

# expect_written DISK FILE
expect_written() {
	expect_equal "$(debugfs -R "cat $2" "$1" 2>/dev/null)" written
}

@test "all file systems are unmounted, also with others in, over or below them or open files, and written data are kept (pid1 18)" {
	boot_disks '' -- bash -c '
		mkdir /two /again /in && mount /dev/vdb /two && mount --bind /data /again && mount -t tmpfs over "/again"
		mkdir "/data/a b" /data/inner /data/disk && mount -t tmpfs inner "/data/a b" && mount --bind /two /data/inner
		dd if=/dev/zero of=/data/swap bs=1M count=2 && chmod 600 /data/swap && mkswap /data/swap && swapon /data/swap
		cat /dev/vdb >/data/file && losetup /dev/loop0 /data/file && mount -t ext2 /dev/loop0 /data/disk
		unshare -m bash -c "mount --bind /two /in; exec sleep 1000 >/in/open" &
		echo written >/data/x; echo written >/two/x; cd /data; poweroff & exec sleep 1000 >/data/open'
	expect_status 125
	expect_in "$stderr" 'the machine was asked to end by signal 12'
	expect_not_in "$stderr" unmount
	for disk in ext4 ext2; do
		expect_clean "$disk"
		expect_written "$disk" x
	done
}

@test "also after a failure of init, at a time-out and before a reboot or a halt" {
	boot_disks 'lull.mount=x%20/m%20nofs lull.finish=reboot' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'cannot mount x at /m: the kernel does not support this type'
	expect_clean ext4
	boot_disks lull.finish=halt -t 5 -- bash -c 'echo written >/data/x; exec sleep 1000 >/data/open'
	expect_status 124
	expect_clean ext4
	expect_written ext4 x
}

@test "poweroff in a shell unmounts, poweroff -f does not; a journal to be replayed is distinguished from a read-only disk" {
	command -v script >/dev/null || skip 'there is no script(1)'
	mkfifo keys
	: >typescript
	script -qefc "'$LULL_BIN/bench' boot -k '$KERNEL' -i '$IMAGE' -q '-drive file=ext4,format=raw,if=virtio'" typescript \
		<keys >/dev/null 2>&1 3>&- &
	local typing=$!
	exec 9>keys
	for ((tries = 0; tries < 600; tries++)); do
		! grep -Fq 'a shell on this console' typescript || break
		sleep 0.1
	done
	printf 'mkdir /d; mount /dev/vda /d; echo written >/d/x; cd /d; sleep 1000 & poweroff\n' >&9
	wait "$typing"
	exec 9>&-
	expect_clean ext4
	expect_written ext4 x

	boot_disks '' -- bash -c 'echo written >/data/y; exec poweroff -f'
	expect_status 125
	expect_in "$(dumpe2fs -h ext4 2>&1)" needs_recovery
	boot -q '-drive file=ext4,format=raw,if=virtio,readonly=on' -a 'lull.mount=/dev/vda%20/data%20ext4' -- cat /data/y
	expect_status 125
	expect_in "$stderr" 'cannot mount /dev/vda at /data: it is read-only: add ro'
	boot -q '-drive file=ext4,format=raw,if=virtio,readonly=on' -a 'lull.mount=/dev/vda%20/data%20ext4%20ro' -- cat /data/y
	expect_status 125
	expect_in "$stderr" 'cannot mount /dev/vda at /data: its journal must be replayed first'
}

@test "a kernel warning about a blocked task gives no result, but the same text from a program does" {
	local knob=/proc/sys/kernel/hung_task_timeout_secs
	boot_disks "lull.write=$knob%201" --json -- bash -c \
		'fsfreeze -f /data; (echo x >/data/f) & while :; do read -r line; [[ $line != *"blocked for more than"* ]] || break; done </dev/kmsg
		fsfreeze -u /data; wait; echo out'
	expect_status 125
	expect_equal "$(field outcome)" soft-lockup
	expect_in "$(field reason)" 'INFO: task bash:'
	expect_in "$output" '"stdout": "out\n"'
	boot_disks '' --json -- bash -c 'echo "<3>INFO: task bash:7 blocked for more than 3 seconds." >/dev/kmsg
		echo "[   12.345678] BUG: soft lockup" >/dev/console'
	expect_status 0
	expect_equal "$(field outcome)" ok
	expect_in "$output" '] INFO: task bash:7 blocked'
}

# fat_state: the state of the disk fat, 01 if it was not unmounted (fs/fat/inode.c, fat_set_state())
fat_state() {
	od -An -tx1 -j37 -N1 fat | tr -d ' '
}

@test "vfat is unmounted cleanly" {
	truncate -s 8M fat
	mformat -i fat ::
	boot -q '-drive file=fat,format=raw,if=virtio' -a 'lull.mount=/dev/vda%20/data%20vfat' -- \
		bash -c 'echo written >/data/x; exec poweroff -f'
	expect_status 125
	expect_equal "$(fat_state)" 01
	mformat -i fat ::
	boot -q '-drive file=fat,format=raw,if=virtio' -a 'lull.mount=/dev/vda%20/data%20vfat' -- \
		bash -c 'echo written >/data/x; (exec sleep 1000 >/data/open) & exit 0'
	expect_status 0
	expect_equal "$(fat_state)" 00
	expect_equal "$(mtype -i fat ::x)" written
}
