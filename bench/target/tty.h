/* SPDX-License-Identifier: MIT */
/* A serial line of this computer. */
#ifndef BENCH_TTY_H
#define BENCH_TTY_H

#include <stdbool.h>
#include <termios.h>

struct tty {
	int fd; /* not blocking; -1: not open */
	struct termios before;
};

/* Whether termios(3) has the speed, in bits a second. */
bool tty_has_speed(unsigned speed);

/*
 * Opens the device raw and with that speed, for one bench alone, and drops what had come before.
 * Returns 0, or -1 with errno: EWOULDBLOCK where another has it, EINVAL where it does not take the
 * speed.
 */
int tty_open(struct tty *t, const char *device, unsigned speed);

/* Closes it, with the settings that it had. */
void tty_close(struct tty *t);

#endif
