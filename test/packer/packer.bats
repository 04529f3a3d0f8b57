# SPDX-License-Identifier: MIT
# packer's command line and its images. GNU cpio is the reference.
load ../helpers
load ../packer_helpers

@test "packer without options prints its usage and writes nothing" {
	cd "$BATS_TEST_TMPDIR"
	run --separate-stderr packer
	expect_status 2
	expect_in "$stderr" 'usage: packer'
	[ ! -e initramfs.cpio ] || fail 'an image was written'
	packer -b true 2>&-
	[ -s initramfs.cpio ] || fail 'no image was written'
}

@test "usage equals the synopsis of the man page; invalid arguments give status 2" {
	run --separate-stderr packer --help
	expect_status 0
	synopsis=$(sed -n '/^\.nf/,/^\.fi/p;/^\.fi/q' "$ROOT/packer/packer.1" |
		sed '/^\.[nf][fi]/d; s/\\f[BIR]//g; s/\\-/-/g; s/^ *//')
	expect_equal "$(printf '%s' "$output" | sed 's/^usage: //; s/^ *//')" "$synopsis"
	for wrong in --nonsense word "-b 'ls"; do
		run --separate-stderr packer -o "$OUT/image" ${wrong:+"$wrong"}
		expect_status 2
		expect_in "$stderr" 'usage: packer'
	done
	for spec in '' ':/srv'; do
		run --separate-stderr packer -f "$spec" -o "$OUT/image"
		expect_status 2
		expect_in "$stderr" "cannot use -f \"$spec\": SRC is empty"
	done
	for time in '' -1 x 4294967296; do
		SOURCE_DATE_EPOCH=$time run --separate-stderr packer -o "$OUT/image"
		expect_status 2
		expect_in "$stderr" SOURCE_DATE_EPOCH
	done
	run --separate-stderr packer --version
	expect_in "$output" 'packer '
	expect_nothing_left
}

@test "GNU cpio lists an image in order and extracts it, and ls runs in it" {
	pack -b "ls cat bash"
	expect_packed
	run --separate-stderr paths
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$(printf '%s\n' "$output" | tail -n 1)" etc/lull/end
	expect_equal "$(printf '%s\n' "$output" | sort | uniq -d)" ''
	# Parents precede children.
	printf '%s\n' "$output" | awk -F/ '{
		seen[$0] = 1; parent = $0
		if (sub("/[^/]*$", "", parent) && !(parent in seen)) { print "no parent: " $0; exit 1 }
	}'
	need_namespaces
	extract
	in_root /bin/ls /bin
	expect_status 0
	expect_equal "$output" 'bash
cat
ls'
	in_root /bin/bash -c 'echo $((6 * 7)) $(< /etc/lull/image)'
	expect_in "$output" '42 packer '
}

@test "the skeleton has the expected modes, links, device nodes and owners" {
	pack
	expect_packed
	list=$(cpio -tvn --quiet <"$OUT/image" | tr -s ' ')
	for line in 'drwxr-x--- * root' 'drwxrwxrwt * tmp' 'drwxrwxrwt * var/tmp' 'drwxr-xr-x * proc' \
		'drwxr-xr-x * usr/share' \
		'crw------- * 5, 1 * dev/console' 'crw-rw-rw- * 1, 3 * dev/null' '-rw------- * var/log/btmp' \
		'-rw-rw-r-- * var/log/lastlog' 'lrwxrwxrwx * var/run -> /run' 'lrwxrwxrwx * var/lock -> /run/lock' \
		'lrwxrwxrwx * etc/mtab -> ../proc/self/mounts' '-rwxr-xr-x * init' '-rw-r--r-- * etc/passwd' \
		'-rw-r--r-- * etc/nsswitch.conf'; do
		[[ $'\n'$list$'\n' == *$'\n'$(printf '%s' "${line%% \**}")' '*" ${line##*\* }"$'\n'* ]] || fail "no line: $line"
	done
	expect_equal "$(printf '%s\n' "$list" | awk '$3 != 0 || $4 != 0')" ''
	expect_equal "$(printf '%s\n' "$list" | grep -c 'Jan 2 1980')" "$(printf '%s\n' "$list" | wc -l)"
	extract || true
	cmp "$WORK/root/init" "$ROOT/build/init"
}

@test "/usr is merged in the image if it is merged on this machine" {
	pack -b ls
	expect_packed
	for name in bin sbin lib lib64; do
		kind=$(cpio -tv --quiet "$name" <"$OUT/image" | sed 's/.* \(lib\|bin\|sbin\)/\1/')
		if [ -L "/$name" ]; then
			expect_in "$(cpio -tv --quiet "$name" <"$OUT/image")" " $name -> $(readlink "/$name")"
		else
			expect_equal "$(cpio -tv --quiet "$name" <"$OUT/image" | cut -c 1)" d
		fi
	done
}

@test "the image is at most 64 KiB larger than its files" {
	pack -b "ls bash cat grep ps mount"
	expect_packed
	payload=$(packer --plan -b "ls bash cat grep ps mount" | awk '$1 == "file" { sum += $3 } END { print sum }')
	[ "$(stat -c %s "$OUT/image")" -le $((payload + 65536)) ] || fail "larger than $payload and 64 KiB"
}

@test "poweroff, reboot and halt are links to init, unless given as paths" {
	pack -b "poweroff reboot halt"
	expect_packed
	for name in poweroff reboot halt; do
		expect_in "$(cpio -tv --quiet "*sbin/$name" <"$OUT/image")" "sbin/$name -> /init"
	done
	mkdir "$WORK/sbin"
	script "$WORK/sbin/halt" '#!/bin/sh\n'
	run packer --plan -b "$WORK/sbin/halt"
	expect_in "$output" "$WORK/sbin/halt <- -b"
}

@test "with another init, poweroff, reboot and halt are ordinary programs" {
	script "$WORK/start" '#!/bin/bash\n'
	script "$WORK/poweroff" '#!/bin/bash\n'
	PATH=$WORK:$PATH run --separate-stderr packer --plan --init "$WORK/start" -b poweroff
	expect_status 0
	expect_in "$output" "$WORK/poweroff <- -b poweroff"
	expect_not_in "$output" '-> /init'
	# packer detects Lull's own init by its content, not by its name.
	cp "$ROOT/build/init" "$WORK/another"
	PATH=$WORK:$PATH run --separate-stderr packer --plan --init "$WORK/another" -b poweroff
	expect_in "$output" 'sbin/poweroff -> /init'
	expect_not_in "$output" "$WORK/poweroff"
}

@test "packer packs names with blanks, newlines and invalid UTF-8" {
	mkdir "$WORK/my dir"
	script "$WORK/my dir/my prog" '#!/bin/bash\necho "it runs"\n'
	printf 'x' >"$WORK/my dir/"$'a\nb\xff\\'
	PATH="$WORK/my dir:$PATH" pack -b "'my prog' ls" -f "$WORK/my dir:/odd dir"
	expect_packed
	need_namespaces
	extract
	in_root "$WORK/my dir/my prog"
	expect_equal "$output" 'it runs'
	[ -f "$WORK/root/odd dir/"$'a\nb\xff\\' ]
	run packer --plan -f "$WORK/my dir:/odd"
	expect_in "$output" '/odd/a\012b'
}

@test "--tree has the same content as the image, and chroot works in it" {
	pack -b "ls bash" --tree "$WORK/tree"
	expect_status 0
	cpio -tv --quiet <"$OUT/image" | grep -v '^c' | sed 's/.* [0-9][0-9][0-9][0-9] //' | sort >"$WORK/listed"
	(cd "$WORK/tree" && find . -mindepth 1 ! -type c \( -type l -printf '%P -> %l\n' -o -printf '%P\n' \)) |
		sort >"$WORK/there"
	diff "$WORK/listed" "$WORK/there"
	cpio -tv --quiet <"$OUT/image" | grep -v '^c' | sed 's/^\(..........\).* [0-9][0-9][0-9][0-9] \([^ ]*\).*/\1 \2/' |
		sort >"$WORK/modes"
	(cd "$WORK/tree" && find . -mindepth 1 ! -type c -printf '%M %P\n') | sort | diff "$WORK/modes" -
	need_namespaces
	run --separate-stderr unshare -r chroot "$WORK/tree" /bin/ls /
	expect_status 0
	expect_in "$output" init
	extract
	(cd "$WORK/root" && find . -type f -exec cmp {} "$WORK/tree/{}" \;)
}

@test "--tree keeps hard links" {
	printf 'data\n' >"$WORK/one"
	ln "$WORK/one" "$WORK/two"
	run --separate-stderr packer -f "$WORK/one" -f "$WORK/two" --tree "$WORK/tree"
	expect_status 0
	[ "$WORK/tree$WORK/one" -ef "$WORK/tree$WORK/two" ]
}

@test "--tree alone writes no image and refuses a directory that is not empty" {
	cd "$OUT"
	run --separate-stderr packer -b ls --tree "$WORK/tree/"
	expect_status 0
	expect_nothing_left
	[ -d "$WORK/tree/etc" ]
	run --separate-stderr packer -b ls --tree "$WORK/tree"
	expect_status 3
	expect_in "$stderr" 'the directory is not empty'
	mkdir "$WORK/empty"
	run --separate-stderr packer -b ls --tree "$WORK/empty"
	expect_status 0
	run --separate-stderr packer -b nosuchprogram --tree "$WORK/never"
	expect_status 3
	[ ! -e "$WORK/never" ]
}

@test "--plan prints all entries with reasons and writes nothing" {
	cd "$OUT"
	run --separate-stderr packer -b ls --plan
	expect_status 0
	expect_nothing_left
	expect_in "$output" '/ls <- -b ls'
	expect_in "$output" 'libc.so.6 <- library of '
	expect_in "$output" 'node 0600 c5:1 /dev/console <- skeleton'
	[ "$(printf '%s\n' "$output" | grep -c ' <- ')" -eq "${#lines[@]}" ]
}

@test "the image does not depend on umask, locale, time zone, user, directory order or file system" {
	other_packer
	for n in 1 2 3 4 5 6 7 8 9; do mkdir -p "$WORK/x/$n" && printf '%s' "$n" >"$WORK/x/$n/f"; done
	for n in 7 3 9 1 2 8 6 5 4; do mkdir -p "$WORK/y/$n" && printf '%s' "$n" >"$WORK/y/$n/f"; done
	touch -d 2001-01-01 "$WORK/y/3/f" "$WORK/y"
	(umask 022 && "$WORK/bin/packer" -b "ls bash" -f "$WORK/x:/data" -o "$OUT/first")
	(umask 077 && as_other env LC_ALL=tr_TR.UTF-8 LANG=de_DE TZ=Asia/Tokyo TMPDIR=/tmp HOME=/ \
		"$WORK/bin/packer" -f "$WORK/y:/data" -b bash -b ls -o "$OUT/second")
	cmp "$OUT/first" "$OUT/second"
	expect_equal "$(stat -c %a "$OUT/second")" 644
	sleep 1.1
	SOURCE_DATE_EPOCH=315619200 "$WORK/bin/packer" -b "ls bash" -f "$WORK/x:/data" -o "$OUT/third"
	cmp "$OUT/first" "$OUT/third"
	SOURCE_DATE_EPOCH=86400 "$WORK/bin/packer" -b "ls bash" -f "$WORK/x:/data" -o "$OUT/image"
	expect_equal "$(TZ=UTC cpio -tv --quiet <"$OUT/image" | grep -vc ' Jan  2  1970 ')" 0
}

@test "--init packs another program or script with its dependencies" {
	script "$WORK/start" '#!/bin/bash\necho started\n'
	pack --init "$WORK/start"
	expect_packed
	expect_in "$(paths)" bin/bash
	need_namespaces
	extract
	cmp "$WORK/start" "$WORK/root/init"
	in_root /init
	expect_equal "$output" started
	rm "$OUT/image"
	chmod 644 "$WORK/start"
	pack --init "$WORK/start"
	expect_refused "cannot pack $WORK/start as /init: it is not an executable file"
	pack --init "$WORK/nowhere"
	expect_refused "cannot find $WORK/nowhere"
}
