/* SPDX-License-Identifier: MIT */
/* Standard streams, which may be closed when a process starts. */
#ifndef LULL_STANDARD_H
#define LULL_STANDARD_H

/*
 * Opens closed ones. Otherwise the next opened file, such as an image or a log, would get the
 * descriptor and receive messages. Then reading standard input returns end of file, writing
 * standard output fails as before, and messages are discarded. Returns 0, or -1 with errno.
 */
int standard_open(void);

#endif
