/* SPDX-License-Identifier: MIT */
/*
 * A network interface of an experiment, from the words of the key `net`. Pure. Addresses are IPv4,
 * in this machine's byte order.
 *
 *	INTERFACE dhcp [deadline=SECONDS]
 *	INTERFACE ADDRESS/PREFIX [via=GATEWAY] [route=NETWORK/PREFIX,GATEWAY]... [deadline=SECONDS]
 *	INTERFACE up [deadline=SECONDS]
 */
#ifndef LULL_NET_WORDS_H
#define LULL_NET_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum { NET_NAME_MAX = 15, NET_ROUTES_MAX = 16, NET_DEADLINE_S = 30 };

enum net_kind { NET_UP, NET_STATIC, NET_DHCP };

struct net_route {
	uint32_t network;
	unsigned prefix; /* bits */
	uint32_t gateway;
};

struct net_words {
	char name[NET_NAME_MAX + 1];
	enum net_kind kind;
	uint32_t address; /* static */
	unsigned prefix;
	struct net_route
	    routes[NET_ROUTES_MAX]; /* static; a default route has network 0 and prefix 0 */
	size_t route_count;
	uint64_t deadline_s; /* for the interface to appear, its carrier, and an address */
};

/* Returns NULL, or the problem with the words, which end with NULL. */
const char *net_words_read(struct net_words *net, char *const *words);

/* Parses a dotted address. Returns 0, or -1. */
int net_words_address(const char *text, uint32_t *address);

/* Append an address, and ADDRESS/PREFIX. */
void net_words_write_address(struct text *t, uint32_t address);
void net_words_write_network(struct text *t, uint32_t address, unsigned prefix);

#endif
