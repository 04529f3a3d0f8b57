# SPDX-License-Identifier: MIT
# Modes, owners and device nodes of a manifest: in the archive, in a tree, and as a booted kernel makes them.
load helpers
load packer_helpers

@test "hard links with modes or owners of their own are files of their own" {
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

@test "another user packs files and directories that nobody may read, as root would" {
	[ "$(id -u)" -eq 0 ] || skip 'needs root to be another user'
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

@test "--tree makes modes, and owners where root does it" {
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
	expect_in "$stderr" '3 owners are left out of the tree: they need root'
}

@test "a booted kernel makes modes, owners and nodes as the manifest says" {
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
