# SPDX-License-Identifier: MIT
# Programs that commands of experiments start, and their environment.
load ../helpers
load ../packer_helpers

# experiment LINE...: $WORK/x.experiment
experiment() {
	printf '%s\n' "$@" >"$WORK/x.experiment"
}

# given: a program that finds its library only by LD_LIBRARY_PATH
given() {
	mkdir -p "$WORK/own"
	compile "$WORK/own/libown.so" 'int own(void) { return 0; }' -shared -fPIC
	compile "$WORK/prog" 'int own(void); int main(void) { return own(); }' -L"$WORK/own" -lown
}

@test "LD_LIBRARY_PATH and LD_PRELOAD of an experiment apply to its programs, with -t and --check too" {
	given
	pack -b "$WORK/prog"
	expect_refused 'cannot find libown.so'
	compile "$WORK/own/libfirst.so" 'int first;' -shared -fPIC
	experiment "run prog" "env LD_LIBRARY_PATH=relative:$WORK/own" 'env LD_PRELOAD=libfirst.so'
	pack -x "$WORK/x.experiment" -b "$WORK/prog"
	expect_packed
	expect_in "$(paths)" "${WORK#/}/own/libown.so"
	expect_in "$(paths)" "${WORK#/}/own/libfirst.so"
	packer --check "$OUT/image"
	run --separate-stderr packer -x "$WORK/x.experiment" -b "$WORK/prog" -t "env LD_LIBRARY_PATH=$WORK/own $WORK/prog" --plan
	expect_status 0
	expect_in "$output" "$WORK/own/libfirst.so <- preloaded for $WORK/prog"
	rm "$OUT/image"
	# Variables set in the command itself.
	experiment "run env LD_LIBRARY_PATH=$WORK/own prog" "run sh -c 'LD_LIBRARY_PATH=$WORK/own prog'"
	pack -x "$WORK/x.experiment" -b "$WORK/prog"
	expect_packed
	packer --check "$OUT/image"
	rm "$OUT/image"
	# One command without the variable is an error.
	experiment "run env LD_LIBRARY_PATH=$WORK/own prog" 'run prog'
	pack -x "$WORK/x.experiment" -b "$WORK/prog"
	expect_refused 'cannot find libown.so'
	experiment 'run prog' "env LD_LIBRARY_PATH=$WORK/own" 'env LD_PRELOAD=libnone.so'
	pack -x "$WORK/x.experiment" -b "$WORK/prog"
	expect_refused 'cannot find libnone.so, preloaded for '
}

@test "a script and its interpreter get the environment of the experiment" {
	given
	script "$WORK/outer" "#!$WORK/prog\n"
	experiment "run outer" "env LD_LIBRARY_PATH=$WORK/own"
	pack -x "$WORK/x.experiment" -b "$WORK/outer"
	# Other programs may start the interpreter without that environment.
	expect_refused 'cannot find libown.so'
	compile "$WORK/prog" 'int main(void) { return 0; }'
	pack -x "$WORK/x.experiment" -b "$WORK/outer"
	expect_packed
}

@test "commands are looked up in the experiment's PATH" {
	mkdir "$WORK/bin"
	cp /bin/true "$WORK/bin/ls"
	experiment 'run ls' "env PATH=$WORK/bin:/usr/bin:/bin"
	pack -x "$WORK/x.experiment"
	expect_packed
	expect_in "$(paths)" "${WORK#/}/bin/ls"
}

@test "a library that a plugin gets from the loading program is not reported as missing" {
	mkdir "$WORK/lib" "$WORK/plugins"
	compile "$WORK/lib/libdeep.so" 'int deep(void) { return 42; }' -shared -fPIC -Wl,-soname,libdeep.so
	compile "$WORK/plugins/libplug.so" 'int deep(void); int plug(void) { return deep(); }' -shared -fPIC -L"$WORK/lib" -ldeep
	pack -f "$WORK:/opt"
	expect_status 0
	run --separate-stderr packer --check "$OUT/image"
	expect_status 0
	pack -f "$WORK/lib:/opt" -f "$WORK/plugins/libplug.so:/srv/"
	expect_status 3
}

@test "programs that a command visibly starts are packed, or reported if missing" {
	cp /bin/true "$WORK/own"
	experiment 'run nice -n 1 taskset 1 wc' "run sh -c 'sort | uniq; cd /; nosuchthing'" \
		'run timeout 5 env X=1 head' 'run strace -z nosuchother'
	run --separate-stderr packer --plan -x "$WORK/x.experiment"
	if ! command -v strace >/dev/null; then
		expect_status 3
		expect_in "$stderr" "$WORK/x.experiment:4: cannot find strace"
	fi
	experiment 'run nice -n 1 taskset 1 wc' "run sh -c 'sort | uniq; cd /; nosuchthing'" 'run timeout 5 env X=1 head'
	pack -x "$WORK/x.experiment"
	expect_status 0
	expect_equal "$stderr" "$WORK/x.experiment:2: warning: cannot find nosuchthing, which sh may start"
	for name in nice taskset wc sort uniq timeout env head; do
		expect_in "$(paths)" "bin/$name"
	done
	expect_not_in "$(paths)" bin/cd
	rm "$OUT/image"
	experiment 'run nice -n 1 nosuchprogram'
	pack -x "$WORK/x.experiment"
	expect_refused "$WORK/x.experiment:1: cannot find nosuchprogram: looked in "
	experiment 'run nice ./own'
	cd "$WORK"
	pack -x x.experiment
	expect_refused 'x.experiment:1: cannot run ./own: init starts commands in /; write own, and name the program with -b'
	experiment 'run nice own'
	pack -x x.experiment -b ./own
	expect_packed
}

@test "a script that starts an unpacked program by its path is reported, by --check too" {
	mkdir "$WORK/libexec"
	script "$WORK/libexec/real" '#!/bin/sh\n'
	script "$WORK/shim" "#!/usr/bin/env bash\nset -e\n[ -x $WORK/libexec/maybe ] && $WORK/libexec/maybe\nexec \"$WORK/libexec/real\" \"\$@\"\n"
	cp "$WORK/libexec/real" "$WORK/libexec/maybe"
	pack -b "$WORK/shim"
	expect_status 0
	expect_equal "$stderr" "packer: warning: $WORK/shim is a script that starts $WORK/libexec/real, which is not packed; a run under -t packs what it needs"
	run --separate-stderr packer --check "$OUT/image"
	expect_status 1
	expect_equal "$stderr" "packer: $OUT/image: $WORK/shim: the script starts $WORK/libexec/real, which is not in the image"
	rm "$OUT/image"
	pack -b "$WORK/shim $WORK/libexec/real"
	expect_packed
	packer --check "$OUT/image"
	rm "$OUT/image" "$WORK/libexec/real"
	# A program that this machine lacks too is not reported.
	pack -b "$WORK/shim"
	expect_packed
}

@test "a program with a tree of files is reported, unless some of the files are packed" {
	mkdir -p "$WORK"/usr/{bin,lib/tool,share/other} "$WORK"/{venv,jdk,simple}/{bin,lib}
	for program in usr/bin/tool-2 usr/bin/plain venv/bin/python jdk/bin/java simple/bin/prog; do
		cp /bin/true "$WORK/$program"
	done
	ln -s tool-2 "$WORK/usr/bin/tool"
	printf 'x' >"$WORK/usr/lib/tool/data"
	printf 'x' >"$WORK/venv/pyvenv.cfg"
	printf 'x' >"$WORK/jdk/lib/modules"
	printf 'x' >"$WORK/simple/lib/libx.so.1"
	pack -b "$WORK/usr/bin/plain $WORK/simple/bin/prog"
	expect_packed
	for names in "usr/bin/tool usr/bin/tool-2 usr/lib/tool" "venv/bin/python venv/bin/python venv" \
		"jdk/bin/java jdk/bin/java jdk/lib"; do
		read -r name program folder <<<"$names"
		rm "$OUT/image"
		pack -b "$WORK/$name"
		expect_status 0
		expect_equal "$stderr" "packer: note: $WORK/$program may need files in $WORK/$folder that are not packed; a run under -t packs what it needs"
		rm "$OUT/image"
		pack -b "$WORK/$name" -f "$WORK/$folder"
		expect_packed
	done
}
