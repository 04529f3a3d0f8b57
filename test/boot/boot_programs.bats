# SPDX-License-Identifier: MIT
# Programs that read and load more than their libraries, packed by name and run from their image. Those that are not
# on every machine are in test/long/boot_programs.bats.
load ../helpers

setup_file() {
	local command runs=''
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image.cpio
	threads "$BATS_FILE_TMPDIR/threads"
	plugged "$BATS_FILE_TMPDIR/plugged"
	printf 'gr\303\274n\n' >"$BATS_FILE_TMPDIR/text"
	packer -b "getent id iconv od sh" -b "$BATS_FILE_TMPDIR/threads $BATS_FILE_TMPDIR/plugged" \
		-f "$BATS_FILE_TMPDIR/text:/text" -o "$IMAGE"
	# All tests judge the runs of one boot.
	for command in 'getent passwd' 'getent group tty' 'getent hosts localhost' 'getent services ssh/tcp' id \
		"sh -c '${CONVERT//$'\n'/;}'" threads plugged; do
		runs+=" lull.run=${command// /%20}"
	done
	bench boot -k "$KERNEL" -i "$IMAGE" --json -a "$runs" >"$BATS_FILE_TMPDIR/result" || true
}

CONVERT='iconv -f UTF-8 -t ISO-8859-1 /text | od -An -tx1; iconv -f UTF-8 -t UTF-16LE /text | od -An -tx1
iconv -f UTF-8 -t UTF-32BE /text | iconv -f UTF-32BE -t UTF-8'

# output_of NUMBER: sets output to that of the run, whose status is 0
output_of() {
	local run
	run=$(sed -n "/^      \"run\": $1,/,/^    }/p" "$BATS_FILE_TMPDIR/result")
	grep -q '^      "exit": 0,' <<<"$run" || fail "$run"
	output=$(printf '%b' "$(sed -n 's/^      "stdout": "\(.*\)",$/\1/p' <<<"$run")")
}

# threads OUT: builds a program that cancels a thread, which unwinds its stack
threads() {
	gcc -x c -o "$1" - -pthread <<-'END'
		#include <pthread.h>
		#include <stdio.h>
		#include <unistd.h>
		static void clean(void *text) { puts(text); }
		static void *run(void *x) {
			pthread_cleanup_push(clean, "cleaned");
			pause();
			pthread_cleanup_pop(0);
			return x;
		}
		int main(void) {
			pthread_t thread;
			pthread_create(&thread, NULL, run, NULL);
			pthread_cancel(thread);
			return pthread_join(thread, NULL);
		}
	END
}

# plugged OUT: builds a program whose note names a library that it loads
plugged() {
	gcc -x c -o "${1%/*}/libplug.so" -shared -fPIC -Wl,-soname,libplug.so - <<<'int plug(void) { return 42; }'
	gcc -x c -o "$1" - -Wl,-rpath,"${1%/*}" <<-'END'
		#include <dlfcn.h>
		#include <stdio.h>
		#define JSON "[{\"soname\":[\"libplug.so.2\",\"libplug.so\"],\"priority\":\"required\"}]"
		__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {
			unsigned name_size, size, type;
			char name[4], text[sizeof(JSON)];
		} note = {4, sizeof(JSON), 0x407c0c0a, "FDO", JSON};
		int main(void) {
			void *plugin = dlopen("libplug.so", RTLD_NOW);
			if (plugin == NULL) { puts(dlerror()); return 1; }
			printf("%d\n", ((int (*)(void))dlsym(plugin, "plug"))());
			return 0;
		}
	END
}

@test "getent and id know the users of the image" {
	output_of 1
	grep -q '^root:x:0:0:root:/root:' <<<"$output" || fail 'no root'
	grep -q '^nobody:x:65534:65534:' <<<"$output" || fail 'no nobody'
	output_of 2
	expect_equal "$output" 'tty:x:5:'
	output_of 3
	expect_in "$output" localhost
	output_of 4
	expect_in "$output" 22/tcp
	output_of 5
	expect_equal "$output" 'uid=0(root) gid=0(root) groups=0(root)'
}

@test "iconv converts text" {
	output_of 6
	expect_equal "$output" " 67 72 fc 6e 0a
 67 00 72 00 fc 00 6e 00 0a 00
$(cat "$BATS_FILE_TMPDIR/text")"
}

@test "a thread is cancelled, with libgcc_s" {
	output_of 7
	expect_equal "$output" cleaned
}

@test "a library named by a note is loaded" {
	output_of 8
	expect_equal "$output" 42
}
