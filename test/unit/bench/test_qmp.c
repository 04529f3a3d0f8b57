/* SPDX-License-Identifier: MIT */
/* QEMU's protocol: its current replies, and possible later ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "target/qmp.h"

static void
feed_line(struct qmp *q, const char *line)
{
	/* In pieces, as from a socket. */
	for (; *line != '\0'; line++)
		assert_int_equal(qmp_feed(q, line, 1), 0);
}

static void
qmp_conversation(void **state)
{
	struct qmp *q = calloc(1, sizeof(*q));
	int fds[2];
	char answer[256];
	(void)state;

	assert_non_null(q);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	q->fd = fds[0];
	feed_line(q, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
	assert_true(read(fds[1], answer, sizeof(answer)) > 0);
	assert_memory_equal(answer, "{\"execute\":\"qmp_capabilities\"}", 30);
	assert_string_equal(q->version, "");
	feed_line(q, "{\"return\": {}}\r\n");
	assert_true(read(fds[1], answer, sizeof(answer)) > 0);
	assert_memory_equal(answer, "{\"execute\":\"qom-get\"", 20);
	feed_line(q, "{\"return\": \"pc-q35-7.2-machine\"}\r\n");
	assert_string_equal(q->machine, "pc-q35-7.2");
	assert_true(read(fds[1], answer, sizeof(answer)) > 0);
	assert_memory_equal(answer, "{\"execute\":\"cont\"}", 18);
	feed_line(q, "{\"event\": \"RESUME\"}\r\nnonsense\r\n{\"return\": {}}\r\n");
	assert_int_equal(q->step, QMP_RUNNING);
	assert_false(q->shutdown);
	feed_line(q, "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": "
		     "\"guest-reset\"}}\r\n");
	assert_true(q->shutdown && q->by_guest && q->by_reset && !q->stopped);
	/* Only the first reason counts. */
	feed_line(q, "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": false, \"reason\": "
		     "\"host-qmp-quit\"}}\r\n");
	assert_true(q->by_guest && q->by_reset && q->error[0] == '\0');
	feed_line(q, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\r\n");
	assert_string_equal(q->error, "no");
	close(fds[0]);
	close(fds[1]);
	free(q);
}

/*
 * QEMU's version and machine type. A guest cannot write them, but a later QEMU may write anything.
 */
static void
qmp_words(void **state)
{
	static const struct {
		const char *version, *expected;
	} versions[] = {
	    {"{\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 22}, \"package\": \"Maker "
	     "1:7.2\"}",
	     "7.2.22 (Maker 1:7.2)"},
	    {"{\"qemu\": {\"major\": 10, \"minor\": 0, \"micro\": 0}, \"package\": \"\"}",
	     "10.0.0"},
	    {"{\"qemu\": {\"major\": 10, \"minor\": 0, \"micro\": 0}}", "10.0.0"},
	    {"{\"qemu\": {\"major\": \"x\"}}", ""},
	    {"7", ""},
	};
	static const char *const types[] = {"\"-machine\"", "\"machine\"", "\"\"",
					    "{}",	    "7",	   "error"};
	char line[512];
	(void)state;

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		struct qmp *q = calloc(1, sizeof(*q));
		assert_non_null(q);
		q->fd = -1; /* nothing is sent */
		snprintf(line, sizeof(line), "{\"QMP\": {\"version\": %s}}\n", versions[i].version);
		assert_int_equal(qmp_feed(q, line, strlen(line)), -1);
		assert_string_equal(q->version, versions[i].expected);
		free(q);
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct qmp *q = calloc(1, sizeof(*q));
		assert_non_null(q);
		q->fd = -1;
		q->step = QMP_MACHINE;
		snprintf(line, sizeof(line),
			 types[i][0] == 'e' ? "{\"error\": {}}\n" : "{\"return\": %s}\n", types[i]);
		assert_int_equal(qmp_feed(q, line, strlen(line)), -1);
		assert_string_equal(q->machine, "");
		assert_string_equal(q->error, "");
		assert_int_equal(q->step, QMP_CONT);
		free(q);
	}
}

static void
qmp_internal_error(void **state)
{
	struct qmp *q = calloc(1, sizeof(*q));
	(void)state;

	assert_non_null(q);
	q->step = QMP_RUNNING;
	feed_line(q, "{\"event\": \"STOP\"}\n");
	assert_true(q->stopped);
	free(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(qmp_conversation),
	    cmocka_unit_test(qmp_words),
	    cmocka_unit_test(qmp_internal_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
