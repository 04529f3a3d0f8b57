/* SPDX-License-Identifier: MIT */
/*
 * The kernel's messages during one run: /dev/kmsg, read from its position at the start of the run.
 */
#ifndef LULL_RUNLOG_H
#define LULL_RUNLOG_H

#include <stdbool.h>

/* Opens the log after its last message. Returns a descriptor, or -1. */
int runlog_open(void);

/*
 * Passes the messages since then to `send`, "<priority>[seconds] text\n" as in syslog(2), in pieces
 * of up to 1000 bytes, and closes the log: all messages, or the kernel's own up to warnings.
 * Messages that arrive meanwhile are included, but no more than fit into the log, so that a kernel
 * that is faster than the line does not block init.
 */
void runlog_close(int fd, unsigned run, bool all,
		  void (*send)(unsigned run, const char *text, unsigned long length));

#endif
