/* SPDX-License-Identifier: MIT */
#ifndef LULL_SHELL_H
#define LULL_SHELL_H

/* The path of the image's shell, or NULL. */
const char *shell_find(void);

/*
 * Runs a shell with job control on the terminal of /dev/console and waits for its end. Returns the
 * signal that asked to end the machine meanwhile, 0 if none, or -1 with errno if no process could
 * be made.
 */
int shell_run(const char *shell);

#endif
