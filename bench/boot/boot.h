/* SPDX-License-Identifier: MIT */
/* One boot, from start to end, and its event loop. */
#ifndef BENCH_BOOT_H
#define BENCH_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/terminal.h"
#include "console/console.h"
#include "console/outcome.h"
#include "target/machine.h"
#include "target/sched_times.h"
#include "target/target.h"

/* Seconds after which bench ends a machine; 0: no limit. */
struct boot_limits {
	uint64_t silence; /* without output, outside of a run */
	uint64_t start;	  /* from the start of the machine to that of the run */
	uint64_t run;	  /* from the start of the run to the first record after it */
	uint64_t results; /* from that record to the last record */
	uint64_t total;
	uint64_t bytes; /* bytes, not seconds, of the console */
};

/* In seconds, all of the same clock. */
struct boot_times {
	double started;
	double last_byte; /* the last byte */
	double staged;	  /* the last change of stage */
	double now;
};

struct boot {
	const struct machine *machine;
	struct boot_limits limits;
	struct console *console; /* receives the console's bytes */
	int log;		 /* the same bytes are written here; -1: no log */
	struct terminal
	    *terminal; /* shows the progress, or the guest's console to a person; NULL: neither */
	/* Results: */
	enum machine_end end;
	uint64_t limit_s;   /* the limit that passed, for MACHINE_SILENT */
	int signal;	    /* received before the machine's end; 0: none */
	bool target_failed; /* in a laboratory, also after the machine's end; `error` says why */
	bool log_failed;
	char version[TARGET_WORD_MAX]; /* QEMU's; empty: unknown */
	char type[TARGET_WORD_MAX];    /* the machine's; empty: unknown */
	char error[TARGET_ERROR_MAX];  /* one line, not escaped, for MACHINE_FAILED */
	double init_s;		  /* from the machine's start to init's first record; 0: none */
	struct sched_times times; /* of QEMU, up to the last stage of the boot */
};

/*
 * The limits for a run of `timeout_s` seconds and an image of `image_mib` MiB, which the kernel
 * unpacks silently. They are longer in exact mode, where the guest's seconds are not the host's.
 */
struct boot_limits boot_limits_for(uint64_t timeout_s, uint64_t image_mib, bool exact);

/*
 * Adds `wait_s`, the time that init has announced it may wait before the run. No limits stay no
 * limits.
 */
struct boot_limits boot_limits_with_wait(struct boot_limits limits, uint64_t wait_s, bool exact);

/*
 * Adds time for the firmware of a laboratory's machine, which may take minutes before it starts a
 * kernel.
 */
struct boot_limits boot_limits_with_firmware(struct boot_limits limits);

/*
 * Returns the limit that has passed, in seconds, or 0. A panic counts only outside of a run,
 * because other programs can print its text during one.
 */
uint64_t boot_limit_passed(const struct boot_limits *limits, const struct boot_times *times,
			   enum console_stage stage, bool panicked);

/*
 * Boots, and waits for the end. The target is gone on return. Returns 0, or -1 with errno if bench
 * itself failed.
 */
int boot_run(struct boot *b);

/* The loop's state. Times are values of seconds_now(). */
struct loop {
	struct boot *boot;
	struct target *target;
	int signals;
	int signal; /* received; 0: none */
	double began;
	double last_byte; /* the last byte */
	double staged;	  /* the last change of stage, or the last start of a run */
	uint64_t runs;
	uint64_t bytes; /* of the console */
	enum console_stage stage;
	bool given_up; /* the target has been asked to end */
	bool started;  /* the target has started */
};

#endif
