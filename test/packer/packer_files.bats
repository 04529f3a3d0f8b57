# SPDX-License-Identifier: MIT
# Files and trees of -f.
load ../helpers
load ../packer_helpers

@test "-f packs files and trees, at other paths too, and keeps links inside a tree" {
	mkdir -p "$WORK/d/sub"
	cp /bin/true "$WORK/d/sub/prog"
	ln -s sub/prog "$WORK/d/link"
	ln -s /nowhere "$WORK/d/dangling"
	printf 'a' >"$WORK/d/a:b"
	chmod 700 "$WORK/d/sub"
	pack -f "$WORK/d" -f "$WORK/d:/srv/copy" -f "$WORK/d/a:b:/etc/" -f "$WORK/d/sub/prog:/bin/renamed"
	expect_packed
	need_namespaces
	extract
	for dir in "$WORK/d" /srv/copy; do
		[ -f "$WORK/root$dir/a:b" ]
		expect_equal "$(readlink "$WORK/root$dir/dangling")" /nowhere
		expect_equal "$(stat -c %a "$WORK/root$dir/sub")" 700
		in_root "$dir/link"
		expect_status 0
	done
	[ -f "$WORK/root/etc/a:b" ]
	in_root /bin/renamed
	expect_status 0
}

@test "-f packs the targets of links, directories with their contents, but nothing of /proc, /sys, /dev" {
	mkdir -p "$WORK/d/sub" "$WORK/other/deep"
	printf 'x' >"$WORK/other/deep/file"
	ln -s "$WORK/other" "$WORK/d/dir"
	mkdir "$WORK/third"
	ln -s "$WORK/third/mounts" "$WORK/d/mounts"
	ln -s /proc/self/mounts "$WORK/third/mounts"
	ln -s . "$WORK/d/loop"
	ln -s ../d "$WORK/other/back"
	ln -s / "$WORK/d/root"
	ln -s /dev "$WORK/d/dev"
	ln -s /proc/self/fd/0 "$WORK/d/input"
	ln -s ../../../sys/kernel "$WORK/d/kernel"
	for place in '' :/srv/d; do
		pack -f "$WORK/d$place"
		expect_packed
		expect_in "$(paths)" "${WORK#/}/other/deep/file"
		expect_in "$(paths)" "${WORK#/}/third/mounts"
		expect_not_in "$(paths)" sys/kernel/
		expect_not_in "$(paths)" proc/
		expect_equal "$(paths | grep -c ^dev/)" 2
		rm "$OUT/image"
	done
}

@test "-f: a link that is dangling only at DST is an error" {
	mkdir -p "$WORK/a/b"
	printf 'x' >"$WORK/a/file"
	ln -s ../file "$WORK/a/b/link"
	pack -f "$WORK/a/b"
	expect_packed
	rm "$OUT/image"
	pack -f "$WORK/a/b:/srv/b"
	expect_refused "cannot put $WORK/a/b/link at /srv/b/link: it is a link to ../file, which is not in the image"
	pack -f "$WORK/a/b:/srv/b" -f "$WORK/a/file:/srv/"
	expect_packed
}

@test "-f: in a DST with a trailing slash a file keeps its name, and a directory is merged" {
	mkdir "$WORK/d"
	printf 'x' >"$WORK/d/file"
	pack -f "$WORK/d/file:/one/" -f "$WORK/d/file:/two" -f "$WORK/d:/three/" -f "$WORK/d:/four"
	expect_packed
	for path in one/file two three/file four/file; do
		cpio -tv --quiet "$path" <"$OUT/image" | grep -q '^-' || fail "no file: $path"
	done
}

@test "-f overrides the skeleton, and two different files at the same path are refused" {
	printf 'me:x:0:0::/:/bin/bash\n' >"$WORK/passwd"
	mkdir -p "$WORK/over/bin" "$WORK/over/etc"
	cp /bin/true "$WORK/over/bin/extra"
	pack -f "$WORK/passwd:/etc/passwd" -f "$WORK/over:/"
	expect_packed
	extract
	cmp "$WORK/passwd" "$WORK/root/etc/passwd"
	expect_in "$(paths)" bin/extra
	[ ! -L /bin ] || [ -L "$WORK/root/bin" ]
	rm "$OUT/image"
	pack -b ls -f "$WORK/passwd:/bin/ls"
	expect_refused "cannot put $WORK/passwd at "
}

@test "hard links are kept, and unpacked links on the disk do not matter" {
	mkdir "$WORK/h"
	for name in a d m q z; do head -c 9000 /dev/urandom >"$WORK/h/$name"; done
	ln "$WORK/h/d" "$WORK/h/n"
	ln "$WORK/h/d" "$WORK/h/b"
	list=$(printf ' -f %s' "$WORK/h/"{a,b,d,m,n,q,z})
	pack $list
	expect_packed
	mv "$OUT/image" "$WORK/first"
	ln "$WORK/h/d" "$WORK/other1"
	ln "$WORK/h/a" "$WORK/other2"
	ln "$WORK/h/q" "$WORK/other3"
	ln "$WORK/h/z" "$WORK/other4"
	pack $list
	expect_packed
	cmp "$OUT/image" "$WORK/first"
	extract
	expect_equal "$(stat -c %i "$WORK/root$WORK/h/b")" "$(stat -c %i "$WORK/root$WORK/h/n")"
	expect_equal "$(stat -c %h "$WORK/root$WORK/h/d")" 3
	expect_equal "$(stat -c %h "$WORK/root$WORK/h/a")" 1
	diff -r "$WORK/h" "$WORK/root$WORK/h"
	[ "$(stat -c %s "$OUT/image")" -lt $((5 * 9000 + 900000)) ]
}

@test "-f: a file cannot replace a directory of the skeleton" {
	printf 'x' >"$WORK/file"
	mkdir -p "$WORK/tree/var" "$WORK/tree/tmp"
	ln -s /nowhere "$WORK/tree/var/run"
	for place in /tmp /proc /root /var/log; do
		pack -f "$WORK/file:$place"
		expect_refused "cannot put $WORK/file at $place: something else is planned there"
	done
	pack -f "$WORK/tree:/"
	expect_refused "cannot put $WORK/tree/var/run at /var/run: something else"
	rm "$WORK/tree/var/run"
	ln -s /run "$WORK/tree/var/run"
	chmod 700 "$WORK/tree/tmp"
	pack -f "$WORK/tree:/" -f "$WORK/file:/var/lock-not"
	expect_packed
	expect_in "$(cpio -tv --quiet tmp <"$OUT/image")" 'drwx------'
}

@test "-f: files below init's mounts and below /etc/lull are refused" {
	printf 'x' >"$WORK/file"
	mkdir "$WORK/tree"
	ln -s file "$WORK/tree/link"
	script "$WORK/start" '#!/bin/bash\n'
	for place in /proc/file /sys/a/file /dev/file /run/file /var/run/file /var/lock/file; do
		pack -f "$WORK/file:$place"
		expect_refused 'init mounts a file system over /'
	done
	pack -f "$WORK/tree:/run/tree"
	expect_refused 'cannot pack /run/tree/link: init mounts a file system over /run; put it elsewhere, with -f SRC:DST'
	for place in cmdline image end; do
		pack -f "$WORK/file:/etc/lull/$place"
		expect_refused "cannot pack /etc/lull/$place: /etc/lull is reserved for packer, bench and init"
	done
	# packer does not know the mounts of another init.
	pack --init "$WORK/start" -f "$WORK/file:/run/file"
	expect_packed
	rm "$OUT/image"
	pack -f /etc/passwd:/etc/lull
	expect_refused 'cannot put the skeleton at /etc/lull/image: something else is planned there: -f /etc/passwd:/etc/lull'
}

@test "links to their own or a parent directory are packed" {
	mkdir -p "$WORK/d/sub"
	printf 'x' >"$WORK/d/file"
	ln -s . "$WORK/d/self"
	ln -s .. "$WORK/d/sub/up"
	ln -s "$WORK/d/sub/.." "$WORK/d/absolute"
	local link
	for link in self sub/up absolute self/. self/sub/..; do
		pack -f "$WORK/d/$link"
		expect_packed
		expect_in "$(paths)" "${WORK#/}/d/file"
		pack -f "$WORK/d/$link:/srv"
		expect_packed
		expect_in "$(paths)" srv/file
	done
	pack -f "$WORK/d/file/.."
	expect_status 3
	expect_in "$stderr" "cannot find $WORK/d/file/..: Not a directory"
}

@test "a trailing slash after a file is an error, as for the kernel" {
	printf 'x' >"$WORK/file"
	ln -s file/ "$WORK/slash"
	ln -s file "$WORK/link"
	local name
	for name in file/ slash link/ slash/; do
		pack -f "$WORK/$name"
		expect_refused "cannot find $WORK/$name: Not a directory"
	done
	script "$WORK/script" '#!/bin/sh/\n'
	pack -b "$WORK/script"
	expect_refused "cannot find /bin/sh/, interpreter of $WORK/script: Not a directory"
	mkdir "$WORK/d"
	ln -s d/ "$WORK/directory"
	pack -f "$WORK/d/" -f "$WORK/directory/"
	expect_packed
}
