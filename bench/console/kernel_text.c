/* SPDX-License-Identifier: MIT */
#include "console/kernel_text.h"

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
kernel_text_is_stamped(const char *line, size_t length)
{
	return words_at(line, length) > 0;
}

bool
kernel_text_is(const char *line, size_t length)
{
	return kernel_text_is_stamped(line, length) || kernel_text_is_version(line, length);
}

bool
kernel_text_is_version(const char *line, size_t length)
{
	size_t at = words_at(line, length);

	if (at == 0)
		at = returns_length(line, length);
	return begins(line + at, length - at, version);
}

const char *
kernel_text_beginning(const char *line, size_t length, bool stamped, size_t *release_length)
{
	size_t from = returns_length(line, length), at = words_at(line, length);

	if (!kernel_text_is_version(line, length) || (at == 0) == stamped)
		return NULL;
	for (size_t i = from; i < at && line[i] != ']'; i++)
		if (line[i] >= '1' && line[i] <= '9')
			return NULL;
	at = (at > 0 ? at : from) + strlen(version);
	*release_length = 0;
	while (at + *release_length < length && line[at + *release_length] > ' ')
		(*release_length)++;
	return line + at;
}

bool
kernel_text_is_restart(const char *line, size_t length)
{
	size_t at = words_at(line, length);

	return at > 0 && (begins(line + at, length - at, "reboot: Restarting system") ||
			  begins(line + at, length - at, "reboot: machine restart"));
}

const char *
kernel_text_inside(const char *line, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if (stamp_length(line + at, length - at) > 0)
			return line + at;
	return NULL;
}

const char *
kernel_text_panic(const char *line, size_t length, bool broken)
{
	const char *end = line + length;
	const char *at = broken && !begins(line, length, panic) ? kernel_text_inside(line, length) : line;

	for (; at != NULL; at = broken ? kernel_text_inside(at, (size_t)(end - at)) : NULL) {
		at += words_at(at, (size_t)(end - at));
		if (begins(at, (size_t)(end - at), panic))
			return at;
	}
	return NULL;
}

/* The length of `<N>` at the start of a line, and N; 0 if it is missing. */
static size_t
priority_length(const char *line, size_t length, int *priority)
{
	size_t at = 1;

	*priority = 0;
	for (; at < length && at < 6 && line[at] >= '0' && line[at] <= '9'; at++)
		*priority = *priority * 10 + (line[at] - '0');
	return at >= 2 && at < length && line[0] == '<' && line[at] == '>' ? at + 1 : 0;
}

const char *
kernel_text_message(const char *line, size_t *length)
{
	int priority;
	size_t at = priority_length(line, *length, &priority);

	*length -= at;
	return line + at;
}

int
kernel_text_facility(const char *line, size_t length)
{
	int priority;

	return priority_length(line, length, &priority) > 0 ? priority / 8 : -1;
}

const char *
kernel_text_words(const char *line, size_t *length)
{
	const char *message = kernel_text_message(line, length);
	size_t at = words_at(message, *length);

	*length -= at;
	return message + at;
}

const char *
kernel_text_next(const char **log, size_t *length, size_t *line_length)
{
	const char *line = *log;

	if (*length == 0)
		return NULL;
	const char *newline = memchr(line, '\n', *length);
	*line_length = newline != NULL ? (size_t)(newline - line) : *length;
	size_t taken = *line_length + (newline != NULL);
	*log += taken;
	*length -= taken;
	return line;
}
