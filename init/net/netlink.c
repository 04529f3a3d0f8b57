/* SPDX-License-Identifier: MIT */
#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "base/clock.h"

enum { REPLY_MAX = 8192, ATTRIBUTES_MAX = 128 };

/* A message to the kernel: header, type-specific part, attributes. */
struct request {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg address;
		struct rtmsg route;
	};
	unsigned char attributes[ATTRIBUTES_MAX];
};

static void
start_request(struct request *r, uint16_t type, uint16_t flags, size_t particular)
{
	memset(r, 0, sizeof(*r));
	r->head.nlmsg_type = type;
	r->head.nlmsg_flags = NLM_F_REQUEST | flags;
	r->head.nlmsg_len = (uint32_t)NLMSG_LENGTH(particular);
}

/* Requests have few and short attributes, so they fit. */
static void
append_attribute(struct request *r, uint16_t type, const void *value, size_t length)
{
	struct rtattr *attribute = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	attribute->rta_type = type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(length);
	memcpy(RTA_DATA(attribute), value, length);
	r->head.nlmsg_len = (uint32_t)(NLMSG_ALIGN(r->head.nlmsg_len) + RTA_LENGTH(length));
}

static void
append_address(struct request *r, uint16_t type, uint32_t address)
{
	address = htonl(address);
	append_attribute(r, type, &address, sizeof(address));
}

static void
append_number(struct request *r, uint16_t type, uint32_t number)
{
	append_attribute(r, type, &number, sizeof(number));
}

/* Reads an attribute whose value is the `length` bytes at `value`. */
static void
read_attribute(struct netlink_link *link, unsigned type, const void *value, size_t length)
{
	if (type == IFLA_MTU && length == sizeof(link->mtu))
		memcpy(&link->mtu, value, length);
	if (type == IFLA_ADDRESS && length <= sizeof(link->mac)) {
		memcpy(link->mac, value, length);
		link->mac_length = length;
	}
}

static void
read_link(struct netlink_link *link, const char *at, size_t left)
{
	struct ifinfomsg info;
	struct rtattr attribute;

	if (left < sizeof(info))
		return;
	memcpy(&info, at, sizeof(info));
	*link = (struct netlink_link){
	    .index = info.ifi_index, .type = info.ifi_type, .flags = info.ifi_flags};
	for (size_t whole = NLMSG_ALIGN(sizeof(info)); whole < left;
	     whole = RTA_ALIGN(attribute.rta_len)) {
		at += whole;
		left -= whole;
		if (left < sizeof(attribute))
			return;
		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > left)
			return;
		read_attribute(link, attribute.rta_type, at + RTA_LENGTH(0),
			       attribute.rta_len - RTA_LENGTH(0));
	}
}

/*
 * Reads the messages of a datagram. Returns the kernel's result for the request `sequence`: 0 or an
 * errno, or -1 if it is not among them. Events have other sequence numbers.
 */
static int
read_messages(uint32_t sequence, const char *at, size_t left, struct netlink_link *link)
{
	struct nlmsghdr head;
	struct nlmsgerr verdict;

	while (left >= sizeof(head)) {
		memcpy(&head, at, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > left)
			return -1;
		size_t length = head.nlmsg_len - sizeof(head);
		if (head.nlmsg_seq == sequence && head.nlmsg_type == NLMSG_ERROR &&
		    length >= sizeof(verdict)) {
			memcpy(&verdict, at + sizeof(head), sizeof(verdict));
			return -verdict.error;
		}
		if (head.nlmsg_seq == sequence && head.nlmsg_type == RTM_NEWLINK && link != NULL) {
			read_link(link, at + sizeof(head), length);
			return 0;
		}
		size_t whole = NLMSG_ALIGN(head.nlmsg_len);
		if (whole >= left)
			return -1;
		at += whole;
		left -= whole;
	}
	return -1;
}

/* Earlier events are obsolete: an answer has the current state. */
static void
discard_events(const struct netlink *n)
{
	char byte;

	while (recv(n->fd, &byte, 1, MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
		continue;
}

/* The kernel processes a request and answers before send() returns, so no wait is needed. */
static int
send_request(struct netlink *n, struct request *r, struct netlink_link *link)
{
	_Alignas(NLMSG_ALIGNTO) char reply[REPLY_MAX];
	ssize_t got;

	discard_events(n);
	r->head.nlmsg_seq = ++n->sequence;
	if (send(n->fd, r, r->head.nlmsg_len, 0) < 0)
		return -1;
	while ((got = recv(n->fd, reply, sizeof(reply), MSG_DONTWAIT)) >= 0) {
		int verdict = read_messages(n->sequence, reply, (size_t)got, link);
		if (verdict >= 0) {
			errno = verdict;
			return verdict == 0 ? 0 : -1;
		}
	}
	errno = EPROTO;
	return -1;
}

int
netlink_open(struct netlink *n)
{
	/* Only the kernel can send to it: other processes would need CAP_NET_ADMIN. */
	struct sockaddr_nl own = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};

	*n = (struct netlink){.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
	return n->fd < 0 ? -1 : bind(n->fd, (struct sockaddr *)&own, sizeof(own));
}

int
netlink_find(struct netlink *n, const char *name, struct netlink_link *link)
{
	struct request r;

	*link = (struct netlink_link){.index = 0};
	/*
	 * Without NLM_F_ACK: the acknowledgement would follow the answer, and an event between them
	 * would be lost.
	 */
	start_request(&r, RTM_GETLINK, 0, sizeof(r.link));
	append_attribute(&r, IFLA_IFNAME, name, strlen(name) + 1);
	if (send_request(n, &r, link) != 0)
		return -1;
	errno = EPROTO;
	return link->index != 0 ? 0 : -1;
}

int
netlink_set_up(struct netlink *n, int index, uint32_t mtu)
{
	struct request r;

	start_request(&r, RTM_NEWLINK, NLM_F_ACK, sizeof(r.link));
	r.link.ifi_index = index;
	r.link.ifi_flags = r.link.ifi_change = IFF_UP;
	if (mtu != 0)
		append_number(&r, IFLA_MTU, mtu);
	return send_request(n, &r, NULL);
}

int
netlink_add_address(struct netlink *n, int index, uint32_t address, unsigned prefix)
{
	struct request r;

	start_request(&r, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, sizeof(r.address));
	r.address.ifa_family = AF_INET;
	r.address.ifa_prefixlen = (unsigned char)prefix;
	r.address.ifa_index = (unsigned)index;
	append_address(&r, IFA_LOCAL, address);
	/*
	 * As in ip(8) and the kernel's ioctl: a network with at most two addresses has no broadcast
	 * address.
	 */
	if (prefix < 31)
		append_address(&r, IFA_BROADCAST, address | UINT32_MAX >> prefix);
	return send_request(n, &r, NULL);
}

int
netlink_add_route(struct netlink *n, int index, const struct net_route *route, uint32_t metric,
		  bool anywhere)
{
	struct request r;

	start_request(&r, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(r.route));
	r.route.rtm_family = AF_INET;
	r.route.rtm_dst_len = (unsigned char)route->prefix;
	r.route.rtm_table = RT_TABLE_MAIN;
	r.route.rtm_protocol = RTPROT_BOOT;
	r.route.rtm_type = RTN_UNICAST;
	r.route.rtm_scope = RT_SCOPE_LINK;
	append_address(&r, RTA_DST, route->network);
	if (route->gateway != 0) {
		r.route.rtm_scope = RT_SCOPE_UNIVERSE;
		r.route.rtm_flags = anywhere ? RTNH_F_ONLINK : 0;
		append_address(&r, RTA_GATEWAY, route->gateway);
	}
	append_number(&r, RTA_OIF, (uint32_t)index);
	append_number(&r, RTA_PRIORITY, metric);
	return send_request(n, &r, NULL);
}

bool
netlink_wait(const struct netlink *n, uint64_t deadline)
{
	int left = deadline_left(deadline);

	return left > 0 && poll(&(struct pollfd){.fd = n->fd, .events = POLLIN}, 1, left) != 0;
}

void
netlink_close(struct netlink *n)
{
	if (n->fd >= 0)
		close(n->fd);
}
