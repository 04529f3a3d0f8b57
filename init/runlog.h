/* SPDX-License-Identifier: MIT */
/* The kernel's messages of one run, apart from all others: /dev/kmsg, read from where it was at the run's start. */
#ifndef LULL_RUNLOG_H
#define LULL_RUNLOG_H

/* Opens it behind the last message. Returns a descriptor, or -1 where there is none. */
int runlog_open(void);

/*
 * Gives each message since then to `send`, "[seconds] text\n" as on the console, in pieces of up to 1000 bytes, and
 * closes it.
 */
void runlog_close(int fd, unsigned run, void (*send)(unsigned run, const char *text, unsigned long length));

#endif
