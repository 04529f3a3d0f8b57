/* SPDX-License-Identifier: MIT */
/* QEMU as a process: its arguments, its start, its end. */
#ifndef BENCH_QEMU_H
#define BENCH_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "target/machine.h"

#define QEMU_PROGRAM "qemu-system-x86_64"

/* The running process. Descriptors are nonblocking; qemu_close() closes them. */
struct qemu {
	pid_t pid;   /* 0: gone */
	int console; /* to read; the guest's serial port */
	int input;   /* to write to the guest's serial port */
	int errors;  /* to read; QEMU's stderr */
	int qmp;     /* to read and write */
};

/* Looks up the program in PATH. Returns 0, or -1 with errno ENOENT. */
int qemu_find(char *path, size_t size);

const char *qemu_accel_name(enum accel accel);

/*
 * Starts QEMU with the machine stopped; QMP's `cont` starts the machine. QEMU gets no signals from
 * bench's terminal, and dies with bench. Returns 0, or -1 with errno.
 */
int qemu_start(struct qemu *q, const struct machine *machine);

/* If the process has ended, sets pid to 0, stores its wait status and returns true. */
bool qemu_is_gone(struct qemu *q, int *status);

void qemu_kill(const struct qemu *q);

/* Ends the process, if it is still there, and closes the descriptors. */
void qemu_close(struct qemu *q);

#endif
