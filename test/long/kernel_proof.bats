# SPDX-License-Identifier: MIT
# The predictions of packer -k about a kernel come true when it boots, and images that pass the check run.

load ../helpers
load ../kernel_helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	build_kernels
	export FILES=$BATS_FILE_TMPDIR
	make_programs
	# Without -k nothing is refused, so that the boots show the failures.
	packer -b "bash ls" -b "$FILES/calls $FILES/script $FILES/narrow" -o "$FILES/image"
	export IMAGE=$FILES/image
}

# `calls NAME` calls the function and prints the result; `narrow` is a 32-bit program.
make_programs() {
	printf '#!%s/calls\n' "$FILES" >"$FILES/script"
	chmod +x "$FILES/script"
	gcc -pthread -x c -o "$FILES/calls" - <<-'END'
		#include <errno.h>
		#include <pthread.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/epoll.h>
		#include <sys/inotify.h>
		#include <sys/shm.h>
		#include <time.h>
		/* A locked mutex and a time in the past: this makes a system call, whichever thread runs first. */
		static void *run(void *mutex) { return pthread_mutex_timedlock(mutex, &(struct timespec){0}), mutex; }
		int main(int argc, char *argv[]) {
			const char *name = argc > 1 ? argv[1] : "nothing";
			pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
			pthread_t thread;
			int result = 0;
			if (strcmp(name, "epoll") == 0) result = epoll_create1(0);
			if (strcmp(name, "inotify") == 0) result = inotify_init1(0);
			if (strcmp(name, "shm") == 0) result = shmget(IPC_PRIVATE, 4096, 0600);
			if (strcmp(name, "thread") == 0) {
				pthread_mutex_lock(&mutex);
				result = pthread_create(&thread, NULL, run, &mutex);
				pthread_join(thread, NULL);
			}
			return printf("%s: %s\n", name, result < 0 ? strerror(errno) : "there"), result < 0;
		}
	END
	printf '.globl _start\n_start: mov $1, %%eax\nmov $7, %%ebx\nint $0x80\n' | as --32 -o "$FILES/narrow.o" -
	ld -m elf_i386 -o "$FILES/narrow" "$FILES/narrow.o"
}

# check KERNEL: checks the image against the kernel
check() {
	run --separate-stderr packer --check "$IMAGE" -k "$1"
}

lacking() {
	boot -k "$LACKING/vmlinuz" "$@"
}

@test "the tutorial's programs and python3 pass the check against the preset qemu, and run" {
	PATH=/usr/sbin:/usr/bin:/sbin:/bin run --separate-stderr packer -k "$QEMU_KERNEL" -b "ls cat ip bash python3" \
		-o "$BATS_TEST_TMPDIR/image"
	expect_status 0
	# The only warning is about ip's functions for network namespaces.
	expect_equal "$(grep -v '^packer: note: ' <<<"$stderr" | sed 's/, which .*//')" \
		'packer: warning: /usr/bin/ip: unshare, setns need CONFIG_NAMESPACES=y'
	IMAGE=$BATS_TEST_TMPDIR/image KERNEL=$QEMU_KERNEL/vmlinuz
	boot -- bash -c 'ls /; cat /proc/version; ip address show lo && ip netns add x'
	expect_in "$output" 127.0.0.1
	expect_status 1
	expect_in "$stderr" 'Cannot open init namespace'
}

@test "the configuration inside the kernel file gives the same messages" {
	mkdir "$BATS_TEST_TMPDIR/alone"
	local expected
	check "$LACKING"
	expect_status 1
	expected=${stderr//which $LACKING\/config /which }
	cp "$LACKING/vmlinuz" "$BATS_TEST_TMPDIR/alone/"
	check "$BATS_TEST_TMPDIR/alone"
	expect_status 1
	expect_equal "${stderr//which $BATS_TEST_TMPDIR\/alone\/vmlinuz /which }" "$expected"
	# The vmlinux has no headers that show where things are.
	cp "$LACKING/vmlinux" "$BATS_TEST_TMPDIR/alone/vmlinux"
	check "$BATS_TEST_TMPDIR/alone/vmlinux"
	expect_equal "${stderr//which $BATS_TEST_TMPDIR\/alone\/vmlinux /which }" "$expected"
}

@test "scripts cannot be executed" {
	check "$LACKING"
	expect_in "$stderr" "packer: $IMAGE: $FILES/script"
	expect_in "$stderr" 'a script needs CONFIG_BINFMT_SCRIPT=y'
	lacking -- "$FILES/script"
	expect_status 126
	boot -k "$QEMU_KERNEL/vmlinuz" -- "$FILES/script"
	expect_status 0
	run --separate-stderr packer -b "$FILES/calls" --init "$FILES/script" -k "$LACKING" -o "$BATS_TEST_TMPDIR/image"
	expect_status 3
	expect_in "$stderr" "cannot pack for $LACKING: /init: a script needs CONFIG_BINFMT_SCRIPT=y"
	lacking -a "rdinit=$FILES/script" -t 60 -- ls
	expect_status 125
	grep -qa 'error -8' "$XDG_STATE_HOME"/lull/boot-*.log
}

@test "32-bit programs cannot be executed" {
	check "$QEMU_KERNEL"
	expect_in "$stderr" "packer: $IMAGE: $FILES/narrow: a 32-bit program needs CONFIG_IA32_EMULATION=y"
	boot -k "$QEMU_KERNEL/vmlinuz" -- "$FILES/narrow"
	expect_status 126
}

@test "the kernel does not unpack a gzip image, but a zstd image" {
	gzip -c "$IMAGE" >"$BATS_TEST_TMPDIR/image.gz"
	zstd -q -c "$IMAGE" >"$BATS_TEST_TMPDIR/image.zst"
	IMAGE=$BATS_TEST_TMPDIR/image.gz check "$LACKING"
	expect_in "$stderr" 'compression by gzip needs CONFIG_RD_GZIP=y'
	lacking -i "$BATS_TEST_TMPDIR/image.gz" -t 60 -- ls
	expect_status 125
	grep -qa 'compression method gzip not configured' "$XDG_STATE_HOME"/lull/boot-*.log
	IMAGE=$BATS_TEST_TMPDIR/image.zst check "$LACKING"
	expect_not_in "$stderr" compression
	lacking -i "$BATS_TEST_TMPDIR/image.zst" -- ls /
	expect_status 0
}

@test "the functions of which packer warned fail, and no others" {
	check "$LACKING"
	expect_in "$stderr" "warning: $FILES/calls: epoll_create1 needs CONFIG_EPOLL=y, which $LACKING/config does not set: ENOSYS"
	expect_in "$stderr" "warning: $FILES/calls: shmget needs CONFIG_SYSVIPC=y, which $LACKING/config does not set: ENOSYS"
	expect_in "$stderr" "warning: $FILES/calls: pthread_create needs CONFIG_FUTEX=y"
	expect_not_in "$stderr" inotify_init1
	lacking -- bash -c "for f in epoll inotify shm thread; do $FILES/calls \$f; echo \$?; done"
	expect_status 0
	expect_equal "$(sed -n '/^inotify/,/^[0-9]/p' <<<"$output" | paste -sd ' ')" 'inotify: there 0'
	expect_in "$output" 'epoll: Function not implemented'
	expect_in "$output" 'shm: Function not implemented'
	expect_in "$stderr" 'The futex facility returned an unexpected error code'
	boot -k "$QEMU_KERNEL/vmlinuz" -- bash -c "set -e; for f in epoll inotify shm thread; do $FILES/calls \$f; done"
	expect_status 0
}

@test "without devtmpfs it boots with the device nodes that init makes, as packer warned" {
	check "$LACKING"
	expect_in "$stderr" "warning: /init: Lull's init needs CONFIG_DEVTMPFS=y"
	expect_in "$stderr" "warning: /init: Lull's init needs CONFIG_FUTEX=y"
	lacking -- ls -l /dev/null /dev/ttyS0
	expect_status 0
}
