# SPDX-License-Identifier: MIT
# Signals at random moments, and failing inputs and outputs: packer leaves no files.
load ../helpers
load ../packer_helpers

# Some hundred files, a third of them staged, so that every stage takes measurable time.
many_files() {
	mkdir -p "$WORK/m/many"
	for ((i = 0; i < 200; i++)); do printf '%*s' $((i * 40)) x >"$WORK/m/many/$i"; done
	manifest 'bin bash ls cat' 'tree many' 'tree many /srv/many'
}

# Makes the image $WORK/whole and sets $duration to the time it takes in microseconds.
measure() {
	local start=${EPOCHREALTIME/./}
	"$ROOT/build/packer" --manifest "$WORK/m/list" -o "$WORK/whole"
	duration=$((${EPOCHREALTIME/./} - start))
}

# strike SIGNAL: starts packer as users run it, sends the signal at a random time during the run, and sets status.
strike() {
	local after
	after=$(printf '0.%06d' $(((RANDOM * 32768 + RANDOM) % (duration < 999999 ? duration : 999999))))
	env --default-signal=INT,TERM "$ROOT/build/packer" --manifest "$WORK/m/list" -o "$OUT/image" 2>"$WORK/err" &
	pid=$!
	sleep "$after"
	kill -"$1" "$pid" 2>/dev/null || true
	status=0
	wait "$pid" 2>/dev/null || status=$?
}

@test "INT at any moment leaves the complete image or none, and no other files" {
	many_files
	measure
	local stopped=0
	for ((n = 0; n < 20 || (stopped == 0 && n < 200); n++)); do
		strike INT
		if [ -e "$OUT/image" ]; then
			cmp "$OUT/image" "$WORK/whole"
			rm "$OUT/image"
		else
			expect_status 130
			stopped=$((stopped + 1))
		fi
		expect_equal "$(cat "$WORK/err")" ''
		expect_nothing_left
	done
	[ "$stopped" -gt 0 ] || fail 'packer finished before the signal in every run'
}

@test "KILL at any moment leaves the old or the complete new image" {
	many_files
	measure
	printf 'old' >"$WORK/old"
	local stopped=0
	for ((n = 0; n < 20 || (stopped == 0 && n < 200); n++)); do
		cp "$WORK/old" "$OUT/image"
		strike KILL
		[ "$status" -eq 0 ] || stopped=$((stopped + 1))
		cmp -s "$OUT/image" "$WORK/old" || cmp "$OUT/image" "$WORK/whole"
	done
	[ "$stopped" -gt 0 ] || fail 'packer finished before the signal in every run'
	# Files of a killed run do not disturb the next run.
	pack --manifest "$WORK/m/list"
	expect_status 0
	cmp "$OUT/image" "$WORK/whole"
}

# shim TEXT: builds $WORK/shim.so, which replaces parts of the C library in build/packer or cpio
shim() {
	compile "$WORK/shim.so" "#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>
static int is_bad(int fd) {
	char link[64], path[4096];
	sprintf(link, \"/proc/self/fd/%d\", fd);
	ssize_t length = readlink(link, path, sizeof(path));
	return length > 4 && memcmp(path + length - 4, \"/bad\", 4) == 0;
}
$1" -shared -fPIC -ldl
}

# with_shim ARGUMENT...
with_shim() {
	run --separate-stderr env LD_PRELOAD="$WORK/shim.so" BAD="$WORK/bad" "$ROOT/build/packer" -o "$OUT/image" "$@"
}

@test "a read error in packer or cpio is reported with the file" {
	shim 'ssize_t read(int fd, void *to, size_t count) {
	ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
	if (is_bad(fd)) { errno = EIO; return -1; }
	return real(fd, to, count);
}
ssize_t copy_file_range(int in, off_t *a, int out, off_t *b, size_t count, unsigned flags) {
	(void)a, (void)out, (void)b, (void)count, (void)flags;
	errno = is_bad(in) ? EIO : ENOSYS;
	return -1;
}'
	head -c 9000 /dev/zero >"$WORK/bad"
	with_shim -f "$WORK/bad:/srv/x"
	expect_refused "cannot copy $WORK/bad to "
	expect_in "$stderr" '/srv/x: Input/output error'
	# cpio pads with zeros and exits with status 0: the archive differs from the plan.
	head -c 9000 /dev/urandom >"$WORK/bad"
	fake_cpio "LD_PRELOAD='$WORK/shim.so' exec /usr/bin/cpio \"\$@\""
	pack -f "$WORK/bad"
	expect_refused "cannot verify $OUT/image: the content differs from the plan"
	expect_in "$stderr" "$WORK/bad"
	expect_in "$stderr" "Read error at byte 0 in file ${WORK#/}/bad"
}

@test "a file that disappears or shrinks between stat and read is reported" {
	shim 'char *mkdtemp(char *name) {
	char *(*real)(char *) = dlsym(RTLD_NEXT, "mkdtemp");
	unlink(getenv("BAD"));
	return real(name);
}'
	for place in '' :/srv/x; do
		printf 'x' >"$WORK/bad"
		with_shim -f "$WORK/bad$place"
		expect_status 3
		expect_in "$stderr" "$WORK/bad"
		expect_in "$stderr" 'No such file or directory'
		expect_nothing_left
	done
	shim 'void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
	void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, "mmap");
	void *map = real(at, size, protection, flags, fd, offset);
	if (fd >= 0 && is_bad(fd)) truncate(getenv("BAD"), 0);
	return map;
}'
	cp /bin/true "$WORK/bad"
	with_shim -b "$WORK/bad"
	expect_refused "packer: cannot read $WORK/bad: it shrank while packer read it, or its disk failed"
}

@test "a file of 4 GiB is refused before any work is done" {
	truncate -s 4G "$WORK/large"
	fake_cpio "touch '$WORK/worked'"
	manifest 'file ../large' 'file ../large /srv/x' "tree $WORK"
	for arguments in "-f $WORK/large" "-f $WORK/large:/x" "--manifest $WORK/m/list"; do
		pack $arguments
		expect_refused "cannot pack "
		expect_in "$stderr" 'newc archives hold files of less than 4 GiB'
		[ ! -e "$WORK/worked" ]
	done
}

@test "names with newlines, invalid UTF-8 and 255 bytes are packed, in place and at other paths" {
	mkdir -p "$WORK/names"
	for name in $'new\nline' $'\xff\xfe' ' ' '*' '-n' '\' $'\x01\x7f' "$(printf '%0255d' 0)"; do
		printf '%s' "$name" >"$WORK/names/$name"
	done
	mkdir "$WORK/names/$(printf '%0254dx' 0)"
	ln -s $'to\n\xff' "$WORK/names/link"$'\n'
	pack -f "$WORK/names" -f "$WORK/names:/srv/names"
	expect_packed
	extract
	for copy in "$WORK/root$WORK/names" "$WORK/root/srv/names"; do
		diff -r --no-dereference "$WORK/names" "$copy"
		expect_equal "$(readlink "$copy/link"$'\n' | od -An -c)" "$(readlink "$WORK/names/link"$'\n' | od -An -c)"
	done
	run --separate-stderr packer --plan -f "$WORK/names"
	expect_in "$output" 'new\012line'
	expect_in "$output" '\001\177'
}
