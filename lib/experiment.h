/* SPDX-License-Identifier: MIT */
/*
 * The experiment: what to run within one boot and how. Its keys come, each replacing all that a key
 * had before,
 *
 *  - from an experiment file, which packer has put into the image: a line "KEY VALUE" each, blanks
 * around both left off,
 *    `#` where a word could begin starts a comment, and a quote that is open, or a backslash before
 * the newline, carries a line on to the next;
 *  - from EXPERIMENT_FILE, in a small archive behind the image, in the form of a kernel command
 * line;
 *  - from the kernel command line: `lull.KEY=VALUE`, percent-encoded where a value holds blanks,
 * quotes, control or 8-bit bytes, and what follows ` -- ` there, which is a `run`.
 *
 * A key that may repeat does so within one of these.
 *
 * run        command and arguments, quoted as a shell would; repeats: with several they take turns
 * repeat     how many times each is run and measured, 1 to a million; default 1
 * warmup     how many times before, unmeasured; default 0
 * timeout    seconds, 1 to 10 million, a run: past it everything that it started gets TERM, then
 * KILL cpus       the CPUs that it may use, as 0-3,8 sched      other, batch, idle, fifo PRIORITY,
 * rr PRIORITY nice       -20 to 19 limit      NAME SOFT [HARD] (placement.h); repeats env
 * NAME=VALUE; repeats cwd        the working folder, absolute user       USER[:GROUP] (users.h),
 * with supplementary groups write      PATH VALUE [unchecked]: a file below /proc or /sys that is
 * written and read back (knob_value.h); repeats mount      SOURCE TARGET TYPE [OPTIONS]
 * [deadline=SECONDS] (mount_words.h); repeats module     NAME [KEY=VALUE]...: packed for it, and
 * loaded before it; repeats net        an interface to set up (net_words.h); repeats hostname   1
 * to 64 bytes; default `lull` collect    a glob of files to send back, absolute; repeats stdout
 * keep (default), pipe, drop, stream: what becomes of both outputs (init/run/run.h) noise,
 * quiet-gate   the quiet machine: not there yet, and refused finish     poweroff (default), reboot,
 * halt, shell klog       failed (default: sent when a run failed), always, never provenance full
 * (default: what kernel and machine this is, environment.h) or hello: what is in that record alone
 *
 * On the command line alone:
 *
 * experiment the name of the experiment file, where the image has several
 * exact      1: nothing waits for the host or for slow hardware
 * session    16 hexadecimal digits: the wire's session
 *
 * Rules of the kernel that this follows or goes around
 * (Documentation/admin-guide/kernel-parameters.rst and lib/cmdline.c next_arg()): blanks separate
 * words, double quotes keep them together and are taken off around a word or a value, and a name
 * with a dot that no module has is passed over in silence.
 */
#ifndef LULL_EXPERIMENT_H
#define LULL_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "placement.h"
#include "text.h"

#define EXPERIMENT_FILE "/etc/lull/cmdline"

#define EXPERIMENT_FOLDER "/etc/lull/experiments" /* files, called as their experiment is */

enum {
	EXPERIMENT_HOSTNAME_MAX = 64,
	EXPERIMENT_NAME_MAX = 64,
	EXPERIMENT_REPEAT_MAX = 1000 * 1000,
};

enum experiment_finish { FINISH_POWEROFF, FINISH_REBOOT, FINISH_HALT, FINISH_SHELL };

enum experiment_klog { KLOG_FAILED, KLOG_ALWAYS, KLOG_NEVER };

enum experiment_provenance { PROVENANCE_FULL, PROVENANCE_HELLO };

enum experiment_stdout { STDOUT_KEEP, STDOUT_PIPE, STDOUT_DROP, STDOUT_STREAM };

/* Values of a key that repeats: words, ended by NULL, each value one block, owned. */
struct experiment_list {
	char ***values;
	size_t count;
};

/*
 * Where keys are from; what a higher one says replaces what lower ones have. Behind ` -- ` it is
 * one higher.
 */
enum experiment_layer { LAYER_DEFAULT, LAYER_FILE, LAYER_ARCHIVE = 3, LAYER_COMMAND_LINE = 5 };

enum { EXPERIMENT_KEYS = 26 };

struct experiment {
	struct experiment_list run, limit, env, write, mount, module, net, collect;
	uint64_t repeat, warmup;
	uint64_t timeout_s; /* 0: none */
	bool has_cpus, has_sched, has_nice;
	struct cpus cpus;
	struct sched sched;
	int nice;
	char *cwd, *user; /* owned; NULL: / and root */
	enum experiment_stdout output;
	enum experiment_finish finish;
	enum experiment_klog klog;
	enum experiment_provenance provenance;
	bool exact;
	bool is_loud; /* the kernel's own ignore_loglevel is on the command line */
	bool has_session;
	uint64_t session;
	char hostname[EXPERIMENT_HOSTNAME_MAX + 1];
	char name[EXPERIMENT_NAME_MAX + 1];    /* "": none is named */
	unsigned char layers[EXPERIMENT_KEYS]; /* that each key was last set from */
};

struct experiment experiment_default(void);
void experiment_free(struct experiment *e);

/*
 * Sets one key. Returns 0, or -1 with "KEY: what is wrong" appended to `problem`, without newline.
 * A key that is not known names the nearest that is.
 */
int experiment_set(struct experiment *e, enum experiment_layer layer, const char *key,
		   const char *value, struct text *problem);

/*
 * Reads an experiment file, called `name` in messages. Goes on behind a mistake. Returns 0, or -1
 * with the first mistake, "NAME:LINE: KEY: what is wrong", in `problem`.
 */
int experiment_read_file(struct experiment *e, const char *name, const char *text, size_t length,
			 struct text *problem);

/*
 * Takes the keys out of a kernel command line; other words are passed over. Goes on behind a
 * mistake, so that as much as possible is known about how the machine should end. Returns 0, or -1
 * with one line, without newline, in `problem` that tells the first mistake.
 */
int experiment_read_line(struct experiment *e, enum experiment_layer layer, const char *line,
			 size_t length, struct text *problem);

/* Appends ` lull.KEY=VALUE`, the value encoded. */
void experiment_write(struct text *t, const char *key, const char *value);

/* Appends ` lull.run=...` for a command of any words. */
void experiment_write_run(struct text *t, char *const argv[]);

extern const char experiment_no_memory[];

#endif
