/* SPDX-License-Identifier: MIT */
/*
 * Runs init's DHCP client on an interface of this machine: `client INTERFACE SECONDS` prints the
 * contents of a `net` record.
 */
#include <err.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../init/base/clock.h"
#include "../../init/net/dhcp.h"
#include "../../init/report/net_record.h"

int
main(int argc, char *argv[])
{
	struct net_record record = {.mac_length = DHCP_MAC_SIZE};
	struct ifreq request = {0};
	char out[1024];
	struct text t = text_in(out, sizeof(out));
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 3 || strlen(argv[1]) >= sizeof(record.name))
		errx(2, "usage: client INTERFACE SECONDS");
	strcpy(record.name, argv[1]);
	strcpy(request.ifr_name, argv[1]);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request) != 0)
		err(1, "cannot find %s", argv[1]);
	close(fd);
	memcpy(record.mac, request.ifr_hwaddr.sa_data, DHCP_MAC_SIZE);
	uint64_t deadline = deadline_in(strtoul(argv[2], NULL, 10) * 1000);
	int result = dhcp_ask((int)if_nametoindex(argv[1]), record.mac, deadline, &record.has, &t);
	if (result == 0)
		net_record_write(&t, &record);
	else
		text_char(&t, '\n');
	fwrite(out, 1, t.used, stdout);
	return result == 0 ? 0 : 1;
}
