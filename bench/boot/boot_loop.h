/* SPDX-License-Identifier: MIT */
/* What the two files of the boot's loop share: its state, and one function for each thing that it listens to. */
#ifndef BENCH_BOOT_LOOP_H
#define BENCH_BOOT_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "boot/boot.h"
#include "target/target.h"

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

/* Asks the target to end. Only the first call counts: it says how the machine ended. */
void loop_ask_to_end(struct loop *l, enum machine_end end);

/* The target has started. What a system of its own said before is not the appliance's. Returns 0, or -1 with errno. */
int loop_begin(struct loop *l);

/* Reads what there is. Returns 1 if there was something, 0 if not, -1 with errno if bench's own side failed. */
int loop_hear_console(struct loop *l);

void loop_hear_signals(struct loop *l);

/* What the person typed goes to the guest. */
void loop_hear_person(struct loop *l);

#endif
