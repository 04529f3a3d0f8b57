/* SPDX-License-Identifier: MIT */
/* Standard streams, as a process may be started without some of them. */
#ifndef LULL_STANDARD_H
#define LULL_STANDARD_H

/*
 * Opens those that are closed: else one would be the next file that is opened, an image or a log,
 * say, with messages in it. Reading standard input gives its end, writing standard output fails as
 * it did, and messages go nowhere. Returns 0, or -1 with errno.
 */
int standard_open(void);

#endif
