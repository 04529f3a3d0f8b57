/* SPDX-License-Identifier: MIT */
/*
 * The state of an experiment's interface, as the payload of a `net` record of the wire: lines
 *
 *	interface NAME
 *	driver NAME                          if it has one
 *	mac XX:XX:XX:XX:XX:XX                if it has one
 *	mtu BYTES
 *	address ADDRESS/PREFIX               if it has one
 *	route NETWORK/PREFIX GATEWAY         may repeat; gateway 0.0.0.0: the network is on the link
 *	server ADDRESS                       with DHCP, like the lines below
 *	lease_s SECONDS                      4294967295: forever
 *	nameserver ADDRESS                   may repeat
 *	domain NAME
 */
#ifndef LULL_NET_RECORD_H
#define LULL_NET_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp_packet.h"
#include "net_words.h"
#include "text.h"

enum { NET_DRIVER_MAX = 31, NET_MAC_MAX = 20 /* of InfiniBand */ };

struct net_record {
	char name[NET_NAME_MAX + 1];
	char driver[NET_DRIVER_MAX + 1]; /* "": none */
	unsigned char mac[NET_MAC_MAX];
	size_t mac_length;
	uint32_t mtu;
	struct dhcp_answer has; /* prefix 0: no address; server 0: static configuration */
};

/* Appends the payload, at most WIRE_PAYLOAD_MAX bytes. */
void net_record_write(struct text *t, const struct net_record *record);

/* Appends its last lines, nameservers and domain, which have the format of resolv.conf(5). */
void net_record_write_names(struct text *t, const struct net_record *record);

#endif
