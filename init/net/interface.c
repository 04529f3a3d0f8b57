/* SPDX-License-Identifier: MIT */
#include "net/interface.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define INTERFACES "/sys/class/net"

enum { INDEX_LISTED = 64, ROOM_BEHIND = 100 };

/* Waits until the interface exists with these flags. Returns false after the deadline. */
static bool
wait_for(struct interface *i, unsigned flags)
{
	do {
		i->problem = netlink_find(i->netlink, i->name, &i->link) == 0 ? 0 : errno;
		if (i->problem == 0 && (i->link.flags & flags) == flags)
			return true;
	} while (netlink_wait(i->netlink, i->deadline));
	return false;
}

/* In the order in which the kernel made them; the order of folders differs between boots. */
static int
describe_missing(const struct interface *i, struct text *why)
{
	const char *between = ", only ";

	if (i->problem != ENODEV) {
		text_string(why, "cannot look it up: ");
		text_string(why, strerror(i->problem));
		return -1;
	}
	text_string(why, "no such interface has appeared");
	for (int index = 1; index <= INDEX_LISTED && why->size - why->used > ROOM_BEHIND; index++) {
		struct ifreq request = {.ifr_ifindex = index};
		if (ioctl(i->netlink->fd, SIOCGIFNAME, &request) != 0)
			continue;
		text_string(why, between);
		text_string(why, request.ifr_name);
		between = ", ";
	}
	text_string(why, "; packer -m packs drivers");
	return -1;
}

/*
 * The kernel acts on a carrier up to a second after it appears (net/core/link_watch.c), and then
 * sets IFF_RUNNING. Waiting for that keeps this work out of the experiment.
 */
int
interface_wait_for_carrier(struct interface *i, struct text *why)
{
	if (wait_for(i, IFF_UP | IFF_LOWER_UP | IFF_RUNNING))
		return 0;
	text_string(why,
		    i->link.index != 0 ? "it has no carrier: is it connected?" : "it has vanished");
	return -1;
}

int
interface_bring_up(struct interface *i, struct text *why)
{
	if (!wait_for(i, 0))
		return describe_missing(i, why);
	if (netlink_set_up(i->netlink, i->link.index, 0) == 0)
		return interface_wait_for_carrier(i, why);
	text_string(why, "cannot bring it up: ");
	text_string(why, strerror(errno));
	return -1;
}

void
interface_driver(const char *name, char driver[NET_DRIVER_MAX + 1])
{
	char path[sizeof(INTERFACES) + NET_NAME_MAX + 20], target[256];
	struct text t = text_in(path, sizeof(path));

	text_string(&t, INTERFACES "/");
	text_string(&t, name);
	text_string(&t, "/device/driver");
	text_char(&t, '\0');
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	const char *slash = strrchr(target, '/'), *last = slash != NULL ? slash + 1 : target;
	driver[0] = '\0';
	if (strlen(last) <= NET_DRIVER_MAX)
		memcpy(driver, last, strlen(last) + 1);
}
