/* SPDX-License-Identifier: MIT */
/*
 * The kernel's messages of one run, apart from all others: /dev/kmsg, read from where it was at the
 * run's start.
 */
#ifndef LULL_RUNLOG_H
#define LULL_RUNLOG_H

#include <stdbool.h>

/* Opens it behind the last message. Returns a descriptor, or -1 where there is none. */
int runlog_open(void);

/*
 * Gives the messages since then to `send`, "<priority>[seconds] text\n" as syslog(2) has them, in
 * pieces of up to 1000 bytes, and closes it: all, or the kernel's own from warnings on. What the
 * kernel writes meanwhile comes too, but no more than its log holds, so that a kernel that is
 * faster than the line does not keep init here.
 */
void runlog_close(int fd, unsigned run, bool all,
		  void (*send)(unsigned run, const char *text, unsigned long length));

#endif
