/* SPDX-License-Identifier: MIT */
#include "net/network.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/join.h"
#include "net/dhcp.h"
#include "net/interface.h"
#include "net/netlink.h"
#include "report/net_record.h"
#include "report/report.h"
#include "text.h"

#define RESOLV_CONF "/etc/resolv.conf"

/* One interface being set up. */
struct setup {
	struct net_words words;
	uint32_t metric; /* of its routes */
	struct interface interface;
	struct net_record record; /* its requested, then actual, state */
	struct text why;	  /* reason why no experiment may run */
};

int
network_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result, error;

	if (fd < 0)
		return errno == EAFNOSUPPORT || errno == ENOSYS ? 0 : -1;
	result = ioctl(fd, SIOCSIFFLAGS, &request);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static int
report_failure(struct setup *s, const char *what)
{
	text_string(&s->why, what);
	return -1;
}

static void
warn_about(const struct setup *s, const char *what, int error)
{
	report_warning(JOIN(s->words.name, ": ", what), error);
}

/* Determines the interface's configuration. */
static int
configure(struct setup *s)
{
	struct dhcp_answer *has = &s->record.has;
	const struct netlink_link *link = &s->interface.link;

	if (s->words.kind == NET_DHCP) {
		if (link->type != ARPHRD_ETHER || link->mac_length != DHCP_MAC_SIZE)
			return report_failure(s, "DHCP requires Ethernet");
		return dhcp_ask(link->index, link->mac, s->interface.deadline, has, &s->why);
	}
	has->address = s->words.address;
	has->prefix = s->words.prefix;
	has->route_count = s->words.route_count;
	memcpy(has->routes, s->words.routes, sizeof(has->routes));
	return 0;
}

/* Reports that the kernel refused an address or route, by errno. */
static int
report_refused(struct setup *s, const char *what, uint32_t address, unsigned prefix)
{
	int error = errno;

	text_string(&s->why, what);
	net_words_write_network(&s->why, address, prefix);
	text_string(&s->why, ": ");
	return report_failure(s, error == ENETUNREACH ? "its gateway is not in a local network"
						      : strerror(error));
}

/*
 * A DHCP server may send a gateway outside the address's network, which is valid. It may also send
 * the network itself, a network that already has a route, or an invalid gateway: such routes are
 * not set and not in the record.
 */
static int
add_routes(struct setup *s)
{
	struct dhcp_answer *has = &s->record.has;
	bool given = has->server != 0;
	size_t standing = 0;

	for (size_t i = 0; i < has->route_count; i++) {
		struct net_route route = has->routes[i];

		if (netlink_add_route(s->interface.netlink, s->interface.link.index, &route,
				      s->metric, given) == 0)
			has->routes[standing++] = route;
		else if (!given)
			return report_refused(s, "route to ", route.network, route.prefix);
		else if (errno != EEXIST)
			warn_about(s, "cannot use a route of the DHCP server", errno);
	}
	has->route_count = standing;
	return 0;
}

/* A card may lose its carrier for a moment when its MTU is set. */
static int
apply(struct setup *s)
{
	const struct dhcp_answer *has = &s->record.has;
	struct netlink *netlink = s->interface.netlink;
	int index = s->interface.link.index;

	if (has->prefix == 0)
		return 0;
	if (has->mtu != 0 && netlink_set_up(netlink, index, has->mtu) != 0)
		warn_about(s, "cannot set the MTU of the DHCP server", errno);
	if (netlink_add_address(netlink, index, has->address, has->prefix) != 0)
		return report_refused(s, "address ", has->address, has->prefix);
	if (has->routes_left_out > 0)
		warn_about(s, "the DHCP server sent more than 16 routes: using the first", 0);
	if (add_routes(s) != 0)
		return -1;
	return interface_wait_for_carrier(&s->interface, &s->why);
}

/* An existing file or link is kept: from the image, or of an earlier interface. */
static void
write_resolv_conf(const struct setup *s)
{
	char lines[256];
	struct text t = text_in(lines, sizeof(lines));

	if (s->record.has.nameserver_count == 0)
		return;
	net_record_write_names(&t, &s->record);
	int fd = open(RESOLV_CONF, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST)
		return;
	if (fd < 0 || write(fd, t.data, t.used) != (ssize_t)t.used)
		warn_about(s, "cannot write " RESOLV_CONF, errno);
	if (fd >= 0)
		close(fd);
}

static void
check_lease(const struct setup *s, const struct experiment *e)
{
	uint64_t lease = s->record.has.lease_s;
	uint64_t longest = e->timeout_s * (e->repeat + e->warmup) * e->run.count;

	if (lease != 0 && lease != DHCP_LEASE_FOR_EVER && lease < longest)
		warn_about(
		    s, "its lease, which is not renewed, is shorter than the experiment may take",
		    0);
}

static int
set_up(struct setup *s, const struct experiment *e)
{
	const struct netlink_link *link = &s->interface.link;
	struct net_record *record = &s->record;

	memcpy(record->name, s->words.name, sizeof(record->name));
	report_wait(record->name, s->words.deadline_s);
	if (interface_bring_up(&s->interface, &s->why) != 0 || configure(s) != 0 || apply(s) != 0)
		return -1;
	interface_driver(record->name, record->driver);
	record->mtu = link->mtu;
	record->mac_length = link->mac_length;
	memcpy(record->mac, link->mac, sizeof(record->mac));
	write_resolv_conf(s);
	check_lease(s, e);
	report_net(record);
	return 0;
}

static const char *
set_up_interface(struct netlink *netlink, const struct experiment *e, size_t which)
{
	static char why[512];
	struct setup s = {
	    .metric = (uint32_t)which,
	    .interface = {.netlink = netlink, .name = s.words.name},
	    .why = text_in(why, sizeof(why) - 1),
	};

	/* The words were checked when they were parsed. */
	net_words_read(&s.words, e->net.values[which]);
	s.interface.deadline = deadline_in(s.words.deadline_s * 1000);
	text_string(&s.why, "cannot set up ");
	text_string(&s.why, s.words.name);
	text_string(&s.why, ": ");
	if (set_up(&s, e) == 0)
		return NULL;
	if (deadline_left(s.interface.deadline) == 0) {
		text_string(&s.why, " (waited ");
		text_number(&s.why, s.words.deadline_s);
		text_string(&s.why, " s)");
	}
	why[s.why.used] = '\0';
	return why;
}

const char *
network_up(const struct experiment *e)
{
	const char *problem = NULL;
	struct netlink netlink;

	if (e->net.count == 0)
		return NULL;
	if (netlink_open(&netlink) != 0)
		problem = "cannot set up the network: the kernel lacks CONFIG_NET";
	for (size_t i = 0; i < e->net.count && problem == NULL; i++)
		problem = set_up_interface(&netlink, e, i);
	netlink_close(&netlink);
	return problem;
}
