# SPDX-License-Identifier: MIT
# packer's command line: what it finds, what it writes, what it refuses. The judges are the real loader and GNU cpio.

load helpers

setup() {
	WORK=$(mktemp -d)
	chmod 755 "$WORK"
	OUT=$WORK/out
	mkdir "$OUT" "$WORK/tmp"
	export TMPDIR=$WORK/tmp
}

teardown() {
	chmod -R u+rwX "$WORK"
	rm -rf "$WORK"
}

pack() {
	run --separate-stderr packer -o "$OUT/image" "$@"
}

# Nothing is left: no image, no temporary file, no staging.
expect_nothing_left() {
	expect_equal "$(ls -A "$OUT" "$WORK/tmp")" "$OUT:

$WORK/tmp:"
}

expect_packed() {
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$(ls -A "$OUT")" image
	expect_equal "$(ls -A "$WORK/tmp")" ''
}

expect_refused() {
	expect_status 3
	expect_in "$stderr" "$1"
	expect_nothing_left
}

# paths: all paths of $OUT/image
paths() {
	cpio -t --quiet <"$OUT/image"
}

extract() {
	mkdir "$WORK/root"
	(cd "$WORK/root" && cpio -idm --quiet --no-preserve-owner <"$OUT/image" 2>/dev/null) || true
	[ -e "$WORK/root/etc/lull/end" ]
}

# in_root COMMAND...: in the extracted image, as root of a user namespace
in_root() {
	run --separate-stderr unshare -rm sh -c 'mount --rbind /proc "$1/proc" && shift && exec chroot "$@"' sh \
		"$WORK/root" "$WORK/root" "$@"
}

need_namespaces() {
	unshare -rm true 2>/dev/null || skip 'no user namespaces here'
}

# compile FILE TEXT ARGUMENT...: a program or library made of C
compile() {
	local out=$1 text=$2
	shift 2
	printf '%s\n' "$text" | gcc -x c -o "$out" - -x none "$@"
}

script() {
	printf "$2" >"$1"
	chmod 755 "$1"
}

# What the real loader loads for a program, real paths, sorted.
loaded_by() {
	LD_TRACE_LOADED_OBJECTS=1 "$1" | sed -n 's/^\t\(.* => \)\{0,1\}\(\/[^ ]*\) (0x.*/\2/p' | xargs -n 1 realpath | sort -u
}

# What packer plans for the same.
planned_for() {
	packer --plan -b "$1" | sed -n 's/^file [0-9]* [0-9]* \([^ ]*\) <- \(library\|loader\) of.*/\1/p' | sort -u
}

# A copy of packer and init that any user may run.
other_packer() {
	mkdir "$WORK/bin"
	cp "$LULL_BIN/packer" "$WORK/bin/packer"
	cp "$ROOT/build/init" "$WORK/bin/init"
	chmod -R a+rX "$WORK/bin"
	chmod 777 "$OUT" "$WORK/tmp"
}

# as_other COMMAND...: as another user than now
as_other() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		unshare -r "$@"
	fi
}

# A cpio of our own comes first in PATH.
fake_cpio() {
	mkdir -p "$WORK/fake"
	script "$WORK/fake/cpio" "#!/bin/sh\n$1\n"
	PATH=$WORK/fake:$PATH
}

@test "usage: the man page's synopsis, and status 2 for what is wrong" {
	run --separate-stderr packer --help
	expect_status 0
	synopsis=$(sed -n '/^\.nf/,/^\.fi/p;/^\.fi/q' "$ROOT/packer/packer.1" | sed '/^\.[nf][fi]/d; s/\\f[BIR]//g; s/\\-/-/g')
	expect_equal "$(printf '%s' "$output" | sed 's/^usage: //; s/^ *//')" "$synopsis"
	for wrong in --nonsense word "-b 'ls"; do
		run --separate-stderr packer -o "$OUT/image" ${wrong:+"$wrong"}
		expect_status 2
		expect_in "$stderr" 'usage: packer'
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

@test "the tutorial's programs: libraries as the real loader finds them" {
	for name in ls bash ip ps lsblk mount grep; do
		path=$(PATH=$PATH:/sbin:/usr/sbin command -v "$name")
		expect_equal "$(planned_for "$path")" "$(loaded_by "$path")"
	done
}

@test "an image: GNU cpio lists it in order and extracts it, and ls runs in it" {
	pack -b "ls cat bash"
	expect_packed
	run --separate-stderr paths
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$(printf '%s\n' "$output" | tail -n 1)" etc/lull/end
	expect_equal "$(printf '%s\n' "$output" | sort | uniq -d)" ''
	# Parents stand before children.
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

@test "the skeleton: modes, links, device nodes, owners" {
	pack
	expect_packed
	list=$(cpio -tvn --quiet <"$OUT/image" | tr -s ' ')
	for line in 'drwxr-x--- * root' 'drwxrwxrwt * tmp' 'drwxrwxrwt * var/tmp' 'drwxr-xr-x * proc' 'drwxr-xr-x * usr/share' \
		'crw------- * 5, 1 * dev/console' 'crw-rw-rw- * 1, 3 * dev/null' '-rw------- * var/log/btmp' \
		'-rw-rw-r-- * var/log/lastlog' 'lrwxrwxrwx * var/run -> /run' 'lrwxrwxrwx * var/lock -> /run/lock' \
		'lrwxrwxrwx * etc/mtab -> ../proc/self/mounts' '-rwxr-xr-x * init' '-rw-r--r-- * etc/passwd' \
		'-rw-r--r-- * etc/nsswitch.conf'; do
		[[ $'\n'$list$'\n' == *$'\n'$(printf '%s' "${line%% \**}")' '*" ${line##*\* }"$'\n'* ]] || fail "no line: $line"
	done
	expect_equal "$(printf '%s\n' "$list" | awk '$3 != 0 || $4 != 0')" ''
	expect_equal "$(printf '%s\n' "$list" | grep -c 'Jan 1 1970')" "$(printf '%s\n' "$list" | wc -l)"
	extract || true
	cmp "$WORK/root/init" "$ROOT/build/init"
}

@test "merged /usr is as this machine has it" {
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

@test "poweroff, reboot and halt are init's, unless given as paths" {
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

@test "names that are nowhere are all told, with the directories, and there is no image" {
	PATH=/nowhere/bin:$PATH pack -b "ls nosuchprogram" -b "'no such either'"
	expect_refused 'cannot find nosuchprogram: looked in /nowhere/bin, '
	expect_in "$stderr" 'cannot find no such either: looked in '
	expect_in "$stderr" /usr/local/sbin
	pack -b ./nosuchprogram
	expect_refused "cannot find ./nosuchprogram: looked for $PWD/./nosuchprogram: No such file"
	pack -f "$WORK/nosuchfile"
	expect_refused "cannot find $WORK/nosuchfile"
	pack -b /etc/passwd
	expect_refused 'cannot pack /etc/passwd: it is no executable file'
}

@test "a library that is missing is told with who needs it and where it was looked for" {
	mkdir "$WORK/lib"
	compile "$WORK/lib/libgone.so" 'int gone(void) { return 0; }' -shared -fPIC
	compile "$WORK/prog" 'int gone(void); int main(void) { return gone(); }' "$WORK/lib/libgone.so" \
		-L"$WORK/lib" -Wl,-rpath,"$WORK/elsewhere" -Wl,-rpath-link,"$WORK/lib"
	needed=$(readelf -d "$WORK/prog" | sed -n 's/.*NEEDED.*\[\(.*libgone.so\)\]/\1/p')
	rm "$WORK/lib/libgone.so"
	pack -b "$WORK/prog"
	expect_refused "cannot find $needed, a library of $WORK/prog: looked in"
	compile "$WORK/lib/libgone.so" 'int gone(void) { return 0; }' -shared -fPIC -Wl,-soname,libgone.so
	compile "$WORK/prog" 'int gone(void); int main(void) { return gone(); }' -L"$WORK/lib" -lgone \
		-Wl,-rpath,"$WORK/elsewhere"
	pack -b "$WORK/prog"
	expect_refused "cannot find libgone.so, a library of $WORK/prog: looked in $WORK/elsewhere, "
	expect_in "$stderr" /etc/ld.so.cache
	expect_in "$stderr" /usr/lib
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 1
}

@test "names with blanks, newlines and bytes that are no UTF-8" {
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

@test "a program given as a path keeps it and gets a link in /bin" {
	cp /bin/true "$WORK/mine"
	cd "$WORK"
	pack -b ./mine
	expect_packed
	expect_in "$(cpio -tv --quiet <"$OUT/image")" "bin/mine -> $WORK/mine"
	need_namespaces
	extract
	in_root /bin/mine
	expect_status 0
	cp /bin/true "$WORK/ls"
	rm "$OUT/image"
	pack -b "./ls ls"
	expect_refused 'cannot link /bin/ls'
	pack -b /bin/ls
	expect_packed
}

@test "scripts: interpreters, env, env -S, a script's script" {
	script "$WORK/one" '#!/bin/bash -e\necho one\n'
	script "$WORK/two" '#!/usr/bin/env cat\ntwo\n'
	script "$WORK/three" '#!/usr/bin/env -S A=1 bash -e\necho three $A\n'
	script "$WORK/four" "#!$WORK/one four\n"
	pack -b "$WORK/one $WORK/two $WORK/three $WORK/four"
	expect_packed
	for name in bin/bash bin/env bin/cat; do
		expect_in "$(paths)" "$name"
	done
	need_namespaces
	extract
	in_root /bin/one
	expect_equal "$output" one
	in_root /usr/bin/env "PATH=/usr/bin:/bin" /bin/three
	expect_equal "$output" 'three 1'
}

@test "scripts that cannot start are refused" {
	script "$WORK/cr" '#!/bin/bash\r\necho\n'
	pack -b "$WORK/cr"
	expect_refused "cannot pack $WORK/cr: its #! line ends in a carriage return"
	script "$WORK/gone" '#!/no/such/interpreter\n'
	pack -b "$WORK/gone"
	expect_refused "cannot find /no/such/interpreter, interpreter of $WORK/gone"
	script "$WORK/env" '#!/usr/bin/env nosuchprogram\n'
	pack -b "$WORK/env"
	expect_refused "cannot find nosuchprogram, program of $WORK/env: looked in"
	script "$WORK/words" '#!/usr/bin/env bash -e\n'
	pack -b "$WORK/words"
	expect_refused 'cannot find bash -e'
	# What is not executable is data.
	printf '#!/no/such/interpreter\n' >"$WORK/data"
	pack -f "$WORK/data"
	expect_packed
}

# A program that needs liba, which needs libb; liba and libb in directories of their own.
make_chain() {
	mkdir "$WORK/a" "$WORK/b"
	compile "$WORK/b/libb.so" 'int b(void) { return 7; }' -shared -fPIC -Wl,-soname,libb.so
	compile "$WORK/a/liba.so" 'int b(void); int a(void) { return b(); }' -shared -fPIC -Wl,-soname,liba.so \
		-Wl,--no-as-needed -L"$WORK/b" -lb "${@:2}"
	compile "$WORK/prog" 'int a(void); int main(void) { return a(); }' -Wl,--no-as-needed -L"$WORK/a" -la \
		-Wl,-rpath-link,"$WORK/b" "$1"
}

expect_as_loader() {
	expect_equal "$(planned_for "$1")" "$(loaded_by "$1")"
}

@test "DT_RPATH is inherited, and \$ORIGIN is where each object is" {
	make_chain '-Wl,--disable-new-dtags,-rpath,$ORIGIN/a:$ORIGIN/b'
	expect_as_loader "$WORK/prog"
	expect_in "$(planned_for "$WORK/prog")" "$WORK/b/libb.so"
	rm -r "$WORK/a" "$WORK/b"
	make_chain '-Wl,--enable-new-dtags,-rpath,${ORIGIN}/a' '-Wl,--enable-new-dtags,-rpath,$ORIGIN/../b'
	expect_as_loader "$WORK/prog"
	mkdir "$WORK/links"
	ln -s ../prog "$WORK/links/prog"
	expect_as_loader "$WORK/links/prog"
	pack -b "$WORK/links/prog"
	expect_packed
	need_namespaces
	extract
	in_root "$WORK/links/prog"
	expect_status 7
}

@test "DT_RUNPATH is not inherited" {
	make_chain "-Wl,--enable-new-dtags,-rpath,$WORK/a:$WORK/b"
	expect_in "$(LD_TRACE_LOADED_OBJECTS=1 "$WORK/prog")" 'libb.so => not found'
	pack -b "$WORK/prog"
	expect_refused "cannot find libb.so, a library of $WORK/a/liba.so"
}

@test "a library for another machine is passed over" {
	mkdir "$WORK/32"
	make_chain "-Wl,--disable-new-dtags,-rpath,$WORK/32:$WORK/a:$WORK/b"
	compile "$WORK/32/liba.so" 'int a(void) { return 1; }' -m32 -shared -nostdlib
	expect_as_loader "$WORK/prog"
	expect_not_in "$(planned_for "$WORK/prog")" "$WORK/32"
	rm "$WORK/a/liba.so"
	pack -b "$WORK/prog"
	expect_refused 'cannot find liba.so'
}

@test "an empty element of a search path is refused" {
	make_chain "-Wl,--disable-new-dtags,-rpath,:$WORK/a:$WORK/b"
	pack -b "$WORK/prog"
	expect_refused "cannot pack $WORK/prog: it looks for liba.so in the directory that it is started in"
}

@test "a cache that leads elsewhere is packed, and works there" {
	need_namespaces
	make_chain '-Wl,-O1'
	printf '%s\n' "$WORK/a" "$WORK/b" >"$WORK/conf"
	PATH=$PATH:/sbin:/usr/sbin ldconfig -X -f "$WORK/conf" -C "$WORK/cache"
	run --separate-stderr unshare -rm sh -c 'mount --bind "$1/cache" /etc/ld.so.cache &&
		"$2/packer" -b "$1/prog" -o "$1/out/image"' sh "$WORK" "$LULL_BIN"
	expect_packed
	expect_in "$(paths)" etc/ld.so.cache
	extract
	in_root "$WORK/prog"
	expect_status 7
	pack -b ls
	expect_status 0
	expect_not_in "$(paths)" etc/ld.so.cache
}

@test "musl programs follow musl's rules" {
	command -v musl-gcc || skip 'no musl-gcc'
	mkdir "$WORK/l"
	printf 'int m(void) { return 9; }' | musl-gcc -x c - -shared -fPIC -o "$WORK/l/libm9.so" -Wl,-soname,libm9.so
	printf 'int m(void); int main(void) { return m(); }' | musl-gcc -x c - -o "$WORK/prog" -L"$WORK/l" -lm9 \
		-Wl,-rpath,'$ORIGIN/l'
	pack -b "$WORK/prog"
	expect_packed
	need_namespaces
	extract
	in_root "$WORK/prog"
	expect_status 9
}

@test "--tree has what the image has, and chroot works in it" {
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

@test "--tree alone writes no image, and refuses a directory with something in it" {
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

@test "--plan tells all with reasons and writes nothing" {
	cd "$OUT"
	run --separate-stderr packer -b ls --plan
	expect_status 0
	expect_nothing_left
	expect_in "$output" '/ls <- -b ls'
	expect_in "$output" 'libc.so.6 <- library of '
	expect_in "$output" 'node 0600 5:1 /dev/console <- skeleton'
	[ "$(printf '%s\n' "$output" | grep -c ' <- ')" -eq "${#lines[@]}" ]
}

@test "-f: files, trees, other places, links within" {
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

@test "-f: what is given counts before the skeleton, and two things in one place are refused" {
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

@test "what cannot be packed is refused before there is any output" {
	mkfifo "$WORK/fifo"
	pack -f "$WORK/fifo"
	expect_refused "cannot pack $WORK/fifo: it is no regular file"
	truncate -s 4G "$WORK/large"
	pack -f "$WORK/large"
	expect_refused 'less than 4 GiB'
	pack -f "$WORK/large:/elsewhere"
	expect_refused 'less than 4 GiB'
	head -c 5000 /bin/true | tail -c +65 >"$WORK/rest"
	{ head -c 64 /bin/true; head -c 100 /dev/zero; } >"$WORK/broken"
	chmod 755 "$WORK/broken"
	pack -b "$WORK/broken"
	expect_refused "cannot pack $WORK/broken: its ELF headers are broken"
}

@test "a file that may not be read is refused" {
	other_packer
	printf 'x' >"$WORK/secret"
	chmod 000 "$WORK/secret"
	[ "$(id -u)" -eq 0 ] || skip 'needs root to be another user'
	run --separate-stderr as_other "$WORK/bin/packer" -f "$WORK/secret" -o "$OUT/image"
	expect_refused "cannot read $WORK/secret: Permission denied"
}

@test "the output's directory is missing, or the output is none" {
	run --separate-stderr packer -b ls -o "$WORK/none/image"
	expect_status 3
	expect_in "$stderr" "cannot write $WORK/none/image"
	run --separate-stderr packer -b ls -o "$OUT"
	expect_status 3
	expect_in "$stderr" 'it is no regular file'
	run --separate-stderr packer -b ls -o /dev/null
	expect_status 3
	[ -c /dev/null ]
	expect_nothing_left
}

@test "an image of the name that was there stays when anything fails" {
	printf 'old' >"$OUT/image"
	pack -b nosuchprogram
	expect_status 3
	fake_cpio 'exit 1'
	pack -b ls
	expect_status 3
	expect_equal "$(cat "$OUT/image")" old
	expect_equal "$(ls -A "$OUT")" image
}

@test "a disk that is full leaves nothing behind" {
	need_namespaces
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=1m none "$1/out" &&
		{ "$2/packer" -b "ls bash" -o "$1/out/image"; status=$?; ls -A "$1/out" "$1/tmp"; exit $status; }' \
		sh "$WORK" "$LULL_BIN"
	expect_status 3
	expect_equal "$output" "$OUT:

$WORK/tmp:"
	expect_in "$stderr" 'No space left on device'
	expect_in "$stderr" "cannot write $OUT/image: cpio failed"
	# For the staging, too.
	head -c 2000000 /dev/zero >"$WORK/zeros"
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=1m none "$1/tmp" &&
		{ "$2/packer" -f "$1/zeros:/z" -o "$1/out/image"; status=$?; ls -A "$1/out" "$1/tmp"; exit $status; }' \
		sh "$WORK" "$LULL_BIN"
	expect_status 3
	expect_equal "$output" "$OUT:

$WORK/tmp:"
	expect_in "$stderr" 'No space left on device'
}

@test "the same bytes: other umask, locale, time zone, user, directory order, file system" {
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
	SOURCE_DATE_EPOCH=0 "$WORK/bin/packer" -b "ls bash" -f "$WORK/x:/data" -o "$OUT/third"
	cmp "$OUT/first" "$OUT/third"
	SOURCE_DATE_EPOCH=86400 "$WORK/bin/packer" -b "ls bash" -f "$WORK/x:/data" -o "$OUT/image"
	expect_equal "$(TZ=UTC cpio -tv --quiet <"$OUT/image" | grep -vc ' Jan  2  1970 ')" 0
}

@test "hard links stay links, and others on the disk change nothing" {
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

@test "cpio's status and what it wrote are both looked at" {
	printf 'some text\n' >"$WORK/file"
	fake_cpio 'exit 1'
	pack -f "$WORK/file"
	expect_refused 'cpio failed with status 1'
	fake_cpio 'kill -KILL $$'
	pack -f "$WORK/file"
	expect_refused 'cpio was ended by signal 9'
	fake_cpio 'exit 0'
	pack -f "$WORK/file"
	expect_refused 'not of the planned size'
	# A name is left out; a mode is another; a file changes, or goes, at the last moment.
	fake_cpio 'head -z -n -1 | /usr/bin/cpio "$@"'
	pack -f "$WORK/file"
	expect_refused 'not of the planned size'
	fake_cpio 'case $PWD in */lull.*) chmod 700 home ;; esac; exec /usr/bin/cpio "$@"'
	pack -f "$WORK/file"
	expect_refused 'cannot prove'
	fake_cpio "echo more >>'$WORK/file'; exec /usr/bin/cpio \"\$@\""
	pack -f "$WORK/file"
	expect_refused "cannot pack $WORK/file: it changed meanwhile"
	fake_cpio "rm -f '$WORK/file'; exec /usr/bin/cpio \"\$@\""
	pack -f "$WORK/file"
	expect_refused "cannot pack $WORK/file: No such file"
	mkdir "$WORK/none"
	cp "$LULL_BIN/packer" "$ROOT/build/init" "$WORK/none"
	run --separate-stderr env PATH="$WORK/none" "$WORK/none/packer" -o "$OUT/image"
	expect_refused 'cannot run cpio: No such file'
}

# A name of the same length in the place of another: only the read-back sees it.
@test "the read-back finds what is not in the plan" {
	# sed takes its input for text: a locale of single bytes.
	fake_cpio '/usr/bin/cpio "$@" | LC_ALL=C sed "s,etc/hosts,etc/hasts,"'
	pack
	expect_refused 'it has what is not in the plan'
	fake_cpio '/usr/bin/cpio "$@" | LC_ALL=C sed "s,etc/hosts,etc/group,"'
	pack
	expect_refused 'it has an entry twice'
}

@test "a signal leaves nothing behind and ends cpio" {
	fake_cpio "echo \$\$ >'$WORK/pid'; exec sleep 60"
	for signal in INT TERM HUP; do
		rm -f "$WORK/pid"
		env --default-signal=INT,TERM,HUP "$LULL_BIN/packer" -b ls -o "$OUT/image" 2>"$WORK/err" &
		pid=$!
		for ((tries = 0; tries < 200; tries++)); do
			[ ! -s "$WORK/pid" ] || break
			sleep 0.05
		done
		kill -"$signal" "$pid"
		status=0
		wait "$pid" || status=$?
		expect_status $((128 + $(kill -l "$signal")))
		expect_equal "$(cat "$WORK/err")" ''
		expect_nothing_left
		! kill -0 "$(cat "$WORK/pid")" 2>/dev/null || fail 'cpio still runs'
	done
}

@test "--init: a program or script of one's own, with what it needs" {
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
	expect_refused "cannot pack $WORK/start as /init: it is no executable file"
	pack --init "$WORK/nowhere"
	expect_refused "cannot find $WORK/nowhere"
}

@test "no init beside packer is told with the places" {
	mkdir -p "$WORK/lone/bin"
	cp "$LULL_BIN/packer" "$WORK/lone/bin"
	run --separate-stderr "$WORK/lone/bin/packer" -o "$OUT/image"
	[ "$status" -eq 3 ] || [ -e /usr/local/lib/lull/init ] || fail 'an init from nowhere'
	[ "$status" -eq 0 ] || expect_refused "cannot find init: looked in $WORK/lone/bin, $WORK/lone, "
}
