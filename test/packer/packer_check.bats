# SPDX-License-Identifier: MIT
# packer --check: checks any image without booting it.

load ../helpers

setup() {
	TREE=$BATS_TEST_TMPDIR/tree
	BAD=$BATS_TEST_TMPDIR/bad.cpio
	mkdir -p "$TREE/bin" "$BATS_TEST_TMPDIR/tmp"
}

# check_tree: archives the tree with GNU cpio and checks the image
check_tree() {
	write_image "$BAD" "$TREE"
	TMPDIR=$BATS_TEST_TMPDIR/tmp run --separate-stderr packer --check "$BAD"
	expect_equal "$(ls "$BATS_TEST_TMPDIR/tmp")" ''
}

program() {
	printf '%s\n' "$2" >"$TREE/$1"
	chmod +x "$TREE/$1"
}

@test "packer's own image passes, whether plain, compressed or concatenated" {
	packer -b "bash ls ip" -f /etc/passwd -o "$BATS_TEST_TMPDIR/good.cpio"
	run --separate-stderr packer --check "$BATS_TEST_TMPDIR/good.cpio"
	expect_status 0
	expect_equal "$output$stderr" ''
	gzip -k "$BATS_TEST_TMPDIR/good.cpio"
	echo more >"$TREE/more"
	write_image "$BAD" "$TREE"
	cat "$BAD" "$BATS_TEST_TMPDIR/good.cpio.gz" >"$BATS_TEST_TMPDIR/both"
	run --separate-stderr packer --check "$BATS_TEST_TMPDIR/both"
	expect_status 0
}

@test "a missing init, and an init that is not a program or not executable, are errors" {
	check_tree
	expect_status 1
	expect_in "$stderr" '/init: it is missing: the kernel would look for a root file system on a disk, and panic'
	program init 'echo no interpreter'
	check_tree
	expect_status 1
	expect_in "$stderr" '/init: it is neither ELF nor #!'
	printf '#!/bin/args\n' >"$TREE/init"
	chmod -x "$TREE/init"
	cp "$GUEST/args" "$TREE/bin"
	check_tree
	expect_status 1
	expect_in "$stderr" '/init: it is not executable'
	chmod +x "$TREE/init"
	check_tree
	expect_status 0
	rm "$TREE/init"
	ln -s bin "$TREE/init"
	check_tree
	expect_status 1
	expect_in "$stderr" '/init: it is not a regular file'
}

@test "missing libraries, loaders and interpreters are named, as in the tutorial's images" {
	cp "$GUEST/args" "$TREE/init"
	cp "$(command -v ls)" "$TREE/bin/ls"
	program bin/script '#!/usr/bin/perl -w'
	program bin/by-env '#!/usr/bin/env python3'
	check_tree
	expect_status 1
	expect_in "$stderr" 'ld-linux-x86-64.so.2, the loader of /bin/ls'
	expect_in "$stderr" 'cannot find libc.so.6, a library of /bin/ls: looked in '
	expect_in "$stderr" 'cannot find /usr/bin/perl, interpreter of /bin/script'
	expect_in "$stderr" 'cannot find /usr/bin/env, interpreter of /bin/by-env'
	expect_not_in "$stderr" packer-check-
}

@test "a library that can also be executed, such as libc, may lack its loader" {
	local libc
	libc=$(realpath "$(ldd "$(command -v ls)" | sed -n 's/.*libc.so.6 => \([^ ]*\) .*/\1/p')")
	readelf -lW "$libc" | grep -q INTERP || skip 'the libc here cannot be started'
	printf '#include <stdio.h>\nint f(void) { return puts(""); }\n' | gcc -x c -shared -fPIC -o "$BATS_TEST_TMPDIR/module.so" -
	packer -f "$BATS_TEST_TMPDIR/module.so" -o "$BATS_TEST_TMPDIR/good.cpio"
	run --separate-stderr packer --check "$BATS_TEST_TMPDIR/good.cpio"
	expect_status 0
	expect_equal "$output$stderr" ''
}

@test "a file with several names in a directory is reported once" {
	cp "$GUEST/args" "$TREE/init"
	mkdir "$TREE/sbin"
	program bin/a '#!/none'
	ln "$TREE/bin/a" "$TREE/bin/b"
	ln "$TREE/bin/a" "$TREE/sbin/c"
	check_tree
	expect_status 1
	expect_equal "$(sed 's/.*, interpreter of //' <<<"$stderr")" '/bin/a: No such file or directory
/sbin/c: No such file or directory'
}

@test "a link with an empty target, which no tool creates, leads to its directory" {
	cp "$GUEST/args" "$TREE/init"
	write_image "$BAD" "$TREE"
	# inode, mode, uid, gid, links, time, size, two device numbers, length of the name, sum
	printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08Xno\0\0\0\0' \
		1 0xA1FF 0 0 1 0 0 0 0 0 0 3 0 >>"$BAD"
	run --separate-stderr packer --check "$BAD"
	expect_status 0
	expect_equal "$stderr" ''
}

@test "archives in cpio's other formats are refused" {
	cp "$GUEST/args" "$TREE/init"
	local format
	for format in bin odc; do
		(cd "$TREE" && echo init | cpio --quiet -o -H "$format") >"$BAD"
		run --separate-stderr packer --check "$BAD"
		expect_status 1
		expect_in "$stderr" "byte 0: it is in cpio's old format: use cpio -H newc"
	done
}

@test "a library of this machine does not count as part of the image" {
	cp "$GUEST/args" "$TREE/init"
	cp "$(command -v ls)" "$TREE/bin/ls"
	mkdir "$TREE/lib64"
	# In the unpacked tree the kernel would follow it out of the image.
	ln -s /lib64/ld-linux-x86-64.so.2 "$TREE/lib64/loader"
	cp -L /lib64/ld-linux-x86-64.so.2 "$TREE/lib64"
	ln -s /usr "$TREE/usr"
	check_tree
	expect_status 1
	expect_in "$stderr" 'cannot pack /bin/ls: its library /usr/lib/x86_64-linux-gnu/'
	expect_in "$stderr" 'libc.so.6: Too many levels'
	expect_in "$stderr" '/usr: the link to /usr: Too many levels of symbolic links'
}

@test "dangling links are reported, except into file systems mounted at boot" {
	cp "$GUEST/args" "$TREE/init"
	ln -s /nowhere "$TREE/bin/x"
	ln -s loop "$TREE/loop"
	ln -s ../proc/self/mounts "$TREE/bin/mounts"
	ln -s /dev/pts/ptmx "$TREE/bin/ptmx"
	check_tree
	expect_status 1
	expect_in "$stderr" '/bin/x: the link to /nowhere: target not found'
	expect_in "$stderr" '/loop: the link to loop: Too many levels'
	expect_not_in "$stderr" ptmx
	expect_not_in "$stderr" mounts
}

@test "files that init's mounts hide are reported, for Lull's init and others" {
	cp "$GUEST/args" "$TREE/init"
	mkdir "$TREE/proc" "$TREE/run"
	touch "$TREE/proc/file" "$TREE/run/file"
	check_tree
	expect_status 1
	expect_in "$stderr" '/proc/file: hidden by the file system that init mounts'
	expect_not_in "$stderr" /run/file
	cp "$ROOT/build/init" "$TREE/init"
	check_tree
	expect_status 1
	expect_in "$stderr" '/run/file: hidden'
}

@test "a program for another machine is reported" {
	cp "$GUEST/args" "$TREE/init"
	cp "$GUEST/args" "$TREE/bin/other"
	# e_machine, elf(5): AArch64
	printf '\267' | dd of="$TREE/bin/other" bs=1 seek=18 conv=notrunc status=none
	check_tree
	expect_status 1
	expect_in "$stderr" '/bin/other: it is for another machine (183) than /init (62)'
}

@test "invalid archives are findings, and names are escaped for terminals" {
	cp "$GUEST/args" "$TREE/init"
	printf '#!/\033[31mred\n' >"$TREE/bin/"$'\033[31mred'
	chmod +x "$TREE/bin/"$'\033[31mred'
	write_image "$BAD" "$TREE"
	head -c -600 "$BAD" >"$BAD.cut"
	run --separate-stderr packer --check "$BAD.cut"
	expect_status 1
	run --separate-stderr packer --check "$BAD"
	expect_status 1
	expect_in "$stderr" '\033[31mred'
	expect_not_in "$stderr" $'\033'
	printf 'no archive' >"$BAD"
	run --separate-stderr packer --check "$BAD"
	expect_status 1
	run --separate-stderr packer --check /nowhere
	expect_status 3
	run --separate-stderr packer --check
	expect_status 2
}

@test "files that no program needs are not unpacked" {
	unshare -rm true 2>/dev/null || skip 'no user namespaces here'
	mkdir "$TREE/d" "$BATS_TEST_TMPDIR/small"
	for i in {1..2000}; do echo words >"$TREE/d/$i"; done
	program init '#!/bin/none'
	program bin/tool '#!/init'
	write_image "$BAD" "$TREE"
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o nr_inodes=64 none "$1" && export TMPDIR="$1" && shift && "$@"' sh \
		"$BATS_TEST_TMPDIR/small" "$LULL_BIN/packer" --check "$BAD"
	expect_status 1
	expect_equal "$stderr" "packer: $BAD: cannot find /bin/none, interpreter of /init: No such file or directory"
}

@test "a file with more links than its header counts is reported" {
	program init '#!/init'
	echo words >"$TREE/a"
	ln "$TREE/a" "$TREE/b"
	ln "$TREE/a" "$TREE/c"
	ln "$TREE/a" "$TREE/d"
	write_image "$BAD" "$TREE"
	run --separate-stderr packer --check "$BAD"
	expect_not_in "$stderr" counts
	# Set the link count in their headers to 2 instead of 4.
	python3 - "$BAD" <<-'END'
		import re, sys
		data = open(sys.argv[1], "rb").read()
		open(sys.argv[1], "wb").write(re.sub(rb"(070701.{32})00000004", rb"\g<1>00000002", data))
	END
	run --separate-stderr packer --check "$BAD"
	expect_status 1
	expect_equal "$(grep -c 'its header counts fewer links than the file has' <<<"$stderr")" 1
}
