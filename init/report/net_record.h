/* SPDX-License-Identifier: MIT */
/*
 * What an interface that an experiment asked for has become, as the payload of a `net` record of
 *the wire: lines
 *
 *	interface NAME
 *	driver NAME                          where it has one
 *	mac XX:XX:XX:XX:XX:XX                where it has one
 *	mtu BYTES
 *	address ADDRESS/PREFIX               where it has one
 *	route NETWORK/PREFIX GATEWAY         may repeat; the gateway 0.0.0.0 says that the network
 *is on the link server ADDRESS                       with DHCP, and so are those below lease_s
 *SECONDS                      4294967295: for ever nameserver ADDRESS                   may repeat
 *	domain NAME
 */
#ifndef LULL_NET_RECORD_H
#define LULL_NET_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp_packet.h"
#include "net_words.h"
#include "text.h"

enum { NET_DRIVER_MAX = 31, NET_MAC_MAX = 20 /* InfiniBand's */ };

struct net_record {
	char name[NET_NAME_MAX + 1];
	char driver[NET_DRIVER_MAX + 1]; /* "": none */
	unsigned char mac[NET_MAC_MAX];
	size_t mac_length;
	uint32_t mtu;
	struct dhcp_answer has; /* prefix 0: no address; server 0: as the experiment has it */
};

/* Appends the payload, of WIRE_PAYLOAD_MAX bytes at most. */
void net_record_write(struct text *t, const struct net_record *record);

/*
 * Appends its last lines, those of nameservers and domain, which resolv.conf(5) has in the same
 * form.
 */
void net_record_write_names(struct text *t, const struct net_record *record);

#endif
