/* SPDX-License-Identifier: MIT */
/* Generates packets of a DHCP server, byte by byte. */
#ifndef LULL_TEST_DHCP_MADE_H
#define LULL_TEST_DHCP_MADE_H

#include <stdint.h>
#include <string.h>

#include "dhcp_packet.h"

enum {
	MADE_BOOTP = 28,
	MADE_FILE = MADE_BOOTP + 108,
	MADE_SNAME = MADE_BOOTP + 44,
	MADE_OPTIONS = MADE_BOOTP + 240
};

struct dhcp_made {
	unsigned char packet[DHCP_PACKET_MAX];
	size_t length;
};

/* The checksum by the rule as written, from the last byte to the first. */
static inline uint16_t
made_sum(const unsigned char *at, size_t length, uint32_t sum)
{
	while (length > 0) {
		length--;
		sum += length % 2 == 0 ? at[length] * 256u : at[length];
		sum = sum % 0x10000 + sum / 0x10000;
	}
	return (uint16_t)~sum;
}

static inline void
made_put16(unsigned char *at, unsigned number)
{
	at[0] = (unsigned char)(number / 256);
	at[1] = (unsigned char)(number % 256);
}

/* Corrects lengths and checksums. */
static inline void
made_finish(struct dhcp_made *m)
{
	unsigned char *p = m->packet;
	unsigned char udp[12 + DHCP_PACKET_MAX] = {0};
	size_t length = m->length - 20;

	made_put16(p + 2, (unsigned)m->length);
	made_put16(p + 10, 0);
	made_put16(p + 10, made_sum(p, 20, 0));
	made_put16(p + 24, (unsigned)length);
	made_put16(p + 26, 0);
	memcpy(udp, p + 12, 8);
	udp[9] = 17;
	made_put16(udp + 10, (unsigned)length);
	memcpy(udp + 12, p + 20, length);
	made_put16(p + 26, made_sum(udp, 12 + length, 0));
}

/* From 10.0.2.2 to 10.0.2.15, without options. */
static inline struct dhcp_made
made_reply(const struct dhcp_question *question)
{
	struct dhcp_made m = {.packet = {0x45, 0, 0, 0, 0,  1, 0, 0,  64, 17, 0, 0,
					 10,   0, 2, 2, 10, 0, 2, 15, 0,  67, 0, 68},
			      .length = MADE_OPTIONS};
	unsigned char *bootp = m.packet + MADE_BOOTP;

	memcpy(bootp, (const unsigned char[]){2, 1, 6}, 3);
	for (int i = 0; i < 4; i++)
		bootp[4 + i] = (unsigned char)(question->transaction >> (24 - 8 * i));
	memcpy(bootp + 16, (const unsigned char[]){10, 0, 2, 15}, 4);
	memcpy(bootp + 28, question->mac, DHCP_MAC_SIZE);
	memcpy(bootp + 236, (const unsigned char[]){99, 130, 83, 99}, 4);
	return m;
}

static inline void
made_add(struct dhcp_made *m, const void *bytes, size_t length)
{
	memcpy(m->packet + m->length, bytes, length);
	m->length += length;
	made_finish(m);
}

#define MADE_ADD(m, ...)                                                                           \
	made_add(m, (const unsigned char[]){__VA_ARGS__},                                          \
		 sizeof((const unsigned char[]){__VA_ARGS__}))

#endif
