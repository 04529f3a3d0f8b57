/* SPDX-License-Identifier: MIT */
/* Being told to stop: whatever was begun is taken away before packer ends by the signal. */
#ifndef LULL_PACKER_INTERRUPT_H
#define LULL_PACKER_INTERRUPT_H

#include <sys/types.h>

/*
 * From here on signals that would end packer are noted, unless they were ignored; cpio is then
 * ended too.
 */
void interrupt_catch(void);

/* The signal that came, or 0. */
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
 * Starts a program as posix_spawnp(3) does and waits for it, taking care that a signal at any
 * moment ends it too. Returns 0 with its wait status, or an errno.
 */
int interrupt_run(const struct interrupt_program *program, int *status);

/* Ends by the signal that came, if one did. */
void interrupt_obey(void);

#endif
