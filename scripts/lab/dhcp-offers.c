/* SPDX-License-Identifier: MIT */
/*
 * Lists the DHCP servers of a network: `dhcp-offers INTERFACE SECONDS` requests an address once a
 * second until a server offers one, accepts none, and prints the address of each server that made
 * an offer. For pxe-serve: of two servers that give addresses a machine takes the faster one.
 */
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "dhcp_packet.h"

enum { ASK_EVERY_MS = 1000, SERVERS_MAX = 16, SECONDS_MAX = 60 };

static int
open_socket(int index, struct sockaddr_ll *everyone)
{
	struct sockaddr_ll own = {
	    .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = index};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));

	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0)
		err(1, "cannot listen for DHCP");
	*everyone = own;
	everyone->sll_halen = ETH_ALEN;
	memset(everyone->sll_addr, 0xff, ETH_ALEN);
	return fd;
}

/* Offers are sent to this address only. */
static void
read_mac(int fd, const char *interface, unsigned char mac[DHCP_MAC_SIZE])
{
	struct ifreq request = {0};

	strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &request) != 0 || request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		errx(1, "cannot use %s: not Ethernet", interface);
	memcpy(mac, request.ifr_hwaddr.sa_data, DHCP_MAC_SIZE);
}

static void
send_discover(int fd, const struct sockaddr_ll *everyone, const struct dhcp_question *question)
{
	unsigned char packet[DHCP_PACKET_MAX];
	size_t length = dhcp_packet_write(question, packet);

	if (sendto(fd, packet, length, 0, (const struct sockaddr *)everyone, sizeof(*everyone)) < 0)
		err(1, "cannot request an address");
}

/* Reads an offer and prints its server if that is a new one. Returns the number of servers. */
static size_t
read_offer(int fd, const struct dhcp_question *question)
{
	static uint32_t known[SERVERS_MAX];
	static size_t count;
	unsigned char packet[DHCP_PACKET_MAX];
	struct dhcp_answer answer;
	ssize_t length = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);

	/* Virtual machines of one host may leave UDP's checksum uncomputed, so it is not checked.
	 */
	if (length < 0 ||
	    dhcp_packet_read(&answer, question, packet, (size_t)length, false) != DHCP_ANSWER)
		return count;
	for (size_t i = 0; i < count; i++)
		if (known[i] == answer.server)
			return count;
	if (count == SERVERS_MAX)
		return count;
	known[count++] = answer.server;
	puts(inet_ntoa((struct in_addr){htonl(answer.server)}));
	return count;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int
main(int argc, char *argv[])
{
	struct dhcp_question question = {.type = DHCP_DISCOVER};
	struct sockaddr_ll everyone;
	unsigned seconds = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

	if (seconds == 0 || seconds > SECONDS_MAX)
		errx(2, "usage: dhcp-offers INTERFACE SECONDS");
	unsigned index = if_nametoindex(argv[1]);
	if (index == 0)
		err(1, "cannot find %s", argv[1]);
	if (getrandom(&question.transaction, sizeof(question.transaction), 0) < 0)
		err(1, "cannot get random numbers");
	int fd = open_socket((int)index, &everyone);
	read_mac(fd, argv[1], question.mac);
	size_t servers = 0;
	for (unsigned i = 0; i < seconds && servers == 0; i++) {
		int64_t until = now_ms() + ASK_EVERY_MS, left;

		question.seconds = (uint16_t)i;
		send_discover(fd, &everyone, &question);
		while ((left = until - now_ms()) > 0)
			if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, (int)left) > 0)
				servers = read_offer(fd, &question);
	}
	return 0;
}
