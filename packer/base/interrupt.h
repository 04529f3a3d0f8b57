/* SPDX-License-Identifier: MIT */
/* Signals: packer removes its unfinished files before it ends by the signal. */
#ifndef LULL_PACKER_INTERRUPT_H
#define LULL_PACKER_INTERRUPT_H

#include <sys/types.h>

/*
 * Installs handlers for the signals that would end packer, unless they were ignored. The handler
 * records the signal and ends the program that interrupt_run() runs.
 */
void interrupt_catch(void);

/* Returns the signal that was received, or 0. */
int interrupt_signal(void);

struct interrupt_program {
	char *const *argv;
	char *const *environment;
	const char *directory;
	int input; /* descriptors */
	int output;
	int errors;
};

/*
 * Starts a program as posix_spawnp(3) does and waits for it. A signal at any moment ends the
 * program too. Returns 0 with its wait status, or an errno.
 */
int interrupt_run(const struct interrupt_program *program, int *status);

/* Ends packer by the signal that was received, if any. */
void interrupt_obey(void);

#endif
