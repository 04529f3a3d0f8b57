/* SPDX-License-Identifier: MIT */
#include "net_words.h"

#include <string.h>

int
net_words_address(const char *text, uint32_t *address)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		unsigned part = 0, digits = 0;
		for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++)
			part = part * 10 + (unsigned)(*text - '0');
		if (digits == 0 || part > 255 || *text != (i < 3 ? '.' : '\0'))
			return -1;
		text++;
		value = value << 8 | part;
	}
	*address = value;
	return 0;
}

void
net_words_write_address(struct text *t, uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		text_number(t, address >> shift & 255);
		if (shift > 0)
			text_char(t, '.');
	}
}

void
net_words_write_network(struct text *t, uint32_t address, unsigned prefix)
{
	net_words_write_address(t, address);
	text_char(t, '/');
	text_number(t, prefix);
}

/* ADDRESS/PREFIX, the prefix at least `least`. */
static int
read_prefixed(const char *word, unsigned least, uint32_t *address, unsigned *prefix)
{
	char copy[sizeof("255.255.255.255")];
	const char *slash = strchr(word, '/');
	uint64_t bits;

	if (slash == NULL || (size_t)(slash - word) >= sizeof(copy))
		return -1;
	memcpy(copy, word, (size_t)(slash - word));
	copy[slash - word] = '\0';
	if (net_words_address(copy, address) != 0 || text_parse_number(slash + 1, 32, &bits) != 0 ||
	    bits < least)
		return -1;
	*prefix = (unsigned)bits;
	return 0;
}

static const char *
add_route(struct net_words *net, const struct net_route *route)
{
	uint32_t mask = route->prefix == 0 ? 0 : UINT32_MAX << (32 - route->prefix);

	if (net->route_count == NET_ROUTES_MAX)
		return "has more than 16 routes";
	if ((route->network & ~mask) != 0)
		return "has a route with bits after its prefix";
	net->routes[net->route_count++] = *route;
	return NULL;
}

/* NETWORK/PREFIX,GATEWAY */
static const char *
read_route(struct net_words *net, const char *value)
{
	char copy[sizeof("255.255.255.255/32")];
	const char *comma = strchr(value, ',');
	struct net_route route;

	if (comma == NULL || (size_t)(comma - value) >= sizeof(copy))
		return "has a route that is not NETWORK/PREFIX,GATEWAY";
	memcpy(copy, value, (size_t)(comma - value));
	copy[comma - value] = '\0';
	if (read_prefixed(copy, 0, &route.network, &route.prefix) != 0 ||
	    net_words_address(comma + 1, &route.gateway) != 0)
		return "has a route that is not NETWORK/PREFIX,GATEWAY";
	return add_route(net, &route);
}

static const char *
read_option(struct net_words *net, const char *word)
{
	struct net_route everywhere = {0, 0, 0};

	if (strncmp(word, "deadline=", 9) == 0) {
		if (text_parse_number(word + 9, 3600, &net->deadline_s) != 0 ||
		    net->deadline_s == 0)
			return "has a deadline that is not 1 to 3600 seconds";
		return NULL;
	}
	if (net->kind == NET_STATIC && strncmp(word, "via=", 4) == 0)
		return net_words_address(word + 4, &everywhere.gateway) == 0
			   ? add_route(net, &everywhere)
			   : "has a gateway that is not an address";
	if (net->kind == NET_STATIC && strncmp(word, "route=", 6) == 0)
		return read_route(net, word + 6);
	return "takes via=GATEWAY and route=NETWORK/PREFIX,GATEWAY with an address, and "
	       "deadline=SECONDS";
}

const char *
net_words_read(struct net_words *net, char *const *words)
{
	const char *problem = NULL;

	*net = (struct net_words){.deadline_s = NET_DEADLINE_S};
	if (words[0] == NULL || words[1] == NULL)
		return "must be INTERFACE dhcp, INTERFACE ADDRESS/PREFIX, or INTERFACE up";
	size_t length = strlen(words[0]);
	if (length == 0 || length > NET_NAME_MAX || strpbrk(words[0], "/ \t\n:") != NULL)
		return "needs an interface's name of 1 to 15 bytes";
	memcpy(net->name, words[0], length + 1);
	if (strcmp(words[1], "dhcp") == 0)
		net->kind = NET_DHCP;
	else if (strcmp(words[1], "up") == 0)
		net->kind = NET_UP;
	else if (read_prefixed(words[1], 1, &net->address, &net->prefix) != 0)
		return "must be INTERFACE dhcp, INTERFACE ADDRESS/PREFIX, or INTERFACE up";
	else if (net->address >> 24 == 0 || net->address >> 24 >= 224)
		return "has an invalid host address";
	else
		net->kind = NET_STATIC;
	for (size_t i = 2; words[i] != NULL && problem == NULL; i++)
		problem = read_option(net, words[i]);
	return problem;
}
