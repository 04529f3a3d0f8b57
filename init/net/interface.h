/* SPDX-License-Identifier: MIT */
/* A network interface that is waited for. */
#ifndef LULL_INTERFACE_H
#define LULL_INTERFACE_H

#include "net/netlink.h"
#include "text.h"

struct interface {
	struct netlink *netlink;
	const char *name;
	uint64_t deadline;	  /* deadline.h */
	struct netlink_link link; /* as it was last seen; index 0: it was not there */
	int problem;		  /* errno of the last look */
};

/*
 * Waits for it to appear, switches it on and waits for its carrier. Returns 0, or -1 with the
 * reason appended to `why`.
 */
int interface_bring_up(struct interface *interface, struct text *why);

/* Waits for its carrier, and returns as above. */
int interface_wait_for_carrier(struct interface *interface, struct text *why);

/* What its driver is called, "" if it has none or that is not known. */
void interface_driver(const char *name, char driver[NET_DRIVER_MAX + 1]);

#endif
