/* SPDX-License-Identifier: MIT */
/* One boot, from its start to its end: the loop that everything of it comes together in. */
#ifndef BENCH_BOOT_H
#define BENCH_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/terminal.h"
#include "console/console.h"
#include "console/outcome.h"
#include "target/machine.h"
#include "target/target.h"

/* Seconds after which a machine is given up; 0: never. */
struct boot_limits {
	uint64_t silence; /* without a byte, outside of the run */
	uint64_t start;	  /* from the machine's start to the run's */
	uint64_t run;	  /* from the start of the run to the first word after it */
	uint64_t results; /* from that word to the end of the records */
	uint64_t total;
	uint64_t bytes; /* of the console, no seconds */
};

/* Seconds of one clock. */
struct boot_times {
	double started;
	double heard;  /* the last byte */
	double staged; /* the last change of stage */
	double now;
};

struct boot {
	const struct machine *machine;
	struct boot_limits limits;
	struct console *console;   /* gets the bytes */
	int log;		   /* gets them too, byte for byte; -1: nowhere */
	struct terminal *terminal; /* shows the progress, or is the person's; NULL: neither */
	/* What came of it: */
	enum machine_end end;
	uint64_t limit_s;   /* which limit ran out, for MACHINE_SILENT */
	int signal;	    /* that bench was sent before the machine's end; 0: none */
	bool target_failed; /* of a laboratory, at the machine's end too: `error` tells why */
	bool log_failed;
	char version[TARGET_WORD_MAX]; /* QEMU's; empty: not told */
	char type[TARGET_WORD_MAX];    /* the machine's; empty: not told */
	char error[TARGET_ERROR_MAX];  /* one line, not escaped, for MACHINE_FAILED */
};

/*
 * The limits for a run of `timeout_s` and an image of `image_mib`, which the kernel unpacks in
 * silence. In exact mode guest seconds are not the host's.
 */
struct boot_limits boot_limits_for(uint64_t timeout_s, uint64_t image_mib, bool exact);

/*
 * The same where init has said that it may wait for `wait_s` before the run. Those of a person stay
 * as they are: none.
 */
struct boot_limits boot_limits_with_wait(struct boot_limits limits, uint64_t wait_s, bool exact);

/*
 * The same for a machine whose own firmware may take minutes before it starts a kernel: one of a
 * laboratory.
 */
struct boot_limits boot_limits_with_firmware(struct boot_limits limits);

/*
 * The limit that has passed, in seconds, or 0. What looks like a panic counts only outside of a
 * run: others can write it.
 */
uint64_t boot_limit_passed(const struct boot_limits *limits, const struct boot_times *times,
			   enum console_stage stage, bool panicked);

/*
 * Boots and waits for the end. The target is gone when this returns. Returns 0, or -1 with errno
 * where bench's own side failed.
 */
int boot_run(struct boot *b);

/* The state of the loop. Times are those of seconds_now(). */
struct loop {
	struct boot *boot;
	struct target *target;
	int signals;
	int signal; /* that was heard; 0: none */
	double began;
	double heard;  /* the last byte */
	double staged; /* the last change of stage, or start of a run */
	uint64_t runs;
	uint64_t bytes; /* of the console */
	enum console_stage stage;
	bool given_up; /* the target was asked to end */
	bool started;  /* it has been */
};

#endif
