/* SPDX-License-Identifier: MIT */
#include "dhcp_packet.h"

#include <string.h>

#include "dhcp_options.h"

enum {
	IP_HEADER = 20,
	IP_ADDRESSES = 12,
	IP_FRAGMENT = 0x3fff, /* more fragments, or an offset */
	IP_UDP = 17,
	UDP_HEADER = 8,
	PORT_CLIENT = 68,
	BOOTP_REQUEST = 1,
	BOOTP_REPLY = 2,
	BOOTP_ETHERNET = 1,
	QUESTION = IP_HEADER + UDP_HEADER + 300, /* relays may drop what is shorter than BOOTP was */
};

/* Where BOOTP has its fields. */
enum { BOOTP_TRANSACTION = 4, BOOTP_SECONDS = 8, BOOTP_YOUR_ADDRESS = 16, BOOTP_MAC = 28, BOOTP_COOKIE = 236 };

static void
put(unsigned char *at, uint32_t number, size_t size)
{
	while (size-- > 0) {
		at[size] = (unsigned char)number;
		number >>= 8;
	}
}

static uint32_t
get(const unsigned char *at, size_t size)
{
	return dhcp_options_get(at, size);
}

/* RFC 1071, in two steps. Over what holds its own checksum it is 0. */
static uint32_t
add_up(uint32_t sum, const unsigned char *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
	return sum;
}

static uint32_t
checksum_of(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* UDP's goes over addresses, protocol and length too. */
static uint32_t
udp_checksum(const unsigned char *ip, const unsigned char *udp, size_t length)
{
	return checksum_of(add_up(add_up(IP_UDP + (uint32_t)length, ip + IP_ADDRESSES, 8), udp, length));
}

/*
 * A question up to UDP's checksum: from 0.0.0.0 to all, from port 68 to port 67, not to be cut in pieces. It is of one
 * length, 328 and 308 bytes, whatever it asks.
 */
static const unsigned char headers[] = {
    69, 0, 1, 72, 0, 0, 64, 0, 64, 17, 57, 166, 0, 0, 0, 0, 255, 255, 255, 255, 0, 68, 0, 67, 1, 52,
};

_Static_assert(QUESTION == 256 + 72 && QUESTION - IP_HEADER == 256 + 52, "the lengths in the headers");
_Static_assert(DHCP_PACKET_MAX - IP_HEADER - UDP_HEADER == 5 * 256 + 192, "the length in the options");

/*
 * BOOTP's cookie; the longest answer (option 57); what is wanted (55), classless routes, mask, routers, MTU, name
 * servers, domain and lease, in the order of preference, as RFC 3442 has it; and the type, but for its value.
 */
static const unsigned char cookie_and_options[] = {
    99, 130, 83, 99, 57, 2, 5, 192, 55, 7, 121, 1, 3, 26, 6, 15, 51, 53, 1,
};

static unsigned char *
put_address(unsigned char *at, enum dhcp_option code, uint32_t address)
{
	*at++ = (unsigned char)code;
	*at++ = 4;
	put(at, address, 4);
	return at + 4;
}

size_t
dhcp_packet_write(const struct dhcp_question *question, unsigned char packet[DHCP_PACKET_MAX])
{
	unsigned char *udp = packet + IP_HEADER, *bootp = udp + UDP_HEADER;
	unsigned char *at = bootp + BOOTP_COOKIE + sizeof(cookie_and_options);

	memset(packet, 0, QUESTION);
	memcpy(packet, headers, sizeof(headers));
	bootp[0] = BOOTP_REQUEST;
	bootp[1] = BOOTP_ETHERNET;
	bootp[2] = DHCP_MAC_SIZE;
	put(bootp + BOOTP_TRANSACTION, question->transaction, 4);
	put(bootp + BOOTP_SECONDS, question->seconds, 2);
	memcpy(bootp + BOOTP_MAC, question->mac, DHCP_MAC_SIZE);
	memcpy(bootp + BOOTP_COOKIE, cookie_and_options, sizeof(cookie_and_options));
	*at++ = (unsigned char)question->type;
	if (question->type == DHCP_REQUEST) {
		at = put_address(at, OPTION_ADDRESS, question->address);
		at = put_address(at, OPTION_SERVER, question->server);
	}
	*at = OPTION_END;
	uint32_t sum = udp_checksum(packet, udp, QUESTION - IP_HEADER);
	put(udp + 6, sum != 0 ? sum : 0xffff, 2);
	return QUESTION;
}

/* BOOTP in a packet to a client's port (RFC 2131, 4.1, decides of no other), NULL if it is another or damaged. */
static const unsigned char *
unwrap(const unsigned char *packet, size_t *length, bool has_checksum)
{
	if (*length < IP_HEADER || packet[0] >> 4 != 4)
		return NULL;
	size_t header = (size_t)(packet[0] & 15) * 4, total = get(packet + 2, 2);
	if (header < IP_HEADER || total > *length || total < header + UDP_HEADER || packet[9] != IP_UDP ||
	    (get(packet + 6, 2) & IP_FRAGMENT) != 0 || checksum_of(add_up(0, packet, header)) != 0)
		return NULL;
	const unsigned char *udp = packet + header;
	size_t size = get(udp + 4, 2);
	if (get(udp + 2, 2) != PORT_CLIENT || size < UDP_HEADER || size > total - header)
		return NULL;
	if (has_checksum && get(udp + 6, 2) != 0 && udp_checksum(packet, udp, size) != 0)
		return NULL;
	*length = size - UDP_HEADER;
	return udp + UDP_HEADER;
}

static bool
is_for(const struct dhcp_question *question, const unsigned char *bootp, size_t length)
{
	static const unsigned char head[] = {BOOTP_REPLY, BOOTP_ETHERNET, DHCP_MAC_SIZE};

	return length >= BOOTP_OPTIONS && memcmp(bootp, head, sizeof(head)) == 0 &&
	       get(bootp + BOOTP_TRANSACTION, 4) == question->transaction &&
	       memcmp(bootp + BOOTP_MAC, question->mac, DHCP_MAC_SIZE) == 0 &&
	       memcmp(bootp + BOOTP_COOKIE, cookie_and_options, 4) == 0;
}

static bool
is_machine(uint32_t address)
{
	unsigned first = address >> 24;

	return first != 0 && first != 127 && first < 224;
}

enum dhcp_found
dhcp_packet_read(struct dhcp_answer *answer, const struct dhcp_question *question, const unsigned char *packet,
		 size_t length, bool has_checksum)
{
	const unsigned char *bootp = unwrap(packet, &length, has_checksum);
	struct dhcp_options options;
	uint32_t type = DHCP_NONE;

	*answer = (struct dhcp_answer){.type = DHCP_NONE};
	if (bootp == NULL || !is_for(question, bootp, length))
		return DHCP_FOREIGN;
	if (!dhcp_options_find(&options, bootp, length) || !dhcp_options_number(&options, OPTION_TYPE, 1, &type) ||
	    !dhcp_options_number(&options, OPTION_SERVER, 4, &answer->server) || !is_machine(answer->server))
		return DHCP_BROKEN;
	bool is_last = (type == DHCP_ACK || type == DHCP_NAK) && answer->server == question->server;
	if (question->type == DHCP_REQUEST ? !is_last : type != DHCP_OFFER)
		return DHCP_FOREIGN;
	answer->type = (enum dhcp_type)type;
	if (type == DHCP_NAK)
		return DHCP_ANSWER;
	answer->address = get(bootp + BOOTP_YOUR_ADDRESS, 4);
	return is_machine(answer->address) && dhcp_options_configuration(&options, answer) ? DHCP_ANSWER : DHCP_BROKEN;
}
