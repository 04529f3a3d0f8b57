/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <errno.h>
#include <string.h>

static const char digits_of[] = "0123456789abcdef";

struct text
text_in(char *data, size_t size)
{
	return (struct text){.data = data, .size = size};
}

void
text_bytes(struct text *t, const void *bytes, size_t length)
{
	if (t->full || length > t->size - t->used) {
		t->full = true;
		return;
	}
	if (length > 0)
		memcpy(t->data + t->used, bytes, length);
	t->used += length;
}

void
text_string(struct text *t, const char *string)
{
	text_bytes(t, string, strlen(string));
}

void
text_char(struct text *t, char c)
{
	t->full = t->full || t->used == t->size;
	if (!t->full)
		t->data[t->used++] = c;
}

void
text_number(struct text *t, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = digits_of[number % 10];
		number /= 10;
	} while (number > 0);
	text_bytes(t, digits + at, sizeof(digits) - at);
}

void
text_hex(struct text *t, uint64_t number, int digits)
{
	while (digits-- > 0)
		text_char(t, digits_of[number >> (4 * digits) & 15]);
}

void
text_field(struct text *t, const char *key, uint64_t number)
{
	text_string(t, key);
	text_char(t, ' ');
	text_number(t, number);
	text_char(t, '\n');
}

void
text_field_string(struct text *t, const char *key, const char *string)
{
	text_string(t, key);
	text_char(t, ' ');
	text_string(t, string);
	text_char(t, '\n');
}

const char *
text_plural(uint64_t number)
{
	return number == 1 ? "" : "s";
}

int
text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
text_parse_number(const char *string, uint64_t max, uint64_t *number)
{
	uint64_t value = 0;

	if (*string == '\0') {
		errno = EINVAL;
		return -1;
	}
	for (; *string != '\0'; string++) {
		if (*string < '0' || *string > '9') {
			errno = EINVAL;
			return -1;
		}
		unsigned digit = (unsigned)(*string - '0');
		if (digit > max || value > (max - digit) / 10) {
			errno = ERANGE;
			return -1;
		}
		value = value * 10 + digit;
	}
	*number = value;
	return 0;
}
