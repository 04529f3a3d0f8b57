/* SPDX-License-Identifier: MIT */
/* Serial lines of this computer. */
#ifndef BENCH_TTY_H
#define BENCH_TTY_H

#include <stdbool.h>
#include <termios.h>

struct tty {
	int fd; /* nonblocking; -1: not open */
	struct termios before;
};

/* Whether termios(3) has the speed, in bits per second. */
bool tty_has_speed(unsigned speed);

/*
 * Opens the device in raw mode with that speed, locked for one bench, and discards earlier input.
 * Returns 0, or -1 with errno: EWOULDBLOCK if another process has locked it, EINVAL if it does not
 * accept the speed.
 */
int tty_open(struct tty *t, const char *device, unsigned speed);

/* Restores the device's settings and closes it. */
void tty_close(struct tty *t);

#endif
