/* SPDX-License-Identifier: MIT */
#include "net/dhcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "base/clock.h"

/*
 * RFC 2131, 4.1: pauses double, and differ between machines that start together. The RFC begins
 * with 4 seconds, but a switch that has only just seen the carrier often drops the first packet,
 * and boots should be fast.
 */
enum {
	FIRST_PAUSE_MS = 2000,
	LONGEST_PAUSE_MS = 16000,
	SPREAD_MS = 1000,
	REQUESTS_MAX = 3, /* for an offer; then discovery starts again */
};

struct exchange {
	int fd;
	struct sockaddr_ll everyone;
	uint64_t started, deadline;
	struct dhcp_question question;
	unsigned broken; /* number of invalid answers */
};

/* Only IPv4 packets for UDP port 68 wake the client: a network may be busy. */
static void
set_filter(int fd)
{
	static struct sock_filter steps[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 4, 0),
	    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	static const struct sock_fprog filter = {sizeof(steps) / sizeof(*steps), steps};

	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

static int
open_socket(struct exchange *x, int index)
{
	struct sockaddr_ll own = {
	    .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = index};

	/* Without a protocol at first, so that no packet arrives before the filter is set. */
	x->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (x->fd < 0)
		return -1;
	set_filter(x->fd);
	setsockopt(x->fd, SOL_PACKET, PACKET_AUXDATA, &(int){1}, sizeof(int));
	x->everyone = own;
	x->everyone.sll_halen = ETH_ALEN;
	memset(x->everyone.sll_addr, 0xff, ETH_ALEN);
	return bind(x->fd, (struct sockaddr *)&own, sizeof(own));
}

static void
send_question(const struct exchange *x)
{
	unsigned char packet[DHCP_PACKET_MAX];
	size_t length = dhcp_packet_write(&x->question, packet);

	/* A failed send is treated like a lost packet. */
	sendto(x->fd, packet, length, 0, (const struct sockaddr *)&x->everyone,
	       sizeof(x->everyone));
}

static enum dhcp_found
read_packet(const struct exchange *x, struct dhcp_answer *answer)
{
	unsigned char packet[DHCP_PACKET_MAX];
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec vector = {packet, sizeof(packet)};
	struct msghdr message = {
	    .msg_iov = &vector,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	struct tpacket_auxdata facts = {.tp_status = 0};
	ssize_t length = recvmsg(x->fd, &message, MSG_DONTWAIT);

	if (length < 0)
		return DHCP_FOREIGN;
	struct cmsghdr *first = CMSG_FIRSTHDR(&message);
	if (first != NULL && first->cmsg_level == SOL_PACKET && first->cmsg_type == PACKET_AUXDATA)
		memcpy(&facts, CMSG_DATA(first), sizeof(facts));
	return dhcp_packet_read(answer, &x->question, packet, (size_t)length,
				(facts.tp_status & TP_STATUS_CSUMNOTREADY) == 0);
}

static bool
receive_answer(struct exchange *x, struct dhcp_answer *answer, uint64_t until)
{
	int left;

	while ((left = deadline_left(until)) > 0) {
		if (poll(&(struct pollfd){.fd = x->fd, .events = POLLIN}, 1, left) <= 0)
			continue;
		enum dhcp_found found = read_packet(x, answer);
		if (found == DHCP_ANSWER)
			return true;
		x->broken += found == DHCP_BROKEN;
	}
	return false;
}

static uint16_t
seconds_since(uint64_t start)
{
	uint64_t seconds = (deadline_in(0) - start) / 1000;

	return (uint16_t)(seconds < UINT16_MAX ? seconds : UINT16_MAX);
}

/* Repeats the question until it is answered, at most `times`. */
static bool
ask_until_answered(struct exchange *x, struct dhcp_answer *answer, unsigned times)
{
	uint64_t pause = FIRST_PAUSE_MS;

	for (unsigned i = 0; i < times && deadline_left(x->deadline) > 0; i++) {
		uint64_t until = deadline_in(pause - SPREAD_MS / 2 +
					     (x->question.transaction >> i % 16) % SPREAD_MS);
		if (x->question.type == DHCP_DISCOVER)
			x->question.seconds = seconds_since(x->started);
		send_question(x);
		if (receive_answer(x, answer, until < x->deadline ? until : x->deadline))
			return true;
		pause = pause < LONGEST_PAUSE_MS ? 2 * pause : pause;
	}
	return false;
}

/* A server that refuses its own offer is asked again after a pause. */
static int
find_lease(struct exchange *x, struct dhcp_answer *lease, struct text *why)
{
	struct dhcp_answer offer;
	bool offered = false, answered = false;

	while (deadline_left(x->deadline) > 0) {
		x->question.type = DHCP_DISCOVER;
		x->question.transaction++;
		if (!ask_until_answered(x, &offer, UINT_MAX))
			break;
		offered = true;
		x->question.type = DHCP_REQUEST;
		x->question.address = offer.address;
		x->question.server = offer.server;
		answered = ask_until_answered(x, lease, REQUESTS_MAX);
		if (answered && lease->type == DHCP_ACK)
			return 0;
		int left = deadline_left(x->deadline);
		if (answered)
			poll(NULL, 0, left < FIRST_PAUSE_MS ? left : FIRST_PAUSE_MS);
	}
	if (!offered) {
		text_string(why, "no DHCP server offered an address");
		return -1;
	}
	text_string(why, "the DHCP server ");
	net_words_write_address(why, x->question.server);
	text_string(why, " offered ");
	net_words_write_address(why, x->question.address);
	text_string(why, answered ? ", but refused the request (NAK)" : ", but did not confirm it");
	return -1;
}

int
dhcp_ask(int index, const unsigned char mac[DHCP_MAC_SIZE], uint64_t deadline,
	 struct dhcp_answer *lease, struct text *why)
{
	struct exchange x = {.started = deadline_in(0), .deadline = deadline};
	uint32_t transaction = 0;
	int result = -1;

	memcpy(x.question.mac, mac, DHCP_MAC_SIZE);
	/* If it is too early for random numbers, the MAC address makes machines differ. */
	if (getrandom(&transaction, sizeof(transaction), GRND_NONBLOCK) != sizeof(transaction))
		memcpy(&transaction, mac + DHCP_MAC_SIZE - sizeof(transaction),
		       sizeof(transaction));
	x.question.transaction = transaction;
	if (open_socket(&x, index) == 0) {
		result = find_lease(&x, lease, why);
	} else {
		text_string(why, x.fd < 0 ? "DHCP needs a packet socket (CONFIG_PACKET): "
					  : "cannot listen: ");
		text_string(why, strerror(errno));
	}
	if (result != 0 && x.broken > 0) {
		text_string(why, "; invalid answers: ");
		text_number(why, x.broken);
	}
	if (x.fd >= 0)
		close(x.fd);
	return result;
}
