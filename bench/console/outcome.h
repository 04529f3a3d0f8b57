/* SPDX-License-Identifier: MIT */
/*
 * Judges the outcome of a boot from all evidence. Power-off, restart and panic all end QEMU with
 * status 0, so its status is not used: QMP gives the reason of the machine's end, the console
 * everything else.
 */
#ifndef BENCH_OUTCOME_H
#define BENCH_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "console/console.h"
#include "console/result.h"
#include "text.h"

/* The allowed maximum of each figure that has a limit, in the figure's unit. */
struct noise_limits {
	bool has[FIGURES];
	uint64_t max[FIGURES];
};

struct noise {
	const struct result_run *run; /* owned by the result */
	enum result_figure figure;
	uint64_t max;
};

enum {
	STATUS_TIMED_OUT = 124,
	STATUS_NO_VERDICT = 125,
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128,
	STATUS_WRONG_USAGE = 129, /* above 127, so that `git bisect run` stops */
	OUTCOME_REASON_MAX = 512,
	OUTCOME_LINES = 8,
};

enum outcome {
	OUTCOME_OK,
	OUTCOME_FAILED,	   /* the command exited with a nonzero status */
	OUTCOME_KILLED,	   /* a signal killed the command */
	OUTCOME_TIMED_OUT, /* init killed the command at its time limit */
	OUTCOME_NOT_RUN,   /* the command could not be started */
	OUTCOME_NOISY,	   /* ok, except that a measured run was disturbed more than allowed */
	OUTCOME_WARNING,   /* the kernel printed a warning, and the command ended in any way */
	OUTCOME_LOCKUP,	   /* the same, with a CPU or task that was stuck */
	OUTCOME_OOPS, /* the same, with an oops or worse: the command's output is not reliable */
	OUTCOME_WRONG_KERNEL, /* another kernel was booted than the given one */
	OUTCOME_INIT_FAILED,  /* init reported a failure */
	OUTCOME_LOST_DATA,    /* records are missing or contradict each other */
	OUTCOME_ENDED,	      /* the machine ended before a verdict */
	OUTCOME_RESET,	      /* the machine restarted */
	OUTCOME_HANG,	      /* the output stopped */
	OUTCOME_FLOODED,      /* the output exceeded its limit */
	OUTCOME_PANIC,
	OUTCOME_NEVER_BOOTED, /* no output from a kernel, or none from init and the machine came
				 back */
	OUTCOME_QEMU_FAILED,
	OUTCOME_TARGET_FAILED,
	OUTCOME_NO_QEMU,
	OUTCOME_REFUSED, /* the boot could not have succeeded, and was not started */
	OUTCOMES,
};

enum machine_end {
	MACHINE_UNKNOWN, /* a recorded log: the end is unknown */
	MACHINE_POWERED_OFF,
	MACHINE_RESET,
	MACHINE_RETURNED,      /* restarted into its own system */
	MACHINE_SILENT,	       /* bench ended it after limit_s without output */
	MACHINE_ESCAPED,       /* the person at the console ended it */
	MACHINE_NOT_STARTED,   /* the file is not a kernel */
	MACHINE_MISSING,       /* no QEMU */
	MACHINE_FAILED,	       /* QEMU failed */
	MACHINE_TARGET_FAILED, /* a command or the line of a laboratory failed */
	MACHINE_FLOODED,       /* bench ended it because of too much output */
};

/* Why a boot is not started, and bench's exit status for that. */
struct refusal {
	enum outcome outcome; /* OUTCOME_OK: not refused */
	int status;
	char text[OUTCOME_REASON_MAX];
};

/* Strings and structures are owned by the caller. */
struct evidence {
	const struct refusal *refusal; /* NULL: the boot was started */
	enum machine_end end;
	uint64_t limit_s;
	const char *qemu_error; /* one line, also for other targets; may be NULL */
	bool target_failed; /* also after a normal end: a person may have to go to the machine */
	const struct console *console;
	const struct result *result;
	enum wire_verdict verdict;
	bool interactive;
	/* Expectations: */
	const char *build_id; /* of the kernel, hexadecimal digits; NULL or "": not checked */
	const char *release;  /* of that kernel; NULL or "": unknown */
	const struct noise_limits *noise; /* NULL: no limits */
};

/*
 * Returns the outcome. Appends the reason, one line without newline, to `reason`, of at least
 * OUTCOME_REASON_MAX bytes; nothing for ok and failed.
 */
enum outcome outcome_judge(const struct evidence *e, struct text *reason);

/*
 * A line of the console, or of the kernel's log without its priority: unescaped, any bytes except
 * newline.
 */
struct outcome_line {
	const char *data; /* points into the evidence's console or result */
	size_t length;	  /* at most EXCERPT_LINE_MAX */
};

/*
 * Selects the lines that explain the outcome, in order. For a panic, an oops, a warning or a
 * lockup: the kernel's lines about it. For lost records: the broken ones. For a machine that hung,
 * reset or ended: the last lines before. For a command that was killed: the kernel's lines of
 * trouble during that run, else its last ones. Returns their number, 0 if no line adds anything.
 */
size_t outcome_lines(const struct evidence *e, enum outcome outcome,
		     struct outcome_line lines[OUTCOME_LINES]);

/* The outcome's name in JSON, such as `never-booted`. */
const char *outcome_name(enum outcome outcome);

/* bench's exit status: that of the command, as in a shell; 124: timed out; 125: no verdict. */
int outcome_status(enum outcome outcome, const struct result *result);

/* Whether the command's output is reliable: the run has a verdict. */
bool outcome_is_final(enum outcome outcome);

#endif
