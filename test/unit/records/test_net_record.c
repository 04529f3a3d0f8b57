/* SPDX-License-Identifier: MIT */
/* Records of interfaces, written by init, and parsed and printed by bench. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/console.h"
#include "console/result.h"
#include "report/net_record.h"
#include "report/report_json.h"

static const uint64_t session = 5;

static struct console console;
static struct wire_encoder encoder;

static void
feed(const char *kind, const void *payload, size_t length)
{
	char line[WIRE_LINE_MAX];
	size_t used = wire_encode(&encoder, kind, payload, length, line);

	assert_true(used > 0);
	assert_int_equal(console_feed(&console, line, used), 0);
}

static void
begin(void)
{
	assert_int_equal(console_open(&console, &session), 0);
	wire_start(&encoder, session);
	feed("hello", "init 0\n", 7);
}

/*
 * The JSON of one `net` record with this payload; the caller frees it. NULL: bench counts it as
 * malformed.
 */
static char *
json_of(const char *payload, size_t length)
{
	struct result result;
	char *text = NULL;

	begin();
	feed("net", payload, length);
	assert_int_equal(result_read(&result, console.wire), 0);
	if (result.malformed == 0) {
		json_t *json = report_json_net(&result.nets);
		assert_non_null(json);
		text = json_dumps(json, JSON_COMPACT);
		json_decref(json);
	}
	result_free(&result);
	console_close(&console);
	return text;
}

static void
expect_json(const char *payload, size_t length, const char *wanted)
{
	char *text = json_of(payload, length);

	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
}

static void
written_record_is_printed(void **state)
{
	static const struct net_record record = {
	    .name = "eth0",
	    .driver = "virtio_net",
	    .mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
	    .mac_length = 6,
	    .mtu = 1400,
	    .has = {.type = DHCP_ACK,
		    .server = 0x0a000202,
		    .address = 0x0a00020f,
		    .prefix = 24,
		    .routes = {{0, 0, 0x0a000202}, {0x0a090000, 16, 0}},
		    .route_count = 2,
		    .nameservers = {0x0a000203, 0x01010101},
		    .nameserver_count = 2,
		    .domain = "lab.example",
		    .lease_s = DHCP_LEASE_FOR_EVER},
	};
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));
	(void)state;

	net_record_write(&t, &record);
	assert_false(t.full);
	expect_json(payload, t.used,
		    "[{\"interface\":\"eth0\",\"driver\":\"virtio_net\",\"mac\":\"52:54:00:12:34:"
		    "56\",\"mtu\":1400,"
		    "\"address\":\"10.0.2.15/24\",\"routes\":[\"0.0.0.0/0 10.0.2.2\",\"10.9.0.0/16 "
		    "0.0.0.0\"],"
		    "\"server\":\"10.0.2.2\",\"lease_s\":4294967295,\"nameservers\":[\"10.0.2.3\","
		    "\"1.1.1.1\"],"
		    "\"domain\":\"lab.example\"}]");
}

static void
missing_fields_are_omitted(void **state)
{
	static const struct net_record record = {.name = "lo", .mtu = 65536};
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));
	(void)state;

	net_record_write(&t, &record);
	assert_memory_equal(payload, "interface lo\nmtu 65536\n", t.used);
	expect_json(payload, t.used, "[{\"interface\":\"lo\",\"mtu\":65536}]");
}

static void
fill(char *name, size_t size)
{
	memset(name, 'x', size - 1);
	name[size - 1] = '\0';
}

/*
 * Ethernet with a server; InfiniBand, whose address is longer, without, since there is no DHCP on
 * it.
 */
static void
longest_record_fits(void **state)
{
	struct net_record longest = {.mac_length = 6, .mtu = UINT32_MAX};
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));
	(void)state;

	fill(longest.name, sizeof(longest.name));
	fill(longest.driver, sizeof(longest.driver));
	fill(longest.has.domain, sizeof(longest.has.domain));
	longest.has.server = longest.has.address = longest.has.lease_s = UINT32_MAX;
	longest.has.prefix = 32;
	longest.has.route_count = NET_ROUTES_MAX;
	for (size_t i = 0; i < NET_ROUTES_MAX; i++)
		longest.has.routes[i] = (struct net_route){UINT32_MAX, 32, UINT32_MAX};
	longest.has.nameserver_count = DHCP_NAMESERVERS_MAX;
	memset(longest.has.nameservers, 0xff, sizeof(longest.has.nameservers));
	net_record_write(&t, &longest);
	assert_false(t.full);
	t = text_in(payload, sizeof(payload));
	longest.mac_length = NET_MAC_MAX;
	longest.has.server = longest.has.lease_s = 0;
	longest.has.nameserver_count = 0;
	longest.has.domain[0] = '\0';
	net_record_write(&t, &longest);
	assert_false(t.full);
}

static void
hostile_records_are_harmless(void **state)
{
	static const char no_interface[] = "mtu 1500\n",
			  bytes[] = "interface \xff\nmtu many\nmtu \xff\nroute \x80\nx y\n";
	(void)state;

	assert_null(json_of("", 0));
	assert_null(json_of(no_interface, sizeof(no_interface) - 1));
	expect_json(bytes, sizeof(bytes) - 1,
		    "[{\"interface\":{\"base64\":\"/w==\"},\"mtu\":{\"base64\":\"/w==\"},"
		    "\"routes\":[{\"base64\":\"gA==\"}]}]");
	expect_json("interface a\nmtu", 15, "[{\"interface\":\"a\"}]");
}

static void
only_host_addresses_are_valid(void **state)
{
	static char *const bad[][3] = {
	    {"e", "0.0.0.1/8"}, {"e", "224.0.0.1/8"}, {"e", "255.255.255.255/32"}};
	static char *const good[][3] = {
	    {"e", "1.0.0.0/31"}, {"lo", "127.0.0.2/8"}, {"e", "223.255.255.255/32"}};
	struct net_words words;
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(net_words_read(&words, bad[i]), "has an invalid host address");
		assert_null(net_words_read(&words, good[i]));
	}
}

/* The record with the longest time without records. */
static void
waits_are_summed(void **state)
{
	static const struct {
		const char *payload;
		uint64_t sum;
	} cases[] = {
	    {"seconds 30\nfor eth0\n", 30},    {"seconds 3600\n", 3630}, {"seconds many\n", 3630},
	    {"seconds 99999999\n", 3630},      {"for eth0\n", 3630},	 {"seconds 14400\n", 14400},
	    {"seconds 14400\nfor x\n", 14400},
	};
	(void)state;

	begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		feed("wait", cases[i].payload, strlen(cases[i].payload));
		assert_int_equal(console.wait_s, cases[i].sum);
	}
	assert_int_equal(console.stage, STAGE_INIT);
	console_close(&console);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(written_record_is_printed),
	    cmocka_unit_test(missing_fields_are_omitted),
	    cmocka_unit_test(longest_record_fits),
	    cmocka_unit_test(hostile_records_are_harmless),
	    cmocka_unit_test(waits_are_summed),
	    cmocka_unit_test(only_host_addresses_are_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
