# SPDX-License-Identifier: MIT
# Lookup of programs, libraries and interpreters, and messages about missing ones.
load ../helpers
load ../packer_helpers

@test "packer finds the same libraries as the loader for the tutorial's programs" {
	for name in ls bash ip ps lsblk mount grep; do
		path=$(PATH=$PATH:/sbin:/usr/sbin command -v "$name")
		expect_equal "$(planned_for "$path")" "$(loaded_by "$path")"
	done
}

@test "all missing names are reported with the searched directories, and no image is written" {
	PATH=/nowhere/bin:$PATH pack -b "ls nosuchprogram" -b "'no such either'"
	expect_refused 'cannot find nosuchprogram: looked in /nowhere/bin, '
	expect_in "$stderr" 'cannot find no such either: looked in '
	expect_in "$stderr" /usr/local/sbin
	pack -b ./nosuchprogram
	expect_refused "cannot find ./nosuchprogram: looked for $PWD/./nosuchprogram: No such file"
	pack -f "$WORK/nosuchfile"
	expect_refused "cannot find $WORK/nosuchfile"
	pack -b /etc/passwd
	expect_refused 'cannot pack /etc/passwd: it is not an executable file'
}

@test "a missing library is reported with the file that needs it and the searched directories" {
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

@test "a program given as an absolute path keeps it and gets a link in /bin" {
	cp /bin/true "$WORK/mine"
	pack -b "$WORK/mine"
	expect_packed
	expect_in "$(cpio -tv --quiet <"$OUT/image")" "bin/mine -> $WORK/mine"
	need_namespaces
	extract
	in_root /bin/mine
	expect_status 0
	cp /bin/true "$WORK/ls"
	rm "$OUT/image"
	pack -b "$WORK/ls ls"
	expect_refused 'cannot link /bin/ls'
	pack -b /bin/ls
	expect_packed
}

# checkout FOLDER: a program that finds its libraries by $ORIGIN, a script and data
checkout() {
	mkdir -p "$1"/{bin,lib/glibc-hwcaps/x86-64-v3,data}
	cd "$1"
	compile lib/libtwo.so 'int two(void) { return 0; }' -shared -fPIC
	cp lib/libtwo.so lib/glibc-hwcaps/x86-64-v3/
	compile lib/libone.so.1 'int two(void); int one(void) { return two(); }' -shared -fPIC -Wl,-soname,libone.so.1 \
		-Llib -ltwo '-Wl,-rpath,$ORIGIN'
	ln -s libone.so.1 lib/libone.so
	compile bin/prog 'int one(void); int main(void) { return one(); }' -Llib -lone '-Wl,-rpath,$ORIGIN/../lib' \
		-Wl,-rpath-link,lib
	script run.sh '#!/bin/sh\nexec prog\n'
	printf 'data\n' >data/file
	cp run.sh run.experiment
	printf 'run prog\n' >run.experiment
	printf 'bin ./run.sh\nfile data/file\ntree data /srv/data\n' >list
}

@test "relative paths: the image does not depend on the folder or the user" {
	umask 022
	checkout "$WORK/a"
	pack -b "bin/prog sh" --manifest list -x run.experiment -f data
	expect_packed
	mv "$OUT/image" "$WORK/first"
	expect_equal "$(cpio -t --quiet <"$WORK/first" | grep -e "${WORK#/}" || :)" ''
	expect_equal "$(LC_ALL=C grep -c "$WORK" "$WORK/first")" 0
	checkout "$WORK/b/a longer/folder"
	# Modes as of a build with another umask.
	chmod g+w bin/prog lib/*.so* run.sh
	umask 077
	LC_ALL=C.UTF-8 TZ=Asia/Tokyo USER=me HOME=/nowhere pack -b "bin/prog sh" --manifest list -x run.experiment -f data
	expect_packed
	cmp "$OUT/image" "$WORK/first"
	run --separate-stderr packer --plan -b "bin/prog ./run.sh"
	expect_in "$output" " /usr/bin/prog <- -b bin/prog, from $PWD/bin/prog"
	expect_in "$output" " /usr/lib/libone.so.1 <- library of /usr/bin/prog, from $PWD/lib/libone.so.1"
	expect_in "$output" " /usr/lib/glibc-hwcaps/x86-64-v3/libtwo.so <- library of /usr/lib/libone.so.1, from "
	need_namespaces
	extract
	in_root /usr/bin/run.sh
	expect_status 0
	expect_equal "$(cat "$WORK/root/data/file" "$WORK/root/srv/data/file")" $'data\ndata'
}

@test "relative paths: two programs or libraries of the same name are refused, unless -f places one" {
	checkout "$WORK/a"
	cp /bin/true ls
	cp /bin/false data/ls
	for names in "./ls data/ls" "./ls ls" "ls ./ls" "./ls /usr/bin/ls"; do
		pack -b "$names"
		expect_status 3
		expect_nothing_left
		expect_in "$stderr" ': something else is planned '
	done
	mkdir -p other/{bin,lib}
	compile other/lib/libone.so.1 'int one(void) { return 1; }' -shared -fPIC -Wl,-soname,libone.so.1
	cp bin/prog other/bin/prog2
	pack -b "bin/prog other/bin/prog2"
	expect_refused 'something else is planned at its path'
	pack -b bin/prog -f other/lib/libone.so.1:/usr/lib/
	expect_packed
	need_namespaces
	extract
	in_root /usr/bin/prog
	expect_status 1
}

@test "a program in a nonstandard directory of PATH gets a link in /bin" {
	mkdir "$WORK/own" "$WORK/real"
	cp /bin/true "$WORK/real/mine-1.0"
	ln -s ../real/mine-1.0 "$WORK/own/mine"
	cp /bin/cat "$WORK/own/kitty"
	script "$WORK/show" '#!/usr/bin/env kitty\nshown\n'
	PATH=$WORK/own:$PATH pack -b "mine $WORK/show"
	expect_packed
	need_namespaces
	extract
	in_root /bin/mine
	expect_status 0
	in_root /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin show
	expect_status 0
	expect_in "$output" shown
	# The link in /bin gets the name of the given link, not of its target.
	rm "$OUT/image"
	ln -s /bin/true "$WORK/own/yes-man"
	pack -b "$WORK/own/yes-man"
	expect_packed
	expect_in "$(cpio -tv --quiet <"$OUT/image")" 'bin/yes-man -> '
	PATH=$WORK/own:$PATH run packer --plan -b "kitty /bin/ls"
	expect_not_in "$output" "bin/ls ->"
}

@test "scripts are packed with their interpreters, also for env, env -S and nested scripts" {
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
	# A file that is not executable is data.
	printf '#!/no/such/interpreter\n' >"$WORK/data"
	pack -f "$WORK/data"
	expect_packed
}

@test "files that the kernel cannot execute are refused wherever they would be executed" {
	script "$WORK/plain" 'echo without a first line\n'
	no="cannot pack $WORK/plain: the kernel cannot execute it: it is neither ELF nor #!"
	pack -b "$WORK/plain"
	expect_refused "$no"
	PATH=$WORK:$PATH pack -b plain
	expect_refused "$no"
	pack --init "$WORK/plain"
	expect_refused "$no"
	script "$WORK/by-path" "#!$WORK/plain\n"
	pack -b "$WORK/by-path"
	expect_refused "$no"
	script "$WORK/by-name" '#!/usr/bin/env plain\n'
	PATH=$WORK:$PATH pack -b "$WORK/by-name"
	expect_refused "$no"
	: >"$WORK/empty"
	chmod 755 "$WORK/empty"
	pack -b "$WORK/empty"
	expect_refused "cannot pack $WORK/empty: the kernel cannot execute it"
	# In a tree any file may have the mode of a program.
	pack -f "$WORK/plain"
	expect_packed
}

@test "scripts that are their own interpreters or nested too deeply are refused" {
	script "$WORK/self" "#!$WORK/self\n"
	pack -b "$WORK/self"
	expect_refused "cannot pack $WORK/self: the script is its own interpreter"
	script "$WORK/left" "#!$WORK/right\n"
	script "$WORK/right" "#!/usr/bin/env left\n"
	PATH=$WORK:$PATH pack -b left
	expect_refused 'the script is its own interpreter'
	script "$WORK/0" '#!/bin/bash\n'
	for n in 1 2 3 4 5; do script "$WORK/$n" "#!$WORK/$((n - 1))\n"; done
	pack -b "$WORK/4"
	expect_packed
	"$WORK/4"
	! "$WORK/5" || fail 'this kernel goes deeper'
	rm "$OUT/image"
	pack -b "$WORK/5"
	expect_refused "cannot pack $WORK/5: its interpreter is a script, nested more than 5 deep"
}

@test "libraries in a packed /etc/ld.so.preload are packed" {
	mkdir -p "$WORK/m"
	compile "$WORK/m/libpre.so" 'int pre(void) { return 0; }' -shared -fPIC
	printf '# a comment\n%s:%s\n' "$WORK/m/libpre.so" "$WORK/m/libother.so" >"$WORK/m/preload"
	pack -b true -f "$WORK/m/preload:/etc/ld.so.preload"
	expect_refused "cannot find $WORK/m/libother.so, preloaded by /etc/ld.so.preload: No such file or directory"
	cp "$WORK/m/libpre.so" "$WORK/m/libother.so"
	pack -b true -f "$WORK/m/preload:/etc/ld.so.preload"
	expect_packed
	expect_in "$(paths)" "${WORK#/}/m/libpre.so"
	expect_in "$(packer --why "$WORK/m/libother.so" "$OUT/image")" 'libother.so: library of /etc/ld.so.preload'
	rm "$OUT/image"
	printf 'libpre.so\n' >"$WORK/m/preload"
	pack -b true -f "$WORK/m/preload:/etc/ld.so.preload"
	expect_refused 'cannot find libpre.so, preloaded by /etc/ld.so.preload: each program would search its own directories; write its absolute path there'
}
