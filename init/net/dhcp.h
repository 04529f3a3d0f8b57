/* SPDX-License-Identifier: MIT */
/*
 * A DHCP client (RFC 2131) up to the lease: it does not renew or release leases, nor probe
 * addresses.
 */
#ifndef LULL_DHCP_H
#define LULL_DHCP_H

#include <stdint.h>

#include "dhcp_packet.h"
#include "text.h"

/*
 * Asks for an address on the Ethernet interface `index`, which is up, until `deadline` (clock.h).
 * Returns 0, or -1 with the problem appended to `why`.
 */
int dhcp_ask(int index, const unsigned char mac[DHCP_MAC_SIZE], uint64_t deadline,
	     struct dhcp_answer *lease, struct text *why);

#endif
