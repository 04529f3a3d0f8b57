/* SPDX-License-Identifier: MIT */
/*
 * A client of DHCP (RFC 2131), until it has a lease: nothing is renewed, given back, or looked for
 * on the wire before.
 */
#ifndef LULL_DHCP_H
#define LULL_DHCP_H

#include <stdint.h>

#include "dhcp_packet.h"
#include "text.h"

/*
 * Asks for an address on the Ethernet interface `index`, which is up, until `deadline`
 * (deadline.h). Returns 0, or -1 with what did not come appended to `why`.
 */
int dhcp_ask(int index, const unsigned char mac[DHCP_MAC_SIZE], uint64_t deadline,
	     struct dhcp_answer *lease, struct text *why);

#endif
