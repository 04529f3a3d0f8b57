/* SPDX-License-Identifier: MIT */
/* The options of an answer, for dhcp_packet_read() alone; those of dhcp_packet.h. */
#ifndef LULL_DHCP_OPTIONS_H
#define LULL_DHCP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp_packet.h"

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

/* Where BOOTP has fields that options go on in, and where they begin. */
enum { BOOTP_SNAME = 44, BOOTP_SNAME_SIZE = 64, BOOTP_FILE = 108, BOOTP_FILE_SIZE = 128, BOOTP_OPTIONS = 240 };

/* The fields that hold options, in their order. */
struct dhcp_options {
	struct {
		const unsigned char *at;
		size_t length;
	} fields[3];
	size_t count;
};

/* A number in the network's order of bytes, of one to four. */
uint32_t dhcp_options_get(const unsigned char *at, size_t size);

/* Finds the fields in BOOTP of at least BOOTP_OPTIONS bytes, which must stay. False: they are broken. */
bool dhcp_options_find(struct dhcp_options *options, const unsigned char *bootp, size_t length);

/* A number of `size` bytes; it is left as it is where the option is not given. False: it is broken. */
bool dhcp_options_number(const struct dhcp_options *options, enum dhcp_option code, size_t size, uint32_t *number);

/* All that an answer tells beside its address, which is there. False: some of it is broken. */
bool dhcp_options_configuration(const struct dhcp_options *options, struct dhcp_answer *answer);

#endif
