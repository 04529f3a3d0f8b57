/* SPDX-License-Identifier: MIT */
#include "report/net_record.h"

static void
write_address(struct text *t, const char *key, uint32_t address)
{
	text_string(t, key);
	net_words_write_address(t, address);
	text_char(t, '\n');
}

static void
write_mac(struct text *t, const struct net_record *record)
{
	if (record->mac_length == 0)
		return;
	for (size_t i = 0; i < record->mac_length; i++) {
		text_string(t, i == 0 ? "mac " : ":");
		text_hex(t, record->mac[i], 2);
	}
	text_char(t, '\n');
}

void
net_record_write(struct text *t, const struct net_record *record)
{
	const struct dhcp_answer *has = &record->has;

	text_field_string(t, "interface", record->name);
	if (record->driver[0] != '\0')
		text_field_string(t, "driver", record->driver);
	write_mac(t, record);
	text_field(t, "mtu", record->mtu);
	if (has->prefix != 0) {
		text_string(t, "address ");
		net_words_write_network(t, has->address, has->prefix);
		text_char(t, '\n');
	}
	for (size_t i = 0; i < has->route_count; i++) {
		text_string(t, "route ");
		net_words_write_network(t, has->routes[i].network, has->routes[i].prefix);
		write_address(t, " ", has->routes[i].gateway);
	}
	if (has->server != 0)
		write_address(t, "server ", has->server);
	if (has->lease_s != 0)
		text_field(t, "lease_s", has->lease_s);
	net_record_write_names(t, record);
}

void
net_record_write_names(struct text *t, const struct net_record *record)
{
	for (size_t i = 0; i < record->has.nameserver_count; i++)
		write_address(t, "nameserver ", record->has.nameservers[i]);
	if (record->has.domain[0] != '\0')
		text_field_string(t, "domain", record->has.domain);
}
