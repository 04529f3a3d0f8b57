# SPDX-License-Identifier: MIT
# The manifest in an image, and its readers --why and --sizes.
load ../helpers
load ../packer_helpers

# image: packs two programs with a library each and a shared one
image() {
	mkdir "$WORK/lib"
	compile "$WORK/lib/libcommon.so" 'int common(void) { return 1; }' -shared -fPIC -nostdlib
	for n in a b; do
		compile "$WORK/lib/lib$n.so.1" "int common(void); int $n(void) { return common(); }" -shared -fPIC -nostdlib \
			-Wl,-soname,"lib$n.so" -L"$WORK/lib" -lcommon -Wl,-rpath,"$WORK/lib"
		ln -s "lib$n.so.1" "$WORK/lib/lib$n.so"
		compile "$WORK/prog-$n" "int $n(void); int main(void) { return $n(); }" -L"$WORK/lib" -l"$n" \
			-Wl,-rpath,"$WORK/lib" -Wl,-rpath-link,"$WORK/lib"
	done
	printf '12345' >"$WORK/data"
	pack -b "$WORK/prog-a $WORK/prog-b" -f "$WORK/data:/srv/odd, <- name" "$@"
	expect_packed
}

why() {
	run --separate-stderr packer --why "$1" "$OUT/image"
}

@test "the manifest lists every entry once, with its mode and size" {
	image
	cpio -i --quiet --to-stdout etc/lull/manifest <"$OUT/image" >"$WORK/manifest"
	expect_equal "$(cut -f 4 "$WORK/manifest")" "$(packer --list "$OUT/image" | sed 's/^[^ ]* [^ ]* [^ ]* [^ ]* //; s/ -> .*//')"
	packer --plan -b "$WORK/prog-a $WORK/prog-b" -f "$WORK/data:/srv/odd, <- name" | grep -v /etc/lull/manifest |
		awk '$1 != "node" { print $1, $2, $3 }' >"$WORK/plan"
	awk -F '\t' '$1 != "node" && $3 != "-" { print $1, $2, $3 }' "$WORK/manifest" | diff "$WORK/plan" -
	expect_not_in "$(cat "$WORK/manifest")" "$WORK/data"
	expect_not_in "$(cat "$WORK/manifest")" "$ROOT/"
}

@test "the image contains the hash of its manifest, which identifies it" {
	image
	cpio -i --quiet --to-stdout etc/lull/manifest <"$OUT/image" >"$WORK/manifest"
	expect_equal "$(cpio -i --quiet --to-stdout etc/lull/image <"$OUT/image")" \
		"$(packer --version)
manifest $(sha256sum <"$WORK/manifest" | cut -d ' ' -f 1)"
	cp "$OUT/image" "$WORK/first"
	pack -f "$WORK/data:/srv/odd, <- name" -b "$WORK/prog-b" -b "$WORK/prog-a"
	cmp "$WORK/first" "$OUT/image"
}

@test "--why prints the chains from a file to the requested items" {
	image
	why "$WORK/prog-a"
	expect_status 0
	expect_equal "$output" "$WORK/prog-a: asked for by -b $WORK/prog-a"
	why "$WORK/lib/liba.so.1"
	expect_equal "$output" "$WORK/lib/liba.so.1: library of $WORK/prog-a; $WORK/prog-a: asked for by -b $WORK/prog-a"
	why "$WORK/lib/libcommon.so"
	expect_status 0
	for n in a b; do
		expect_in "$output" "$WORK/lib/libcommon.so: library of $WORK/lib/lib$n.so.1; $WORK/lib/lib$n.so.1: library of $WORK/prog-$n; $WORK/prog-$n: asked for by -b $WORK/prog-$n"
	done
	why '/srv/odd, <- name'
	expect_equal "$output" '/srv/odd, <- name: asked for by -f SRC:/srv/odd, <- name'
	why /init
	expect_equal "$output" '/init: in every image'
}

@test "--why explains a link, a path below a link, and a directory" {
	image
	why "$WORK/lib/libb.so"
	expect_equal "$output" "$WORK/lib/libb.so: leads to $WORK/lib/libb.so.1; $WORK/lib/libb.so.1: library of $WORK/prog-b; $WORK/prog-b: asked for by -b $WORK/prog-b"
	why /bin/prog-a
	expect_in "$output" "leads to $WORK/prog-a; $WORK/prog-a: asked for by -b $WORK/prog-a"
	why /var/run/lock
	expect_equal "$output" '/var/run/lock: leads to /run/lock; /run/lock: in every image'
	why "${WORK#/}/lib"
	expect_in "$output" "$WORK/lib: holds $WORK/lib/liba.so.1; $WORK/lib/liba.so.1: library of $WORK/prog-a"
}

@test "--why and --sizes report missing paths and images without manifest" {
	image
	for path in /none /none/below "$WORK/data" ''; do
		why "$path"
		expect_status 1
		expect_equal "$output" ''
		expect_in "$stderr" "cannot explain $path: it is not in $OUT/image"
	done
	mkdir "$WORK/tree"
	printf 'x' >"$WORK/tree/x"
	write_image "$WORK/foreign" "$WORK/tree"
	for option in '--why /x' --sizes; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr packer $option "$WORK/foreign"
		expect_status 1
		expect_equal "$output" ''
		expect_in "$stderr" "it has no manifest, /etc/lull/manifest"
	done
	cat "$OUT/image" "$WORK/foreign" >"$WORK/both"
	run --separate-stderr packer --why /x "$WORK/both"
	expect_status 0
	expect_equal "$output" '/x: no reason in the manifest'
	mkdir -p "$WORK/tree/etc/lull"
	printf 'junk\n' >"$WORK/tree/etc/lull/manifest"
	write_image "$WORK/foreign" "$WORK/tree"
	run --separate-stderr packer --why /x "$WORK/foreign"
	expect_status 1
	expect_in "$stderr" 'line 1 of its /etc/lull/manifest is not a line of a manifest'
}

@test "--sizes prints the bytes of each requested item, and shared bytes separately" {
	image
	run --separate-stderr packer --sizes "$OUT/image"
	expect_status 0
	# size FILE...: prints the total size
	size() { cat "$@" | wc -c; }
	for n in a b; do
		expect_equal "$(awk -v name="-b $WORK/prog-$n" 'index($0, name) { print $1, $2 }' <<<"$output")" \
			"$(size "$WORK/prog-$n" "$WORK/lib/lib$n.so.1") 2"
	done
	expect_equal "$(awk '/SRC:/ { print $1, $2 }' <<<"$output")" '5 1'
	expect_equal "$(awk 'NR > 1 { sum += $1 } END { print sum }' <<<"$output")" \
		"$(packer --list "$OUT/image" | awk '/^-/ { sum += $4 } END { print sum }')"
	shared=$(awk '/more than one/ { print $2 }' <<<"$output")
	[ "$shared" -ge 3 ] # libcommon, libc, the loader
}
