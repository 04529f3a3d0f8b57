/* SPDX-License-Identifier: MIT */
#ifndef LULL_NETWORK_H
#define LULL_NETWORK_H

#include "experiment.h"

/* Brings the loopback interface up. 0 also where the kernel has no network; -1 with errno. */
int network_loopback(void);

/*
 * Sets up the interfaces that the experiment asks for, one after the other, each within its
 * deadline; where several give a route to the same network, that of the first is used. Writes
 * /etc/resolv.conf, unless there is one, if a server of DHCP names servers. Reports how long it may
 * wait for each, and what each has become. Returns NULL, or why no experiment may run.
 */
const char *network_up(const struct experiment *experiment);

#endif
