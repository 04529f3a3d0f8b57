/* SPDX-License-Identifier: MIT */
#include "object.h"

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

/* Bytes of the guest. */
json_t *
object_encode(const char *data, size_t length)
{
	json_t *json = json_stringn(data != NULL ? data : "", length);

	return json != NULL ? json : encode_base64(data, length);
}

/* A string of the guest, left out where it is empty. */
void
object_guest(struct object *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		object_set(o, key, object_encode(value, strlen(value)));
}
