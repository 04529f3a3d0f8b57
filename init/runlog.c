/* SPDX-License-Identifier: MIT */
#include "runlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "text.h"

enum {
	RECORD_MAX = 8192, /* size of the kernel's records: CONSOLE_EXT_LOG_MAX */
	PIECE = 1000,
	WARNING = 4,		 /* the kernel's own messages (facility 0) up to this level */
	DESCRIPTION = 8,	 /* minimum size of a message in the log besides its text */
	SYSLOG_SIZE_BUFFER = 10, /* syslog(2) has no name for it */
};

int
runlog_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static uint64_t
read_digits(const char **at)
{
	uint64_t number = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		number = number * 10 + (uint64_t)(**at - '0');
	return number;
}

/*
 * Parses "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT\n DICTIONARY"
 * (Documentation/ABI/testing/dev-kmsg), followed by a NUL. Messages from programs have priorities
 * of at least 8. Returns the approximate size of the message in the log.
 */
static long
add_message(struct text *t, const char *record, bool all)
{
	const char *at = record, *end = strchr(record, ';');
	uint64_t priority = read_digits(&at), microseconds;

	if (end == NULL || *at++ != ',')
		return 0;
	read_digits(&at);
	at++;
	microseconds = read_digits(&at);
	size_t length = strcspn(end, "\n") - 1;
	if (all || priority <= WARNING) {
		text_char(t, '<');
		text_number(t, priority);
		text_string(t, ">[");
		text_number(t, microseconds / 1000000);
		text_char(t, '.');
		for (uint64_t unit = 100000; unit > 0; unit /= 10)
			text_char(t, (char)('0' + microseconds / unit % 10));
		text_string(t, "] ");
		text_bytes(t, end + 1, length);
		text_char(t, '\n');
	}
	return (long)length + DESCRIPTION;
}

void
runlog_close(int fd, unsigned run, bool all,
	     void (*send)(unsigned run, const char *text, unsigned long length))
{
	static char record[RECORD_MAX + 1], message[RECORD_MAX + 64];
	long left = klogctl(SYSLOG_SIZE_BUFFER, NULL, 0);
	ssize_t got;

	/*
	 * EPIPE: messages were overwritten before they were read; reading continues with the next.
	 */
	while (fd >= 0 && left > 0 &&
	       ((got = read(fd, record, RECORD_MAX)) > 0 || errno == EPIPE || errno == EINTR)) {
		struct text t = text_in(message, sizeof(message));
		record[got > 0 ? got : 0] = '\0';
		left -= add_message(&t, record, all);
		for (size_t at = 0; at < t.used; at += PIECE)
			send(run, message + at, t.used - at < PIECE ? t.used - at : PIECE);
	}
	if (fd >= 0)
		close(fd);
}
