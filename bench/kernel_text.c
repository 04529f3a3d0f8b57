/* SPDX-License-Identifier: MIT */
#include "kernel_text.h"

#include <string.h>

static const char panic[] = "Kernel panic - not syncing";
static const char version[] = "Linux version ";

static bool
begins(const char *line, size_t length, const char *word)
{
	size_t n = strlen(word);

	return length >= n && memcmp(line, word, n) == 0;
}

/* A boot loader that begins its lines with CR leaves one in front of the kernel's first. */
static size_t
returns_length(const char *line, size_t length)
{
	size_t at = 0;

	while (at < length && line[at] == '\r')
		at++;
	return at;
}

/*
 * The length of `[ SECONDS.MICROSECONDS] ` at the line's start, a caller `[ T1]` behind it included; 0 if there is
 * none.
 */
static size_t
stamp_length(const char *line, size_t length)
{
	size_t at = 1;
	size_t digits = 0;

	if (length < 2 || line[0] != '[')
		return 0;
	while (at < length && line[at] == ' ')
		at++;
	for (; at < length && ((line[at] >= '0' && line[at] <= '9') || (line[at] == '.' && digits > 0)); at++)
		digits++;
	if (digits < 3 || at >= length || line[at++] != ']')
		return 0;
	if (at < length && line[at] == '[') {
		const char *close = memchr(line + at, ']', length - at);
		if (close == NULL)
			return 0;
		at = (size_t)(close - line) + 1;
	}
	return at < length && line[at] == ' ' ? at + 1 : 0;
}

/* Where the kernel's words begin in its line; 0: it has no time stamp. */
static size_t
words_at(const char *line, size_t length)
{
	size_t returns = returns_length(line, length), stamp = stamp_length(line + returns, length - returns);

	return stamp > 0 ? returns + stamp : 0;
}

bool
kernel_text_is(const char *line, size_t length)
{
	return words_at(line, length) > 0 || kernel_text_is_version(line, length);
}

bool
kernel_text_is_version(const char *line, size_t length)
{
	size_t at = words_at(line, length);

	if (at == 0)
		at = returns_length(line, length);
	return begins(line + at, length - at, version);
}

bool
kernel_text_is_restart(const char *line, size_t length)
{
	size_t at = words_at(line, length);

	return at > 0 && (begins(line + at, length - at, "reboot: Restarting system") ||
			  begins(line + at, length - at, "reboot: machine restart"));
}

const char *
kernel_text_panic(const char *line, size_t length, bool broken)
{
	size_t stamp = words_at(line, length);

	if (begins(line + stamp, length - stamp, panic))
		return line + stamp;
	for (size_t at = 1; broken && at < length; at++) {
		stamp = stamp_length(line + at, length - at);
		if (stamp > 0 && begins(line + at + stamp, length - at - stamp, panic))
			return line + at + stamp;
	}
	return NULL;
}

const char *
kernel_text_message(const char *line, size_t *length)
{
	size_t at = 1;

	while (at < *length && line[at] >= '0' && line[at] <= '9')
		at++;
	if (at < 2 || at >= *length || line[0] != '<' || line[at] != '>')
		return line;
	*length -= at + 1;
	return line + at + 1;
}
