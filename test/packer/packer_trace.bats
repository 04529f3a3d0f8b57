# SPDX-License-Identifier: MIT
# packer -t: packs the files that a command uses on this machine, and reports those it skips.
load ../helpers
load ../packer_helpers

# PLACE: a directory of the test where files survive a reboot, unlike in /tmp
place() {
	PLACE=$(mktemp -d /var/tmp/lull.XXXXXX)
	chmod 755 "$PLACE"
	cd "$PLACE"
}

teardown() {
	cd /
	[ -z "${PLACE:-}" ] || rm -rf "$PLACE"
	chmod -R u+rwX "$WORK"
	rm -rf "$WORK"
}

plan() {
	run --separate-stderr packer --plan "$@"
}

# expect_reason PATH REASON: expects the path in the plan with this reason
expect_reason() {
	grep -F " $1 " <<<"$output" | grep -Fq -e "$2" || fail "no $1 with the reason: $2"
}

expect_no_path() {
	! grep -Fq " $1 <- " <<<"$output" || fail "unexpected path: $1"
}

# expect_reported TEXT: expects a message of packer that begins with this text
expect_reported() {
	grep -Fq "packer: $1" <<<"$stderr" || fail "no message: $1"
}

expect_no_messages() {
	expect_equal "$(grep '^packer:' <<<"$stderr" || true)" ''
}

@test "files that are opened, executed, listed or checked are packed with that reason and with links on the way" {
	place
	mkdir -p real/list real/in/deep
	echo data >real/data
	echo seen >real/seen
	echo deep >real/in/deep/file
	echo not >real/list/not
	chmod 2750 real/list
	ln -s real way
	ln -s ../real/data way/alias
	script step "#!/bin/sh\ncat $PLACE/way/alias; ls $PLACE/way/list; test -e $PLACE/real/seen; exec cat $PLACE/way/in/../in/deep/file\n"
	plan -t "$PLACE/step"
	expect_status 0
	expect_equal "$stderr" "data
not
deep"
	expect_reason "$PLACE/step" "-t $PLACE/step"
	expect_reason "$PLACE/way" "opened by -t $PLACE/step"
	expect_reason "$PLACE/real/alias" "-> ../real/data <- opened by -t $PLACE/step"
	expect_reason "$PLACE/real/data" "opened by -t $PLACE/step"
	expect_reason "$PLACE/real/in/deep/file" "opened by -t $PLACE/step"
	expect_reason "$PLACE/real/seen" "looked at by -t $PLACE/step"
	expect_reason "$PLACE/real/list" "listed by -t $PLACE/step"
	expect_in "$output" "dir 2750 0 $PLACE/real/list "
	expect_no_path "$PLACE/real/list/not"
	expect_reason /usr/bin/cat "executed by -t $PLACE/step"
	expect_reason /usr/bin/ls "executed by -t $PLACE/step"
	expect_reason /usr/bin/dash "interpreter of $PLACE/step"
}

@test "a traced command runs from the image; --why and --sizes show the run" {
	need_namespaces
	place
	echo data >data
	pack -t "sh -c 'cat $PLACE/data && ls /nowhere-at-all || sort $PLACE/data'"
	expect_status 0
	extract
	in_root /bin/sh -c "cat $PLACE/data && ls /nowhere-at-all || sort $PLACE/data"
	expect_equal "$output" "data
data"
	run --separate-stderr packer --why "$PLACE/data" "$OUT/image"
	expect_equal "$output" "$PLACE/data: opened by -t sh -c 'cat $PLACE/data && ls /nowhere-at-all || sort $PLACE/data'"
	run --separate-stderr packer --sizes "$OUT/image"
	expect_equal "$(grep -c ' -t sh -c ' <<<"$output")" 1
	cp "$OUT/image" "$WORK/first"
	pack -t "sh -c 'cat $PLACE/data && ls /nowhere-at-all || sort $PLACE/data'"
	cmp "$OUT/image" "$WORK/first"
}

@test "children are traced: forked, spawned, threads that open files and a thread that executes" {
	place
	for name in 0 1 2 3 4 5 6 7 spawned forked executed; do echo "$name" >"$name"; done
	compile prog "#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static void *look(void *name) { return (void *)(long)open(name, O_RDONLY); }
static void *change(void *name) { execl(\"/bin/cat\", \"cat\", name, NULL); return NULL; }
int main(void) {
	static char names[8][64];
	pthread_t threads[9];
	pid_t pid;
	for (int i = 0; i < 8; i++) {
		sprintf(names[i], \"$PLACE/%d\", i);
		pthread_create(&threads[i], NULL, look, names[i]);
	}
	for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
	posix_spawn(&pid, \"/bin/head\", NULL, NULL, (char *[]){\"head\", \"$PLACE/spawned\", NULL}, environ);
	waitpid(pid, NULL, 0);
	if (fork() == 0) { if (fork() == 0) open(\"$PLACE/forked\", O_RDONLY); wait(NULL); _exit(0); }
	wait(NULL);
	pthread_create(&threads[8], NULL, change, \"$PLACE/executed\");
	pause();
}" -pthread
	plan -t ./prog
	expect_status 0
	expect_equal "$stderr" "spawned
executed"
	for name in 0 1 2 3 4 5 6 7 spawned forked executed; do
		expect_reason "$PLACE/$name" 'opened by -t ./prog'
	done
	expect_reason /usr/bin/head 'executed by -t ./prog'
	expect_reason /usr/bin/cat 'executed by -t ./prog'
}

@test "files written or removed are skipped with a note, temporary files without" {
	place
	mkdir logs
	chmod 700 logs
	for name in changed both removed moved kept appended; do echo "$name" >"$name"; done
	cat >prog.sh <<-END
		cd $PLACE
		cat both removed >/dev/null
		echo more >>changed
		echo other >both
		cat both
		rm removed
		mv moved renamed
		: >>appended
		echo log >logs/new
		mkdir tree && echo leaf >tree/leaf && cat tree/leaf
		echo temporary >temporary && cat temporary && rm temporary
		exec 3<>kept
		read -r line <&3
		echo "\$line"
	END
	cd /
	plan -t "sh $PLACE/prog.sh"
	expect_status 0
	for name in changed both renamed appended logs/new tree; do
		expect_reported "-t \"sh $PLACE/prog.sh\": left out, as it was written: $PLACE/$name"
		expect_no_path "$PLACE/$name"
	done
	for name in removed moved; do
		expect_reported "-t \"sh $PLACE/prog.sh\": left out, as it was removed: $PLACE/$name"
	done
	expect_equal "$(grep -c '^packer:' <<<"$stderr")" 8
	expect_no_path "$PLACE/temporary"
	expect_no_path "$PLACE/tree/leaf"
	# Opened for reading and writing, but not changed.
	expect_reason "$PLACE/kept" 'opened by -t sh'
	expect_in "$output" "dir 0700 0 $PLACE/logs <- written in by -t sh"
}

@test "a failing command is an error with its status, and no image is written" {
	pack -t "sh -c 'exit 7'"
	expect_refused "packer: cannot pack the files of -t \"sh -c 'exit 7'\": it exited with status 7; its environment has PATH, HOME"
	pack -t "sh -c 'kill -SEGV \$\$'"
	expect_refused "cannot pack the files of -t \"sh -c 'kill -SEGV \$\$'\": it was killed by signal 11 (Segmentation"
	pack -t nosuchprogram
	expect_refused 'cannot find nosuchprogram: looked in '
	pack -t /etc/passwd
	expect_refused 'cannot pack /etc/passwd: it is not an executable file'
	printf '#!/no/such/interpreter\n' >"$WORK/script"
	chmod 755 "$WORK/script"
	pack -t "$WORK/script"
	expect_refused "cannot find /no/such/interpreter, interpreter of $WORK/script"
	# A program for an unknown machine.
	cp "$ROOT/build/init" "$WORK/other"
	printf '\064\022' | dd of="$WORK/other" bs=1 seek=18 conv=notrunc status=none
	pack -t "$WORK/other"
	expect_refused "cannot run -t \"$WORK/other\": Exec format error"
	# A minimal system may lack poweroff, so create one.
	mkdir "$WORK/end"
	cp "$(type -P true)" "$WORK/end/poweroff"
	PATH=$WORK/end:$PATH pack -t 'poweroff -f'
	expect_refused 'cannot run -t "poweroff -f": it would shut down this machine'
}

@test "modules of a traced nsswitch.conf are packed for other programs too" {
	place
	pack -b id -t 'cat /etc/nsswitch.conf'
	expect_status 0
	extract
	cmp "$WORK/root/etc/nsswitch.conf" /etc/nsswitch.conf
	for name in $(sed -n 's/^passwd://p' /etc/nsswitch.conf); do
		library=$(ldconfig -p | sed -n "s/.*libnss_$name\.so\.2 .* => //p" | head -n 1)
		case $name in files | dns | '['*) continue ;; esac
		[ -z "$library" ] || [ -e "$WORK/root$(realpath "$library")" ] || fail "no $library"
	done
}

@test "an empty command, or -t with -r, is a usage error, and no command is run" {
	place
	for command in '' '  ' "'sh"; do
		pack -t "$command"
		expect_status 2
		expect_nothing_left
	done
	mkdir "$WORK/sys"
	pack -r "$WORK/sys" -t "touch $PLACE/ran"
	expect_status 2
	expect_in "$stderr" "cannot use -t with -r: the command would run on this machine, not on that of $WORK/sys"
	manifest "trace touch $PLACE/ran"
	pack -r "$WORK/sys" --manifest "$WORK/m/list"
	expect_status 2
	# Nor if something else is missing.
	pack -b nosuchprogram -t "touch $PLACE/ran"
	expect_refused 'cannot find nosuchprogram'
	[ ! -e "$PLACE/ran" ]
}

@test "files that do not survive a reboot are skipped with a note" {
	echo data >"$WORK/data"
	ln -s "$WORK/data" "$WORK/link"
	plan -t "cat /proc/self/status /dev/null $WORK/link"
	expect_status 0
	expect_equal "$(awk '{ print $4 }' <<<"$output" | grep -e '^/proc/' -e '^/tmp/' -e '^/dev/[^cn]' || true)" ''
	expect_reported "-t \"cat /proc/self/status /dev/null $WORK/link\": left out, as it is in a volatile directory: $WORK/data"
	expect_equal "$(grep -c '^packer:' <<<"$stderr")" 1
	# Files that the command itself creates there are not reported.
	plan -t "sh -c 'echo x >$WORK/own; cat $WORK/own; rm $WORK/own'"
	expect_no_messages
	plan -t "cat $WORK/data" -f "$WORK/data"
	expect_status 0
	expect_reason "$WORK/data" "-f $WORK/data"
	expect_no_messages
	# Files that the program needs anyway are packed.
	mkdir "$WORK/lib"
	compile "$WORK/lib/libf.so" 'int f(void) { return 0; }' -shared -fPIC
	compile "$WORK/prog" 'int f(void); int main(void) { return f(); }' "$WORK/lib/libf.so"
	plan -t "$WORK/prog"
	expect_status 0
	expect_reason "$WORK/lib/libf.so" "library of $WORK/prog"
	expect_no_messages
}

@test "a link into a file system mounted at boot is packed without its target" {
	place
	ln -s /proc/self/status state
	plan -t "cat $PLACE/state"
	expect_status 0
	expect_reason "$PLACE/state" "-> /proc/self/status <- opened by -t cat"
	expect_no_messages
}

@test "relative paths are resolved: after chdir, from a descriptor, from the start directory" {
	place
	mkdir -p a/b
	for name in a/one a/b/two three; do echo "$name" >"$name"; done
	compile prog "#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>
int main(void) {
	int directory = open(\"$PLACE/a\", O_PATH | O_DIRECTORY);
	int bad = openat(directory, \"b/two\", O_RDONLY) < 0;
	bad |= openat(directory, \"b/none\", O_RDONLY) >= 0;
	return chdir(\"$PLACE/a\") != 0 || open(\"one\", O_RDONLY) < 0 || bad;
}"
	plan -t "$PLACE/prog"
	expect_status 0
	expect_no_messages
	expect_reason "$PLACE/a/one" 'opened by -t'
	expect_reason "$PLACE/a/b/two" 'opened by -t'
	plan -t 'cat three a/one'
	expect_status 0
	expect_no_messages
	expect_reason /three 'opened by -t cat three a/one'
	expect_reason /a/one 'opened by -t cat three a/one'
	expect_not_in "$(cut -d ' ' -f 4 <<<"$output")" "$PLACE"
	# A file given by the directory's own name keeps that path.
	plan -t "cat three $PLACE/a/one"
	expect_status 0
	expect_reported "-t \"cat three $PLACE/a/one\": 1 of its paths, first $PLACE/three, are relative to its current directory, which is / in an image"
	expect_reason "$PLACE/three" 'opened by -t cat three'
}

# plugged: builds ./prog, which loads ./plugins/libplug.so, whose library only the program's DT_RPATH finds
plugged() {
	mkdir -p lib plugins
	compile lib/libdeep.so 'int deep(void) { return 42; }' -shared -fPIC -Wl,-soname,libdeep.so
	compile plugins/libplug.so 'int deep(void); int plug(void) { return deep(); }' -shared -fPIC -Llib -ldeep
	compile prog "#include <dlfcn.h>
int main(void) {
	void *plugin = dlopen(\"$PLACE/plugins/libplug.so\", RTLD_NOW);
	return plugin == 0 || ((int (*)(void))dlsym(plugin, \"plug\"))() != 42;
}" -Wl,--disable-new-dtags,-rpath,"$PLACE/lib"
}

@test "plugins are packed with their dependencies, found as in the loading process" {
	need_namespaces
	place
	plugged
	./prog
	pack -t "$PLACE/prog"
	expect_packed
	extract
	in_root "$PLACE/prog"
	expect_status 0
	rm "$OUT/image"
	# Without the loading process the library cannot be found.
	pack -f "$PLACE/plugins/libplug.so"
	expect_refused "cannot find libdeep.so, a library of $PLACE/plugins/libplug.so"
	pack -t "$PLACE/prog" -f "$PLACE/plugins/libplug.so"
	expect_refused "cannot find libdeep.so, a library of $PLACE/plugins/libplug.so"
}

# project FOLDER: creates a script with a module and data
project() {
	mkdir -p "$1/data"
	cd "$1"
	printf 'import helper\nprint(helper.read())\n' >measure.py
	printf 'def read():\n    return open("data/input").read().strip()\n' >helper.py
	printf 'input\n' >data/input
	script run.sh '#!/bin/sh\nexec cat data/input\n'
}

@test "a script that opens no other relative path is found by its name too" {
	mkdir "$WORK/alone"
	cd "$WORK/alone"
	echo 'print(1)' >measure.py
	for name in measure.py ./measure.py; do
		pack -t "/usr/bin/python3 $name"
		expect_status 0
		expect_equal "$(paths | grep measure)" measure.py
		rm "$OUT/image"
	done
}

@test "files found relative to the start directory give the same image in any folder, and work in its root" {
	need_namespaces
	place
	for folder in "$PLACE/a" "$PLACE/b/longer" "$WORK/in-tmp"; do
		project "$folder"
		pack -t "/usr/bin/python3 -B measure.py" -t ./run.sh
		expect_status 0
		expect_equal "$stderr" $'input\ninput'
		[ ! -e "$WORK/first" ] || cmp "$OUT/image" "$WORK/first"
		mv "$OUT/image" "$WORK/first"
	done
	mv "$WORK/first" "$OUT/image"
	expect_equal "$(LC_ALL=C grep -c -e "$PLACE" -e "$WORK" "$OUT/image")" 0
	extract
	in_root /usr/bin/python3 -B measure.py
	expect_equal "$output" input
	in_root ./run.sh
	expect_equal "$output" input
	in_root /bin/run.sh
	expect_equal "$output" input
}

@test "library variants for other processors are packed too, and a missing baseline is reported" {
	[ "$(uname -m)" = x86_64 ] || skip 'its processors are those of x86-64'
	/lib64/ld-linux-x86-64.so.2 --help | grep -q 'x86-64-v2 (supported' || skip 'this processor takes no variant'
	place
	mkdir -p lib/glibc-hwcaps/x86-64-v{2,3,4}
	for name in libmany libsome; do
		compile "lib/$name.so" 'int call(void) { return 0; }' -shared -fPIC
		for level in 2 3 4; do cp "lib/$name.so" lib/glibc-hwcaps/x86-64-v$level/; done
	done
	rm lib/libsome.so lib/glibc-hwcaps/x86-64-v3/libmany.so
	compile prog "#include <dlfcn.h>
int main(void) {
	return dlopen(\"libmany.so\", RTLD_NOW) == 0 || dlopen(\"libsome.so\", RTLD_NOW) == 0;
}" -Wl,-rpath,"$PLACE/lib"
	plan -t "$PLACE/prog"
	expect_status 0
	for path in libmany.so glibc-hwcaps/x86-64-v{2,4}/libmany.so glibc-hwcaps/x86-64-v{2,3,4}/libsome.so; do
		expect_reason "$PLACE/lib/$path" ''
	done
	expect_reason "$PLACE/lib/libmany.so" 'variant of '
	expect_reported "-t \"$PLACE/prog\": packed, though only some processors use it: $PLACE/lib/glibc-hwcaps/x86-64-v"
	expect_not_in "$stderr" libmany
}

@test "a library in a tree may need one elsewhere in the tree, since the user named no program of it" {
	mkdir -p "$WORK/jdk/lib/server" "$WORK/jdk/bin" "$WORK/else"
	compile "$WORK/jdk/lib/server/libvm.so" 'int vm(void) { return 42; }' -shared -fPIC -Wl,-soname,libvm.so
	compile "$WORK/jdk/lib/libone.so" 'int vm(void); int one(void) { return vm(); }' -shared -fPIC -L"$WORK/jdk/lib/server" -lvm
	cp "$WORK/jdk/lib/libone.so" "$WORK/jdk/lib/libtwo.so"
	compile "$WORK/jdk/bin/run" 'int one(void); int main(void) { return one(); }' -L"$WORK/jdk/lib" -lone \
		'-Wl,-rpath,$ORIGIN/../lib' -Wl,-rpath-link,"$WORK/jdk/lib/server"
	for place in '' :/opt/jdk; do
		pack -f "$WORK/jdk$place"
		expect_status 0
		expect_equal "$(grep -c '^packer: note: [^ ]* needs libvm.so, but no loader looks for it at ' <<<"$stderr")" 1
		expect_equal "$(wc -l <<<"$stderr")" 1
		expect_in "$(paths)" jdk/lib/libone.so
		rm "$OUT/image"
	done
	# Dependencies of a named program must be found, and so must libraries that the tree lacks.
	pack -f "$WORK/jdk" -b "$WORK/jdk/bin/run"
	expect_refused "cannot find libvm.so, a library of $WORK/jdk/lib/libone.so"
	mv "$WORK/jdk/lib/server/libvm.so" "$WORK/else"
	pack -f "$WORK/jdk" -f "$WORK/else"
	expect_refused '; pack only what a run needs with -t, or exclude files of the tree with filter in a manifest'
}

@test "a script's interpreters are packed, also those of scripts that it runs, but not of scripts that it reads" {
	place
	script inner '#!/usr/bin/env bash\necho inner\n'
	script data '#!/no/such/interpreter\n'
	script outer "#!/bin/sh -e\n$PLACE/inner\ncat $PLACE/data >/dev/null\n"
	plan -t "$PLACE/outer"
	expect_status 0
	expect_equal "$stderr" inner
	expect_reason /usr/bin/bash "program of $PLACE/inner"
	expect_reason "$PLACE/inner" "executed by -t $PLACE/outer"
	expect_reason "$PLACE/data" "opened by -t $PLACE/outer"
}

@test "a traced command starts as in an image: environment, standard streams, umask, signals" {
	place
	plan -t 'env'
	expect_status 0
	expect_equal "$(sort <<<"$stderr")" "HOME=$HOME
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
TERM=linux"
	echo input | {
		plan -t "sh -c 'cat; umask; ls -l /proc/self/fd | grep -c /; grep -c SigIgn:.*[1-9a-f] /proc/self/status || true'"
		expect_status 0
		expect_equal "$(grep -v '^packer:' <<<"$stderr" | head -n 1)" 0022
		expect_equal "$(grep -v '^packer:' <<<"$stderr" | tail -n 1)" 0
		expect_equal "$(cat)" input
	}
	expect_not_in "$output" 0022
	plan -t 'env LANG=x printenv LANG'
	expect_equal "$(tail -n 1 <<<"$stderr")" x
}

@test "a traced command receives signals, and can stop and continue" {
	plan -t "sh -c 'trap \"echo caught\" USR1; kill -USR1 \$\$; (for i in 1 2 3 4 5 6 7 8; do sleep 0.1; kill -CONT \$\$; done) &
		kill -STOP \$\$; wait; echo on'"
	expect_status 0
	expect_equal "$stderr" "caught
on"
}

# none_runs TEXT: expects that no process has the text on its command line
none_runs() {
	! pgrep -f "$1" >/dev/null
}

@test "a signal to packer ends a command that never ends, and leaves no processes or files" {
	place
	for signal in INT TERM KILL; do
		rm -f "$PLACE/ready"
		env --default-signal=INT,TERM "$ROOT/build/packer" -o "$OUT/image" -t \
			"sh -c 'trap \"\" INT TERM; sleep 98765 & touch $PLACE/ready; sleep 98765; :'" 2>"$WORK/err" &
		pid=$!
		wait_until test -e "$PLACE/ready"
		kill -"$signal" "$pid"
		status=0
		wait "$pid" 2>/dev/null || status=$?
		expect_status $((128 + $(kill -l "$signal")))
		[ "$signal" = KILL ] || expect_nothing_left
		wait_until none_runs 98765
		rm -rf "$OUT"/.[!.]* "$OUT"/*
	done
}

@test "processes that a command leaves running are killed and reported, even if they ignore signals" {
	place
	plan -t "sh -c 'sleep 98764 & sh -c \"trap : TERM; touch $PLACE/ready; while :; do sleep 0.1; done\" &
		while [ ! -e $PLACE/ready ]; do sleep 0.1; done'"
	expect_status 0
	expect_reported "-t \"sh -c 'sleep 98764"
	expect_in "$stderr" 'left processes running, which were terminated: '
	none_runs 98764 || fail 'it is still running'
	none_runs "$PLACE/ready" || fail 'it is still running'
}

@test "a 32-bit program is traced like others" {
	place
	need_32_bit
	echo data >data
	compile prog "static int call(int number, const void *a, const void *b, const void *c) {
	int result;
	__asm__ volatile(\"int \$0x80\" : \"=a\"(result) : \"a\"(number), \"b\"(a), \"c\"(b), \"d\"(c) : \"memory\");
	return result;
}
void _start(void) {
	const char *argv[] = {\"cat\", \"$PLACE/data\", 0};
	if (call(5, \"$PLACE/data\", 0, 0) < 0 || call(195, \"$PLACE/prog\", (char[256]){0}, 0) < 0) call(1, (void *)9, 0, 0);
	call(11, \"/bin/cat\", argv, 0);
	call(1, (void *)8, 0, 0);
}" -m32 -nostdlib -static -fno-stack-protector -fno-pic -no-pie
	plan -t "$PLACE/prog"
	expect_status 0
	expect_reason "$PLACE/data" 'opened by -t'
	expect_reason /usr/bin/cat 'executed by -t'
}

# A program that starts another one without seccomp(2), as in some sandboxes.
without_seccomp() {
	compile "$WORK/without" '#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char *argv[]) {
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {4, filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, 2, &program) != 0) return 125;
	execv(argv[1], argv + 1);
	return 127;
}'
}

@test "without seccomp the same files are found, by stopping at every system call" {
	place
	without_seccomp
	mkdir list
	echo data >data
	command="sh -c 'ls $PLACE/list; cat $PLACE/data; (cat $PLACE/data); echo x >$PLACE/new'"
	run --separate-stderr packer --plan -t "$command"
	expect_status 0
	expected=$output
	rm new
	run --separate-stderr "$WORK/without" "$LULL_BIN/packer" --plan -t "$command"
	expect_status 0
	expect_equal "$output" "$expected"
	expect_reported "-t \"$command\": left out, as it was written: $PLACE/new"
}

@test "an ordinary user gets the same files, and a note about a set-user-ID program without its rights" {
	need_root 'only root can make a program of another user'
	place
	other_packer
	echo data >data
	install -m 4755 "$(command -v cat)" setcat
	chmod 644 data
	run --separate-stderr as_other "$WORK/bin/packer" -o "$OUT/image" -t "$PLACE/setcat $PLACE/data"
	expect_status 0
	expect_reported "-t \"$PLACE/setcat $PLACE/data\": ran without its owner's rights, with which only root can trace it: "
	expect_equal "$(grep -c "^${PLACE#/}/data\$" <<<"$(paths)")" 1
	plan -t "$PLACE/setcat $PLACE/data"
	expect_status 0
	expect_no_messages
	expect_in "$output" "file 4755 "
	# A file that it can stat but not read.
	echo secret >secret
	chmod 600 secret
	run --separate-stderr as_other "$WORK/bin/packer" --plan -t "ls $PLACE/secret $PLACE/data"
	expect_status 0
	expect_reported "-t \"ls $PLACE/secret $PLACE/data\": left out, as it cannot be packed: $PLACE/secret"
	expect_no_path "$PLACE/secret"
	expect_reason "$PLACE/data" 'looked at by'
}

@test "manifests: trace starts in the manifest's directory, and reasons and messages have its line" {
	place
	mkdir m
	echo data >m/data
	printf '%s\n' "trace sh -c 'test -z \"\$1\" && exec cat \"\$0\"' $PLACE/m/data ''" >m/list
	plan --manifest "$PLACE/m/list"
	expect_status 0
	expect_reason "$PLACE/m/data" "opened by trace sh -c 'test -z "
	expect_reason "$PLACE/m/data" "($PLACE/m/list:1)"
	pack --manifest "$PLACE/m/list"
	expect_status 0
	run --separate-stderr packer --sizes "$OUT/image"
	expect_in "$output" ' trace sh -c '
	rm "$OUT/image"
	printf 'bin true\ntrace cat data\n' >m/list
	plan --manifest m/list
	expect_status 0
	expect_no_messages
	expect_reason /data "opened by trace cat data (m/list:2)"
	printf 'trace sh -c "exit 3"\n' >m/list
	pack --manifest m/list
	expect_refused 'm/list:1: cannot pack the files of trace "sh -c '
	printf "trace ''\n" >m/list
	pack --manifest m/list
	expect_status 2
	expect_in "$stderr" 'm/list:1: an operand is empty'
}

@test "filters remove traced files, and a file of -f replaces a traced one at the same path" {
	place
	echo one >one
	echo two >two
	mkdir three
	manifest "trace ls $PLACE/one $PLACE/two $PLACE/three" "filter $PLACE/two" "filter $PLACE/three"
	plan --manifest "$WORK/m/list"
	expect_status 0
	expect_reason "$PLACE/one" 'looked at by trace'
	expect_no_path "$PLACE/two"
	expect_no_path "$PLACE/three"
	echo other >other
	pack -t "cat $PLACE/one" -f "$PLACE/other:$PLACE/one"
	expect_status 0
	extract
	expect_equal "$(cat "$WORK/root$PLACE/one")" other
}

@test "paths specific to this machine are reported: home directories, private files, services" {
	place
	mkdir home
	echo mine >home/mine
	echo secret >secret
	chmod 600 secret
	HOME=$PLACE/home plan -t "cat $PLACE/home/mine $PLACE/secret"
	expect_status 0
	expect_reason "$PLACE/home/mine" 'opened by'
	expect_in "$stderr" ": packed from a home directory, which is /root in the image: $PLACE/home/mine"
	expect_in "$stderr" ": packed, though not everyone may read it here: $PLACE/secret"
	compile service "#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(int argc, char *argv[]) {
	struct sockaddr_un name = {AF_UNIX, \"$PLACE/socket\"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (argc == 1) return connect(fd, (void *)&name, sizeof(name)) != 0;
	unlink(name.sun_path);
	bind(fd, (void *)&name, sizeof(name));
	listen(fd, 1);
	if (strcmp(argv[1], \"serve\") == 0) pause();
	return connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&name, sizeof(name)) != 0;
}"
	./service serve 3>&- &
	pid=$!
	wait_until test -S socket
	plan -t "$PLACE/service"
	kill "$pid"
	expect_status 0
	expect_in "$stderr" ": connected to a service of this machine, which is not in the image: $PLACE/socket"
	# A socket of the command itself is not reported.
	plan -t "$PLACE/service own"
	expect_status 0
	expect_not_in "$stderr" 'connected to'
}

@test "a file that another process removes during the run is reported" {
	place
	echo data >data
	(wait_until test -e done && rm data) 3>&- &
	plan -t "sh -c 'cat $PLACE/data; touch $PLACE/done; while [ -e $PLACE/data ]; do sleep 0.1; done'"
	wait
	expect_status 0
	expect_in "$stderr" ": left out, as it no longer exists: $PLACE/data"
}

@test "a program that the command finds in another directory of PATH gets a link in the image" {
	need_namespaces
	place
	mkdir own
	script own/mine '#!/bin/sh\necho "$0"\n[ "${0%%/*}" != "'"$PLACE"'/own" ] && exec uname\n'
	PATH=$PLACE/own:$PATH pack -t mine
	expect_status 0
	expect_no_messages
	expect_equal "$(ls -A "$WORK/tmp")" ''
	extract
	in_root /bin/mine
	expect_status 0
	expect_equal "$(tail -n 1 <<<"$output")" Linux
}

@test "io_uring, which can open files unseen, is reported" {
	place
	compile prog '#include <sys/syscall.h>
#include <unistd.h>
int main(void) { char parameters[120] = {0}; return syscall(SYS_io_uring_setup, 4, parameters) < 0; }'
	./prog || skip 'no io_uring here'
	plan -t "$PLACE/prog"
	expect_status 0
	expect_in "$stderr" 'some of its files could not be traced'
}
