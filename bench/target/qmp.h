/* SPDX-License-Identifier: MIT */
/*
 * QEMU's machine protocol (docs/interop/qmp-spec.txt): JSON objects, one a line. After the
 * greeting, which tells QEMU's version, bench sends `qmp_capabilities`, asks of what type the
 * machine is, sends `cont`, and then listens for the event that says why the machine ended.
 */
#ifndef BENCH_QMP_H
#define BENCH_QMP_H

#include <stdbool.h>
#include <stddef.h>

enum { QMP_LINE_MAX = 64 * 1024, QMP_ERROR_MAX = 256, QMP_WORD_MAX = 128 };

enum qmp_step { QMP_GREETING, QMP_CAPABILITIES, QMP_MACHINE, QMP_CONT, QMP_RUNNING };

/* All zero at the start, but for the descriptor. */
struct qmp {
	int fd;
	enum qmp_step step;
	bool shutdown;		    /* the SHUTDOWN event has come */
	bool by_reset;		    /* its reason is the guest's reset */
	bool by_guest;		    /* its reason is the guest's */
	bool stopped;		    /* the machine was stopped by QEMU itself: an internal error */
	char version[QMP_WORD_MAX]; /* QEMU's, as "7.2.22 (PACKAGE)"; empty: not told */
	char machine[QMP_WORD_MAX]; /* as "pc-i440fx-7.2"; empty: not told */
	char error[QMP_ERROR_MAX]; /* what QEMU answered instead of doing as told; empty: nothing */
	size_t used;
	char line[QMP_LINE_MAX];
};

/*
 * Reads bytes of the protocol and answers as above. Returns 0, or -1 with errno if an answer cannot
 * be written.
 */
int qmp_feed(struct qmp *q, const char *bytes, size_t length);

/* Asks QEMU to end. Returns 0, or -1 with errno. */
int qmp_quit(struct qmp *q);

#endif
