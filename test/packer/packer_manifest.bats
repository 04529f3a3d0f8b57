# SPDX-License-Identifier: MIT
# packer --manifest. GNU cpio and a booted kernel show the image's contents.
load ../helpers
load ../packer_helpers

# expect_message LINE TEXT: expects a message that begins with file and line
expect_message() {
	expect_in $'\n'"$stderr" $'\n'"$WORK/m/list:$1: $2"
}

@test "every word works, with modes and owners" {
	mkdir -p "$WORK/m/data/old"
	printf 'value\n' >"$WORK/m/value"
	chmod 644 "$WORK/m/value"
	for name in a.o a.c old/b.o old/b.c; do printf 'x' >"$WORK/m/data/$name"; done
	ln -s a.o "$WORK/m/data/object"
	script "$WORK/m/load generator" '#!/bin/bash\n'
	manifest '# what a server needs, and it'\''s not much' '' 'bin ls "./load generator" # no quote: it'\''s' \
		'try nosuchprogram ./none cat' 'file value /srv/value mode=0640 owner=5:6' 'file value /srv/names/' \
		'file value mode=4711' 'tree data /srv/data' 'filter *.o' 'link /usr/bin/vi ../ls owner=1:2' \
		'dir /var/lib/server mode=01770 owner=33:4294967294' 'dir /tmp' 'dir /run/lock mode=0700' \
		'node /srv/disk b 8 16 mode=0660 owner=0:6' 'node /srv/tty c 4 64' 'node /srv/queue p mode=0622'
	pack --manifest "$WORK/m/list"
	expect_packed
	expect_equal "$(listed srv/value)" '-rw-r----- 1 5 6 6 srv/value'
	expect_equal "$(listed srv/names/value)" '-rw-r--r-- 1 0 0 6 srv/names/value'
	expect_equal "$(listed value)" '-rws--x--x 1 0 0 6 value'
	expect_equal "$(listed usr/bin/vi)" 'lrwxrwxrwx 1 1 2 5 usr/bin/vi -> ../ls'
	expect_equal "$(listed var/lib/server)" 'drwxrwx--T 1 33 4294967294 0 var/lib/server'
	expect_equal "$(listed tmp)" 'drwxrwxrwt 1 0 0 0 tmp'
	expect_equal "$(listed run/lock)" 'drwx------ 1 0 0 0 run/lock'
	expect_equal "$(listed srv/disk)" 'brw-rw---- 1 0 6 8, 16 srv/disk'
	expect_equal "$(listed srv/tty)" 'crw------- 1 0 0 4, 64 srv/tty'
	expect_equal "$(listed srv/queue)" 'prw--w--w- 1 0 0 0 srv/queue'
	expect_equal "$(paths | grep ^srv/data)" 'srv/data
srv/data/a.c
srv/data/object
srv/data/old
srv/data/old/b.c'
	expect_in "$(paths)" 'usr/bin/load generator'
	expect_in "$(paths)" bin/cat
	expect_not_in "$(paths)" nosuchprogram
	# The command line and a manifest give the same image.
	manifest 'bin ls cat' 'file value /srv/' 'tree data/old /srv/old'
	pack --manifest "$WORK/m/list"
	expect_packed
	mv "$OUT/image" "$WORK/first"
	pack -b 'ls cat' -f "$WORK/m/value:/srv/" -f "$WORK/m/data/old:/srv/old"
	expect_packed
	# Except for the reasons in the image's manifest, and its hash.
	run packer --diff "$OUT/image" "$WORK/first"
	expect_status 1
	expect_equal "${#lines[@]}" 2
	expect_equal "${lines[0]}" 'differs: /etc/lull/image: content'
	expect_in "${lines[1]}" 'differs: /etc/lull/manifest: '
}

@test "--plan shows modes, owners, manifest lines, and programs that try skips" {
	printf 'x' >"$WORK/value"
	manifest 'bin ls' 'try nosuchprogram' 'file ../value /srv/v mode=0 owner=1:2' 'node /srv/b b 1 2' 'node /srv/p p'
	run --separate-stderr packer --plan --manifest "$WORK/m/list"
	expect_status 0
	expect_in "$output" " <- bin ls ($WORK/m/list:1)"
	expect_in "$output" "file 0000,1:2 1 /srv/v <- file ../value ($WORK/m/list:3)"
	expect_in "$output" "node 0600 b1:2 /srv/b <- node /srv/b ($WORK/m/list:4)"
	expect_in "$output" 'node 0600 p /srv/p <- '
	expect_message 2 'skipping nosuchprogram: looked in /'
}

@test "try: a found program with a missing dependency is an error" {
	script "$WORK/broken" '#!/no/such/interpreter\n'
	printf 'x' >"$WORK/data"
	manifest 'try ../broken'
	pack --manifest "$WORK/m/list"
	expect_refused 'cannot find /no/such/interpreter'
	manifest 'try ../data'
	pack --manifest "$WORK/m/list"
	expect_refused "list:1: cannot pack ../data: it is not an executable file"
}

@test "names may contain blanks, quotes, newlines and invalid UTF-8" {
	mkdir -p "$WORK/m"
	name=$'a b\n"c" \'d\' \\ #e \xff'
	printf 'x' >"$WORK/m/$name"
	printf "file 'a b\n\"c\" '\\\\''d'\\\\'' \\\\ #e \xff' \\\\\n  \"/srv/x\ny\" mode=0600\nlink /srv/l 'x\ny'\nbin ls\n" \
		>"$WORK/m/list"
	pack --manifest "$WORK/m/list"
	expect_packed
	extract
	expect_equal "$(cat "$WORK/root/srv/x
y")" x
	expect_equal "$(readlink "$WORK/root/srv/l")" 'x
y'
	# Line numbers are those of the file.
	printf 'bin nosuchprogram\n' >>"$WORK/m/list"
	rm "$OUT/image"
	pack --manifest "$WORK/m/list"
	expect_refused "$WORK/m/list:8: cannot find nosuchprogram"
}

@test "relative names start at the manifest's directory, or for standard input at the current one" {
	mkdir "$WORK/m"
	printf 'x' >"$WORK/m/here"
	manifest 'file here /srv/'
	cd "$WORK"
	for list in m/list ./m/../m/list "$WORK/m/list"; do
		pack --manifest "$list"
		expect_packed
		expect_in "$(paths)" srv/here
	done
	cd m
	run --separate-stderr bash -c '"$1/packer" --manifest - -o "$2" <list' bash "$LULL_BIN" "$OUT/image"
	expect_packed
	expect_in "$(paths)" srv/here
	cd ..
	run --separate-stderr bash -c '"$1/packer" --manifest - -o "$2" <m/list' bash "$LULL_BIN" "$OUT/image"
	expect_status 3
	expect_in "$stderr" '<stdin>:1: cannot find '
}

@test "an invalid manifest is a usage error, and all problems are reported" {
	manifest 'fiel x' 'bin ls' 'dir d' 'file a mode=9' "bin it's" 'node /n c 1'
	pack --manifest "$WORK/m/list" --manifest "$WORK/m/none" -b nosuchprogram
	expect_status 3
	expect_in "$stderr" "packer: cannot read the manifest $WORK/m/none: No such file or directory"
	expect_not_in "$stderr" nosuchprogram
	pack --manifest "$WORK/m/list" -b nosuchprogram
	expect_status 2
	expect_nothing_left
	expect_message 1 'unknown word "fiel"; did you mean "file"?'
	expect_message 3 'd is a path in the image and must begin with a slash'
	expect_message 4 'mode=9 is not a mode'
	expect_message 5 'a quote is not closed'
	expect_message 6 'node types c and b need MAJOR and MINOR; p takes none'
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 5
	printf 'bin ls\r\nbin cat\r\n' >"$WORK/m/list"
	pack --manifest "$WORK/m/list"
	expect_status 2
	expect_equal "$stderr" "$WORK/m/list:1: the line ends in CR LF; remove the CRs with tr -d '\\r'"
	pack --manifest /bin/true
	expect_status 2
	expect_equal "$stderr" '/bin/true:1: the file is not text: it has a byte of value 0'
	pack --manifest "$WORK/m"
	expect_status 3
	expect_equal "$stderr" "packer: cannot read the manifest $WORK/m: Is a directory"
	head -c 17000000 /dev/zero | tr '\0' '\n' >"$WORK/m/list"
	pack --manifest "$WORK/m/list"
	expect_status 3
	expect_in "$stderr" "cannot read the manifest $WORK/m/list: File too large"
}

@test "a link at /etc/lull is refused" {
	manifest 'link /etc/lull /srv'
	pack --manifest "$WORK/m/list"
	expect_status 3
	expect_nothing_left
	expect_message 1 'cannot pack /etc/lull: /etc/lull is reserved for packer, bench and init'
}

@test "entries that cannot be packed are reported with their lines" {
	mkdir -p "$WORK/m/d"
	printf 'x' >"$WORK/m/f"
	manifest 'bin nosuchprogram' 'file d' 'tree f' 'file none /srv/none' 'dir /' 'dir /run/mine' \
		'link /etc/lull/x y' 'filter *.o' 'node /dev/mine c 1 3' "dir /$(printf '%0256d' 0)"
	pack --manifest "$WORK/m/list"
	expect_status 3
	expect_nothing_left
	expect_message 1 'cannot find nosuchprogram: looked in /'
	expect_message 2 'cannot pack d as a file: it is a directory; use tree instead of file'
	expect_message 3 'cannot pack f as a tree: it is not a directory; use file instead of tree'
	expect_message 4 "cannot find $WORK/m/none: No such file or directory"
	expect_message 5 'cannot put dir at /: the root directory always exists'
	expect_message 6 'cannot pack /run/mine: init mounts a file system over /run; put it elsewhere'
	expect_message 7 'cannot pack /etc/lull/x: /etc/lull is reserved for packer, bench and init'
	expect_message 8 'filter *.o matches nothing: no tree has such a path'
	expect_message 9 'cannot pack /dev/mine: init mounts a file system over /dev'
	expect_message 10 'cannot pack /0'
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 10
}

@test "conflicting lines are errors that name both lines" {
	mkdir -p "$WORK/m/d"
	for name in a b d/a; do printf '%s' "$name" >"$WORK/m/$name"; done
	local at=$WORK/m/list
	manifest 'file a /x' 'file b /x' 'link /x y' 'dir /x/y' 'node /n c 1 3' 'node /n c 1 5' 'node /n b 1 3' \
		'link /bin/l a' 'link /usr/../bin/l b' 'file a mode=1' 'file a mode=2' 'dir /d owner=1:1' \
		'dir /d owner=1:2' 'file b /d' 'tree d /'
	pack --manifest "$at"
	expect_status 3
	for told in "2: cannot put $WORK/m/b at /x: something else is planned there: file a ($at:1)" \
		"3: cannot put link at /x: something else is planned there: file a ($at:1)" \
		"4: cannot put dir at /x/y: something else is planned there: file a ($at:1)" \
		"6: cannot put node at /n: something else is planned there: node /n ($at:5)" \
		"7: cannot put node at /n: something else is planned there: node /n ($at:5)" \
		"11: cannot give /a mode 0002: $at:10 gives it 0001"; do
		expect_message "${told%%: *}" "${told#*: }"
	done
	expect_in "$stderr" "/l: something else is planned there: link /bin/l ($at:8)"
	expect_in "$stderr" "something else is planned there: file b ($at:14)"
	# Duplicate lines are allowed, and a line may set the mode of a file from a tree or the command line.
	manifest 'file a /x mode=1' 'file a /x' 'link /l a' 'link /l a' 'dir /d' 'dir /d mode=700' 'tree d /srv' \
		'file d/a /srv/a mode=0600' 'node /n c 1 3' 'node /n c 1 3'
	pack --manifest "$at" --manifest "$at" -f "$WORK/m/b" -f "$WORK/m/a:/x"
	expect_packed
	expect_equal "$(listed x | cut -c 1-10)" '---------x'
	expect_equal "$(listed srv/a | cut -c 1-10)" '-rw-------'
	expect_equal "$(listed d | cut -c 1-10)" 'drwx------'
}

@test "filter removes files of trees with all below, of -f too; named and required files stay" {
	need_namespaces
	mkdir -p "$WORK/d/cache/deep" "$WORK/d/keep" "$WORK/other"
	for name in d/cache/deep/x d/cache/y d/keep/x.log d/keep/x d/named.log other/x.log; do
		printf 'x' >"$WORK/$name"
	done
	ln -s cache "$WORK/d/to-cache"
	ln -s "$WORK/other/x.log" "$WORK/d/to-log"
	compile "$WORK/d/libneeded.log" 'int needed(void) { return 0; }' -shared
	compile "$WORK/prog" 'int needed(void); int main(void) { return needed(); }' "$WORK/d/libneeded.log"
	manifest 'filter "*/cache" *.log' "bin ../prog" "file ../d/named.log"
	for place in '' :/srv/d; do
		pack --manifest "$WORK/m/list" -f "$WORK/d$place"
		expect_packed
		expect_not_in "$(paths)" cache/
		expect_not_in "$(paths)" x.log
		expect_in "$(paths)" d/to-cache
		expect_in "$(paths)" d/to-log
		expect_in "$(paths)" d/keep/x
		expect_in "$(paths)" 'd/named.log'
		expect_in "$(paths)" "${WORK#/}/d/libneeded.log"
	done
	extract
	in_root /usr/bin/prog
	expect_status 0
}
