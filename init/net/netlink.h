/* SPDX-License-Identifier: MIT */
/*
 * Interfaces, addresses and routes of the kernel, by rtnetlink(7). IPv4 addresses are in this
 * machine's byte order.
 */
#ifndef LULL_NETLINK_H
#define LULL_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/net_record.h"

/* A connection to the kernel, which also receives changes of interfaces. */
struct netlink {
	int fd;
	uint32_t sequence;
};

struct netlink_link {
	int index;
	unsigned type;	/* ARPHRD_ETHER and its like */
	unsigned flags; /* IFF_UP and its like */
	uint32_t mtu;
	unsigned char mac[NET_MAC_MAX];
	size_t mac_length;
};

/*
 * These return 0, or -1 with errno: the kernel's answer, or EPROTO without one. Call
 * netlink_close() after netlink_open() in any case.
 */
int netlink_open(struct netlink *netlink);

/* ENODEV: no interface has that name. */
int netlink_find(struct netlink *netlink, const char *name, struct netlink_link *link);

/* Brings it up and sets its MTU; 0 leaves the MTU unchanged. */
int netlink_set_up(struct netlink *netlink, int index, uint32_t mtu);

/* The address may exist already. */
int netlink_add_address(struct netlink *netlink, int index, uint32_t address, unsigned prefix);

/*
 * EEXIST: a route to the same network with the same metric exists. With `anywhere` the gateway need
 * not be in a network of the interface: it is assumed to be on its link.
 */
int netlink_add_route(struct netlink *netlink, int index, const struct net_route *route,
		      uint32_t metric, bool anywhere);

/* Waits until an interface changes after the last lookup. Returns false at the deadline. */
bool netlink_wait(const struct netlink *netlink, uint64_t deadline);

void netlink_close(struct netlink *netlink);

#endif
