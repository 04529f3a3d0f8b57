/* SPDX-License-Identifier: MIT */
/* What the two files of the boot's loop share: its state, and one function for each thing that it listens to. */
#ifndef BENCH_BOOT_LOOP_H
#define BENCH_BOOT_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "boot.h"
#include "qmp.h"

/* The state of the loop. Times are seconds of a clock that does not jump. */
struct loop {
	struct boot *boot;
	struct qemu qemu;
	struct qmp qmp;
	int signals;
	double started;
	double heard;  /* the last byte */
	double staged; /* the last change of stage, or start of a run */
	uint64_t runs;
	enum console_stage stage;
	double kill_at; /* 0: QEMU was not asked to end */
	bool given_up;
	int wait_status;
	size_t error_used;
};

/* Seconds of that clock. */
double loop_now(void);

/* Asks QEMU to end, and sets when it is killed if it does not. Only the first call counts: it says how the machine ended. */
void loop_ask_to_end(struct loop *l, enum machine_end end);

/*
 * Read what there is. Return 1 if there was something, 0 if not; loop_hear_console() -1 with errno if bench's own side
 * failed.
 */
int loop_hear_console(struct loop *l);
int loop_hear_qmp(struct loop *l);
int loop_hear_errors(struct loop *l);

void loop_hear_signals(struct loop *l);

/* What the person typed goes to the guest. */
void loop_hear_person(struct loop *l);

#endif
