/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include <string.h>

#include "percent.h"

enum { ESCAPE = 3 }; /* characters of an escape, the longest form of a byte */

static bool
is_valid_key(const char *key, size_t length)
{
	size_t dots = 0;

	if (length == 0 || length > ENVIRONMENT_KEY_MAX)
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = key[i];
		bool is_dot = c == '.';

		if (is_dot && (i == 0 || i + 1 == length || ++dots > 1))
			return false;
		if (!is_dot && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-')
			return false;
	}
	return true;
}

void
environment_start(struct environment_writer *w, void (*send)(const void *payload, size_t length))
{
	w->send = send;
	w->text = text_in(w->payload, sizeof(w->payload));
}

void
environment_end(struct environment_writer *w)
{
	if (w->text.used > 0)
		w->send(w->payload, w->text.used);
	w->text.used = 0;
}

/* Number of bytes that fit into `room` characters. */
static size_t
fitting_bytes(const char *bytes, size_t length, size_t room)
{
	size_t count = 0;

	for (size_t used = 0; count < length; count++) {
		used += percent_escapes(bytes[count], "") ? ESCAPE : 1;
		if (used > room)
			break;
	}
	return count;
}

int
environment_add(struct environment_writer *w, const char *key, const void *value, size_t length)
{
	size_t around = strlen(key) + 2; /* the blank and the newline */
	const char *from = length > 0 ? value : "";

	if (!is_valid_key(key, around - 2))
		return -1;
	/* Short values are kept on one line. */
	if (around + length > w->text.size - w->text.used)
		environment_end(w);
	do {
		if (around + ESCAPE > w->text.size - w->text.used)
			environment_end(w);
		size_t piece = fitting_bytes(from, length, w->text.size - w->text.used - around);
		text_string(&w->text, key);
		text_char(&w->text, ' ');
		percent_encode(&w->text, from, piece, "");
		text_char(&w->text, '\n');
		from += piece;
		length -= piece;
	} while (length > 0);
	return 0;
}

int
environment_next(const char **at, const char *end, struct environment_line *line)
{
	const char *start = *at, *newline = memchr(start, '\n', (size_t)(end - start));
	const char *blank = newline != NULL ? memchr(start, ' ', (size_t)(newline - start)) : NULL;

	if (start == end)
		return 0;
	if (blank == NULL || newline - start > WIRE_PAYLOAD_MAX ||
	    !is_valid_key(start, (size_t)(blank - start)))
		return -1;
	memcpy(line->key, start, (size_t)(blank - start));
	line->key[blank - start] = '\0';
	long length = percent_decode(blank + 1, (size_t)(newline - blank - 1), line->value);
	if (length < 0)
		return -1;
	line->length = (size_t)length;
	*at = newline + 1;
	return 1;
}
