/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a packet from a DHCP server. In the first byte, 1 enables UDP's checksum and 2
 * selects a request instead of a discover. The question has the packet's transaction and MAC
 * address, and a fixed server, and IP's checksum is corrected: otherwise hardly any mutation would
 * reach the options. The results must be valid for the kernel and for files.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WITH_CHECKSUM = 1, AS_REQUEST = 2, SERVER = 0x0a000202 };

static void
correct_checksum(uint8_t *packet, size_t size)
{
	size_t header = (size_t)(packet[0] & 15) * 4;
	uint32_t sum = 0;

	if (header < 20 || size < header)
		return;
	packet[10] = packet[11] = 0;
	for (size_t i = 0; i < header; i += 2)
		sum += (uint32_t)packet[i] << 8 | packet[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	packet[10] = (uint8_t)(~sum >> 8);
	packet[11] = (uint8_t)~sum;
}

static void
ask_for(struct dhcp_question *question, const uint8_t *packet, size_t size)
{
	size_t bootp = (size_t)(packet[0] & 15) * 4 + 8;

	if (size < bootp + 34)
		return;
	question->transaction = (uint32_t)packet[bootp + 4] << 24 |
				(uint32_t)packet[bootp + 5] << 16 |
				(uint32_t)packet[bootp + 6] << 8 | packet[bootp + 7];
	memcpy(question->mac, packet + bootp + 28, DHCP_MAC_SIZE);
}

static void
check(const struct dhcp_answer *answer, const struct dhcp_question *question)
{
	size_t good = strcspn(answer->domain, " \n\r\t\v\f\x1b\x7f\x80\xff");

	if (question->type == DHCP_REQUEST ? answer->type != DHCP_ACK && answer->type != DHCP_NAK
					   : answer->type != DHCP_OFFER)
		abort();
	if (answer->type == DHCP_NAK)
		return;
	if (answer->prefix < 1 || answer->prefix > 32 || answer->route_count > NET_ROUTES_MAX ||
	    answer->nameserver_count > DHCP_NAMESERVERS_MAX || answer->domain[good] != '\0' ||
	    answer->address >> 24 == 0 || answer->address >> 24 >= 224 ||
	    (answer->mtu != 0 && answer->mtu < 68))
		abort();
	for (size_t i = 0; i < answer->route_count; i++) {
		const struct net_route *route = &answer->routes[i];
		if (route->prefix > 32 ||
		    (route->prefix < 32 && route->network << route->prefix != 0))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_question question = {.type = DHCP_DISCOVER};
	struct dhcp_answer answer;

	if (size < 2)
		return 0;
	uint8_t flags = *data++;
	uint8_t *packet = malloc(--size);
	if (packet == NULL)
		return 0;
	memcpy(packet, data, size);
	if ((flags & AS_REQUEST) != 0)
		question = (struct dhcp_question){.type = DHCP_REQUEST, .server = SERVER};
	ask_for(&question, packet, size);
	correct_checksum(packet, size);
	if (dhcp_packet_read(&answer, &question, packet, size, (flags & WITH_CHECKSUM) != 0) ==
	    DHCP_ANSWER)
		check(&answer, &question);
	free(packet);
	return 0;
}
