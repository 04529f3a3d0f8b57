# SPDX-License-Identifier: MIT
# File systems of an experiment file, on Debian's generic kernel, with the drivers that it names: a disk that appears
# late, and folders of the host by 9p and virtiofs.
load ../helpers

setup_file() {
	PATH=$PATH:/usr/sbin:/sbin
	use_state "$BATS_FILE_TMPDIR"
	GENERIC=$("$ROOT/scripts/kernel/fetch-kernel" linux-image-amd64)
	export GENERIC
	mkdir "$BATS_FILE_TMPDIR/share"
	echo 'of the host' >"$BATS_FILE_TMPDIR/share/file"
	truncate -s 64M "$BATS_FILE_TMPDIR/disk"
	mke2fs -q -t ext4 -d "$BATS_FILE_TMPDIR/share" "$BATS_FILE_TMPDIR/disk"
}

teardown() {
	[ -z "${BESIDE-}" ] || kill "$BESIDE" 2>/dev/null || true
}

# boot_with QEMUARGUMENTS LINE...: boots an experiment with these lines.
boot_with() {
	local arguments=$1
	shift
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/experiment"
	packer -k "$GENERIC" -x "$BATS_TEST_TMPDIR/experiment" -o "$BATS_TEST_TMPDIR/image"
	run --separate-stderr bench boot -k "$GENERIC"/boot/vmlinuz-* -i "$BATS_TEST_TMPDIR/image" -t 60 -q "$arguments"
}

@test "ext4 on a disk that appears late, with options" {
	boot_with "-drive file=$BATS_FILE_TMPDIR/disk,if=none,id=d,format=raw -device virtio-blk-pci,drive=d" \
		'run bash -c "echo \"\$(</data/file) \$(</proc/mounts)\"; ! : >/data/file"' \
		'module virtio_blk' 'module ext4' 'mount /dev/vda /data ext4 ro,noatime deadline=20'
	expect_status 0
	expect_in "$output" 'of the host'
	expect_in "$output" '/dev/vda /data ext4 ro,noatime'
	expect_in "$stderr" 'Read-only file system'
}

@test "implied modules: those of the disks, of file systems, and those that the kernel requests by name" {
	command -v mformat >/dev/null || skip 'there is no mformat'
	mformat -i "$BATS_TEST_TMPDIR/fat" -C -T 131072 ::
	boot_with "-drive file=$BATS_FILE_TMPDIR/disk,if=none,id=d,format=raw -device virtio-blk-pci,drive=d
		-drive file=$BATS_TEST_TMPDIR/fat,if=none,id=f,format=raw -device virtio-blk-pci,drive=f" \
		'run bash -c "echo \"\$(</data/file) \$(</proc/sys/net/ipv4/tcp_congestion_control)\"; echo new >/fat/naïve; echo /fat/*"' \
		'write /proc/sys/net/ipv4/tcp_congestion_control bbr' \
		'mount /dev/vda /data ext4 ro' 'mount /dev/vdb /fat vfat utf8' 'module sha256_generic'
	expect_status 0
	expect_not_in "$stderr" sha256_generic # which is built in, and not in /sys/module
	expect_equal "$output" $'of the host bbr\n/fat/naïve'
}

@test "a folder of the host by 9p" {
	boot_with "-virtfs local,path=$BATS_FILE_TMPDIR/share,mount_tag=share,security_model=none,readonly=on" \
		'run cat /share/file' 'module 9pnet_virtio' 'module 9p' \
		'mount share /share 9p trans=virtio,version=9p2000.L,ro'
	expect_status 0
	expect_equal "$output" 'of the host'
}

@test "a folder of the host by virtiofs" {
	local daemon socket=$BATS_TEST_TMPDIR/socket
	daemon=$(command -v virtiofsd || echo /usr/lib/qemu/virtiofsd)
	[ -x "$daemon" ] || skip 'there is no virtiofsd'
	need_root 'virtiofsd'
	"$daemon" --socket-path="$socket" -o "source=$BATS_FILE_TMPDIR/share" -o sandbox=chroot \
		>"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
	BESIDE=$!
	for _ in {1..600}; do [ -S "$socket" ] && break || sleep 0.1; done
	[ -S "$socket" ] || skip "virtiofsd does not start here: $(head -n 1 "$BATS_TEST_TMPDIR/said")"
	boot_with "-m 256 -object memory-backend-memfd,id=m,size=256M,share=on -numa node,memdev=m \
		-chardev socket,id=c,path=$socket -device vhost-user-fs-pci,chardev=c,tag=share" \
		'run cat /share/file' 'module virtiofs' 'mount share /share virtiofs ro'
	expect_status 0
	expect_equal "$output" 'of the host'
}
