/* SPDX-License-Identifier: MIT */
/* Programs that a command line visibly starts: wrappers with their options, and shell text. */
#include "resolve/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "words.h"

/* `expected`: names, each with a question mark if it is a guess, and its environment. */
static void
expect(const char *line, const char *expected)
{
	char **words = words_split(line), all[1024] = "";
	struct command command;

	assert_non_null(words);
	command_read(&command, words);
	for (size_t i = 0; i < command.count; i++) {
		const struct command_start *start = &command.list[i];
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s%s%s%s%s%s",
			 i > 0 ? " " : "", start->name, start->is_guess ? "?" : "",
			 start->path != NULL ? "@" : "", start->path != NULL ? start->path : "",
			 start->preload != NULL ? "+" : "",
			 start->preload != NULL ? start->preload : "");
	}
	assert_string_equal(all, expected);
	command_free(&command);
	free(words);
}

static void
wrappers(void **state)
{
	(void)state;
	expect("ls -l", "ls");
	expect("env", "env");
	expect("env -i -- A=1 prog x", "env prog");
	expect("env -u X A=b prog", "env prog");
	expect("env -S 'a b'", "env");
	expect("/usr/bin/env LD_LIBRARY_PATH=/a:/b LD_PRELOAD=x.so nice -n 5 prog",
	       "/usr/bin/env nice@/a:/b+x.so "
	       "prog@/a:/b+x.so");
	expect("nice -5 prog", "nice prog");
	expect("ionice -c 3 prog", "ionice prog");
	expect("ionice -c3 -p 1", "ionice");
	expect("taskset -c 0-3 prog -p", "taskset prog");
	expect("taskset 0x1 prog", "taskset prog");
	expect("taskset -p 0x1 7", "taskset");
	expect("numactl -N0 --membind 0 prog", "numactl prog");
	expect("numactl -l prog", "numactl prog?");
	expect("timeout --signal=KILL -k 1 5 prog", "timeout prog");
	expect("timeout 5", "timeout");
	expect("chrt -f 50 prog", "chrt prog");
	expect("strace -f -o /tmp/x -e trace=%file prog y", "strace prog?");
	expect("strace -o /tmp/x prog", "strace prog");
	expect("ltrace -c prog", "ltrace prog?");
	expect("time -f %e nohup setsid stdbuf -oL prog", "time nohup setsid stdbuf prog");
	expect("setarch x86_64 -R prog", "setarch prog");
	expect("setarch -R prog", "setarch prog");
	expect("unshare -rm prog", "unshare prog?");
	expect("xargs -n 1 prog", "xargs prog");
	expect("perf stat -- taskset 1 bash", "perf taskset bash");
	expect("perf stat -e cycles,instructions -r 3 prog", "perf prog");
	expect("perf stat -x, --per-core prog", "perf prog?");
	expect("perf record -g -o x prog", "perf prog?");
	expect("perf stat -p 1", "perf");
	expect("perf list", "perf");
	expect("perf", "perf");
}

static void
shells(void **state)
{
	(void)state;
	expect("sh script", "sh");
	expect("sh -c 'prog x | sort >out 2>&1 && other; cd /; echo no'", "sh prog? sort? other?");
	expect("bash -euo pipefail -c 'a & b || c'", "bash a? b? c?");
	expect("bash -o pipefail -c a", "bash a?");
	expect("sh -c 'for i in x y; do prog $i; done; if test -e z; then yes; else no; fi'",
	       "sh prog? yes? no?");
	expect("sh -c '$x y; \"$z\" w; *; prog \"a; b\" c'", "sh prog?");
	expect("sh -c 'A=$(date) prog; x=`y z`; (deep); ! last'", "sh prog? deep? last?");
	expect("sh -c 'exec nice -n 1 prog'", "sh nice? prog?");
	expect("sh -c 'LD_LIBRARY_PATH=/a one; two; export LD_LIBRARY_PATH=/b; three'",
	       "sh one?@/a two? three?@/b");
	expect("sh -c 'one # two\nthree; case x in y) z ;; esac; four'", "sh one? three? four?");
	expect("sh -c 'one <<END\ntwo\nEND\nthree <<<word four; five'", "sh one? three? five?");
	expect("sh -c 'f() { one; }; f'", "sh one? f?");
	expect("taskset 1 sh -c \"sh -c 'in'\"", "taskset sh sh? in?");
	expect("sh -c", "sh");
	expect("sh -c ''", "sh");
}

static void
scripts(void **state)
{
	struct command command;
	(void)state;

	command_read_script(&command,
			    "#!/bin/sh\nset -e\nprogram=\"${0##*/}\"\nnice /opt/a b || ls /no\n"
			    "cat <<-'E'\n\t/no/document\n\tE\ncase x in\n/no) /no/case;;\nesac\n"
			    "exec \"/root/.pyenv/libexec/pyenv\" exec \"$program\" \"$@\"\n");
	assert_int_equal(command.count, 2);
	assert_string_equal(command.list[0].name, "/opt/a");
	assert_string_equal(command.list[1].name, "/root/.pyenv/libexec/pyenv");
	command_free(&command);
}

static void
directories(void **state)
{
	char *list = command_directories("/a::b:/c;/d/");
	(void)state;

	assert_string_equal(list, "/a:/c:/d/");
	free(list);
	assert_null(command_directories(":x:"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrappers),
	    cmocka_unit_test(shells),
	    cmocka_unit_test(scripts),
	    cmocka_unit_test(directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
