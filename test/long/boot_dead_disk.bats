# SPDX-License-Identifier: MIT
# A disk that stops answering does not keep the machine from ending: QEMU lets it write a megabyte, then a byte a second.
load ../helpers

@test "a disk that does not answer is reported, and the machine ends" {
	use_state "$BATS_TEST_TMPDIR"
	IMAGE=$BATS_TEST_TMPDIR/image
	packer -k "$ROOT/build/kernel" -m 'virtio_blk virtio_pci ext4' -b 'dd echo' -o "$IMAGE"
	truncate -s 32M "$BATS_TEST_TMPDIR/disk"
	mke2fs -q -t ext4 "$BATS_TEST_TMPDIR/disk"
	drive="file=$BATS_TEST_TMPDIR/disk,format=raw,if=virtio,throttling.bps-write=1,throttling.bps-write-max=1000000"
	boot -m 512 -q "-drive $drive" -a 'lull.mount=/dev/vda%20/data%20ext4' -- \
		dd if=/dev/zero of=/data/big bs=1M count=16
	expect_status 0
	expect_in "$stderr" 'a disk does not answer'
}
