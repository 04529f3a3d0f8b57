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

/* A message to the kernel: its header, what is particular to its type, and attributes. */
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

/* The attributes of a request are few and short: they fit. */
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
add_address(struct request *r, uint16_t type, uint32_t address)
{
	address = htonl(address);
	append_attribute(r, type, &address, sizeof(address));
}

static void
add_number(struct request *r, uint16_t type, uint32_t number)
{
	append_attribute(r, type, &number, sizeof(number));
}

/* An attribute with its value of `length` bytes at `value`. */
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
 * Goes through the messages of a datagram. Returns the kernel's verdict on the request `sequence`:
 * 0 or an errno, and -1 where it is not among them. Events have sequences of others.
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

/* What was sent before is not needed any more: an answer tells how things are now. */
static void
forget_events(const struct netlink *n)
{
	char byte;

	while (recv(n->fd, &byte, 1, MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
		continue;
}

/*
 * The kernel does what it is asked to, and answers, before send() returns: nothing is waited for.
 */
static int
send_request(struct netlink *n, struct request *r, struct netlink_link *link)
{
	_Alignas(NLMSG_ALIGNTO) char reply[REPLY_MAX];
	ssize_t got;

	forget_events(n);
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
	/* None but the kernel can send to it: others would need CAP_NET_ADMIN. */
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
	 * No NLM_F_ACK, which would come behind the answer, and between them an event that nobody
	 * would hear of again.
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
		add_number(&r, IFLA_MTU, mtu);
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
	add_address(&r, IFA_LOCAL, address);
	/*
	 * As ip(8) and the kernel's ioctl do: a network of two machines or one has no address for
	 * all.
	 */
	if (prefix < 31)
		add_address(&r, IFA_BROADCAST, address | UINT32_MAX >> prefix);
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
	add_address(&r, RTA_DST, route->network);
	if (route->gateway != 0) {
		r.route.rtm_scope = RT_SCOPE_UNIVERSE;
		r.route.rtm_flags = anywhere ? RTNH_F_ONLINK : 0;
		add_address(&r, RTA_GATEWAY, route->gateway);
	}
	add_number(&r, RTA_OIF, (uint32_t)index);
	add_number(&r, RTA_PRIORITY, metric);
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
