# SPDX-License-Identifier: MIT
# Compares the files that the kernel unpacks, listed in the guest, with packer's list.

load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image ODD=$BATS_FILE_TMPDIR/odd
	odd_tree "$ODD"
	packer -b "$GUEST/listing" -f "$ODD:/odd" -o "$IMAGE"
	packer -b "$GUEST/listing" -o "$BATS_FILE_TMPDIR/base"
}

# odd_tree DIR: makes names, sizes, links and numbers that readers of archives often get wrong
odd_tree() {
	mkdir -p "$1/sizes" "$1/names/ blank " "$1/links" "$1/many" "$1/empty"
	local letters
	letters=$(printf '%0255d' 0)
	for ((n = 0; n < 40; n++)); do
		head -c "$n" "$KERNEL" >"$1/sizes/$n"
		printf '%s' "$n" >"$1/names/${letters:0:n * 6 + 1}"
	done
	for n in 509 510 511 512 513 4095 4096 4097 65535 65536 65537 1000001; do head -c "$n" "$KERNEL" >"$1/sizes/$n"; done
	for name in $'new\nline' $'\n' $'\xff\xfe' $'\xc3\xa9' ' ' $'\t' '*' "'" '"' '\' '\012' '-n' 'TRAILER!!!' "$letters" \
		$'\x1b[31m' '~' '#' '%41' '...' '->' 'a -> b' '070701'; do
		printf '%s' "$name" >"$1/names/$name"
	done
	for name in a b c; do printf 'first' | tee "$1/links/$name" >/dev/null && ln "$1/links/$name" "$1/links/$name-2"; done
	ln "$1/links/a" "$1/names/a third"
	: >"$1/links/empty" && ln "$1/links/empty" "$1/links/empty-2"
	ln -s ../sizes/1 "$1/links/symbolic"
	ln -s . "$1/links/self"
	ln -s "$letters" "$1/links/long"
	printf 'x' >"$1/links/modes" && chmod 6751 "$1/links/modes"
	chmod 1773 "$1/empty"
	chmod 750 "$1/sizes"
	(cd "$1/many" && seq -f 'entry %g' 5000 | tr '\n' '\0' | xargs -0 touch)
}

# cpio_of DIR: writes the directory as an archive by GNU cpio, with its parent's name
cpio_of() {
	(cd "${1%/*}" && find "${1##*/}" -print0 | LC_ALL=C sort -z | cpio --quiet -0 -o -H newc -R 3:4)
}

# expect_unpacked: the booted $IMAGE has below /odd the files that packer lists, with the contents of $ODD.
expect_unpacked() {
	boot -a 'lull.run=listing%20/odd lull.run=listing%20-c%20/odd'
	expect_status 0
	# The lines of the first command have two slashes: that of the owner and that of the path.
	grep '^[^/]*/[^/]* /odd' <<<"$output" | LC_ALL=C sort >"$BATS_TEST_TMPDIR/unpacked"
	packer --list "$IMAGE" | grep -a '^[^/]*/[^/]* /odd' | LC_ALL=C sort | diff - "$BATS_TEST_TMPDIR/unpacked" ||
		fail 'packer lists what the kernel does not make, or the other way about'
	[ "$(wc -l <"$BATS_TEST_TMPDIR/unpacked")" -gt 5100 ] || fail 'too few files'
	(cd "${ODD%/*}" && "$GUEST/listing" -c "${ODD##*/}") | sed 's/odd/\/odd/' | LC_ALL=C sort >"$BATS_TEST_TMPDIR/content"
	grep -v '^[^/]*/[^/]* /odd' <<<"$output" | LC_ALL=C sort | diff "$BATS_TEST_TMPDIR/content" - || fail 'contents differ'
}

@test "an image by packer: the kernel unpacks the files that packer lists" {
	expect_unpacked
	# So does packer's plan.
	packer --plan -b "$GUEST/listing" -f "$ODD:/odd" | sed -n 's/^\([dfl]\)[a-z]* \([0-7]*\) \([0-9]*\) \(\/odd.*\) <- -f .*/\1 \3 \4/p' |
		LC_ALL=C sort >"$BATS_TEST_TMPDIR/planned"
	sed 's/^-/f/; s/^\(.\)[^ ]* [0-9]* 0\/0 \([0-9]*\) /\1 \2 /' "$BATS_TEST_TMPDIR/unpacked" | LC_ALL=C sort |
		diff "$BATS_TEST_TMPDIR/planned" -
}

@test "an image followed by one made with GNU cpio and gzip: the kernel unpacks the files that packer lists" {
	IMAGE=$BATS_TEST_TMPDIR/image
	{ cat "$BATS_FILE_TMPDIR/base" && cpio_of "$ODD" | gzip -1; } >"$IMAGE"
	expect_unpacked
}

@test "compressed members of every method: the kernel unpacks the files that packer lists" {
	IMAGE=$BATS_TEST_TMPDIR/image
	cat "$BATS_FILE_TMPDIR/base" >"$IMAGE"
	for method in gzip 'zstd -q' 'xz --check=crc32' lzma bzip2 'lz4 -l -q'; do
		mkdir -p "$BATS_TEST_TMPDIR/part/odd"
		printf '%s' "$method" >"$BATS_TEST_TMPDIR/part/odd/${method%% *}"
		cpio_of "$BATS_TEST_TMPDIR/part/odd" | $method >>"$IMAGE"
		# Methods without an end mark need one.
		head -c $((8 - $(stat -c %s "$IMAGE") % 4)) /dev/zero >>"$IMAGE"
	done
	boot -- listing /odd
	expect_status 0
	expect_equal "$(grep -c '^-' <<<"$output")" 6
	packer --list "$IMAGE" | grep '^[^/]*/[^/]* /odd' | LC_ALL=C sort | diff - <(LC_ALL=C sort <<<"$output")
}

# entry NAME MODE [DATA [NLINK INO [MAJOR MINOR]]]: writes an entry of an archive to standard output
entry() {
	local name=$1 data=${3-}
	printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x' "${5:-0}" "$((8#$2))" 1 2 "${4:-1}" 5 "${#data}" 0 0 \
		"${6:-0}" "${7:-0}" "$((${#name} + 1))" 0
	printf '%s\0' "$name" && head -c $(((4 - (111 + ${#name}) % 4) % 4)) /dev/zero
	printf '%s' "$data" && head -c $(((4 - ${#data} % 4) % 4)) /dev/zero
}

# Entries that replace others, names in odd forms, hard links, missing directories.
odd_archive() {
	entry odd 40755
	entry odd/twice 100644 first
	entry odd/twice 100600 second
	entry odd/dir 40755
	entry odd/dir/in 100644 x
	entry odd/dir 100644 'a directory that is not empty'
	entry odd/dir 120777 target
	entry odd/dir 40700
	entry odd/none/file 100644 lost
	entry odd/file-below/x 100644 lost
	entry odd/link 120777 dir
	entry odd/link/through 100644 'by the link'
	entry odd/was-link 120777 dir
	entry odd/was-link 40711
	entry odd/link-to-file 120777 twice
	entry odd/link-to-file 100644 'no longer a link'
	entry odd/a 100644 '' 2 7
	entry odd/b 100640 data 2 7
	entry odd/c 100604 '' 2 7
	entry odd/again 100644 one 2 8
	entry odd/again 100644 'takes itself away' 2 8
	entry odd/b-first 100644 bbb 2 9
	entry 'TRAILER!!!' 0
	entry odd/d 100644 'another file' 2 7
	entry odd/b-second 100644 ccc 2 9
	entry odd/b 100644 'through all names'
	entry ./odd/../odd//slashes 100644 x
	entry /odd/absolute 100644 x
	entry odd/slash/ 40755
	entry odd/file-slash/ 100644 lost
	entry odd/empty-link 120777
	entry odd/empty-link/file 100644 'beside the link'
	entry odd/null 20666 '' 1 0 1 3
	entry odd/null 20600 '' 1 0 1 5
	entry odd/null-2 20666 '' 2 1 1 3
	entry odd/null-3 20666 '' 2 1 1 3
	entry odd/block 60660 '' 1 0 7 300
	entry odd/pipe 10600
	entry odd/socket 140600
	entry odd/no-type 644
	entry odd/data-of-dir 40755 data
	entry "odd/$(printf '%0256d' 0)" 100644 lost
	entry "odd/$(printf '%05000d' 0)" 100644 lost
	entry odd/last 100644 'it goes on'
	entry 'TRAILER!!!' 0
}

@test "packer skips and reports the entries that the kernel skips silently" {
	IMAGE=$BATS_TEST_TMPDIR/image
	{ cat "$BATS_FILE_TMPDIR/base" && odd_archive; } >"$IMAGE"
	boot -- listing /odd
	expect_status 0
	unpacked=$(LC_ALL=C sort <<<"$output")
	expect_in "$unpacked" /odd/last
	run --separate-stderr packer --list "$IMAGE"
	expect_status 1
	diff <(grep '^[^/]*/[^/]* /odd' <<<"$output" | LC_ALL=C sort) <(printf '%s\n' "$unpacked")
	expect_equal "$(grep -c 'the kernel skips it' <<<"$stderr")" 10
}

@test "packer reports a truncated archive, the kernel does not" {
	IMAGE=$BATS_TEST_TMPDIR/image
	{ cat "$BATS_FILE_TMPDIR/base" && odd_archive | head -c 3000; } >"$IMAGE"
	boot -- listing /init
	expect_status 0
	run --separate-stderr packer --list "$IMAGE"
	expect_status 1
	expect_in "$stderr" 'it ends within'
}

@test "a compressed member that is not aligned to 4 bytes after a plain archive: the kernel stops, packer reports where" {
	IMAGE=$BATS_TEST_TMPDIR/image
	{ cat "$BATS_FILE_TMPDIR/base" && printf '\0' && odd_archive | gzip; } >"$IMAGE"
	boot -- listing /odd
	expect_status 1
	run --separate-stderr packer --list "$IMAGE"
	expect_status 1
	expect_not_in "$output" /odd
	expect_in "$stderr" "byte $(($(stat -c %s "$BATS_FILE_TMPDIR/base") + 1)): the data after the zeros are not aligned to 4 bytes"
}
