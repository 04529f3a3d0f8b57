# SPDX-License-Identifier: MIT
# Kernels that scripts/kernel/build-kernel compiles, and programs that run on them.

load ../helpers
load ../kernel_helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	build_kernels
	export IMAGE=$BATS_FILE_TMPDIR/image.cpio
	packer -b "bash ls cat sort sleep sha256sum ip perf" -b "$ROOT/build/experiments/syscalls" -b "$GUEST/surroundings" -o "$IMAGE"
	export OVMF=/usr/share/ovmf/OVMF.fd
}

setup() {
	KERNEL=$QEMU_KERNEL/vmlinuz
}

# Without ACPI the machine cannot power off: it ends by a restart.
microvm() {
	boot -q '-M microvm,acpi=off,pit=on,pic=on,rtc=on' -a 'reboot=t lull.finish=reboot' "$@"
}

@test "the demo's experiment runs, on 6.1 and on 6.12" {
	for KERNEL in "$QEMU_KERNEL/vmlinuz" "$LACKING/vmlinuz"; do
		boot --exact --json -- syscalls
		expect_status 0
		expect_equal "$(jq -c '.samples | group_by(.name) | map([.[0].name, .[0].unit, length])' <<<"$output")" \
			'[["fork_wait","ns",200],["getppid","ns",200],["pipe","ns",200],["pipe_round_trip","ns",200],["read_zero","ns",200]]'
	done
}

@test "the appliance's environment is the same as on a distribution's kernel" {
	boot -- surroundings
	expect_status 0
}

@test "bash, coreutils and ip run" {
	boot -c 2 --oversubscribe -- bash -c 'set -e; ls / | sort >/dev/shm/list; cat /dev/shm/list; ip address show lo; [ "$(<<<here cat)" = here ]
		sleep 0.1 & wait; exec 3<>/dev/ptmx; echo done'
	expect_status 0
	expect_in "$output" sbin
	expect_in "$output" 127.0.0.1
	expect_in "$output" 'done'
}

@test "a network card works, and gets its address by ip=dhcp" {
	boot -q '-nic user,model=virtio' -a ip=dhcp -- ip -4 address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15
}

@test "perf counts" {
	boot -- perf stat -e task-clock,page-faults ls /
	expect_status 0
	expect_in "$stderr$output" task-clock
}

@test "python3 runs with threads, asyncio, multiprocessing and sockets" {
	local library=$BATS_TEST_TMPDIR/library stdlib
	stdlib=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
	# Its executable files are scripts for other interpreters, which no program here runs.
	cp -a "$stdlib" "$library"
	find "$library" -type f -exec chmod a-x {} +
	cat >"$BATS_TEST_TMPDIR/all.py" <<-'END'
		import asyncio, concurrent.futures, multiprocessing, socket, threading
		def square(n): return n * n
		async def talk():
		    server = await asyncio.start_server(lambda r, w: (w.write(b"hello"), w.close()), "127.0.0.1", 7)
		    reader, writer = await asyncio.open_connection("127.0.0.1", 7)
		    return await reader.read()
		if __name__ == "__main__":
		    t = threading.Thread(target=square, args=(2,)); t.start(); t.join()
		    with multiprocessing.Pool(2) as pool: print(pool.map(square, range(4)))
		    a, b = socket.socketpair(); a.send(b"x"); print(b.recv(1))
		    print(asyncio.run(talk()))
	END
	PATH=/usr/sbin:/usr/bin:/sbin:/bin packer -b python3 -f "$library:$stdlib" -f "$BATS_TEST_TMPDIR/all.py:/all.py" \
		-o "$BATS_TEST_TMPDIR/python.cpio"
	boot -i "$BATS_TEST_TMPDIR/python.cpio" -c 2 --oversubscribe -m 640 -t 120 -- python3 /all.py
	expect_status 0
	expect_in "$output" '[0, 1, 4, 9]'
	expect_in "$output" "b'hello'"
}

@test "it boots in 40 MB" {
	packer -b "$GUEST/surroundings" -o "$BATS_TEST_TMPDIR/small.cpio"
	boot -i "$BATS_TEST_TMPDIR/small.cpio" -m 40 -- surroundings
	expect_status 0
}

@test "q35, by BIOS and by UEFI" {
	boot -q '-M q35' -- ls /sys/firmware
	expect_status 0
	expect_not_in "$output" efi
	[ -f "$OVMF" ] || skip "no $OVMF: install Debian's package ovmf"
	boot -q "-M q35 -bios $OVMF" -t 60 -- ls /sys/firmware
	expect_status 0
	expect_in "$output" efi
}

@test "microvm, by bzImage and by PVH" {
	microvm -- surroundings
	expect_status 0
	microvm -k "$QEMU_KERNEL/vmlinux" -- surroundings
	expect_status 0
}

@test "the configuration is in the kernel, and the record identifies the kernel" {
	boot -- bash -c 'cat /proc/version; cat /proc/config.gz >/dev/null'
	expect_status 0
	expect_in "$output" "Linux version $(sed -n 's/^release //p' "$QEMU_KERNEL/record")"
	[ "$(sed -n 's/^build-id //p' "$QEMU_KERNEL/record" | wc -c)" -eq 41 ]
}

@test "each boot reports the kernel's build id and the hash of its configuration" {
	boot --json -- sha256sum /proc/config.gz
	expect_status 0
	expect_equal "$(field build_id)" "$(sed -n 's/^build-id //p' "$QEMU_KERNEL/record")"
	expect_in "$(readelf -n "$QEMU_KERNEL/vmlinux" 2>/dev/null)" "Build ID: $(field build_id)"
	expect_in "$output" "\"stdout\": \"$(field config_gz_sha256)  /proc/config.gz"
}

@test "without changes a second run builds nothing, and another folder gets the same kernel" {
	lock_kernels
	before=$(stat -c %y "$KERNELS/qemu/obj/vmlinux" "$KERNELS/qemu/vmlinuz" 2>&1) || true
	run --separate-stderr "$ROOT/scripts/kernel/build-kernel" -o "$KERNELS/qemu" qemu
	expect_status 0
	expect_not_in "$stderr" building
	expect_equal "$(stat -c %y "$KERNELS/qemu/obj/vmlinux" "$KERNELS/qemu/vmlinuz" 2>&1)" "$before"
	run --separate-stderr "$ROOT/scripts/kernel/build-kernel" -o "$BATS_TEST_TMPDIR/other" qemu
	expect_status 0
	expect_not_in "$stderr" building
	cmp "$BATS_TEST_TMPDIR/other/vmlinuz" "$KERNELS/qemu/vmlinuz"
}

# In the folder of the preset, whose objects are there if it was compiled in this run. The last line restores it.
@test "a changed fragment rebuilds the kernel in that folder" {
	lock_kernels
	for name in one two; do
		echo "CONFIG_LOCALVERSION=\"-$name\"" >"$BATS_TEST_TMPDIR/my.config"
		run --separate-stderr "$ROOT/scripts/kernel/build-kernel" -o "$KERNELS/qemu" qemu "$BATS_TEST_TMPDIR/my.config"
		expect_status 0
		boot -k "$KERNELS/qemu/vmlinuz" -- bash -c 'echo $(</proc/sys/kernel/osrelease)'
		expect_in "$output" "-$name"
	done
	"$ROOT/scripts/kernel/build-kernel" -o "$KERNELS/qemu" qemu
}
