# SPDX-License-Identifier: MIT
# Problems that bench reports before a boot. Only boots that a person ends are started here.
load ../helpers

setup_file() {
	export IMAGE=$BATS_FILE_TMPDIR/image TREE=$BATS_FILE_TMPDIR/tree
	printf 'run cat /init\n' >"$BATS_FILE_TMPDIR/one"
	printf 'run cat /init\ncpus 1\n' >"$BATS_FILE_TMPDIR/two"
	packer -b "cat $GUEST/args" -x "$BATS_FILE_TMPDIR/one" -x "$BATS_FILE_TMPDIR/two" -o "$IMAGE"
	packer -b "$GUEST/args" --tree "$TREE"
}

setup() {
	use_state "$BATS_TEST_TMPDIR"
}

# boot_missing ARGUMENT...: boots a command that does not exist.
boot_missing() {
	run -127 --separate-stderr bench boot -k "$KERNEL" -i "$IMAGE" "$@"
}

# expect_refused STATUS TEXT: with that status and text, and without starting a machine.
expect_refused() {
	expect_status "$1"
	expect_in "$stderr" "$2"
	[ ! -e "$XDG_STATE_HOME/lull" ] || fail 'a machine was started'
}

@test "a command that is missing in the image" {
	boot_missing -- nproc
	expect_refused 127 'cannot run nproc: it is not in the image: pack it, with packer -b nproc'
	boot_missing -- /bin/nproc
	expect_refused 127 'cannot run /bin/nproc: it is not in the image'
	boot_missing -- ./args
	expect_refused 127 'cannot run ./args: it is not in the image, which has args in its PATH'
	boot_missing -- 'ls | wc'
	expect_refused 127 "bench boot -- bash -c 'ls | wc'"
	boot -- /etc/passwd
	expect_refused 126 'cannot run /etc/passwd: it is not executable in the image'
	cp -a "$TREE" "$BATS_TEST_TMPDIR/tree"
	printf '#! /bin/none -x\n' >"$BATS_TEST_TMPDIR/tree/script"
	chmod 755 "$BATS_TEST_TMPDIR/tree/script"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	boot_missing -i "$BATS_TEST_TMPDIR/image" -- /script
	expect_refused 127 'cannot run /script: it needs /bin/none, which is not in the image'
	boot_missing -a lull.env=PATH=/nowhere -- cat
	expect_refused 127 'cannot run cat'
	boot_missing -a lull.run=nproc
	expect_refused 127 'cannot run nproc'
	boot_missing --json -- nproc
	expect_status 127
	expect_equal "$(field outcome)" not-run
	expect_equal "$(field status)" 127
}

@test "a missing experiment, or one of several" {
	boot -x three
	expect_refused 129 'unknown experiment three; this image has one, two'
	boot
	expect_refused 129 'this image has several experiments: name one with -x: one, two'
	write_image "$BATS_TEST_TMPDIR/bare" "$TREE"
	boot -i "$BATS_TEST_TMPDIR/bare" -x one
	expect_refused 129 'unknown experiment one; this image has none'
}

@test "CPUs that the machine or this host does not have" {
	boot -x two
	expect_refused 129 'the experiment needs CPU 1; this machine has CPU 0: give it 2 (-c 2)'
	boot -x two --exact
	expect_refused 129 'the experiment needs CPU 1; this machine has CPU 0, as exact mode needs'
	boot -x one -a lull.cpus=700-703 --oversubscribe -c 4
	expect_refused 129 'the experiment needs CPU 700 to 703; this machine has CPU 0 to 3: give it 704 (-c 704)'
	boot -c 255 -x one
	expect_refused 129 '-c 255: this machine has only'
	expect_in "$stderr" --oversubscribe
}

@test "a user and a folder that are missing in the image" {
	boot -x one -a lull.user=nobdy
	expect_refused 129 'user nobdy is not a user of /etc/passwd of the image'
	boot -x one -a lull.cwd=/none
	expect_refused 129 'cwd /none: it is not in the image'
}

# bats test_tags=slow
@test "memory that is too small" {
	boot -m 48 -x one
	expect_refused 129 'the machine has 48 MiB of memory, and this kernel and image need more than'
	expect_in "$stderr" 'give it 640 (-m)'
	truncate -s 400M "$BATS_TEST_TMPDIR/large"
	packer -b "$GUEST/args" -f "$BATS_TEST_TMPDIR/large:/large" -z zstd -o "$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_refused 129 'the machine has 640 MiB of memory, and this kernel and image need more than 80'
}

# bats test_tags=slow
@test "a file with many names needs its memory only once" {
	mkdir "$BATS_TEST_TMPDIR/many"
	head -c 4000000 /dev/urandom >"$BATS_TEST_TMPDIR/many/0"
	for ((i = 1; i < 300; i++)); do ln "$BATS_TEST_TMPDIR/many/0" "$BATS_TEST_TMPDIR/many/$i"; done
	packer -b "$GUEST/args" -f "$BATS_TEST_TMPDIR/many" -o "$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_status 0
}

@test "a folder that files cannot be written to" {
	boot --files /etc/passwd -x one
	expect_refused 129 'cannot write files to /etc/passwd: Not a directory'
	boot --files /none/files -x one
	expect_refused 129 'cannot create /none/files: No such file or directory'
}

@test "consoles that would keep the records from bench" {
	boot -x one -a 'console=ttyS0 console=tty0'
	expect_refused 129 'init writes to the last console named: put console=ttyS0 last'
}

@test "a file that is not an image, and a truncated image" {
	boot -i /etc/passwd -- args
	expect_refused 129 'no initramfs: /etc/passwd: it is neither an archive nor data that the kernel can unpack'
	: >"$BATS_TEST_TMPDIR/empty"
	boot -i "$BATS_TEST_TMPDIR/empty" -- args
	expect_refused 129 'it is empty'
	boot -i /dev/null -- args
	expect_refused 125 'cannot read image /dev/null: it is not a regular file'
	head -c "$(($(stat -c %s "$IMAGE") * 9 / 10))" "$IMAGE" >"$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_refused 129 '/etc/lull/end: the last file is missing: the image is cut off'
}

# other_init CONTENT MODE: $BATS_TEST_TMPDIR/image has that /init.
other_init() {
	cp -a "$TREE" "$BATS_TEST_TMPDIR/tree"
	rm "$BATS_TEST_TMPDIR/tree/init"
	printf '%b' "$1" >"$BATS_TEST_TMPDIR/tree/init"
	chmod "$2" "$BATS_TEST_TMPDIR/tree/init"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	rm -r "$BATS_TEST_TMPDIR/tree"
}

@test "no init, and an init that the kernel cannot execute" {
	other_init 'nonsense' 755
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_refused 129 '/init: it is neither ELF nor #!: the kernel cannot execute it'
	other_init '#!/bin/args\n' 644
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_refused 129 '/init: it is not executable'
	mkdir "$BATS_TEST_TMPDIR/none"
	cp "$GUEST/args" "$BATS_TEST_TMPDIR/none"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/none"
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_refused 129 '/init: it is missing'
	boot -x one -a rdinit=/sbin/other
	expect_refused 129 '/sbin/other: it is missing'
}

@test "a foreign init runs no command, whatever archives surround it" {
	other_init '#!/bin/args\n' 755
	mkdir "$BATS_TEST_TMPDIR/other"
	echo x >"$BATS_TEST_TMPDIR/other/file"
	write_image "$BATS_TEST_TMPDIR/early" "$BATS_TEST_TMPDIR/other"
	boot -i "$BATS_TEST_TMPDIR/image" -- args
	expect_refused 129 "$BATS_TEST_TMPDIR/image: its init is not Lull's, which bench needs to run a command"
	{ cat "$BATS_TEST_TMPDIR/early" && gzip -c "$BATS_TEST_TMPDIR/image"; } >"$BATS_TEST_TMPDIR/both"
	boot -i "$BATS_TEST_TMPDIR/both" -- args
	expect_refused 129 "its init is not Lull's"
	# An appended archive replaces earlier files.
	{ cat "$IMAGE" && cat "$BATS_TEST_TMPDIR/image"; } >"$BATS_TEST_TMPDIR/replaced"
	boot -i "$BATS_TEST_TMPDIR/replaced" -x one
	expect_refused 129 "its init is not Lull's"
}

@test "each subcommand prints its usage for --help" {
	for name in boot run status report compare bisect replay new decode; do
		run --separate-stderr bench "$name" --help
		expect_status 0
		expect_in "$output" "usage: bench $name"
		expect_equal "$stderr" ''
	done
}

@test "wrong usage is 129, so that git bisect run stops; files that can be rebuilt are 125" {
	for words in --nonsense '-m lots' '-c 0' '-t 0' '-M virt' '-q "' 'ls' '-a -- -- ls' '-a lull.nonsense=1 -- ls' '-a -quiet -- ls' \
		'--exact -c 2 -- ls' ''; do
		# shellcheck disable=SC2086
		boot $words
		expect_refused 129 bench
	done
	run --separate-stderr sh -c 'exec "$0" --help >/dev/full' "$LULL_BIN/bench"
	expect_status 125
	expect_in "$stderr" 'cannot write to standard output: No space left on device'
	boot -- ''
	expect_refused 129 'the command is empty'
	boot --files '' -x one
	expect_refused 129 '--files requires the name of a folder'
	boot -a -console -x one
	expect_refused 129 '-console leaves no console for the results'
	boot -a rdinit=/usr/bin/args -x one
	expect_refused 129 "its init is not Lull's"
	boot -a lull.hostname=a%0ab -x one
	expect_refused 129 'lull.hostname must be 1 to 64 bytes on one line'
	for words in '' nonsense 'run' 'run a b c' 'run -j 0 plan -o x' 'run nothing -o x' status 'new a/b' replay decode; do
		# shellcheck disable=SC2086
		run --separate-stderr bench $words
		expect_refused 129 ''
	done
	boot -k "$BATS_TEST_TMPDIR/none" -x one
	expect_refused 125 'cannot read kernel'
	boot -i "$BATS_TEST_TMPDIR/none" -x one
	expect_refused 125 'cannot read image'
	boot -k /etc/passwd -x one
	expect_refused 125 'it is neither a bzImage nor an ELF file: /etc/passwd'
	run --separate-stderr bench decode "$BATS_TEST_TMPDIR/none"
	expect_refused 125 'cannot read'
}

@test "a study is refused before its first boot, with the cell and the reason" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'experiment one' 'experiment nothere' 'boots 1' >plan
	run --separate-stderr bench run plan -o study
	expect_refused 129 'k/i/none/nothere: unknown experiment nothere; this image has one, two'
	[ ! -s study/journal ] || fail 'there was a boot'
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'experiment two' 'boots 1' >plan
	run --separate-stderr bench run plan -o study-2
	expect_refused 129 'k/i/none/two: the experiment needs CPU 1'
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'experiment one' 'memory 48' 'boots 1' >plan
	run --separate-stderr bench run plan -o study-3
	expect_refused 129 'k/i/none/one: the machine has 48 MiB of memory'
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'experiment one' 'cpus 250' 'boots 1' >plan
	run --separate-stderr bench run plan -o study-4
	expect_refused 129 'cpus 250: this machine has only'
	printf '%s\n' "kernel k $KERNEL" "kernel text $ROOT/README.md" "image i $IMAGE" 'experiment one' 'boots 1' >plan
	run --separate-stderr bench run plan -o study-5
	expect_refused 129 "kernel text: $ROOT/README.md is neither a bzImage nor an ELF file"
	echo nonsense >plan
	run --separate-stderr bench run plan -o study-5
	expect_refused 129 'plan:1: '
}
