/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made/dhcp_read.h"

static struct dhcp_question
request(void)
{
	struct dhcp_question question = discover;

	question.type = DHCP_REQUEST;
	question.address = ADDRESS(10, 0, 2, 15);
	question.server = ADDRESS(10, 0, 2, 2);
	return question;
}

static void
discover_follows_the_standards(void **state)
{
	static const unsigned char options[] = {99, 130, 83, 99, 57, 2,	 5,  192, 55, 7,  121,
						1,  3,	 26, 6,	 15, 51, 53, 1,	  1,  255};
	unsigned char packet[DHCP_PACKET_MAX];
	struct dhcp_made m;
	(void)state;

	m.length = dhcp_packet_write(&discover, packet);
	assert_int_equal(m.length, 328);
	assert_memory_equal(packet + 12, "\0\0\0\0\xff\xff\xff\xff", 8);
	assert_memory_equal(packet + 20, "\0\104\0\103", 4);
	assert_memory_equal(packet + 28, "\1\1\6\0\xde\xad\xbe\xef\1\2\0\0", 12);
	assert_memory_equal(packet + 28 + 28, discover.mac, DHCP_MAC_SIZE);
	assert_memory_equal(packet + 28 + 236, options, sizeof(options));
	memcpy(m.packet, packet, sizeof(packet));
	made_finish(&m);
	assert_memory_equal(packet, m.packet, m.length);
}

static void
request_has_offered_address_and_server(void **state)
{
	static const unsigned char options[] = {53, 1,	3, 50, 4, 10, 0, 2,
						15, 54, 4, 10, 0, 2,  2, 255};
	unsigned char packet[DHCP_PACKET_MAX];
	struct dhcp_question question = request();
	(void)state;

	assert_int_equal(dhcp_packet_write(&question, packet), 328);
	assert_memory_equal(packet + MADE_OPTIONS + 13, options, sizeof(options));
}

static void
offer_is_parsed(void **state)
{
	struct dhcp_made m = made_reply(&discover);
	(void)state;

	MADE_ADD(&m, OFFER, 1, 4, 255, 255, 255, 0, 3, 8, 10, 0, 2, 1, 10, 0, 2, 3, 6, 16, 1, 1, 1,
		 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 15, 7, 'l', 'a', 'b', '.', 'a', '-', '1',
		 26, 2, 5, 120, 51, 4, 0, 1, 81, 128, 255);
	assert_int_equal(read_made(&m), DHCP_ANSWER);
	assert_int_equal(answer.type, DHCP_OFFER);
	assert_int_equal(answer.server, ADDRESS(10, 0, 2, 2));
	assert_int_equal(answer.address, ADDRESS(10, 0, 2, 15));
	assert_int_equal(answer.prefix, 24);
	assert_int_equal(answer.route_count, 1);
	assert_int_equal(answer.routes[0].prefix, 0);
	assert_int_equal(answer.routes[0].gateway, ADDRESS(10, 0, 2, 1));
	assert_int_equal(answer.nameserver_count, 3);
	assert_int_equal(answer.nameservers[2], ADDRESS(3, 3, 3, 3));
	assert_string_equal(answer.domain, "lab.a-1");
	assert_int_equal(answer.mtu, 1400);
	assert_int_equal(answer.lease_s, 86400);
}

static void
ack_and_nak_answer_requests_only(void **state)
{
	struct dhcp_question question = request();
	struct dhcp_made ack = made_reply(&discover), nak = ack, offer = ack, other = ack;
	(void)state;

	MADE_ADD(&ack, ACK, 255);
	MADE_ADD(&nak, NAK, 255);
	MADE_ADD(&offer, OFFER, 255);
	MADE_ADD(&other, 53, 1, 5, 54, 4, 10, 0, 2, 9, 255);
	memset(nak.packet + MADE_BOOTP + 16, 0, 4);
	made_finish(&nak);
	assert_int_equal(read_part(&question, &ack, ack.length, true), DHCP_ANSWER);
	assert_int_equal(answer.type, DHCP_ACK);
	assert_int_equal(read_part(&question, &nak, nak.length, true), DHCP_ANSWER);
	assert_int_equal(answer.type, DHCP_NAK);
	assert_int_equal(read_part(&question, &offer, offer.length, true), DHCP_FOREIGN);
	assert_int_equal(read_part(&question, &other, other.length, true), DHCP_FOREIGN);
	assert_int_equal(read_made(&ack), DHCP_FOREIGN);
	assert_int_equal(read_made(&nak), DHCP_FOREIGN);
}

static void
truncated_packet_is_foreign(void **state)
{
	struct dhcp_made m = made_reply(&discover);
	(void)state;

	MADE_ADD(&m, OFFER, 121, 8, 24, 10, 9, 0, 10, 0, 2, 1, 255);
	for (size_t length = 0; length < m.length; length++) {
		assert_int_equal(read_part(&discover, &m, length, true), DHCP_FOREIGN);
		assert_int_equal(read_part(&discover, &m, length, false), DHCP_FOREIGN);
	}
	/* The padding of a short Ethernet frame is not part of the packet. */
	assert_int_equal(read_part(&discover, &m, m.length + 18, true), DHCP_ANSWER);
}

static void
truncated_options_are_broken(void **state)
{
	struct dhcp_made whole = made_reply(&discover), part;
	(void)state;

	MADE_ADD(&whole, OFFER, 1, 4, 255, 255, 255, 0, 121, 5, 0, 10, 0, 2, 1);
	assert_int_equal(read_made(&whole), DHCP_ANSWER);
	for (size_t length = MADE_OPTIONS; length < whole.length; length++) {
		part = whole;
		part.length = length;
		made_finish(&part);
		/* Cut between options it is a shorter answer, if type and server are included. */
		bool at_end = length == whole.length - 7 || length == whole.length - 13;
		assert_int_equal(read_made(&part), at_end ? DHCP_ANSWER : DHCP_BROKEN);
	}
}

static void
other_packets_are_foreign(void **state)
{
	/*
	 * Version, not UDP, a fragment, another port of ours, a request, not Ethernet, transaction,
	 * cookie.
	 */
	static const size_t places[] = {0, 9, 7, 23, 28, 29, 32, 28 + 239};
	struct dhcp_made good = made_reply(&discover);
	(void)state;

	MADE_ADD(&good, OFFER, 255);
	assert_int_equal(read_made(&good), DHCP_ANSWER);
	/* A server may answer from any port. */
	struct dhcp_made other = good;
	other.packet[21] ^= 0x21;
	made_finish(&other);
	assert_int_equal(read_made(&other), DHCP_ANSWER);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct dhcp_made bad = good;
		bad.packet[places[i]] ^= 0x21;
		made_finish(&bad);
		assert_int_equal(read_made(&bad), DHCP_FOREIGN);
	}
	for (size_t i = 0; i < DHCP_MAC_SIZE; i++) {
		struct dhcp_made bad = good;
		bad.packet[MADE_BOOTP + 28 + i] ^= 1;
		made_finish(&bad);
		assert_int_equal(read_made(&bad), DHCP_FOREIGN);
	}
}

static void
flipped_bits_are_detected(void **state)
{
	struct dhcp_made good = made_reply(&discover);
	(void)state;

	MADE_ADD(&good, OFFER, 1, 4, 255, 255, 255, 0, 255);
	for (size_t bit = 0; bit < good.length * 8; bit++) {
		struct dhcp_made bad = good;
		bad.packet[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_int_equal(read_made(&bad), DHCP_FOREIGN);
	}
}

static void
checksum_is_optional(void **state)
{
	struct dhcp_made m = made_reply(&discover);
	(void)state;

	MADE_ADD(&m, OFFER, 255);
	m.packet[26] ^= 1;
	assert_int_equal(read_made(&m), DHCP_FOREIGN);
	assert_int_equal(read_part(&discover, &m, m.length, false), DHCP_ANSWER);
	m.packet[26] = m.packet[27] = 0;
	assert_int_equal(read_made(&m), DHCP_ANSWER);
}

static void
longer_ip_header_is_skipped(void **state)
{
	struct dhcp_made m = made_reply(&discover), longer;
	unsigned char ip[24];
	(void)state;

	MADE_ADD(&m, OFFER, 255);
	longer = m;
	memmove(longer.packet + 24, m.packet + 20, m.length - 20);
	memset(longer.packet + 20, 1, 4);
	longer.packet[0] = 0x46;
	longer.length = m.length + 4;
	made_put16(longer.packet + 2, (unsigned)longer.length);
	made_put16(longer.packet + 10, 0);
	memcpy(ip, longer.packet, sizeof(ip));
	made_put16(longer.packet + 10, made_sum(ip, sizeof(ip), 0));
	assert_int_equal(read_made(&longer), DHCP_ANSWER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(discover_follows_the_standards),
	    cmocka_unit_test(request_has_offered_address_and_server),
	    cmocka_unit_test(offer_is_parsed),
	    cmocka_unit_test(ack_and_nak_answer_requests_only),
	    cmocka_unit_test(truncated_packet_is_foreign),
	    cmocka_unit_test(truncated_options_are_broken),
	    cmocka_unit_test(other_packets_are_foreign),
	    cmocka_unit_test(flipped_bits_are_detected),
	    cmocka_unit_test(checksum_is_optional),
	    cmocka_unit_test(longer_ip_header_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
