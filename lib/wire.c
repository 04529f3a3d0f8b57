/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <stdbool.h>
#include <string.h>

#include "base64.h"
#include "percent.h"
#include "siphash.h"
#include "text.h"

enum { HEX_DIGITS = 16 };

/* Terminal servers and BMCs interpret '~' at the start of a line as an escape. */
static const char also_escaped[] = "~";

void
wire_start(struct wire_encoder *e, uint64_t session)
{
	e->session = session;
	e->sequence = 0;
	sha256_start(&e->digest);
}

static bool
is_valid_kind(const char *kind)
{
	size_t length = strlen(kind);

	for (size_t i = 0; i < length; i++)
		if (kind[i] < 'a' || kind[i] > 'z')
			return false;
	return length > 0 && length <= WIRE_KIND_MAX;
}

/* Encodes as text, or as base64 if that is shorter. */
static void
add_payload(struct text *t, const void *payload, size_t length)
{
	size_t start = t->used;

	text_string(t, " t ");
	text_number(t, length);
	text_char(t, ' ');
	size_t encoded = t->used;
	percent_encode(t, payload, length, also_escaped);
	if (!t->full && t->used - encoded <= base64_length(length))
		return;
	t->data[start + 1] = 'b';
	t->used = encoded;
	t->full = false;
	base64_encode(t, payload, length);
}

size_t
wire_encode(struct wire_encoder *e, const char *kind, const void *payload, size_t length,
	    char line[WIRE_LINE_MAX])
{
	struct text t = text_in(line, WIRE_LINE_MAX);

	if (length > WIRE_PAYLOAD_MAX || !is_valid_kind(kind))
		return 0;
	text_string(&t, WIRE_SENTINEL);
	text_hex(&t, e->session, HEX_DIGITS);
	text_char(&t, ' ');
	text_number(&t, e->sequence++);
	text_char(&t, ' ');
	text_string(&t, kind);
	add_payload(&t, payload, length);
	uint64_t check = siphash(e->session, 0, t.data, t.used);
	text_char(&t, ' ');
	text_hex(&t, check, HEX_DIGITS);
	text_char(&t, '\n');
	sha256_add(&e->digest, payload, length);
	return t.used;
}

size_t
wire_encode_end(struct wire_encoder *e, char line[WIRE_LINE_MAX])
{
	unsigned char digest[SHA256_SIZE];
	char payload[128];
	struct text t = text_in(payload, sizeof(payload));

	sha256_finish(&e->digest, digest);
	text_field(&t, "records", e->sequence);
	text_string(&t, "sha256 ");
	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	text_char(&t, '\n');
	return wire_encode(e, "end", t.data, t.used, line);
}

/* The rest of a line that is being parsed. */
struct rest {
	const char *at;
	size_t length;
};

/*
 * Reads the characters up to the next space, and skips the space. Returns false without a space.
 */
static bool
next_field(struct rest *rest, struct rest *field)
{
	const char *space = memchr(rest->at, ' ', rest->length);

	if (space == NULL)
		return false;
	*field = (struct rest){rest->at, (size_t)(space - rest->at)};
	rest->at += field->length + 1;
	rest->length -= field->length + 1;
	return true;
}

static bool
next_number(struct rest *rest, uint32_t max, uint32_t *number)
{
	struct rest field;
	uint64_t value;
	char digits[11];

	if (!next_field(rest, &field) || field.length >= sizeof(digits))
		return false;
	memcpy(digits, field.at, field.length);
	digits[field.length] = '\0';
	if (text_parse_number(digits, max, &value) != 0)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool
read_hex(const char *at, uint64_t *number)
{
	uint64_t value = 0;

	for (int i = 0; i < HEX_DIGITS; i++) {
		int digit = text_hex_digit(at[i]);
		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*number = value;
	return true;
}

/*
 * `at` begins with the sentinel. The check comes first: text that passes it was written by an
 * encoder.
 */
static bool
decode_at(struct rest rest, struct wire_record *record)
{
	struct rest field;
	uint64_t check;
	uint32_t length;
	size_t covered;

	if (rest.length < strlen(WIRE_SENTINEL) + 2 * HEX_DIGITS + 2)
		return false;
	covered = rest.length - HEX_DIGITS - 1;
	if (!read_hex(rest.at + strlen(WIRE_SENTINEL), &record->session) ||
	    !read_hex(rest.at + covered + 1, &check) || rest.at[covered] != ' ' ||
	    siphash(record->session, 0, rest.at, covered) != check)
		return false;
	rest = (struct rest){rest.at + strlen(WIRE_SENTINEL), covered - strlen(WIRE_SENTINEL)};
	if (!next_field(&rest, &field) || !next_number(&rest, UINT32_MAX, &record->sequence))
		return false;
	if (!next_field(&rest, &field) || field.length > WIRE_KIND_MAX)
		return false;
	memcpy(record->kind, field.at, field.length);
	record->kind[field.length] = '\0';
	if (!is_valid_kind(record->kind) || !next_field(&rest, &field) || field.length != 1)
		return false;
	if (!next_number(&rest, WIRE_PAYLOAD_MAX, &length) || rest.length > WIRE_LINE_MAX)
		return false;
	char decoded[WIRE_LINE_MAX];
	long got = *field.at == 't'   ? percent_decode(rest.at, rest.length, decoded)
		   : *field.at == 'b' ? base64_decode(rest.at, rest.length, decoded)
				      : -1;
	if (got != (long)length)
		return false;
	memcpy(record->payload, decoded, length);
	record->length = length;
	return true;
}

enum wire_found
wire_decode(const char *line, size_t length, struct wire_record *record)
{
	enum wire_found found = WIRE_TEXT;

	while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
		length--;
	for (size_t at = 0; at + strlen(WIRE_SENTINEL) <= length; at++) {
		if (memcmp(line + at, WIRE_SENTINEL, strlen(WIRE_SENTINEL)) != 0)
			continue;
		if (decode_at((struct rest){line + at, length - at}, record))
			return WIRE_RECORD;
		found = WIRE_BROKEN;
	}
	return found;
}
