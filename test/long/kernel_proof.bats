# SPDX-License-Identifier: MIT
# What packer -k foretells of a kernel comes about when it is booted, and what it passes runs.

load ../helpers
load ../kernel_helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	build_kernels
	export FILES=$BATS_FILE_TMPDIR
	make_programs
	# None is refused here, so that it can be seen what comes of it.
	packer -b "bash ls" -b "$FILES/calls $FILES/script $FILES/narrow" -o "$FILES/image"
	export IMAGE=$FILES/image
}

# `calls NAME` calls the function and tells what that gives; `narrow` is of 32 bits.
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
		/* A mutex that is held and a time that is past: the kernel is asked, whoever runs first. */
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

# check KERNEL: the image, proved
check() {
	run --separate-stderr packer --check "$IMAGE" -k "$1"
}

lacking() {
	boot -k "$LACKING/vmlinuz" "$@"
}

@test "what the preset qemu runs is passed: the tutorial's programs, python3" {
	PATH=/usr/sbin:/usr/bin:/sbin:/bin run --separate-stderr packer -k "$QEMU_KERNEL" -b "ls cat ip bash python3" \
		-o "$BATS_TEST_TMPDIR/image"
	expect_status 0
	# ip's own function for network namespaces, and no more.
	expect_equal "$(grep -v '^packer: note: ' <<<"$stderr" | sed 's/, which .*//')" \
		'packer: warning: /usr/bin/ip: unshare, setns need CONFIG_NAMESPACES=y'
	IMAGE=$BATS_TEST_TMPDIR/image KERNEL=$QEMU_KERNEL/vmlinuz
	boot -- bash -c 'ls /; cat /proc/version; ip address show lo && ip netns add x'
	expect_in "$output" 127.0.0.1
	expect_status 1
	expect_in "$stderr" 'Cannot open init namespace'
}

@test "the configuration in the kernel itself tells the same" {
	mkdir "$BATS_TEST_TMPDIR/alone"
	local said
	check "$LACKING"
	expect_status 1
	said=${stderr//which $LACKING\/config /which }
	cp "$LACKING/vmlinuz" "$BATS_TEST_TMPDIR/alone/"
	check "$BATS_TEST_TMPDIR/alone"
	expect_status 1
	expect_equal "${stderr//which $BATS_TEST_TMPDIR\/alone\/vmlinuz /which }" "$said"
	# The vmlinux has no headers that would tell where things are.
	cp "$LACKING/vmlinux" "$BATS_TEST_TMPDIR/alone/vmlinux"
	check "$BATS_TEST_TMPDIR/alone/vmlinux"
	expect_equal "${stderr//which $BATS_TEST_TMPDIR\/alone\/vmlinux /which }" "$said"
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

@test "an image by gzip is not unpacked, one by zstd is" {
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

@test "functions fail that are told to, and no others" {
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

@test "without device nodes of the kernel's own it boots, with those that init makes, as is told" {
	check "$LACKING"
	expect_in "$stderr" "warning: /init: Lull's init needs CONFIG_DEVTMPFS=y"
	expect_in "$stderr" "warning: /init: Lull's init needs CONFIG_FUTEX=y"
	lacking -- ls -l /dev/null /dev/ttyS0
	expect_status 0
}
