/* SPDX-License-Identifier: MIT */
#include "console/facts.h"

#include <stdlib.h>
#include <string.h>

static struct fact *
lookup_fact(const struct facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->at[i].key, key) == 0)
			return &facts->at[i];
	return NULL;
}

/* Whether one key is the group of the other. */
static bool
is_group_of_other(const char *one, const char *other)
{
	size_t a = strlen(one), b = strlen(other);

	return (a < b && memcmp(one, other, a) == 0 && other[a] == '.') ||
	       (b < a && memcmp(one, other, b) == 0 && one[b] == '.');
}

static bool
has_place(const struct facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->count; i++)
		if (is_group_of_other(facts->at[i].key, key))
			return false;
	return facts->count < FACTS_MAX;
}

static struct fact *
append_fact(struct facts *facts, const char *key)
{
	struct fact *at = realloc(facts->at, (facts->count + 1) * sizeof(*at));

	if (at == NULL)
		return NULL;
	facts->at = at;
	at += facts->count++;
	*at = (struct fact){.value = {.length = 0}};
	strcpy(at->key, key);
	return at;
}

int
facts_read(struct facts *facts, const void *payload, size_t length, uint64_t *malformed)
{
	const char *at = payload, *end = at + length;
	struct environment_line line;
	int more;

	while ((more = environment_next(&at, end, &line)) > 0) {
		struct fact *fact = lookup_fact(facts, line.key);
		if (fact == NULL && !has_place(facts, line.key))
			break;
		if (fact == NULL && (fact = append_fact(facts, line.key)) == NULL)
			return -1;
		if (bytes_add(&fact->value, line.value, line.length) != 0)
			return -1;
	}
	*malformed += more != 0;
	return 0;
}

const struct bytes *
facts_find(const struct facts *facts, const char *key)
{
	const struct fact *fact = lookup_fact(facts, key);

	return fact != NULL ? &fact->value : NULL;
}

void
facts_free(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		bytes_free(&facts->at[i].value);
	free(facts->at);
	*facts = (struct facts){.count = 0};
}
