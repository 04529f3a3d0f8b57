/* SPDX-License-Identifier: MIT */
/*
 * Packets that a DHCP client sends and receives on an Ethernet interface without an address: whole
 * IPv4 packets. Pure. Addresses are in this machine's byte order.
 *
 *	IP header (20 bytes or more), UDP header (8), BOOTP (RFC 951, 236), cookie (4),
 *	options (RFC 2132)
 *
 * An option is CODE LENGTH VALUE; 0 pads and 255 ends. With option 52 they continue in BOOTP's
 * fields `file` and `sname`. Several options with the same code are parts of one value (RFC 3396).
 * Option 121, classless routes, overrides option 3, routers (RFC 3442).
 */
#ifndef LULL_DHCP_PACKET_H
#define LULL_DHCP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net_words.h"

enum {
	DHCP_PACKET_MAX = 1500,
	DHCP_MAC_SIZE = 6,
	DHCP_NAMESERVERS_MAX = 3, /* resolv.conf(5) */
	DHCP_DOMAIN_MAX = 100,	  /* so that everything fits into a record of the wire */
};

#define DHCP_LEASE_FOR_EVER UINT32_MAX

enum dhcp_type { DHCP_NONE, DHCP_DISCOVER, DHCP_OFFER, DHCP_REQUEST, DHCP_ACK = 5, DHCP_NAK };

struct dhcp_question {
	enum dhcp_type
	    type; /* DHCP_DISCOVER, or DHCP_REQUEST with the offered address and its server: */
	uint32_t address, server;
	uint32_t transaction; /* xid */
	uint16_t seconds;     /* since the first question */
	unsigned char mac[DHCP_MAC_SIZE];
};

struct dhcp_answer {
	enum dhcp_type type; /* DHCP_OFFER, DHCP_ACK, or DHCP_NAK, which has only a server */
	uint32_t server;
	uint32_t address;
	unsigned prefix; /* 1 to 32; without option 1, that of the address's class */
	struct net_route routes[NET_ROUTES_MAX]; /* gateway 0: the network is on the link */
	size_t route_count, routes_left_out;
	uint32_t nameservers[DHCP_NAMESERVERS_MAX];
	size_t nameserver_count;
	char domain[DHCP_DOMAIN_MAX + 1]; /* printable, without blanks; "" if invalid or too long */
	uint32_t mtu;			  /* at least 68; 0: not given */
	uint32_t lease_s;		  /* 0: not given */
};

/* Writes the packet of a question and returns its length. */
size_t dhcp_packet_write(const struct dhcp_question *question,
			 unsigned char packet[DHCP_PACKET_MAX]);

enum dhcp_found {
	DHCP_FOREIGN, /* not an answer to this question, or damaged */
	DHCP_BROKEN,  /* an answer that violates the standards */
	DHCP_ANSWER,
};

/*
 * Parses a packet as an answer to `question`: an offer for DHCP_DISCOVER; ACK or NAK of its server
 * for DHCP_REQUEST. `has_checksum` is false if the kernel reports that UDP's checksum was left to
 * hardware (packet(7), PACKET_AUXDATA), as between machines on one host. *answer is valid for
 * DHCP_ANSWER only.
 */
enum dhcp_found dhcp_packet_read(struct dhcp_answer *answer, const struct dhcp_question *question,
				 const unsigned char *packet, size_t length, bool has_checksum);

#endif
