/* SPDX-License-Identifier: MIT */
/*
 * The experiment: what to run within one boot and how. Its keys come from the kernel command line as
 * `lull.KEY=VALUE`, the values percent-encoded where they hold blanks, quotes, control or 8-bit bytes, and from what
 * follows ` -- ` there, which replaces `run`. What is too long for the kernel's 2047 bytes stands in the same form in
 * EXPERIMENT_FILE, in a small archive behind the image; what the command line says goes before it.
 *
 * run       the command, quoted as a shell would
 * timeout   seconds, 1 to 10 million: past it everything that the experiment started gets TERM, then KILL
 * finish    poweroff (default), reboot, halt, shell
 * hostname  1 to 64 bytes; default `lull`
 * klog      failed (default: sent when the run failed), always, never
 * exact     1: nothing waits for the host or for slow hardware
 * session   16 hexadecimal digits: the wire's session
 *
 * Rules of the kernel that this follows or goes around (Documentation/admin-guide/kernel-parameters.rst and
 * lib/cmdline.c next_arg()): blanks separate words, double quotes keep them together and are taken off around a word or
 * a value, and a name with a dot that no module has is passed over in silence.
 */
#ifndef LULL_EXPERIMENT_H
#define LULL_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

#define EXPERIMENT_FILE "/etc/lull/cmdline"

enum { EXPERIMENT_HOSTNAME_MAX = 64 };

enum experiment_finish { FINISH_POWEROFF, FINISH_REBOOT, FINISH_HALT, FINISH_SHELL };

enum experiment_klog { KLOG_FAILED, KLOG_ALWAYS, KLOG_NEVER };

struct experiment {
	char **run; /* argv, one block, owned; NULL: none */
	uint64_t timeout_s; /* 0: none */
	enum experiment_finish finish;
	enum experiment_klog klog;
	bool exact;
	bool has_session;
	uint64_t session;
	char hostname[EXPERIMENT_HOSTNAME_MAX + 1];
};

struct experiment experiment_default(void);
void experiment_free(struct experiment *e);

/*
 * Sets one key. Returns 0, or -1 with errno ENOENT for an unknown key, EINVAL or ERANGE for a value that it cannot
 * have, ENOMEM.
 */
int experiment_set(struct experiment *e, const char *key, const char *value);

/*
 * Takes the keys out of a kernel command line; other words are passed over. Goes on behind a mistake, so that as much
 * as possible is known about how the machine should end. Returns 0, or -1 with one line, without newline, in `problem`
 * that tells the first mistake.
 */
int experiment_read(struct experiment *e, const char *line, size_t length, struct text *problem);

/* Appends ` lull.KEY=VALUE`, the value encoded. */
void experiment_write(struct text *t, const char *key, const char *value);

/* Appends ` lull.run=...` for a command of any words. */
void experiment_write_run(struct text *t, char *const argv[]);

#endif
