/* SPDX-License-Identifier: MIT */
/* Generates answers of a DHCP server and parses them. */
#ifndef LULL_TEST_DHCP_READ_H
#define LULL_TEST_DHCP_READ_H

#include <stdlib.h>
#include <string.h>

#include "dhcp_packet.h"
#include "made/dhcp_made.h"

#define ADDRESS(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define SERVER 54, 4, 10, 0, 2, 2
#define OFFER 53, 1, 2, SERVER
#define ACK 53, 1, 5, SERVER
#define NAK 53, 1, 6, SERVER

static const struct dhcp_question discover = {
    .type = DHCP_DISCOVER,
    .transaction = 0xdeadbeef,
    .seconds = 0x102,
    .mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
};

static struct dhcp_answer answer;

/* Copies the packet to a block of its exact size, so that the sanitizer sees reads beyond it. */
static enum dhcp_found
read_part(const struct dhcp_question *question, const struct dhcp_made *m, size_t length,
	  bool has_checksum)
{
	unsigned char *copy = malloc(length > 0 ? length : 1);

	memcpy(copy, m->packet, length);
	enum dhcp_found found = dhcp_packet_read(&answer, question, copy, length, has_checksum);
	free(copy);
	return found;
}

static enum dhcp_found
read_made(const struct dhcp_made *m)
{
	return read_part(&discover, m, m->length, true);
}

#endif
