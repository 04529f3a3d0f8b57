/* SPDX-License-Identifier: MIT */
#ifndef LULL_NETWORK_H
#define LULL_NETWORK_H

/* Brings the loopback interface up. 0 also where the kernel has no network; -1 with errno. */
int network_loopback(void);

#endif
