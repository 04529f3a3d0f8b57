/* SPDX-License-Identifier: MIT */
#include "console/record.h"

#include <stdlib.h>
#include <string.h>

#include "console/wire_log.h"
#include "percent.h"
#include "text.h"

bool
record_value(const struct wire_log_record *record, const char *key, char *value, size_t size)
{
	const char *at = (const char *)record->payload;
	size_t left = record->length;
	size_t key_length = strlen(key);

	while (left > 0) {
		const char *newline = memchr(at, '\n', left);
		size_t length = newline != NULL ? (size_t)(newline - at) : left;

		if (length > key_length && memcmp(at, key, key_length) == 0 &&
		    at[key_length] == ' ') {
			size_t n = length - key_length - 1;
			if (n >= size || memchr(at, '\0', length) != NULL)
				return false;
			memcpy(value, at + key_length + 1, n);
			value[n] = '\0';
			return true;
		}
		if (newline == NULL)
			return false;
		at += length + 1;
		left -= length + 1;
	}
	return false;
}

bool
record_number(const struct wire_log_record *record, const char *key, uint64_t max, uint64_t *number)
{
	char value[32];

	return record_value(record, key, value, sizeof(value)) &&
	       text_parse_number(value, max, number) == 0;
}

char *
record_decoded(const struct wire_log_record *record, const char *key, size_t *length)
{
	char *value = malloc(record->length + 1);
	long decoded = -1;

	if (value != NULL && record_value(record, key, value, record->length + 1))
		decoded = percent_decode(value, strlen(value), value);
	if (decoded < 0) {
		free(value);
		return NULL;
	}
	value[decoded] = '\0';
	*length = (size_t)decoded;
	return value;
}

const char *
record_head(const struct wire_log_record *record, char line[64], const char *words[], size_t count,
	    size_t *length)
{
	const char *payload = (const char *)record->payload;
	const char *newline = memchr(payload, '\n', record->length);
	size_t used = newline != NULL ? (size_t)(newline - payload) : 64;
	char *rest = line;

	if (used >= 64)
		return NULL;
	memcpy(line, payload, used);
	line[used] = '\0';
	for (size_t i = 0; i < count; i++)
		if ((words[i] = strsep(&rest, " ")) == NULL)
			return NULL;
	*length = record->length - used - 1;
	return rest == NULL ? newline + 1 : NULL;
}
