/* SPDX-License-Identifier: MIT */
/*
 * A DHCP server on the wire of a QEMU machine (-netdev dgram: frames as datagrams of a Unix
 * socket), good or bad:
 *
 *	server SOCKET PEER good|deaf|silent|nak|broken|router|flood
 *
 * good     answers, with options in all fields and a route split over two of them
 * deaf     like good, but ignores the first request
 * silent   offers, and does not answer requests
 * nak      offers, and refuses requests
 * broken   offers with a mask that has holes
 * router   also gives a route with the machine itself as gateway, which the kernel refuses
 * flood    sends four thousand invalid packets before each answer
 *
 * Prints a line for each request: its type, the milliseconds since the first, and its `secs` field.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "made/dhcp_made.h"

enum { ETHERNET = 14, TYPE_AT = ETHERNET + MADE_OPTIONS + 15, LIFE_S = 300, FLOOD = 4000 };

struct server {
	int fd;
	struct sockaddr_un peer;
	const char *mode;
	unsigned questions;
};

static long
milliseconds(void)
{
	static long first;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	long ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (first == 0)
		first = ms;
	return ms - first;
}

static bool
has_mode(const struct server *s, const char *mode)
{
	return strcmp(s->mode, mode) == 0;
}

/* sendto() blocks until QEMU has room for the frame. */
static void
send_packet(const struct server *s, const struct dhcp_made *m)
{
	unsigned char frame[ETHERNET + DHCP_PACKET_MAX] = {0x52, 0x54, 0, 0x12, 0x34, 0x56, 2,
							   0,	 0,    0, 0,	1,    8,    0};

	memcpy(frame + ETHERNET, m->packet, m->length);
	if (sendto(s->fd, frame, ETHERNET + m->length, 0, (const struct sockaddr *)&s->peer,
		   sizeof(s->peer)) < 0)
		warn("cannot send");
}

static void
send_flood(const struct server *s, const struct dhcp_question *question)
{
	struct dhcp_made m = made_reply(question);

	MADE_ADD(&m, 53, 1, 2, 54, 4, 10, 0, 2, 2, 1, 4, 255, 0, 255, 0, 255);
	for (int i = 0; i < FLOOD; i++) {
		struct dhcp_made bad = m;
		if (i % 4 != 0)
			bad.packet[i * 31 % (int)bad.length] ^= (unsigned char)(1 + i % 255);
		send_packet(s, &bad);
	}
}

static void
answer(const struct server *s, const struct dhcp_question *question)
{
	static const unsigned char in_file[] = {3, 4,  9, 9, 9, 9,   121, 7, 16, 10,
						9, 10, 0, 2, 3, 121, 2,	  0, 10, 255};
	static const unsigned char in_sname[] = {121, 3, 0, 2,	1, 6, 8, 10,
						 0,   2, 3, 10, 0, 2, 4, 255};
	struct dhcp_made m = made_reply(question);
	bool is_offer = question->type == DHCP_DISCOVER;

	if (has_mode(s, "flood"))
		send_flood(s, question);
	memcpy(m.packet + MADE_FILE, in_file, sizeof(in_file));
	memcpy(m.packet + MADE_SNAME, in_sname, sizeof(in_sname));
	MADE_ADD(&m, 54, 4, 10, 0, 2, 2, 53, 1,
		 is_offer	      ? DHCP_OFFER
		 : has_mode(s, "nak") ? DHCP_NAK
				      : DHCP_ACK,
		 52, 1, 3);
	if (has_mode(s, "router"))
		MADE_ADD(&m, 121, 8, 24, 192, 168, 7, 10, 0, 2, 15);
	/* A mask with a hole, or a good one. */
	MADE_ADD(&m, 1, 4, 255, has_mode(s, "broken") ? 0 : 255, 255, 0);
	MADE_ADD(&m, 26, 2, 5, 120, 51, 4, 255, 255, 255, 255, 15, 3, 'l', 'a', 'b', 255);
	if (is_offer || !has_mode(s, "silent"))
		send_packet(s, &m);
}

static void
handle_frame(struct server *s, const unsigned char *frame, size_t length)
{
	const unsigned char *bootp = frame + ETHERNET + MADE_BOOTP;
	struct dhcp_question question = {.type = DHCP_DISCOVER};

	if (length < TYPE_AT + 1 || memcmp(frame + 12, "\x08\x00\x45", 3) != 0 ||
	    memcmp(frame + ETHERNET + 20, "\0\104\0\103", 4) != 0)
		return;
	question.type = (enum dhcp_type)frame[TYPE_AT];
	question.transaction = (uint32_t)bootp[4] << 24 | (uint32_t)bootp[5] << 16 |
			       (uint32_t)bootp[6] << 8 | bootp[7];
	memcpy(question.mac, bootp + 28, DHCP_MAC_SIZE);
	printf("%s %ld %d\n", question.type == DHCP_DISCOVER ? "discover" : "request",
	       milliseconds(), bootp[8] << 8 | bootp[9]);
	fflush(stdout);
	if (s->questions++ > 0 || !has_mode(s, "deaf"))
		answer(s, &question);
}

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		errx(2, "the path is too long: %s", path);
	strcpy(address.sun_path, path);
	return address;
}

int
main(int argc, char *argv[])
{
	unsigned char frame[65536];
	ssize_t length;

	if (argc != 4)
		errx(2, "usage: server SOCKET PEER MODE");
	struct sockaddr_un own = address_of(argv[1]);
	struct server s = {
	    .fd = socket(AF_UNIX, SOCK_DGRAM, 0), .peer = address_of(argv[2]), .mode = argv[3]};
	if (s.fd < 0 || bind(s.fd, (struct sockaddr *)&own, sizeof(own)) != 0)
		err(1, "cannot listen at %s", argv[1]);
	alarm(LIFE_S);
	while ((length = recv(s.fd, frame, sizeof(frame), 0)) >= 0)
		handle_frame(&s, frame, (size_t)length);
	err(1, "cannot receive");
}
