/* SPDX-License-Identifier: MIT */
/*
 * QEMU's machine protocol (docs/interop/qmp-spec.txt): JSON objects, one per line. The greeting has
 * QEMU's version. bench then sends `qmp_capabilities`, queries the type of the machine, sends
 * `cont`, and waits for the event with the reason of the machine's end.
 */
#ifndef BENCH_QMP_H
#define BENCH_QMP_H

#include <stdbool.h>
#include <stddef.h>

enum { QMP_LINE_MAX = 64 * 1024, QMP_ERROR_MAX = 256, QMP_WORD_MAX = 128 };

enum qmp_step { QMP_GREETING, QMP_CAPABILITIES, QMP_MACHINE, QMP_CONT, QMP_RUNNING };

/* Starts zeroed, except for the descriptor. */
struct qmp {
	int fd;
	enum qmp_step step;
	bool shutdown;		    /* the SHUTDOWN event has arrived */
	bool by_reset;		    /* its reason is the guest's reset */
	bool by_guest;		    /* its reason is the guest's */
	bool stopped;		    /* QEMU itself stopped the machine: an internal error */
	char version[QMP_WORD_MAX]; /* QEMU's, such as "7.2.22 (PACKAGE)"; empty: unknown */
	char machine[QMP_WORD_MAX]; /* such as "pc-i440fx-7.2"; empty: unknown */
	char error[QMP_ERROR_MAX];  /* QEMU's error reply to a command; empty: none */
	size_t used;
	char line[QMP_LINE_MAX];
};

/*
 * Parses bytes of the protocol and sends the replies above. Returns 0, or -1 with errno if one
 * cannot be sent.
 */
int qmp_feed(struct qmp *q, const char *bytes, size_t length);

/* Asks QEMU to end. Returns 0, or -1 with errno. */
int qmp_quit(struct qmp *q);

#endif
