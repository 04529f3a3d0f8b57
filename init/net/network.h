/* SPDX-License-Identifier: MIT */
#ifndef LULL_NETWORK_H
#define LULL_NETWORK_H

#include "experiment.h"

/*
 * Brings the loopback interface up. Returns 0, also if the kernel has no network, or -1 with errno.
 */
int network_loopback(void);

/*
 * Sets up the experiment's interfaces in sequence, each within its deadline; of several routes to
 * the same network the first interface's is used. Writes /etc/resolv.conf, unless it exists, if a
 * DHCP server sends name servers. Reports the maximum wait for each interface, and its final state.
 * Returns NULL, or the reason why no experiment may run.
 */
const char *network_up(const struct experiment *experiment);

#endif
