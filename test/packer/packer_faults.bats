# SPDX-License-Identifier: MIT
# Errors: packer reports them and leaves no files.
load ../helpers
load ../packer_helpers

@test "files that cannot be packed are refused before any output is written" {
	mkfifo "$WORK/fifo"
	pack -f "$WORK/fifo"
	expect_refused "cannot pack $WORK/fifo: it is not a regular file"
	truncate -s 4G "$WORK/large"
	pack -f "$WORK/large"
	expect_refused 'less than 4 GiB'
	pack -f "$WORK/large:/elsewhere"
	expect_refused 'less than 4 GiB'
	head -c 5000 /bin/true | tail -c +65 >"$WORK/rest"
	{ head -c 64 /bin/true; head -c 100 /dev/zero; } >"$WORK/broken"
	chmod 755 "$WORK/broken"
	pack -b "$WORK/broken"
	expect_refused "cannot pack $WORK/broken: its ELF headers are broken"
}

@test "files that the kernel generates are refused" {
	for file in /proc/cpuinfo /sys/kernel/uevent_seqnum; do
		[ -r "$file" ] || continue
		pack -f "$file:/etc/made-up"
		expect_refused "cannot pack $file: its size is unknown until it is read"
		pack -f "$file" --init /bin/true
		expect_refused "cannot pack $file: its size is unknown until it is read"
	done
	: >"$WORK/empty"
	pack -f "$WORK/empty"
	expect_packed
}

@test "a file that grows before it is copied is reported" {
	# Thousands of other files are planned and copied between the stat and the copy of this one.
	mkdir "$WORK/many"
	(cd "$WORK/many" && seq 4000 | xargs touch)
	while :; do printf 'x'; done >>"$WORK/file" 3>&- &
	writer=$!
	until [ -s "$WORK/file" ]; do sleep 0.01; done
	pack -f "$WORK/file:/z" -f "$WORK/many:/a"
	kill "$writer"
	expect_refused "cannot pack $WORK/file: it changed while being read"
}

@test "a DST without a leading slash is reported with a hint" {
	printf 'x' >"$WORK/file"
	for to in '' etc ./etc; do
		pack -f "$WORK/file:$to"
		expect_refused "cannot find $WORK/file:$to: No such file or directory; in SRC:DST, DST begins with a slash"
	done
}

@test "an unreadable file is refused" {
	other_packer
	printf 'x' >"$WORK/secret"
	chmod 000 "$WORK/secret"
	need_root 'to be another user'
	run --separate-stderr as_other "$WORK/bin/packer" -f "$WORK/secret" -o "$OUT/image"
	expect_refused "cannot read $WORK/secret: Permission denied"
}

@test "packer works with closed standard streams and writes no image data to them" {
	for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
		run --separate-stderr sh -c "\"\$1/packer\" -b ls -o \"\$2\" $closed" sh "$LULL_BIN" "$OUT/image"
		expect_packed
		rm "$OUT/image"
	done
	run sh -c '"$1/packer" -b nosuchprogram -o "$2" <&- >&- 2>&-' sh "$LULL_BIN" "$OUT/image"
	expect_status 3
	run --separate-stderr sh -c '"$1/packer" -b ls --plan >&-' sh "$LULL_BIN"
	expect_refused 'cannot write to standard output'
}

@test "a missing output directory and an invalid output name are errors" {
	run --separate-stderr packer -b ls -o "$WORK/none/image"
	expect_status 3
	expect_in "$stderr" "cannot write $WORK/none/image"
	run --separate-stderr packer -b ls -o "$OUT"
	expect_status 3
	expect_in "$stderr" 'it is not a regular file'
	run --separate-stderr packer -b ls -o /dev/null
	expect_status 3
	[ -c /dev/null ]
	expect_nothing_left
}

@test "an existing image is kept if packer fails" {
	printf 'old' >"$OUT/image"
	pack -b nosuchprogram
	expect_status 3
	fake_cpio 'exit 1'
	pack -b ls
	expect_status 3
	expect_equal "$(cat "$OUT/image")" old
	expect_equal "$(ls -A "$OUT")" image
}

@test "no image is left when the tree cannot be made" {
	pack -b ls --tree "$WORK/none/tree"
	expect_refused "cannot use $WORK/none/tree for the tree: its directory: No such file"
	for name in . .. ./ / "$WORK/.."; do
		pack -b ls --tree "$name"
		expect_refused "cannot use $name for the tree: packer creates the tree; name a new directory"
	done
	ln -s "$OUT" "$WORK/link"
	pack -b ls --tree "$WORK/link"
	expect_refused "cannot use $WORK/link for the tree: it is not a directory"
	# Another file is created at the tree's path while the image is written.
	fake_cpio "mkdir -p '$WORK/tree/x'; exec /usr/bin/cpio \"\$@\""
	pack -b ls --tree "$WORK/tree"
	expect_refused "cannot create $WORK/tree"
}

@test "an image of a directory does not contain the image that it replaces" {
	printf 'x' >"$OUT/file"
	cd "$OUT"
	pack -f .
	expect_status 0
	cp image "$WORK/first"
	pack -f .
	expect_status 0
	cmp image "$WORK/first"
	expect_in "$(paths)" file
	run --separate-stderr packer -f image -o image
	expect_status 3
	expect_in "$stderr" "cannot pack $PWD/image: it is an output of this command"
}

@test "a full disk leaves no files" {
	need_namespaces
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=1m none "$1/out" &&
		{ "$2/packer" -b "ls bash" -o "$1/out/image"; status=$?; ls -A "$1/out" "$1/tmp"; exit $status; }' \
		sh "$WORK" "$LULL_BIN"
	expect_status 3
	expect_equal "$output" "$OUT:

$WORK/tmp:"
	expect_in "$stderr" 'No space left on device'
	expect_in "$stderr" "cannot write $OUT/image: cpio failed"
	# The same for the staging.
	head -c 2000000 /dev/zero >"$WORK/zeros"
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=1m none "$1/tmp" &&
		{ "$2/packer" -f "$1/zeros:/z" -o "$1/out/image"; status=$?; ls -A "$1/out" "$1/tmp"; exit $status; }' \
		sh "$WORK" "$LULL_BIN"
	expect_status 3
	expect_equal "$output" "$OUT:

$WORK/tmp:"
	expect_in "$stderr" 'No space left on device'
}

@test "packer checks cpio's exit status and its output" {
	printf 'some text\n' >"$WORK/file"
	fake_cpio 'exit 1'
	pack -f "$WORK/file"
	expect_refused 'cpio failed with status 1'
	fake_cpio 'kill -KILL $$'
	pack -f "$WORK/file"
	expect_refused 'cpio was killed by signal 9'
	fake_cpio 'exit 0'
	pack -f "$WORK/file"
	expect_refused 'does not have the planned size'
	# A name is missing; a mode differs; a file changes or is removed at the last moment.
	fake_cpio 'head -z -n -1 | /usr/bin/cpio "$@"'
	pack -f "$WORK/file"
	expect_refused 'does not have the planned size'
	fake_cpio 'case $PWD in */lull.*) chmod 700 home ;; esac; exec /usr/bin/cpio "$@"'
	pack -f "$WORK/file"
	expect_refused 'cannot verify'
	fake_cpio "echo more >>'$WORK/file'; exec /usr/bin/cpio \"\$@\""
	pack -f "$WORK/file"
	expect_refused "cannot pack $WORK/file: it changed while packer ran"
	fake_cpio "rm -f '$WORK/file'; exec /usr/bin/cpio \"\$@\""
	pack -f "$WORK/file"
	expect_refused "cannot pack $WORK/file: No such file"
	other_packer
	run --separate-stderr env PATH="$WORK/bin" "$WORK/bin/packer" -o "$OUT/image"
	expect_refused 'cannot run cpio: No such file'
}

@test "messages of cpio are printed, and the archive is then compared with the files" {
	head -c 200000 /dev/urandom >"$WORK/file"
	pack -f "$WORK/file"
	expect_packed
	mv "$OUT/image" "$WORK/first"
	local object="object 'libgone.so' from /etc/ld.so.preload cannot be preloaded: ignored."
	fake_cpio "echo \"ERROR: ld.so: $object\" >&2; exec /usr/bin/cpio \"\$@\""
	pack -f "$WORK/file"
	expect_status 0
	expect_equal "$(printf '%s\n' "$stderr" | sort -u)" "packer: cpio: ERROR: ld.so: $object"
	cmp "$OUT/image" "$WORK/first"
	rm "$OUT/image"
	# One byte of a file differs.
	fake_cpio "echo words >&2; /usr/bin/cpio \"\$@\" | python3 -c 'import sys
data = bytearray(sys.stdin.buffer.read())
at = data.find(open(\"$WORK/file\", \"rb\").read()[150000:150020])
if at > 0:
    data[at] ^= 1
sys.stdout.buffer.write(data)'"
	pack -f "$WORK/file"
	expect_refused "cannot verify $OUT/image: the content differs from the plan"
	fake_cpio 'echo hello from a library; exec /usr/bin/cpio "$@"'
	pack -f "$WORK/file"
	expect_refused "cannot write $OUT/image: something prints to the standard output of cpio, in front of the archive"
}

# Replaces a name by another of the same length, which only the verification detects.
@test "the verification finds entries that are not in the plan" {
	# LC_ALL=C: sed must treat its input as bytes.
	fake_cpio '/usr/bin/cpio "$@" | LC_ALL=C sed "s,etc/hosts,etc/hasts,"'
	pack
	expect_refused 'it contains an entry that is not in the plan'
	fake_cpio '/usr/bin/cpio "$@" | LC_ALL=C sed "s,etc/hosts,etc/group,"'
	pack
	expect_refused 'it contains an entry twice'
}

@test "a signal ends cpio and leaves no files" {
	fake_cpio "echo \$\$ >'$WORK/pid'; exec sleep 60"
	for signal in INT TERM HUP; do
		rm -f "$WORK/pid"
		env --default-signal=INT,TERM,HUP "$LULL_BIN/packer" -b ls -o "$OUT/image" 2>"$WORK/err" &
		pid=$!
		for ((tries = 0; tries < 12000; tries++)); do
			[ ! -s "$WORK/pid" ] || break
			sleep 0.05
		done
		kill -"$signal" "$pid"
		status=0
		wait "$pid" || status=$?
		expect_status $((128 + $(kill -l "$signal")))
		expect_equal "$(cat "$WORK/err")" ''
		expect_nothing_left
		! kill -0 "$(cat "$WORK/pid")" 2>/dev/null || fail 'cpio still runs'
	done
}

@test "exceeding the file size limit is an error like a full disk" {
	run --separate-stderr bash -c 'ulimit -f 1000; exec "$@"' bash "$LULL_BIN/packer" -b "ls bash" -o "$OUT/image"
	expect_refused "cannot write $OUT/image: cpio was killed by signal"
	head -c 2000000 /dev/zero >"$WORK/zeros"
	run --separate-stderr bash -c 'ulimit -f 1000; exec "$@"' bash "$LULL_BIN/packer" -f "$WORK/zeros:/z" -o "$OUT/image"
	expect_refused 'File too large'
}
