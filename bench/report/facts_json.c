/* SPDX-License-Identifier: MIT */
#include "report/facts_json.h"

#include <string.h>

typedef json_t *encoder(const char *data, size_t length);

static bool
is_list(const char *key)
{
	static const char *const lists[] = {"modules", "cpu.flags", "cpu.features", "cpu.bugs"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strcmp(key, lists[i]) == 0)
			return true;
	return false;
}

static json_t *
encode_words(const struct bytes *words, encoder *encode)
{
	json_t *array = json_array();
	size_t at = 0;

	while (at < words->length) {
		const char *word = words->data + at, *blank = memchr(word, ' ', words->length - at);
		size_t length = blank != NULL ? (size_t)(blank - word) : words->length - at;

		at += length + 1;
		if (length > 0 && json_array_append_new(array, encode(word, length)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* The object that a key belongs into; *name is what it is called there. */
static json_t *
find_group(json_t *object, const char *key, const char **name)
{
	const char *dot = strchr(key, '.');
	char group[ENVIRONMENT_KEY_MAX + 1];

	*name = dot != NULL ? dot + 1 : key;
	if (dot == NULL)
		return object;
	memcpy(group, key, (size_t)(dot - key));
	group[dot - key] = '\0';
	if (json_object_get(object, group) == NULL && json_object_set_new(object, group, json_object()) != 0)
		return NULL;
	return json_object_get(object, group);
}

json_t *
facts_json(const struct facts *facts, encoder *encode)
{
	json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < facts->count; i++) {
		const struct fact *fact = &facts->at[i];
		const char *name;
		json_t *group = find_group(object, fact->key, &name);
		json_t *value = is_list(fact->key) ? encode_words(&fact->value, encode)
						   : encode(fact->value.data, fact->value.length);

		if (json_object_set_new(group, name, value) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}
