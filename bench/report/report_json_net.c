/* SPDX-License-Identifier: MIT */
#include "report/report_json_net.h"

#include <string.h>

#include "base/json.h"
#include "text.h"

/* Lines of a record, and what they are called in JSON. */
static const struct key {
	const char *line, *name;
	enum { WORD, NUMBER, REPEATS } how;
} keys[] = {
    {"interface", "interface", WORD}, {"driver", "driver", WORD},     {"mac", "mac", WORD},
    {"mtu", "mtu", NUMBER},	      {"address", "address", WORD},   {"route", "routes", REPEATS},
    {"server", "server", WORD},	      {"lease_s", "lease_s", NUMBER}, {"nameserver", "nameservers", REPEATS},
    {"domain", "domain", WORD},
};

static void
set_value(struct object *o, const struct key *key, const char *at, size_t length)
{
	json_t *value = object_encode(at, length);
	uint64_t number;

	if (key->how == NUMBER && json_is_string(value) &&
	    text_parse_number(json_string_value(value), UINT32_MAX, &number) == 0) {
		json_decref(value);
		value = json_integer((json_int_t)number);
	}
	if (key->how != REPEATS) {
		object_set(o, key->name, value);
		return;
	}
	if (json_object_get(o->json, key->name) == NULL)
		object_set(o, key->name, json_array());
	if (json_array_append_new(json_object_get(o->json, key->name), value) != 0)
		o->failed = true;
}

static void
set_line(struct object *o, const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t n = strlen(keys[i].line);
		if (length > n && memcmp(line, keys[i].line, n) == 0 && line[n] == ' ')
			set_value(o, &keys[i], line + n + 1, length - n - 1);
	}
}

json_t *
report_json_net(const struct result_lines *nets)
{
	json_t *all = json_array();
	bool failed = all == NULL;

	for (size_t i = 0; i < nets->count; i++) {
		struct object net = {json_object(), false};
		const char *at = nets->at[i].data, *end = at + nets->at[i].length, *newline;
		for (; (newline = memchr(at, '\n', (size_t)(end - at))) != NULL; at = newline + 1)
			set_line(&net, at, (size_t)(newline - at));
		failed |= json_array_append_new(all, net.json) != 0 || net.failed;
	}
	if (!failed)
		return all;
	json_decref(all);
	return NULL;
}
