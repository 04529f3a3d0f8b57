# SPDX-License-Identifier: MIT
# packer -r: all files come from the tree of another system, none from this machine.
load ../helpers
load ../packer_helpers
load ../module_helpers
load ../kernel_helpers

# A tree with a shell behind absolute links, and files that this machine lacks.
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

@test "programs, interpreters, loader and libraries come from the tree, through its own links" {
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

@test "names are looked up in the tree's standard directories, not in PATH" {
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

@test "links do not lead out of the tree" {
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

@test "relative paths are of this machine, absolute ones of the tree" {
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

@test "absolute links in a tree of this machine are followed in the other system's tree" {
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
	# If both have the file, the other system's is used.
	mkdir -p "$SYS$WORK/only"
	printf 'other\n' >"$SYS$WORK/only/file"
	pack -r "$SYS" -f ./dir:/srv
	expect_packed
	expect_equal "$(cpio -i --quiet --to-stdout "${WORK#/}/only/file" <"$OUT/image")" other
	rm "$OUT/image"
	rm -r "${SYS:?}$WORK"
	# A relative link stays on this machine, where only named files are packed.
	ln -s ../../only/file dir/beside
	pack -r "$SYS" -f ./dir
	expect_refused 'dir/beside: it is a link to ../../only/file, which is not in the image; pack that with -f SRC:DST'
	pack -r "$SYS" -f ./dir -f ../only
	expect_packed
	expect_equal "$(cpio -i --quiet --to-stdout only/file <"$OUT/image")" here
}

# twins PATH TEXT: a file with this text in the tree, and a different file at the same path on this machine
twins() {
	mkdir -p "$SYS${1%/*}" "${1%/*}"
	printf '%s\n' "$2" >"$SYS$1"
	printf 'of this machine\n' >"$1"
	chmod 755 "$SYS$1" "$1"
}

@test "relative paths that enter the tree stay in it" {
	x86_64
	make_sysroot
	twins "$WORK/host/tool" '#!/usr/bin/lullsh'
	twins "$WORK/host/dir/data" tree
	ln -s "$WORK/host/tool" "$SYS/usr/bin/tool"
	ln -s "$WORK/host/dir" "$SYS/data/dir"
	ln -s "$SYS/data" "$WORK/way"
	mkdir "$WORK/here"
	cd "$WORK/here"
	pack -r "$SYS" -b ../sys/usr/bin/tool -f ../sys/data/dir/data:/srv/file -f ../sys/data/dir:/srv/dir -f ../way/dir/data:/srv/way \
		--init ../sys/usr/bin/lullsh
	expect_packed
	extract
	expect_equal "$(cat "$WORK/root/usr/bin/tool" "$WORK/root/srv/file" "$WORK/root/srv/dir/data" "$WORK/root/srv/way" | paste -sd ' ')" \
		'#!/usr/bin/lullsh tree tree tree'
	cmp "$WORK/root/init" "$SYS/opt/shell"
	rm "$OUT/image"
	# A path through the tree and out again is of this machine.
	printf 'here\n' >note
	pack -r "$SYS" -f ../sys/../here/note:/srv/note
	expect_packed
	expect_equal "$(cpio -i --quiet --to-stdout srv/note <"$OUT/image")" here
}

@test "the modules of a kernel file come from the tree" {
	start_modules
	ko top
	end_modules
	mkdir -p "$SYS/boot" "$SYS$WORK/host" "$WORK/host"
	make_bzimage "$SYS/boot/vmlinuz-$RELEASE" "$RELEASE"
	mv "$SYS/lib/modules" "$SYS$WORK/host/"
	cp -a "$SYS$WORK/host/modules" "$WORK/host/"
	printf x >>"$WORK/host/modules/$RELEASE/kernel/top.ko"
	ln -s "$WORK/host/modules" "$SYS/lib/modules"
	for kernel in "/boot/vmlinuz-$RELEASE" "$RELEASE"; do
		pack -r "$SYS" -k "$kernel" -m top
		expect_packed
		extract
		cmp "$WORK/root$(packer --list "$OUT/image" | grep -o '/lib/.*top\.ko')" "$SYS$WORK/host/modules/$RELEASE/kernel/top.ko"
		rm -r "$OUT/image" "$WORK/root"
	done
}

@test "firmware comes from the tree, through any links (wireless-regdb, NixOS)" {
	start_modules
	ko driver firmware=one.bin firmware=up.bin firmware=dir/two.bin firmware='glob/*.bin' firmware=out.bin
	end_modules
	local firmware=$SYS/lib/firmware name
	mkdir -p "$SYS/etc/alternatives" "$SYS/store/dir" "$SYS$WORK"
	printf one >"$SYS/store/one"
	printf here >"$WORK/file"
	ln -s /store/one "$SYS/etc/alternatives/one.bin"
	ln -s /etc/alternatives/one.bin "$firmware/one.bin"
	ln -s ../../../../../../../../../../../store/one "$firmware/up.bin"
	ln -s /store/dir "$firmware/dir"
	ln -s ../one "$SYS/store/dir/two.bin"
	ln -s /store/dir "$firmware/glob"
	printf glob | xz --check=crc32 >"$SYS/store/dir/3.bin.xz"
	# A file of this machine that the tree lacks, and one that both have.
	ln -s "$WORK/file" "$firmware/out.bin"
	pack -r "$SYS" -k "$RELEASE" -m driver
	expect_packed
	extract
	for name in one up dir/two; do
		expect_equal "$(cat "$WORK/root/lib/firmware/$name.bin")" one
	done
	expect_equal "$(cat "$WORK/root/lib/firmware/glob/3.bin")" glob
	[ ! -e "$WORK/root/lib/firmware/out.bin" ] || fail 'firmware of this machine is packed'
	printf tree >"$SYS$WORK/file"
	rm -r "$WORK/root" "$OUT/image"
	# The directory itself may be a link.
	mv "$firmware" "$SYS/store/firmware"
	ln -s /store/firmware "$firmware"
	pack -r "$SYS" -k "$RELEASE" -m driver
	expect_packed
	extract
	expect_equal "$(cat "$WORK/root/lib/firmware/out.bin" "$WORK/root/lib/firmware/one.bin")" treeone
}

# ldconfig enters the tree by chroot(2).
in_root_of_others() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else need_namespaces && unshare -r "$@"; fi
}

# scatter: moves each file below $SYS, except in /store, to /store and leaves an absolute link;
# every second link is relative instead, with ".." far beyond the root.
scatter() {
	local n=0 file up
	mkdir -p "$SYS/store"
	while read -r file; do
		n=$((n + 1))
		up=
		[ $((n % 2)) -eq 0 ] || up=../../../../../../../../../../../..
		mkdir "$SYS/store/$n"
		mv "$file" "$SYS/store/$n/"
		ln -s "$up/store/$n/${file##*/}" "$file"
	done < <(find "$SYS" -path "$SYS/store" -prune -o -type f -print)
}

# followed FILE: prints the system calls of the trace FILE for which the kernel would follow a link of the tree
followed() {
	python3 - "$1" "$SYS" <<-'END'
		import os, re, sys
		trace, tree = sys.argv[1:]
		calls = 0
		for line in open(trace, errors="surrogateescape"):
		    found = re.match(r'\d+ +(\w+)\(.*?"((?:[^"\\]|\\.)*)"(.*)', line)
		    if not found or not found[2].startswith(tree + "/"):
		        continue
		    call, path, rest = found.groups()
		    calls += 1
		    keeps = "NOFOLLOW" in rest or call in ("readlink", "readlinkat", "lstat", "link", "linkat")
		    parts = path.split("/")
		    for i in range(tree.count("/") + 2, len(parts) + (not keeps)):
		        if os.path.islink("/".join(parts[:i])):
		            print(line, end="")
		            break
		print("calls:", calls)
	END
}

@test "packer opens no file of the tree by a path on which the kernel would follow links" {
	command -v strace >/dev/null || skip 'no strace here'
	start_modules
	ko top use=low depends=low firmware='fw/*.bin' firmware=one.bin alias=dev:top
	ko low export=low
	printf 'options top a=1\n' >"$SYS/etc/modprobe.d/a.conf"
	mkdir -p "$SYS/lib/firmware/fw" "$SYS/lib/firmware/ucode" "$SYS/bin" "$SYS/sbin" "$SYS/usr/bin" "$SYS/boot" \
		"$SYS/var/lib/dpkg/info" "$SYS/usr/share" "$SYS/etc/ld.so.conf.d" "$SYS/opt/libs" "$SYS/srv/sub"
	printf 1 >"$SYS/lib/firmware/fw/1.bin"
	printf one >"$SYS/lib/firmware/one.bin"
	microcode "$SYS/lib/firmware/ucode/06-01-01" 1
	xz --check=crc32 "$TREE/kernel/low.ko"
	end_modules
	local file
	for file in bash getent openssl; do
		cp "$(command -v "$file")" "$SYS/usr/bin"
		while read -r library; do
			mkdir -p "$SYS${library%/*}"
			cp -L "$library" "$SYS$library"
		done < <(ldd "$(command -v "$file")" | grep -o '/[^ ]*')
	done
	cp /bin/busybox "$SYS/sbin/modprobe"
	compile "$SYS/opt/libs/libo.so" 'int o(void) { return 0; }' -shared -fPIC -Wl,-soname,libo.so
	compile "$SYS/usr/bin/o" 'int o(void); int main(void) { return o(); }' "$SYS/opt/libs/libo.so"
	printf 'include ld.so.conf.d/*.conf\n' >"$SYS/etc/ld.so.conf"
	printf '/opt/libs\n' >"$SYS/etc/ld.so.conf.d/o.conf"
	in_root_of_others ldconfig -r "$SYS" 2>/dev/null
	printf 'passwd: files\nhosts: files dns\n' >"$SYS/etc/nsswitch.conf"
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$SYS/etc/passwd"
	mkdir -p "$SYS/lib/terminfo/l" "$SYS/etc/ssl"
	cp /lib/terminfo/l/linux "$SYS/lib/terminfo/l" 2>/dev/null || cp /usr/share/terminfo/l/linux "$SYS/lib/terminfo/l"
	printf 'x = 1\n' >"$SYS/etc/ssl/openssl.cnf"
	printf 'sub\n' >"$SYS/srv/sub/file"
	printf 'Package: o\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n' >"$SYS/var/lib/dpkg/status"
	printf '/usr/bin/o\n' >"$SYS/var/lib/dpkg/info/o.list"
	printf '#!/usr/bin/bash\n' >"$SYS/usr/bin/script"
	chmod 755 "$SYS/usr/bin/script"
	scatter
	# The same with links to directories.
	mkdir "$SYS/store/folders"
	for file in lib/firmware lib/modules etc/modprobe.d etc/ld.so.conf.d var/lib/dpkg lib/terminfo srv/sub usr/bin lib; do
		mv "$SYS/$file" "$SYS/store/folders/${file//\//-}"
		ln -s "/store/folders/${file//\//-}" "$SYS/$file"
	done
	printf 'run o\nmodule top\n' >"$WORK/e.experiment"
	ASAN_OPTIONS=detect_leaks=0 run --separate-stderr strace -f -s 4096 -e trace=%file -o "$WORK/trace" \
		"$LULL_BIN/packer" -o "$OUT/image" --sbom "$OUT/bill" -r "$SYS" -k "$RELEASE" -b 'o bash getent openssl script modprobe' \
		-m 'top dev:top' -f /srv -f /etc/passwd:/etc/other -x "$WORK/e.experiment" --microcode /lib/firmware/ucode
	expect_status 0
	expect_equal "$(followed "$WORK/trace" | sed 's/calls: [0-9][0-9][0-9]*$/some/')" some
	local listed
	listed=$(packer --list "$OUT/image")
	for file in one.bin fw/1.bin top.ko low.ko libo.so linux openssl.cnf srv-sub/file modules.dep; do
		expect_in "$listed" "/$file"
	done
	expect_equal "$(packer --list "$OUT/image" | grep -c 'top.ko')" 1
}

@test "--init is looked up in the same way" {
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

@test "-r with something other than a directory is an error" {
	pack -r "$WORK/none" -b ls
	expect_refused "cannot use -r $WORK/none: No such file or directory"
	pack -r /etc/passwd -b ls
	expect_refused 'cannot use -r /etc/passwd: Not a directory'
	pack -r / -b ls
	expect_packed
}

@test "a library that only a missing ld.so.cache would find is reported" {
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
	expect_refused "$SYS/usr/lib/inner/libinner.so can be found only through /etc/ld.so.cache, which does not exist"
	PATH=$PATH:/sbin:/usr/sbin ldconfig -r "$SYS" 2>/dev/null || skip 'no ldconfig for trees here'
	pack -r "$SYS" -b lulltool
	expect_packed
	expect_in "$(paths)" etc/ld.so.cache
}

@test "-r works with a tree of Debian's packages for arm64" {
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
