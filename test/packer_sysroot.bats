# SPDX-License-Identifier: MIT
# packer -r: everything is from a tree of another system, and nothing from this one.
load helpers
load packer_helpers

# A tree with a shell that all names lead to by absolute links, and files that this machine has not.
make_sysroot() {
	SYS=$WORK/sys
	mkdir -p "$SYS/usr/bin" "$SYS/opt" "$SYS/etc" "$SYS/data/real"
	ln -s /usr/bin "$SYS/bin"
	ln -s usr/lib "$SYS/lib"
	ln -s /usr/lib64 "$SYS/lib64"
	mkdir -p "$SYS/usr/lib64" "$SYS/usr/lib/inner"
	printf '.globl _start\n_start: mov $60, %%eax\nmov $7, %%edi\nsyscall\n' | as -o "$WORK/start.o" -
	ld -shared -o "$SYS/usr/lib/inner/libinner.so" -soname libinner.so "$WORK/start.o"
	ld -pie -o "$SYS/opt/shell" "$WORK/start.o" --no-as-needed "$SYS/usr/lib/inner/libinner.so" -rpath /libs \
		--dynamic-linker /lib64/ld-linux-x86-64.so.2
	ln -s /lib/inner "$SYS/libs"
	cp "$(realpath /lib64/ld-linux-x86-64.so.2)" "$SYS/opt/loader"
	ln -s ../../opt/loader "$SYS/usr/lib64/ld-linux-x86-64.so.2"
	ln -s /opt/shell "$SYS/usr/bin/lullsh"
	script "$SYS/usr/bin/lulltool" '#!/usr/bin/lullsh\n'
	printf 'inner\n' >"$SYS/data/real/file"
	ln -s /data/real "$SYS/data/link"
	ln -s /proc/../etc/passwd "$SYS/data/out"
	ln -s "../../../../../..$WORK/secret" "$SYS/data/up"
	printf 'secret\n' >"$WORK/secret"
}

x86_64() {
	[ "$(uname -m)" = x86_64 ] || skip 'the tree is one for x86-64'
}

@test "programs, interpreters, loader and libraries are the tree's, by its own links" {
	x86_64
	make_sysroot
	pack -r "$SYS" -b lulltool
	expect_packed
	local plan
	plan=$(packer --plan -r "$SYS/../sys/" -b lulltool)
	for file in /opt/shell /opt/loader /usr/lib/inner/libinner.so /usr/bin/lulltool; do
		expect_in "$plan" " $file <- "
	done
	for link in '/bin -> /usr/bin' '/lib64 -> /usr/lib64' '/libs -> /lib/inner' '/usr/bin/lullsh -> /opt/shell'; do
		expect_in "$plan" "$link"
	done
	need_namespaces
	extract
	in_root /usr/bin/lulltool
	expect_status 7
	! grep -rq secret "$WORK/root" || fail 'a file of this machine is in the image'
}

@test "names are looked up in the tree's directories, not in PATH" {
	x86_64
	make_sysroot
	mkdir "$WORK/here"
	script "$WORK/here/onlyhere" '#!/bin/sh\n'
	PATH=$WORK/here:$PATH
	pack -r "$SYS" -b onlyhere
	expect_refused 'cannot find onlyhere'
	expect_not_in "$stderr" "$WORK/here"
	pack -r "$SYS" -b ls
	expect_refused 'cannot find ls'
}

@test "no link leads out of the tree" {
	x86_64
	make_sysroot
	local name
	for name in out up; do
		pack -r "$SYS" -f "/data/$name"
		expect_refused "cannot find $SYS/data/$name"
		pack -r "$SYS" -f "/data/$name:/srv/x"
		expect_refused "cannot find $SYS/data/$name"
	done
	pack -r "$SYS" -f /data
	expect_packed
	extract
	expect_equal "$(cat "$WORK/root/data/real/file")" inner
	[ ! -e "$WORK/root$WORK" ] || fail 'a file of this machine is in the image'
}

@test "relative paths are this machine's, absolute ones the tree's" {
	x86_64
	make_sysroot
	mkdir "$WORK/here"
	cd "$WORK/here"
	script own '#!/usr/bin/lullsh\n'
	printf 'here\n' >note
	pack -r "$SYS" -b './own /usr/bin/lulltool' -f ./note -f note:/srv/ -f /data/link:/srv/tree -f /data/link/file:/srv/
	expect_packed
	extract
	expect_equal "$(cat "$WORK/root/srv/note" "$WORK/root/note" "$WORK/root/srv/tree/file" \
		"$WORK/root/srv/file" | paste -sd ' ')" 'here here inner inner'
	[ -x "$WORK/root/usr/bin/own" ]
	[ ! -e "$WORK/root$WORK" ] || fail 'a folder of this machine is in the image'
	pack -r "$SYS" -b "$WORK/here/own"
	expect_status 3
	expect_in "$stderr" "cannot find $WORK/here/own: looked for $SYS$WORK/here/own"
}

@test "a link in a tree of this machine: an absolute one leads on in the tree of the other" {
	x86_64
	make_sysroot
	mkdir -p "$WORK/here/dir" "$WORK/only"
	cd "$WORK/here"
	printf 'here\n' >"$WORK/only/file"
	printf 'tree\n' >"$SYS/data/real/there"
	ln -s /data/link/there dir/there    # by an absolute link in the tree of the other
	ln -s there dir/again               # by a link of this machine
	ln -s /data/link dir/folder         # a directory
	ln -s "$WORK/only/file" dir/nowhere # is on this machine only
	ln -s "$WORK/here/dir/again" dir/own
	pack -r "$SYS" -f ./dir
	expect_packed
	extract
	expect_equal "$(cat "$WORK/root/data/real/there" "$WORK/root/data/real/file" | paste -sd ' ')" 'tree inner'
	for name in there again folder nowhere own; do
		expect_equal "$(readlink "$WORK/root/dir/$name")" "$(readlink "dir/$name")"
	done
	[ ! -e "$WORK/root$WORK/only" ] || fail 'a file of this machine is in the image'
	rm "$OUT/image"
	# What both have: the other's.
	mkdir -p "$SYS$WORK/only"
	printf 'other\n' >"$SYS$WORK/only/file"
	pack -r "$SYS" -f ./dir:/srv
	expect_packed
	expect_equal "$(cpio -i --quiet --to-stdout "${WORK#/}/only/file" <"$OUT/image")" other
	rm "$OUT/image"
	rm -r "${SYS:?}$WORK"
	# A relative one leads on here, where nothing is packed that was not named.
	ln -s ../../only/file dir/beside
	pack -r "$SYS" -f ./dir
	expect_refused 'dir/beside: it is a link to ../../only/file, which is not there; pack that with -f SRC:DST'
	pack -r "$SYS" -f ./dir -f ../only
	expect_packed
	expect_equal "$(cpio -i --quiet --to-stdout only/file <"$OUT/image")" here
}

@test "--init is looked for likewise" {
	x86_64
	make_sysroot
	pack -r "$SYS" -b lulltool --init /usr/bin/lullsh
	expect_packed
	extract
	cmp "$WORK/root/init" "$SYS/opt/shell"
	rm "$OUT/image"
	pack -r "$SYS" -b lulltool --init /bin/true
	expect_refused "cannot find $SYS/bin/true"
}

@test "what is no directory is no tree" {
	pack -r "$WORK/none" -b ls
	expect_refused "cannot use -r $WORK/none: No such file or directory"
	pack -r /etc/passwd -b ls
	expect_refused 'cannot use -r /etc/passwd: Not a directory'
	pack -r / -b ls
	expect_packed
}

@test "a library that only a cache would lead to, where there is none, is told" {
	x86_64
	make_sysroot
	rm "$SYS/libs"
	pack -r "$SYS" -b lulltool
	expect_refused 'cannot find libinner.so'
	expect_not_in "$stderr" ldconfig
	mkdir "$SYS/etc/ld.so.conf.d"
	printf '# here\ninclude ld.so.conf.d/*.conf\n' >"$SYS/etc/ld.so.conf"
	printf '/usr/lib/inner\n' >"$SYS/etc/ld.so.conf.d/inner.conf"
	pack -r "$SYS" -b lulltool
	expect_refused "$SYS/usr/lib/inner/libinner.so would be found by /etc/ld.so.cache, which is not there"
	PATH=$PATH:/sbin:/usr/sbin ldconfig -r "$SYS" 2>/dev/null || skip 'no ldconfig for trees here'
	pack -r "$SYS" -b lulltool
	expect_packed
	expect_in "$(paths)" etc/ld.so.cache
}

@test "a tree of Debian's packages for arm64" {
	mkdir "$WORK/arm"
	run --separate-stderr "$ROOT/scripts/fetch-sysroot" arm64 "$WORK/arm" coreutils libc6 libselinux1 libpcre2-8-0 dash
	[ "$status" -eq 0 ] || skip "${stderr##*$'\n'}"
	pack -r "$WORK/arm" -b ls
	expect_refused 'as /init: it is for x86_64-linux-gnu, and /bin/ls is for aarch64-linux-gnu'
	expect_in "$stderr" '--init'
	pack -r "$WORK/arm" -b 'ls zsh' --init /bin/dash
	expect_refused 'cannot find zsh'
	pack -r "$WORK/arm" -b 'ls dash' --init /bin/dash
	expect_packed
	extract
	expect_in "$(paths)" lib/aarch64-linux-gnu/libselinux.so.1
	expect_in "$(paths)" usr/lib/aarch64-linux-gnu/libpcre2-8.so.0
	local file
	for file in $(find "$WORK/root/lib" "$WORK/root/usr/lib" "$WORK/root/bin" "$WORK/root/init" -type f); do
		expect_in "$(readelf -hW "$file")" AArch64
		cmp "$file" "$WORK/arm${file#"$WORK/root"}" || [ "$file" = "$WORK/root/init" ]
	done
	rm "$WORK/arm/usr/lib/aarch64-linux-gnu/libpcre2-8.so.0" "$OUT/image"
	pack -r "$WORK/arm" -b ls --init /bin/dash
	expect_refused 'cannot find libpcre2-8.so.0, a library of /lib/aarch64-linux-gnu/libselinux.so.1'
}
