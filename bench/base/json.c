/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <err.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"

void
object_set(struct object *o, const char *key, json_t *value)
{
	if (json_object_set_new(o->json, key, value) != 0)
		o->failed = true;
}

void
object_string(struct object *o, const char *key, const char *value)
{
	if (value != NULL)
		object_set(o, key, json_string(value));
}

json_t *
object_number(double number)
{
	const double exact = (double)(UINT64_C(1) << 53);
	bool is_whole =
	    number == floor(number) && fabs(number) <= exact && !(number == 0 && signbit(number));

	return is_whole ? json_integer((json_int_t)number) : json_real(number);
}

/* Writes a fraction in JSON's form. Returns its length. */
static size_t
write_shortest(double number, char at[40])
{
	char digits[32];
	/*
	 * Except for subnormal numbers, 15 digits without trailing zeros are the shortest form, if
	 * they read back the same.
	 */
	int precision = fabs(number) < DBL_MIN ? 1 : DBL_DIG;

	do
		snprintf(digits, sizeof(digits), "%.*g", precision, number);
	while (strtod(digits, NULL) != number && precision++ < DBL_DECIMAL_DIG);
	/*
	 * As jansson writes it: a decimal point or an exponent; the exponent without plus sign and
	 * leading zeros.
	 */
	char *exponent = strchr(digits, 'e');
	if (exponent == NULL)
		return (size_t)sprintf(at, strchr(digits, '.') != NULL ? "%s" : "%s.0", digits);
	*exponent = '\0';
	return (size_t)sprintf(at, "%se%d", digits, atoi(exponent + 1));
}

/* The end of the string whose opening quote is at `at`. */
static const char *
end_of_string(const char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

char *
object_text(const json_t *json, size_t flags)
{
	char *text = json_dumps(json, flags | JSON_REAL_PRECISION(DBL_DECIMAL_DIG)), *to = text,
	     shortest[40];

	if (text == NULL)
		return NULL;
	/* Rewrite in place, as no number becomes longer. */
	for (const char *at = text, *end; *at != '\0'; at = end) {
		bool is_number = *at == '-' || (*at >= '0' && *at <= '9');
		end = *at == '"' ? end_of_string(at)
				 : at + (is_number ? strspn(at, "+-.0123456789e") : 1);
		size_t length = (size_t)(end - at), less = length;
		if (is_number && memchr(at, '.', length) != NULL)
			less = write_shortest(strtod(at, NULL), shortest);
		memmove(to, less < length ? shortest : at, less < length ? less : length);
		to += less < length ? less : length;
	}
	*to = '\0';
	return text;
}

static json_t *
encode_base64(const char *data, size_t length)
{
	size_t size = base64_length(length) + 4;
	char *buffer = malloc(size);
	json_t *json = NULL;

	if (buffer == NULL)
		return NULL;
	struct text t = text_in(buffer, size);
	base64_encode(&t, data, length);
	while (t.used % 4 != 0)
		text_char(&t, '=');
	json = json_pack("{s:o}", "base64", json_stringn(t.data, t.used));
	free(buffer);
	return json;
}

json_t *
object_encode(const char *data, size_t length)
{
	json_t *json = json_stringn(data != NULL ? data : "", length);

	return json != NULL ? json : encode_base64(data, length);
}

void
object_guest(struct object *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		object_set(o, key, object_encode(value, strlen(value)));
}

int
object_print(struct object *o)
{
	char *text = o->failed ? NULL : object_text(o->json, JSON_INDENT(2));
	int result = 0;

	errno = ENOMEM;
	if (text == NULL || puts(text) == EOF || fflush(stdout) != 0) {
		warn("cannot write JSON");
		result = -1;
	}
	free(text);
	json_decref(o->json);
	return result;
}
