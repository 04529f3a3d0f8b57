/* SPDX-License-Identifier: MIT */
/* Parsing of a DHCP server's options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made/dhcp_read.h"

static void
options_continue_in_other_fields(void **state)
{
	static const unsigned char in_file[] = {121, 4, 0, 10, 0, 2, 255},
				   in_sname[] = {1, 4, 255, 255, 0, 0, 121, 1, 7};
	struct dhcp_made m = made_reply(&discover);
	(void)state;

	MADE_ADD(&m, OFFER, 52, 1, 3, 255);
	memcpy(m.packet + MADE_FILE, in_file, sizeof(in_file));
	memcpy(m.packet + MADE_SNAME, in_sname, sizeof(in_sname));
	made_finish(&m);
	assert_int_equal(read_made(&m), DHCP_ANSWER);
	assert_int_equal(answer.prefix, 16);
	assert_int_equal(answer.route_count, 1);
	assert_int_equal(answer.routes[0].gateway, ADDRESS(10, 0, 2, 7));
	for (unsigned char overload = 0; overload < 3; overload++) {
		m.packet[MADE_OPTIONS + 11] = overload;
		made_finish(&m);
		/* The route is incomplete unless both fields are read. */
		assert_int_equal(read_made(&m),
				 overload == 1 || overload == 2 ? DHCP_BROKEN : DHCP_ANSWER);
	}
	m.packet[MADE_OPTIONS + 11] = 4;
	made_finish(&m);
	assert_int_equal(read_made(&m), DHCP_BROKEN);
	/* An option that does not end within its field. */
	m.packet[MADE_OPTIONS + 11] = 1;
	memset(m.packet + MADE_FILE, 0, 128);
	m.packet[MADE_FILE + 127] = 77;
	made_finish(&m);
	assert_int_equal(read_made(&m), DHCP_BROKEN);
}

static void
classless_routes_override_routers(void **state)
{
	struct dhcp_made m = made_reply(&discover);
	(void)state;

	MADE_ADD(&m, OFFER, 3, 4, 10, 0, 2, 99, 121, 8, 24, 192, 168, 7, 10, 0, 2, 1, 121, 27, 32,
		 10, 1, 2, 3, 0, 0, 0, 0, 0, 10, 0, 2, 1, 12, 172, 31, 10, 0, 2, 4, 1, 128, 9, 9, 9,
		 9, 255);
	assert_int_equal(read_made(&m), DHCP_ANSWER);
	static const struct net_route wanted[] = {
	    {ADDRESS(192, 168, 7, 0), 24, ADDRESS(10, 0, 2, 1)},
	    {ADDRESS(10, 1, 2, 3), 32, 0},
	    {0, 0, ADDRESS(10, 0, 2, 1)},
	    {ADDRESS(172, 16, 0, 0), 12, ADDRESS(10, 0, 2, 4)},
	    {ADDRESS(128, 0, 0, 0), 1, ADDRESS(9, 9, 9, 9)},
	};
	assert_int_equal(answer.route_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(answer.routes[i].network, wanted[i].network);
		assert_int_equal(answer.routes[i].prefix, wanted[i].prefix);
		assert_int_equal(answer.routes[i].gateway, wanted[i].gateway);
	}
}

static void
excess_routes_are_counted(void **state)
{
	struct dhcp_made m = made_reply(&discover);
	(void)state;

	MADE_ADD(&m, OFFER);
	for (unsigned char i = 0; i < NET_ROUTES_MAX + 3; i++)
		MADE_ADD(&m, 121, 8, 24, 10, 9, i, 10, 0, 2, 1);
	assert_int_equal(read_made(&m), DHCP_ANSWER);
	assert_int_equal(answer.route_count, NET_ROUTES_MAX);
	assert_int_equal(answer.routes_left_out, 3);
}

static void
prefix_defaults_to_address_class(void **state)
{
	static const struct {
		unsigned char first, prefix;
	} classes[] = {{1, 8}, {126, 8}, {128, 16}, {191, 16}, {192, 24}, {223, 24}};
	(void)state;

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		struct dhcp_made m = made_reply(&discover);
		m.packet[MADE_BOOTP + 16] = classes[i].first;
		MADE_ADD(&m, OFFER, 255);
		assert_int_equal(read_made(&m), DHCP_ANSWER);
		assert_int_equal(answer.prefix, classes[i].prefix);
	}
}

static void
invalid_addresses_are_broken(void **state)
{
	static const unsigned char firsts[] = {0, 127, 224, 255};
	(void)state;

	for (size_t i = 0; i < sizeof(firsts); i++) {
		struct dhcp_made yours = made_reply(&discover), servers = yours;
		yours.packet[MADE_BOOTP + 16] = firsts[i];
		MADE_ADD(&yours, OFFER, 255);
		assert_int_equal(read_made(&yours), DHCP_BROKEN);
		MADE_ADD(&servers, 53, 1, 2, 54, 4, firsts[i], 0, 2, 2, 255);
		assert_int_equal(read_made(&servers), DHCP_BROKEN);
	}
}

static void
malformed_options_are_broken(void **state)
{
	static const unsigned char wrong[][12] = {
	    {1, 4, 255, 0, 255, 0}, /* not contiguous */
	    {1, 4, 0, 0, 0, 0},
	    {1, 3, 255, 255, 255},
	    {3, 3, 10, 0, 2},
	    {6, 5, 1, 1, 1, 1, 1},
	    {26, 1, 5},
	    {26, 4, 0, 0, 5, 120},
	    {51, 3, 0, 1, 81},
	    {53, 1, 2}, /* a second message type */
	    {54, 1, 10},
	    {121, 5, 33, 10, 0, 2, 1},
	    {121, 4, 0, 10, 0, 2},
	    {121, 1, 24},
	    {121, 9, 33, 1, 1, 1, 1, 1, 1, 1, 1},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct dhcp_made m = made_reply(&discover);
		MADE_ADD(&m, OFFER);
		made_add(&m, wrong[i], 2 + (size_t)wrong[i][1]);
		assert_int_equal(read_made(&m), DHCP_BROKEN);
	}
	struct dhcp_made none = made_reply(&discover);
	MADE_ADD(&none, SERVER, 255);
	assert_int_equal(read_made(&none), DHCP_FOREIGN);
	none = made_reply(&discover);
	MADE_ADD(&none, 53, 1, 2, 255);
	assert_int_equal(read_made(&none), DHCP_BROKEN);
}

static void
harmful_values_are_ignored(void **state)
{
	static const char *const domains[] = {"a\nnameserver 6.6.6.6", "a b", "", "\xc3\xa9",
					      "a\0b"};
	char longest[DHCP_DOMAIN_MAX + 2];
	(void)state;

	memset(longest, 'd', sizeof(longest));
	for (size_t i = 0; i < sizeof(domains) / sizeof(*domains); i++) {
		struct dhcp_made m = made_reply(&discover);
		size_t length = i == 4 ? 3 : strlen(domains[i]);
		MADE_ADD(&m, OFFER, 26, 2, 0, 67, 3, 4, 0, 0, 0, 0, 15, (unsigned char)length);
		made_add(&m, domains[i], length);
		assert_int_equal(read_made(&m), DHCP_ANSWER);
		assert_string_equal(answer.domain, "");
		assert_int_equal(answer.mtu, 0);
		assert_int_equal(answer.route_count, 0);
	}
	for (unsigned char length = DHCP_DOMAIN_MAX; length <= DHCP_DOMAIN_MAX + 1; length++) {
		struct dhcp_made m = made_reply(&discover);
		MADE_ADD(&m, OFFER, 15, (unsigned char)(length + 1));
		made_add(&m, longest, length);
		MADE_ADD(&m, 0);
		assert_int_equal(read_made(&m), DHCP_ANSWER);
		assert_int_equal(strlen(answer.domain), length <= DHCP_DOMAIN_MAX ? length : 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_continue_in_other_fields),
	    cmocka_unit_test(classless_routes_override_routers),
	    cmocka_unit_test(excess_routes_are_counted),
	    cmocka_unit_test(prefix_defaults_to_address_class),
	    cmocka_unit_test(invalid_addresses_are_broken),
	    cmocka_unit_test(malformed_options_are_broken),
	    cmocka_unit_test(harmful_values_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
