/* SPDX-License-Identifier: MIT */
#include "dhcp_packet.h"

#include <string.h>

enum dhcp_option {
	OPTION_PAD = 0,
	OPTION_MASK = 1,
	OPTION_ROUTERS = 3,
	OPTION_NAMESERVERS = 6,
	OPTION_DOMAIN = 15,
	OPTION_MTU = 26,
	OPTION_ADDRESS = 50,
	OPTION_LEASE = 51,
	OPTION_OVERLOAD = 52,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_ROUTES = 121,
	OPTION_END = 255,
};

/* Offsets and sizes of the BOOTP fields that hold options. */
enum {
	BOOTP_SNAME = 44,
	BOOTP_SNAME_SIZE = 64,
	BOOTP_FILE = 108,
	BOOTP_FILE_SIZE = 128,
	BOOTP_OPTIONS = 240
};

/* The fields that hold options, in order. */
struct dhcp_options {
	struct {
		const unsigned char *at;
		size_t length;
	} fields[3];
	size_t count;
};

/* Parsing of options, for dhcp_packet_read(). */

enum { OVERLOAD_FILE = 1, OVERLOAD_SNAME = 2, MTU_LEAST = 68 };

/* An option's value, joined from its parts. */
struct value {
	unsigned char at[DHCP_PACKET_MAX];
	size_t length;
};

/* A number of one to four bytes in network byte order. */
static uint32_t
dhcp_options_get(const unsigned char *at, size_t size)
{
	uint32_t number = 0;

	while (size-- > 0)
		number = number << 8 | *at++;
	return number;
}

/*
 * Appends the values of an option in one field. Returns false if an option is longer than the
 * field.
 */
static bool
append_option(const unsigned char *at, size_t left, enum dhcp_option code, struct value *value)
{
	while (left > 0 && *at != OPTION_END) {
		if (*at == OPTION_PAD) {
			at++;
			left--;
			continue;
		}
		if (left < 2 || at[1] > left - 2 || at[1] > sizeof(value->at) - value->length)
			return false;
		size_t size = at[1];
		if (*at == code) {
			memcpy(value->at + value->length, at + 2, size);
			value->length += size;
		}
		at += 2 + size;
		left -= 2 + size;
	}
	return true;
}

static bool
join_option(const struct dhcp_options *options, enum dhcp_option code, struct value *value)
{
	value->length = 0;
	for (size_t i = 0; i < options->count; i++)
		if (!append_option(options->fields[i].at, options->fields[i].length, code, value))
			return false;
	return true;
}

/*
 * Reads a number of `size` bytes; without the option, *number is unchanged. Returns false if the
 * option is malformed.
 */
static bool
dhcp_options_number(const struct dhcp_options *options, enum dhcp_option code, size_t size,
		    uint32_t *number)
{
	struct value value;

	if (!join_option(options, code, &value) || (value.length != 0 && value.length != size))
		return false;
	if (value.length != 0)
		*number = dhcp_options_get(value.at, size);
	return true;
}

static void
add_field(struct dhcp_options *options, const unsigned char *at, size_t length)
{
	options->fields[options->count].at = at;
	options->fields[options->count++].length = length;
}

/*
 * Finds the fields in BOOTP of at least BOOTP_OPTIONS bytes, which must stay valid. Returns false
 * if they are malformed.
 */
static bool
dhcp_options_find(struct dhcp_options *options, const unsigned char *bootp, size_t length)
{
	uint32_t overload = 0;

	options->count = 0;
	add_field(options, bootp + BOOTP_OPTIONS, length - BOOTP_OPTIONS);
	if (!dhcp_options_number(options, OPTION_OVERLOAD, 1, &overload) ||
	    overload > (OVERLOAD_FILE | OVERLOAD_SNAME))
		return false;
	if ((overload & OVERLOAD_FILE) != 0)
		add_field(options, bootp + BOOTP_FILE, BOOTP_FILE_SIZE);
	if ((overload & OVERLOAD_SNAME) != 0)
		add_field(options, bootp + BOOTP_SNAME, BOOTP_SNAME_SIZE);
	return true;
}

static uint32_t
mask_of(unsigned prefix)
{
	return prefix == 0 ? 0 : UINT32_MAX << (32 - prefix);
}

static bool
read_prefix(struct dhcp_answer *answer, const struct dhcp_options *options)
{
	unsigned first = answer->address >> 24;
	uint32_t mask = mask_of(first < 128 ? 8 : first < 192 ? 16 : 24);

	if (!dhcp_options_number(options, OPTION_MASK, 4, &mask))
		return false;
	answer->prefix = 32;
	while (answer->prefix > 0 && mask_of(answer->prefix) != mask)
		answer->prefix--;
	return answer->prefix > 0;
}

static void
add_route(struct dhcp_answer *answer, uint32_t network, unsigned prefix, uint32_t gateway)
{
	/* RFC 3442: the client clears the bits after the prefix. */
	if (answer->route_count < NET_ROUTES_MAX)
		answer->routes[answer->route_count++] =
		    (struct net_route){network & mask_of(prefix), prefix, gateway};
	else
		answer->routes_left_out++;
}

/* The first addresses of a list, up to `max`. */
static bool
read_addresses(const struct dhcp_options *options, enum dhcp_option code, uint32_t *addresses,
	       size_t max, size_t *count)
{
	struct value value;

	if (!join_option(options, code, &value) || value.length % 4 != 0)
		return false;
	for (size_t at = 0; at < value.length && *count < max; at += 4)
		addresses[(*count)++] = dhcp_options_get(value.at + at, 4);
	return true;
}

/* Each route is a prefix length, the significant bytes of the network, and the gateway. */
static bool
read_routes(struct dhcp_answer *answer, const struct dhcp_options *options)
{
	uint32_t router = 0;
	size_t at = 0, count = 0;
	struct value value;

	if (!join_option(options, OPTION_ROUTES, &value))
		return false;
	while (at < value.length) {
		unsigned prefix = value.at[at++];
		size_t size = (prefix + 7) / 8;
		if (prefix > 32 || value.length - at < size + 4)
			return false;
		uint32_t network =
		    size == 0 ? 0 : dhcp_options_get(value.at + at, size) << (32 - 8 * size);
		add_route(answer, network, prefix, dhcp_options_get(value.at + at + size, 4));
		at += size + 4;
	}
	if (at > 0 || !read_addresses(options, OPTION_ROUTERS, &router, 1, &count))
		return at > 0;
	if (router != 0)
		add_route(answer, 0, 0, router);
	return true;
}

/*
 * Some servers append a NUL. The domain is written to a file of lines, so an invalid one is
 * ignored; the network works without it.
 */
static bool
read_domain(struct dhcp_answer *answer, const struct dhcp_options *options)
{
	struct value value;
	size_t good = 0;

	if (!join_option(options, OPTION_DOMAIN, &value))
		return false;
	while (value.length > 0 && value.at[value.length - 1] == '\0')
		value.length--;
	while (good < value.length && value.at[good] > ' ' && value.at[good] < 0x7f)
		good++;
	if (good == value.length && good <= DHCP_DOMAIN_MAX)
		memcpy(answer->domain, value.at, good);
	return true;
}

/* Reads everything in an answer but its address. Returns false if an option is malformed. */
static bool
dhcp_options_configuration(const struct dhcp_options *options, struct dhcp_answer *answer)
{
	if (!read_prefix(answer, options) || !read_routes(answer, options) ||
	    !read_addresses(options, OPTION_NAMESERVERS, answer->nameservers, DHCP_NAMESERVERS_MAX,
			    &answer->nameserver_count) ||
	    !read_domain(answer, options) ||
	    !dhcp_options_number(options, OPTION_MTU, 2, &answer->mtu) ||
	    !dhcp_options_number(options, OPTION_LEASE, 4, &answer->lease_s))
		return false;
	if (answer->mtu < MTU_LEAST)
		answer->mtu = 0;
	return true;
}

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
	QUESTION = IP_HEADER + UDP_HEADER + 300, /* relays may drop packets shorter than BOOTP's */
};

/* Offsets of BOOTP fields. */
enum {
	BOOTP_TRANSACTION = 4,
	BOOTP_SECONDS = 8,
	BOOTP_YOUR_ADDRESS = 16,
	BOOTP_MAC = 28,
	BOOTP_COOKIE = 236
};

static void
put_number(unsigned char *at, uint32_t number, size_t size)
{
	while (size-- > 0) {
		at[size] = (unsigned char)number;
		number >>= 8;
	}
}

static uint32_t
get_number(const unsigned char *at, size_t size)
{
	return dhcp_options_get(at, size);
}

/* The checksum of RFC 1071, in two steps. It is 0 over data that include their checksum. */
static uint32_t
add_words(uint32_t sum, const unsigned char *at, size_t length)
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

/* UDP's checksum covers addresses, protocol and length too. */
static uint32_t
udp_checksum(const unsigned char *ip, const unsigned char *udp, size_t length)
{
	return checksum_of(
	    add_words(add_words(IP_UDP + (uint32_t)length, ip + IP_ADDRESSES, 8), udp, length));
}

/*
 * The start of a question, up to UDP's checksum: from 0.0.0.0 to the broadcast address, from port
 * 68 to port 67, do not fragment. Questions have a fixed length: 328 bytes, 308 for UDP.
 */
static const unsigned char headers[] = {
    69, 0, 1, 72, 0, 0, 64, 0, 64, 17, 57, 166, 0, 0, 0, 0, 255, 255, 255, 255, 0, 68, 0, 67, 1, 52,
};

_Static_assert(QUESTION == 256 + 72 && QUESTION - IP_HEADER == 256 + 52,
	       "the lengths in the headers");
_Static_assert(DHCP_PACKET_MAX - IP_HEADER - UDP_HEADER == 5 * 256 + 192,
	       "the length in the options");

/*
 * BOOTP's cookie; the maximum size of an answer (option 57); the parameter request list (55):
 * classless routes, mask, routers, MTU, name servers, domain and lease, in order of preference, as
 * RFC 3442 requires; and the code and length of the message type.
 */
static const unsigned char cookie_and_options[] = {
    99, 130, 83, 99, 57, 2, 5, 192, 55, 7, 121, 1, 3, 26, 6, 15, 51, 53, 1,
};

static unsigned char *
put_address(unsigned char *at, enum dhcp_option code, uint32_t address)
{
	*at++ = (unsigned char)code;
	*at++ = 4;
	put_number(at, address, 4);
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
	put_number(bootp + BOOTP_TRANSACTION, question->transaction, 4);
	put_number(bootp + BOOTP_SECONDS, question->seconds, 2);
	memcpy(bootp + BOOTP_MAC, question->mac, DHCP_MAC_SIZE);
	memcpy(bootp + BOOTP_COOKIE, cookie_and_options, sizeof(cookie_and_options));
	*at++ = (unsigned char)question->type;
	if (question->type == DHCP_REQUEST) {
		at = put_address(at, OPTION_ADDRESS, question->address);
		at = put_address(at, OPTION_SERVER, question->server);
	}
	*at = OPTION_END;
	uint32_t sum = udp_checksum(packet, udp, QUESTION - IP_HEADER);
	put_number(udp + 6, sum != 0 ? sum : 0xffff, 2);
	return QUESTION;
}

/*
 * BOOTP in a packet to a client's port (RFC 2131, 4.1, fixes no other port), NULL if the packet is
 * another or damaged.
 */
static const unsigned char *
find_bootp(const unsigned char *packet, size_t *length, bool has_checksum)
{
	if (*length < IP_HEADER || packet[0] >> 4 != 4)
		return NULL;
	size_t header = (size_t)(packet[0] & 15) * 4, total = get_number(packet + 2, 2);
	if (header < IP_HEADER || total > *length || total < header + UDP_HEADER ||
	    packet[9] != IP_UDP || (get_number(packet + 6, 2) & IP_FRAGMENT) != 0 ||
	    checksum_of(add_words(0, packet, header)) != 0)
		return NULL;
	const unsigned char *udp = packet + header;
	size_t size = get_number(udp + 4, 2);
	if (get_number(udp + 2, 2) != PORT_CLIENT || size < UDP_HEADER || size > total - header)
		return NULL;
	if (has_checksum && get_number(udp + 6, 2) != 0 && udp_checksum(packet, udp, size) != 0)
		return NULL;
	*length = size - UDP_HEADER;
	return udp + UDP_HEADER;
}

static bool
is_answer_to(const struct dhcp_question *question, const unsigned char *bootp, size_t length)
{
	static const unsigned char head[] = {BOOTP_REPLY, BOOTP_ETHERNET, DHCP_MAC_SIZE};

	return length >= BOOTP_OPTIONS && memcmp(bootp, head, sizeof(head)) == 0 &&
	       get_number(bootp + BOOTP_TRANSACTION, 4) == question->transaction &&
	       memcmp(bootp + BOOTP_MAC, question->mac, DHCP_MAC_SIZE) == 0 &&
	       memcmp(bootp + BOOTP_COOKIE, cookie_and_options, 4) == 0;
}

static bool
is_host_address(uint32_t address)
{
	unsigned first = address >> 24;

	return first != 0 && first != 127 && first < 224;
}

enum dhcp_found
dhcp_packet_read(struct dhcp_answer *answer, const struct dhcp_question *question,
		 const unsigned char *packet, size_t length, bool has_checksum)
{
	const unsigned char *bootp = find_bootp(packet, &length, has_checksum);
	struct dhcp_options options;
	uint32_t type = DHCP_NONE;

	*answer = (struct dhcp_answer){.type = DHCP_NONE};
	if (bootp == NULL || !is_answer_to(question, bootp, length))
		return DHCP_FOREIGN;
	if (!dhcp_options_find(&options, bootp, length) ||
	    !dhcp_options_number(&options, OPTION_TYPE, 1, &type) ||
	    !dhcp_options_number(&options, OPTION_SERVER, 4, &answer->server) ||
	    !is_host_address(answer->server))
		return DHCP_BROKEN;
	bool is_last = (type == DHCP_ACK || type == DHCP_NAK) && answer->server == question->server;
	if (question->type == DHCP_REQUEST ? !is_last : type != DHCP_OFFER)
		return DHCP_FOREIGN;
	answer->type = (enum dhcp_type)type;
	if (type == DHCP_NAK)
		return DHCP_ANSWER;
	answer->address = get_number(bootp + BOOTP_YOUR_ADDRESS, 4);
	return is_host_address(answer->address) && dhcp_options_configuration(&options, answer)
		   ? DHCP_ANSWER
		   : DHCP_BROKEN;
}
