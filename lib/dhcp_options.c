/* SPDX-License-Identifier: MIT */
#include "dhcp_options.h"

#include <string.h>

enum { OVERLOAD_FILE = 1, OVERLOAD_SNAME = 2, MTU_LEAST = 68 };

/* An option's value, put together. */
struct value {
	unsigned char at[DHCP_PACKET_MAX];
	size_t length;
};

uint32_t
dhcp_options_get(const unsigned char *at, size_t size)
{
	uint32_t number = 0;

	while (size-- > 0)
		number = number << 8 | *at++;
	return number;
}

/* Appends the values of an option in one field; false where an option is longer than the field. */
static bool
gather_from(const unsigned char *at, size_t left, enum dhcp_option code, struct value *value)
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
gather(const struct dhcp_options *options, enum dhcp_option code, struct value *value)
{
	value->length = 0;
	for (size_t i = 0; i < options->count; i++)
		if (!gather_from(options->fields[i].at, options->fields[i].length, code, value))
			return false;
	return true;
}

bool
dhcp_options_number(const struct dhcp_options *options, enum dhcp_option code, size_t size, uint32_t *number)
{
	struct value value;

	if (!gather(options, code, &value) || (value.length != 0 && value.length != size))
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

bool
dhcp_options_find(struct dhcp_options *options, const unsigned char *bootp, size_t length)
{
	uint32_t overload = 0;

	options->count = 0;
	add_field(options, bootp + BOOTP_OPTIONS, length - BOOTP_OPTIONS);
	if (!dhcp_options_number(options, OPTION_OVERLOAD, 1, &overload) || overload > (OVERLOAD_FILE | OVERLOAD_SNAME))
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
take_prefix(struct dhcp_answer *answer, const struct dhcp_options *options)
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
	/* RFC 3442 has the client take away the bits behind the prefix. */
	if (answer->route_count < NET_ROUTES_MAX)
		answer->routes[answer->route_count++] = (struct net_route){network & mask_of(prefix), prefix, gateway};
	else
		answer->routes_left_out++;
}

/* The first addresses of a list, up to `max`. */
static bool
take_addresses(const struct dhcp_options *options, enum dhcp_option code, uint32_t *addresses, size_t max,
	       size_t *count)
{
	struct value value;

	if (!gather(options, code, &value) || value.length % 4 != 0)
		return false;
	for (size_t at = 0; at < value.length && *count < max; at += 4)
		addresses[(*count)++] = dhcp_options_get(value.at + at, 4);
	return true;
}

/* Each is a prefix, as many bytes of the network as it takes, and the gateway. */
static bool
take_routes(struct dhcp_answer *answer, const struct dhcp_options *options)
{
	uint32_t router = 0;
	size_t at = 0, count = 0;
	struct value value;

	if (!gather(options, OPTION_ROUTES, &value))
		return false;
	while (at < value.length) {
		unsigned prefix = value.at[at++];
		size_t size = (prefix + 7) / 8;
		if (prefix > 32 || value.length - at < size + 4)
			return false;
		uint32_t network = size == 0 ? 0 : dhcp_options_get(value.at + at, size) << (32 - 8 * size);
		add_route(answer, network, prefix, dhcp_options_get(value.at + at + size, 4));
		at += size + 4;
	}
	if (at > 0 || !take_addresses(options, OPTION_ROUTERS, &router, 1, &count))
		return at > 0;
	if (router != 0)
		add_route(answer, 0, 0, router);
	return true;
}

/* Some servers count a NUL behind it. It goes into a file of lines; a bad one is no reason to have no network. */
static bool
take_domain(struct dhcp_answer *answer, const struct dhcp_options *options)
{
	struct value value;
	size_t good = 0;

	if (!gather(options, OPTION_DOMAIN, &value))
		return false;
	while (value.length > 0 && value.at[value.length - 1] == '\0')
		value.length--;
	while (good < value.length && value.at[good] > ' ' && value.at[good] < 0x7f)
		good++;
	if (good == value.length && good <= DHCP_DOMAIN_MAX)
		memcpy(answer->domain, value.at, good);
	return true;
}

bool
dhcp_options_configuration(const struct dhcp_options *options, struct dhcp_answer *answer)
{
	if (!take_prefix(answer, options) || !take_routes(answer, options) ||
	    !take_addresses(options, OPTION_NAMESERVERS, answer->nameservers, DHCP_NAMESERVERS_MAX,
			    &answer->nameserver_count) ||
	    !take_domain(answer, options) || !dhcp_options_number(options, OPTION_MTU, 2, &answer->mtu) ||
	    !dhcp_options_number(options, OPTION_LEASE, 4, &answer->lease_s))
		return false;
	if (answer->mtu < MTU_LEAST)
		answer->mtu = 0;
	return true;
}
