/* SPDX-License-Identifier: MIT */
#include "runlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

enum { RECORD_MAX = 8192, PIECE = 1000 }; /* what the kernel gives at a time: CONSOLE_EXT_LOG_MAX */

int
runlog_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT\n DICTIONARY" (Documentation/ABI/testing/dev-kmsg). */
static void
add_message(struct text *t, char *record, size_t length)
{
	char *end = memchr(record, ';', length), *newline, *time = record;
	uint64_t microseconds = 0;

	if (end == NULL)
		return;
	for (int commas = 0; commas < 2 && time < end; time++)
		commas += *time == ',';
	for (; time < end && *time >= '0' && *time <= '9'; time++)
		microseconds = microseconds * 10 + (uint64_t)(*time - '0');
	newline = memchr(end, '\n', length - (size_t)(end - record));
	text_char(t, '[');
	text_number(t, microseconds / 1000000);
	text_char(t, '.');
	for (uint64_t unit = 100000; unit > 0; unit /= 10)
		text_char(t, (char)('0' + microseconds / unit % 10));
	text_string(t, "] ");
	text_bytes(t, end + 1, (newline != NULL ? (size_t)(newline - record) : length) - (size_t)(end + 1 - record));
	text_char(t, '\n');
}

void
runlog_close(int fd, unsigned run, void (*send)(unsigned run, const char *text, unsigned long length))
{
	static char record[RECORD_MAX], message[RECORD_MAX + 64];
	ssize_t got;

	/* EPIPE: messages were overwritten before they were read, and it goes on with the next. */
	while (fd >= 0 && ((got = read(fd, record, sizeof(record))) > 0 || errno == EPIPE || errno == EINTR)) {
		struct text t = text_in(message, sizeof(message));
		if (got > 0)
			add_message(&t, record, (size_t)got);
		for (size_t at = 0; at < t.used; at += PIECE)
			send(run, message + at, t.used - at < PIECE ? t.used - at : PIECE);
	}
	if (fd >= 0)
		close(fd);
}
