/* SPDX-License-Identifier: MIT */
#ifndef LULL_SHELL_H
#define LULL_SHELL_H

/* The shell that the image has, or NULL. */
const char *shell_find(void);

/*
 * Runs a shell with job control on the terminal behind /dev/console and waits for its end. Returns
 * the signal that asked for the machine's end meanwhile, 0 if none did, -1 with errno if no process
 * could be made.
 */
int shell_run(const char *shell);

#endif
