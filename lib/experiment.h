/* SPDX-License-Identifier: MIT */
/*
 * The experiment: the commands to run within one boot, and how. Its keys come from these sources; a
 * key in a later source replaces all values of earlier ones:
 *
 *  - an experiment file, which packer has put into the image (key_lines.h);
 *  - EXPERIMENT_FILE, in a small archive after the image, in the form of a kernel command line;
 *  - the kernel command line: `lull.KEY=VALUE`, percent-encoded if a value has blanks, quotes,
 *    control or 8-bit bytes, and the words after ` -- `, which are a `run`.
 *
 * A key that may repeat does so within one source.
 *
 * run         command and arguments, quoted as for a shell; repeats: several take turns
 * repeat      measured runs of each command, 1 to a million; default 1
 * warmup      unmeasured runs before these; default 0
 * timeout     seconds for each run, 1 to 10 million: then its processes get TERM, later KILL
 * cpus        the CPUs that it may use, such as 0-3,8
 * sched       other, batch, idle, fifo PRIORITY, rr PRIORITY
 * nice        -20 to 19
 * limit       NAME SOFT [HARD] (placement.h); repeats
 * env         NAME=VALUE; repeats
 * cwd         the working folder, absolute
 * user        USER[:GROUP] (users.h), with supplementary groups
 * write       PATH VALUE [unchecked]: a file below /proc or /sys that is written and read back
 *             (knob_value.h); repeats
 * mount       SOURCE TARGET TYPE [OPTIONS] [deadline=SECONDS] (mount_words.h); repeats
 * module      NAME [KEY=VALUE]...: packed for the experiment and loaded before it; repeats
 * net         an interface to set up (net_words.h); repeats
 * hostname    1 to 64 bytes; default `lull`
 * collect     a glob of files to send back, absolute; repeats
 * better      lower|higher NAME: which values of a measure are better, for bench; repeats
 * stdout      keep (default), pipe, drop, stream: how both outputs are handled (init/run/run.h)
 * noise, quiet-gate
 *             reserved for a quiet machine; all values but none are refused
 * finish      poweroff (default), reboot, halt, shell
 * klog        failed (default: sent if a run failed), always, never
 * provenance  full (default: facts about kernel and machine, environment.h) or hello: only the
 *             facts in that record
 *
 * On the command line only:
 *
 * experiment  the name of the experiment file, if the image has several
 * exact       1: never wait for the host or for slow hardware
 * session     16 hexadecimal digits: the wire's session
 *
 * Rules of the kernel that this follows or avoids (Documentation/admin-guide/kernel-parameters.rst
 * and lib/cmdline.c next_arg()): blanks separate words; double quotes keep them together and are
 * removed around a word or a value; a name with a dot that matches no module is ignored without a
 * message.
 */
#ifndef LULL_EXPERIMENT_H
#define LULL_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "placement.h"
#include "text.h"

#define EXPERIMENT_FILE "/etc/lull/cmdline"

#define EXPERIMENT_FOLDER "/etc/lull/experiments" /* files, named after their experiment */

enum {
	EXPERIMENT_HOSTNAME_MAX = 64,
	EXPERIMENT_NAME_MAX = 64,
	EXPERIMENT_REPEAT_MAX = 1000 * 1000,
};

enum experiment_finish { FINISH_POWEROFF, FINISH_REBOOT, FINISH_HALT, FINISH_SHELL };

enum experiment_klog { KLOG_FAILED, KLOG_ALWAYS, KLOG_NEVER };

enum experiment_provenance { PROVENANCE_FULL, PROVENANCE_HELLO };

enum experiment_stdout { STDOUT_KEEP, STDOUT_PIPE, STDOUT_DROP, STDOUT_STREAM };

/* Values of a key that repeats: word arrays ended by NULL, each one owned block. */
struct experiment_list {
	char ***values;
	size_t count;
};

/*
 * Sources of keys. A key set in a higher layer replaces values of lower ones. The words after ` --
 * ` are one layer higher.
 */
enum experiment_layer { LAYER_DEFAULT, LAYER_FILE, LAYER_ARCHIVE = 3, LAYER_COMMAND_LINE = 5 };

enum { EXPERIMENT_KEYS = 27 };

struct experiment {
	struct experiment_list run, limit, env, write, mount, module, net, collect, better;
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
	bool is_loud; /* ignore_loglevel is on the command line */
	bool has_session;
	uint64_t session;
	char hostname[EXPERIMENT_HOSTNAME_MAX + 1];
	char name[EXPERIMENT_NAME_MAX + 1];    /* "": not named */
	unsigned char layers[EXPERIMENT_KEYS]; /* in which each key was last set */
};

struct experiment experiment_default(void);
void experiment_free(struct experiment *e);

/*
 * Sets one key. Returns 0, or -1 with "KEY PROBLEM", without newline, appended to `problem`. For an
 * unknown key, the nearest known one is suggested.
 */
int experiment_set(struct experiment *e, enum experiment_layer layer, const char *key,
		   const char *value, struct text *problem);

/*
 * Reads an experiment file, called `name` in messages. Continues after an error. Returns 0, or -1
 * with the first error, "NAME:LINE: KEY PROBLEM", in `problem`.
 */
int experiment_read_file(struct experiment *e, const char *name, const char *text, size_t length,
			 struct text *problem);

/*
 * Sets the keys on a kernel command line; other words are ignored. Continues after an error, so
 * that keys such as `finish` still count. Returns 0, or -1 with the first error, one line without
 * newline, in `problem`.
 */
int experiment_read_line(struct experiment *e, enum experiment_layer layer, const char *line,
			 size_t length, struct text *problem);

/* Appends ` lull.KEY=VALUE`, the value encoded. */
void experiment_write(struct text *t, const char *key, const char *value);

/* Appends ` lull.run=...` for a command with arbitrary words. */
void experiment_write_run(struct text *t, char *const argv[]);

#endif
