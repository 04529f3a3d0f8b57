# SPDX-License-Identifier: MIT
# packer --list and --diff on images made by GNU cpio and the compression programs.
load ../helpers
load ../packer_helpers

# tree: creates $WORK/tree with all kinds of files that do not need root
tree() {
	mkdir -p "$WORK/tree/d/e"
	chmod 755 "$WORK/tree" "$WORK/tree/d"
	chmod 1777 "$WORK/tree/d/e"
	printf 'hello\n' >"$WORK/tree/d/f"
	chmod 4711 "$WORK/tree/d/f"
	ln "$WORK/tree/d/f" "$WORK/tree/d/g"
	ln -s $'a\nb\e[31m' "$WORK/tree/link"
	printf 'xyz' >"$WORK/tree/"$'odd \x9b\\name'
	chmod 644 "$WORK/tree/"$'odd \x9b\\name'
	mkfifo -m 600 "$WORK/tree/pipe"
}

# archive DIR: writes an archive to standard output
archive() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H "${2:-newc}" -R 0:7)
}

@test "--list prints a line per entry, with escaped names" {
	tree
	archive "$WORK/tree" >"$OUT/image"
	run --separate-stderr packer --list "$OUT/image"
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$output" 'drwxr-xr-x 3 0/7 0 /d
drwxrwxrwt 2 0/7 0 /d/e
-rws--x--x 2 0/7 6 /d/f
-rws--x--x 2 0/7 6 /d/g
lrwxrwxrwx 1 0/7 8 /link -> a\012b\033[31m
-rw-r--r-- 1 0/7 3 /odd \233\134name
prw------- 1 0/7 0 /pipe'
}

@test "--list prints the same entries as GNU cpio for packer's image" {
	pack -b "ls bash"
	packer --list "$OUT/image" | awk '{ print $1, $2, ($4 ~ /,/ ? "" : $4), $5 }' | sed 's/ \// /' |
		sed 's/^\(d[^ ]*\) [0-9]*/\1/' | sort >"$WORK/listed"
	cpio -tvn --quiet <"$OUT/image" | tr -s ' ' |
		awk '{ name = $1 ~ /^c/ ? $10 : $9; print $1, $2, ($1 ~ /^c/ ? "" : $5), name }' |
		sed 's/^\(d[^ ]*\) [0-9]*/\1/' | sort | diff "$WORK/listed" -
}

@test "--list and --diff read every compression method, alone and after another archive" {
	tree
	archive "$WORK/tree" >"$WORK/plain"
	packer --list "$WORK/plain" >"$WORK/expected"
	mkdir "$WORK/more"
	printf 'more' >"$WORK/more/more"
	archive "$WORK/more" >"$WORK/before"
	for method in 'gzip -9' 'zstd -q -19' 'xz --check=crc32' lzma bzip2 'lz4 -l -q' cat; do
		$method <"$WORK/plain" >"$OUT/image"
		packer --list "$OUT/image" | diff "$WORK/expected" - || fail "$method"
		run --separate-stderr packer --diff "$WORK/plain" "$OUT/image"
		expect_status 0
		expect_equal "$output$stderr" ''
		cat "$WORK/before" "$OUT/image" >"$WORK/both"
		packer --list "$WORK/both" | grep -v ' /more$' | diff "$WORK/expected" - || fail "after another archive: $method"
		run --separate-stderr packer --diff "$WORK/plain" "$WORK/both"
		expect_status 1
		expect_equal "$output" "only in $WORK/both: /more"
	done
	archive "$WORK/tree" crc >"$OUT/image"
	packer --list "$OUT/image" | diff "$WORK/expected" -
}

@test "--diff prints the differences" {
	tree
	archive "$WORK/tree" >"$WORK/a"
	chmod 700 "$WORK/tree/d/e"
	printf 'xyZ' >"$WORK/tree/"$'odd \x9b\\name'
	touch -d @1 "$WORK/tree/pipe"
	ln -sf c "$WORK/tree/link"
	rm "$WORK/tree/d/g"
	mkdir "$WORK/tree/d/g" "$WORK/tree/new"
	archive "$WORK/tree" | gzip >"$WORK/b"
	run --separate-stderr packer --diff "$WORK/a" "$WORK/b"
	expect_status 1
	expect_equal "$stderr" ''
	expect_equal "$(sed 's/, mtime [0-9]* [0-9]*//; s/: mtime [0-9]* [0-9]*, /: /; s/mtime [0-9]* 1$/mtime N 1/; /: mtime [0-9]* [0-9]*$/d' <<<"$output")" \
		"differs: /d/e: mode 1777 0700
differs: /d/f: links 2 1
differs: /d/g: type file directory
differs: /link: target a\\012b\\033[31m c
only in $WORK/b: /new
differs: /odd \\233\\134name: content
differs: /pipe: mtime N 1"
}

@test "an invalid image gives a line with the byte offset, and status 1" {
	tree
	archive "$WORK/tree" >"$OUT/image"
	printf 'junk' >>"$OUT/image"
	run --separate-stderr packer --list "$OUT/image"
	expect_status 1
	expect_equal "$stderr" \
		"packer: $OUT/image: byte $(($(stat -c %s "$OUT/image") - 4)): it is neither an archive nor data that the kernel can unpack"
	expect_in "$output" '/d/f'
	run --separate-stderr packer --diff "$OUT/image" "$OUT/image"
	expect_status 3
	archive "$WORK/tree" | xz >"$OUT/image"
	run --separate-stderr packer --list "$OUT/image"
	expect_status 1
	expect_in "$stderr" 'byte 0, byte 0 after unpacking with xz: the kernel supports xz with CRC32 only'
	archive "$WORK/tree" | gzip | head -c 200 >"$OUT/image"
	run --separate-stderr packer --list "$OUT/image"
	expect_status 1
	expect_in "$stderr" 'the compressed data are truncated'
	(cd "$WORK/tree" && printf 'd/f\n' | cpio --quiet -o -H newc) >"$OUT/image"
	run --separate-stderr packer --list "$OUT/image"
	expect_status 1
	expect_in "$stderr" 'byte 0: d/f: the kernel skips it: its parent directory is missing'
	: >"$OUT/image"
	run --separate-stderr packer --list "$OUT/image"
	expect_in "$stderr" 'it is empty'
	run --separate-stderr packer --list "$WORK/none"
	expect_status 3
	expect_in "$stderr" "cannot read $WORK/none: No such file or directory"
	run --separate-stderr packer --list "$WORK"
	expect_status 3
}

@test "usage errors of --list and --diff" {
	for wrong in '--list' '--list a b' '--diff a' '--list a -b ls' '-b ls --list a'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr packer $wrong
		expect_status 2
		expect_in "$stderr" 'usage: packer'
	done
	[ ! -e /dev/full ] || {
		pack
		run --separate-stderr sh -c '"$1" --list "$2" >/dev/full' sh "$LULL_BIN/packer" "$OUT/image"
		expect_status 3
		expect_in "$stderr" 'cannot write to standard output'
	}
}
