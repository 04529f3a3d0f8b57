/* SPDX-License-Identifier: MIT */
/*
 * Interfaces, addresses and routes of the kernel, by rtnetlink(7). IPv4 addresses are in the order
 * of bytes of this machine.
 */
#ifndef LULL_NETLINK_H
#define LULL_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/net_record.h"

/* A connection to the kernel, which also hears when interfaces change. */
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
 * All of these return 0, or -1 with errno: what the kernel answered, or EPROTO if it did not.
 * netlink_close() is due after netlink_open(), whatever that returns.
 */
int netlink_open(struct netlink *netlink);

/* ENODEV: there is none of that name. */
int netlink_find(struct netlink *netlink, const char *name, struct netlink_link *link);

/* Switches it on, and sets its MTU, which 0 leaves as it is. */
int netlink_set_up(struct netlink *netlink, int index, uint32_t mtu);

/* The address may be there already. */
int netlink_add_address(struct netlink *netlink, int index, uint32_t address, unsigned prefix);

/*
 * EEXIST: there is one to the same network with the same metric. With `anywhere` the gateway need
 * not lie in a network of the interface: it is taken to be on its link.
 */
int netlink_add_route(struct netlink *netlink, int index, const struct net_route *route,
		      uint32_t metric, bool anywhere);

/*
 * Sleeps until some interface has changed since it was last asked about, or the deadline: then
 * false.
 */
bool netlink_wait(const struct netlink *netlink, uint64_t deadline);

void netlink_close(struct netlink *netlink);

#endif
