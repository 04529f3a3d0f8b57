/* SPDX-License-Identifier: MIT */
/*
 * What became of a boot, told from all that was seen. Power-off, restart and panic all end QEMU
 * with status 0, so its status says nothing: the reason of the machine's end comes from QMP,
 * everything else from the console.
 */
#ifndef BENCH_OUTCOME_H
#define BENCH_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "console/console.h"
#include "console/result.h"
#include "text.h"

/* By figure, in its own unit: the most that is allowed, where it has a limit. */
struct noise_limits {
	bool has[FIGURES];
	uint64_t max[FIGURES];
};

struct noise {
	const struct result_run *run; /* the result's own */
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
	OUTCOME_FAILED,	   /* the command ended with another status than 0 */
	OUTCOME_KILLED,	   /* the command died of a signal */
	OUTCOME_TIMED_OUT, /* the command was killed at its time-out */
	OUTCOME_NOT_RUN,   /* the command could not be started */
	OUTCOME_NOISY,	   /* all went well, but more disturbed a measured run than was allowed */
	OUTCOME_WARNING,   /* the kernel warned of itself, and the command ended in some way */
	OUTCOME_LOCKUP,	   /* the same, with a CPU or task that did not get on */
	OUTCOME_OOPS, /* the same, with an oops or worse: what the command gave is not to be trusted
		       */
	OUTCOME_WRONG_KERNEL, /* the kernel is another than was to be booted */
	OUTCOME_INIT_FAILED,  /* init could not do its work and said so */
	OUTCOME_LOST_DATA,    /* records are missing or contradict each other */
	OUTCOME_ENDED,	      /* the machine ended before there was a verdict */
	OUTCOME_RESET,	      /* the machine started anew */
	OUTCOME_HANG,	      /* nothing more came */
	OUTCOME_FLOODED,      /* more came than a boot may write */
	OUTCOME_PANIC,
	OUTCOME_NEVER_BOOTED, /* nothing came from a kernel, or from init where the machine came
				 back */
	OUTCOME_QEMU_FAILED,
	OUTCOME_TARGET_FAILED,
	OUTCOME_NO_QEMU,
	OUTCOME_REFUSED, /* it could not do what was asked of it, and was not begun */
	OUTCOMES,
};

enum machine_end {
	MACHINE_UNKNOWN, /* a recorded log: nobody saw the machine */
	MACHINE_POWERED_OFF,
	MACHINE_RESET,
	MACHINE_RETURNED,      /* started anew, into a system of its own */
	MACHINE_SILENT,	       /* still there, and given up after limit_s without a word */
	MACHINE_ESCAPED,       /* ended by the person at the console */
	MACHINE_NOT_STARTED,   /* the kernel's file cannot be one */
	MACHINE_MISSING,       /* no QEMU */
	MACHINE_FAILED,	       /* QEMU failed */
	MACHINE_TARGET_FAILED, /* a command or the line of a laboratory did */
	MACHINE_FLOODED,       /* given up because of all that it wrote */
};

/* Why a boot is not begun, and bench's exit status for that. */
struct refusal {
	enum outcome outcome; /* OUTCOME_OK: nothing stands against it */
	int status;
	char text[OUTCOME_REASON_MAX];
};

/* Strings and structures are the caller's. */
struct evidence {
	const struct refusal *refusal; /* NULL: it was begun */
	enum machine_end end;
	uint64_t limit_s;
	const char *qemu_error; /* one line, also of another target; may be NULL */
	bool target_failed;	/* after whatever end, so that somebody may have to go there */
	const struct console *console;
	const struct result *result;
	enum wire_verdict verdict;
	bool interactive;
	/* What was expected: */
	const char *build_id; /* of the kernel, hexadecimal digits; NULL or "": not asked */
	const char *release;  /* of that kernel; NULL or "": not known */
	const struct noise_limits *noise; /* NULL: none */
};

/*
 * Appends one line without newline to `reason`, of at least OUTCOME_REASON_MAX bytes; nothing for
 * ok and failed.
 */
enum outcome outcome_judge(const struct evidence *e, struct text *reason);

/*
 * A line of the console, or of the kernel's log without its priority: bytes as they came, any but
 * newline.
 */
struct outcome_line {
	const char *data; /* of the evidence's console or result */
	size_t length;	  /* at most WITNESS_LINE_MAX */
};

/*
 * The lines that told of the outcome, in their order: of a panic, an oops, a warning or a lockup
 * what the kernel said of it; of records that are lost those that came broken; of a machine that
 * hung, reset or ended the last ones before; of a command that was killed what the kernel said of
 * trouble, or else last, during that run. Returns their number, 0 where nothing more is to be told.
 */
size_t outcome_lines(const struct evidence *e, enum outcome outcome,
		     struct outcome_line lines[OUTCOME_LINES]);

/* The word for it in JSON, as `never-booted`. */
const char *outcome_name(enum outcome outcome);

/*
 * bench's exit status: the command's own as a shell would give it, 124 out of time, 125 no verdict.
 */
int outcome_status(enum outcome outcome, const struct result *result);

/* Whether the command's output is to be believed: the run has a verdict. */
bool outcome_is_final(enum outcome outcome);

#endif
