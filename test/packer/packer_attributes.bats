# SPDX-License-Identifier: MIT
# Modes, owners and device nodes of manifests: in the archive, in a tree, and on a booted kernel.
load ../helpers
load ../packer_helpers

@test "hard links with different modes or owners become separate files" {
	mkdir "$WORK/m"
	printf 'shared\n' >"$WORK/m/a"
	for name in b c d; do ln "$WORK/m/a" "$WORK/m/$name"; done
	manifest "file $WORK/m/a" "file $WORK/m/b" "file $WORK/m/c mode=0600" "file $WORK/m/d owner=1:1"
	pack --manifest "$WORK/m/list"
	expect_packed
	expect_equal "$(listed "${WORK#/}/m/*" | cut -d ' ' -f 1-5 | sort)" '-rw------- 1 0 0 7
-rw-r--r-- 1 1 1 7
-rw-r--r-- 2 0 0 0
-rw-r--r-- 2 0 0 7'
}

@test "set-ID bits keep a system user or group; others are dropped with a note" {
	[ "$(id -u)" -eq 0 ] || skip 'needs root to give files away'
	mkdir "$WORK/m"
	for name in daemon group user both root given; do
		cp /bin/true "$WORK/m/$name"
	done
	chown 1:1 "$WORK/m/daemon"
	chown 0:42 "$WORK/m/group"
	chown 1000:0 "$WORK/m/user"
	chown 3:1000 "$WORK/m/both"
	chown 1000:1000 "$WORK/m/given"
	chmod 6755 "$WORK/m/"*
	chmod 2755 "$WORK/m/group"
	manifest "file $WORK/m/given mode=4711 owner=7:8"
	pack --manifest "$WORK/m/list" -b "$WORK/m/daemon" -f "$WORK/m/group:/group" -b "$WORK/m/user" -f "$WORK/m/both" -b "$WORK/m/root"
	expect_status 0
	expect_equal "$stderr" "packer: note: $WORK/m/both is packed without its set-group-ID bit: group 1000 may differ on other systems; set its mode and owner in a manifest: file $WORK/m/both mode=6755 owner=UID:GID
packer: note: $WORK/m/user is packed without its set-user-ID bit: user 1000 may differ on other systems; set its mode and owner in a manifest: file $WORK/m/user mode=6755 owner=UID:GID"
	in=${WORK#/}/m
	for line in "-rwsr-sr-x 1 1 1 $in/daemon" "-rwsr-xr-x 1 3 0 $in/both" "-rwxr-sr-x 1 0 0 $in/user" \
		"-rwsr-sr-x 1 0 0 $in/root" "-rws--x--x 1 7 8 $in/given" '-rwxr-sr-x 1 0 42 group'; do
		expect_equal "$(listed "${line##* }" | cut -d ' ' -f 1-4,6)" "$line"
	done
	# All files of a system that a user unpacked without root belong to that user.
	mkdir -p "$WORK/sys/bin"
	cp "$ROOT/build/init" "$WORK/sys/bin/tool"
	chown -R 65534:65534 "$WORK/sys"
	chmod 4755 "$WORK/sys/bin/tool"
	other_packer
	run --separate-stderr as_other "$WORK/bin/packer" -r "$WORK/sys" -b tool -o "$OUT/image"
	expect_packed
	expect_equal "$(listed bin/tool | cut -d ' ' -f 1-4)" '-rwsr-xr-x 1 0 0'
}

@test "file capabilities are reported, unless a manifest sets the file's mode" {
	cp /bin/true "$WORK/ping"
	python3 -c 'import os, struct, sys
os.setxattr(sys.argv[1], "security.capability", struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0))' "$WORK/ping" ||
		skip 'no capabilities can be given here'
	pack -b "$WORK/ping"
	expect_status 0
	expect_equal "$stderr" "packer: note: $WORK/ping has file capabilities, which the archive cannot hold: users other than root will run it without them; to make it set-user-ID root, use a manifest: file $WORK/ping mode=4755"
	manifest "file $WORK/ping mode=4755"
	rm "$OUT/image"
	pack --manifest "$WORK/m/list"
	expect_packed
}

@test "an ordinary user packs files that a manifest makes unreadable, with the same result as root" {
	need_root 'to be another user'
	other_packer
	give_file
	manifest 'file f /srv/d/f mode=0 owner=1:2' 'dir /srv/d mode=0' 'bin ls'
	pack --manifest "$WORK/m/list"
	expect_packed
	mv "$OUT/image" "$WORK/first"
	run --separate-stderr as_other "$WORK/bin/packer" --manifest "$WORK/m/list" -o "$OUT/image"
	expect_packed
	cmp "$OUT/image" "$WORK/first"
}

@test "--tree sets modes, and owners if run by root" {
	give_file
	manifest 'file f /srv/f mode=04750 owner=1:2' 'dir /srv/d mode=02700 owner=3:4' 'link /srv/l f owner=5:6' 'node /srv/p p'
	run --separate-stderr packer --manifest "$WORK/m/list" --tree "$WORK/tree"
	expect_status 0
	modes=$(stat -c '%a %F' "$WORK/tree/srv/"{f,d,l,p})
	expect_equal "$modes" '4750 regular file
2700 directory
777 symbolic link
600 fifo'
	if [ "$(id -u)" -eq 0 ]; then
		expect_equal "$(stat -c %u:%g "$WORK/tree/srv/"{f,d,l,p} | tr '\n' ' ')" '1:2 3:4 5:6 0:0 '
		other_packer
		chmod 777 "$WORK"
		run --separate-stderr as_other "$WORK/bin/packer" --manifest "$WORK/m/list" --tree "$WORK/tree2"
		expect_status 0
	fi
	expect_in "$stderr" 'cannot set 3 owners in the tree without root'
}

@test "modes, owners and nodes on a booted kernel are those of the manifest" {
	mkdir -p "$WORK/m"
	use_state "$WORK"
	printf 'x' >"$WORK/m/f"
	ln "$WORK/m/f" "$WORK/m/g"
	manifest 'bin stat' 'file f /srv/f mode=04750 owner=1:2' 'dir /srv/d mode=02700 owner=3:70000' \
		'link /srv/l f owner=5:6' 'node /srv/p p mode=0622' 'node /srv/b b 8 17' 'node /srv/c c 4095 1048575 owner=7:8' \
		"file $WORK/m/f mode=0600" "file $WORK/m/g"
	pack --manifest "$WORK/m/list"
	expect_packed
	IMAGE=$OUT/image boot -- stat -c '%a %u:%g %F %Hr:%Lr %h %n' /srv/f /srv/d /srv/l /srv/p /srv/b /srv/c \
		"$WORK/m/f" "$WORK/m/g"
	expect_status 0
	expect_equal "$output" "4750 1:2 regular file 0:0 1 /srv/f
2700 3:70000 directory 0:0 2 /srv/d
777 5:6 symbolic link 0:0 1 /srv/l
622 0:0 fifo 0:0 1 /srv/p
600 0:0 block special file 8:17 1 /srv/b
600 7:8 character special file 4095:1048575 1 /srv/c
600 0:0 regular file 0:0 1 $WORK/m/f
644 0:0 regular file 0:0 1 $WORK/m/g"
}
