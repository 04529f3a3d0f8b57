# SPDX-License-Identifier: MIT
# packer's messages are one line each and cannot control a terminal, even with hostile file names.
load ../helpers
load ../packer_helpers

# A name with a newline, an escape sequence, a backslash and invalid UTF-8.
NAME=$'a\nb\e[31m\\\303\x28\302\233'
SAFE='a\012b\033[31m\\303(\302\233'

# Expects only printable ASCII, and one newline per message.
expect_safe() {
	LC_ALL=C
	[[ $stderr != *[!$'\n'\ -~]* ]] || fail 'raw bytes'
	local line
	while IFS= read -r line; do
		[[ $line == *packer:* || $line == *:[0-9]*:* ]] || fail "a line without prefix: $line"
	done <<<"$stderr"
}

@test "names of missing and unreadable files are escaped" {
	mkdir "$WORK/tree"
	mkfifo "$WORK/tree/$NAME"
	pack -f "$WORK/tree"
	expect_refused "cannot pack $WORK/tree/$SAFE: it is not a regular file, directory or link"
	expect_in "$stderr" 'in a manifest, node makes a device or pipe, and filter leaves it out of a tree'
	expect_safe
	pack -b "$WORK/tree/$NAME"
	expect_status 3
	expect_in "$stderr" 'cannot find '
	expect_safe
	pack -f "$WORK/$NAME"
	expect_refused "cannot find $WORK/$SAFE: No such file or directory"
	expect_safe
	pack -r "$WORK/$NAME" -b ls
	expect_refused "cannot use -r $WORK/$SAFE: "
	expect_safe
	rm "$WORK/tree/$NAME"
	ln -s "$WORK/tree" "$WORK/$NAME"
	ln -s ../other "$WORK/tree/$NAME"
	printf 'x' >"$WORK/other"
	pack -f "$WORK/tree:/srv"
	expect_refused "it is a link to ../other"
	expect_safe
}

@test "names of scripts, interpreters, libraries and directories are escaped" {
	script "$WORK/$NAME" '#!/none\033[31m/sh\n'
	run --separate-stderr packer --plan -f "$WORK/$NAME"
	expect_status 3
	expect_in "$stderr" "cannot find /none\\033[31m/sh, interpreter of $WORK/$SAFE"
	expect_safe
	compile "$WORK/lib.so" '' -shared -fPIC -Wl,-soname,$'lib\e[31m\n.so'
	compile "$WORK/$NAME" 'int main(void) { return 0; }' -Wl,--no-as-needed "$WORK/lib.so" -Wl,-rpath,$'/r\e'
	run --separate-stderr packer --plan -f "$WORK/$NAME"
	expect_status 3
	expect_in "$stderr" "cannot find lib\\033[31m\\012.so, a library of $WORK/$SAFE"
	expect_safe
}

@test "names of manifests and words in them are escaped" {
	printf 'bin none\033[31m\nfile\n' >"$WORK/$NAME"
	run --separate-stderr packer --plan --manifest "$WORK/$NAME"
	expect_status 2
	expect_in "$stderr" "$WORK/$SAFE:2: "
	expect_safe
	printf 'bin none\033[31m\n' >"$WORK/$NAME"
	run --separate-stderr packer --plan --manifest "$WORK/$NAME"
	expect_status 3
	expect_in "$stderr" "$WORK/$SAFE:1: cannot find none\\033[31m"
	expect_safe
}

@test "invalid options are reported in escaped form" {
	local words
	for words in $'--no\e[31m\n' $'-\e' $'--plan=\e' $'\e[31m' $'--list\n'; do
		run --separate-stderr packer "$words"
		expect_status 2
		[[ $stderr =~ ^packer:\ (unknown\ option|option\ takes\ no|unexpected\ argument) ]] || fail "$stderr"
		[[ $stderr != *$'\e'* ]] || fail 'raw bytes'
	done
	run --separate-stderr packer --nope
	expect_in "$stderr" 'packer: unknown option --nope'
	run --separate-stderr packer -q
	expect_in "$stderr" 'packer: unknown option -q'
	run --separate-stderr packer --plan=5
	expect_in "$stderr" 'packer: option takes no argument: --plan=5'
	run --separate-stderr packer -o
	expect_in "$stderr" "packer: option requires an argument -- 'o'"
	run --separate-stderr packer --manifest
	expect_in "$stderr" 'packer: option --manifest requires an argument'
	run --separate-stderr packer --m
	expect_in "$stderr" 'packer: '
}

@test "names of images and names in images are escaped" {
	mkdir -p "$WORK/root/$NAME"
	script "$WORK/root/init" '#!/none\033[31m/sh\n'
	ln -s $'gone\e' "$WORK/root/$NAME/$NAME"
	write_image "$WORK/$NAME" "$WORK/root"
	run --separate-stderr packer --check "$WORK/$NAME"
	expect_status 1
	expect_safe
	expect_in "$stderr" "packer: $WORK/$SAFE: cannot find /none\\033[31m/sh, interpreter of /init"
	expect_in "$stderr" "packer: $WORK/$SAFE: /$SAFE/$SAFE: the link to gone\\033: target not found"
	expect_equal "$(wc -l <<<"$stderr")" 2
	truncate -s -700 "$WORK/$NAME"
	for view in --list --check; do
		run --separate-stderr packer "$view" "$WORK/$NAME"
		expect_safe
		expect_in "$stderr" "packer: $WORK/$SAFE: byte "
	done
	run --separate-stderr packer --why $'/no\e' "$WORK/$NAME"
	expect_safe
	run --separate-stderr packer --list "$WORK/none$NAME"
	expect_status 3
	expect_safe
}

@test "messages of cpio are escaped" {
	fake_cpio 'cat >/dev/null; printf "cpio: a\\033[31m\\377b\n" >&2; exit 1'
	pack -b ls
	expect_refused 'cpio: a\033[31m\377b'
	expect_safe
}
