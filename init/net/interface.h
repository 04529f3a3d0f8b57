/* SPDX-License-Identifier: MIT */
/* A network interface that is being set up. */
#ifndef LULL_INTERFACE_H
#define LULL_INTERFACE_H

#include "net/netlink.h"
#include "text.h"

struct interface {
	struct netlink *netlink;
	const char *name;
	uint64_t deadline;	  /* of clock.h */
	struct netlink_link link; /* as last seen; index 0: it did not exist */
	int problem;		  /* errno of the last lookup */
};

/*
 * Waits for it to appear, brings it up and waits for its carrier. Returns 0, or -1 with the reason
 * appended to `why`.
 */
int interface_bring_up(struct interface *interface, struct text *why);

/* Waits for its carrier. Returns as above. */
int interface_wait_for_carrier(struct interface *interface, struct text *why);

/* The name of its driver, "" if it has none or the name is unknown. */
void interface_driver(const char *name, char driver[NET_DRIVER_MAX + 1]);

#endif
