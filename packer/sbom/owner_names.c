/* SPDX-License-Identifier: MIT */
#include "sbom/owner_names.h"

#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

/* Paths differ most at their ends, and lists have hundreds of thousands of them. */
static uint64_t
hash_of(const char *name, size_t length)
{
	uint64_t end = 0;
	size_t taken = length < sizeof(end) ? length : sizeof(end);

	memcpy(&end, name + length - taken, taken);
	end = (end ^ length) * UINT64_C(0x9e3779b97f4a7c15);
	return end ^ end >> 29;
}

void
owner_names_start(struct owner_names *names, size_t files)
{
	*names = (struct owner_names){.bucket_count = 256};
	while (names->bucket_count < 4 * files)
		names->bucket_count *= 2;
	names->buckets = memory_get(names->bucket_count, sizeof(struct owner_name *));
}

void
owner_names_free(struct owner_names *names)
{
	for (size_t i = 0; i < names->bucket_count; i++) {
		for (struct owner_name *name = names->buckets[i], *next; name != NULL; name = next) {
			next = name->next;
			free(name->name);
			free(name);
		}
	}
	for (size_t i = 0; i < names->link_count; i++) {
		free(names->links[i].from);
		free(names->links[i].to);
	}
	for (size_t i = 0; i < names->diversion_count; i++) {
		free(names->diversions[i].from);
		free(names->diversions[i].to);
		free(names->diversions[i].package);
	}
	free(names->buckets);
	free(names->links);
	free(names->diversions);
	*names = (struct owner_names){.buckets = NULL};
}

void
owner_names_add_link(struct owner_names *names, const char *from, const char *to)
{
	names->links = memory_room(names->links, names->link_count, sizeof(*names->links));
	names->links[names->link_count++] = (struct owner_link){memory_copy(from), memory_copy(to)};
}

/* `path` with `to` in the place of `from`, to be freed, or NULL if it is not below that. */
static char *
replace(const char *path, const char *from, const char *to)
{
	size_t length = strlen(from);

	return strncmp(path, from, length) == 0 && path[length] == '/' ? memory_format("%s%s", to, path + length)
								       : NULL;
}

/* The path where the links lead, to be freed. */
static char *
without_links(const struct owner_names *names, struct dpkg_text text)
{
	char *path = memory_format("%.*s", (int)text.length, text.at), *real = NULL;

	for (size_t i = 0; i < names->link_count && real == NULL; i++)
		real = replace(path, names->links[i].from, names->links[i].to);
	if (real == NULL)
		return path;
	free(path);
	return real;
}

void
owner_names_add_diversion(struct owner_names *names, const struct dpkg_diversion *diversion)
{
	names->diversions = memory_room(names->diversions, names->diversion_count, sizeof(*names->diversions));
	names->diversions[names->diversion_count++] =
	    (struct owner_diversion){without_links(names, diversion->from), without_links(names, diversion->to),
				     memory_format("%.*s", (int)diversion->package.length, diversion->package.at)};
}

/* Takes `string`. */
static void
add_one(struct owner_names *names, char *string, struct owner_name like)
{
	struct owner_name *name = memory_get(1, sizeof(*name)), **bucket;

	*name = like;
	name->name = string;
	name->length = strlen(string);
	name->hash = hash_of(string, name->length);
	bucket = &names->buckets[name->hash & (names->bucket_count - 1)];
	name->next = *bucket;
	*bucket = name;
}

/* Adds a path in all forms that links give it. */
static void
add_forms(struct owner_names *names, const char *path, struct owner_name like)
{
	add_one(names, memory_copy(path), like);
	for (size_t i = 0; i < names->link_count; i++) {
		char *form = replace(path, names->links[i].to, names->links[i].from);
		if (form != NULL)
			add_one(names, form, like);
	}
}

void
owner_names_add(struct owner_names *names, const char *path, size_t file)
{
	struct owner_name like = {.file = file};

	for (size_t i = 0; i < names->diversion_count; i++) {
		const struct owner_diversion *diversion = &names->diversions[i];
		if (strcmp(diversion->from, path) == 0)
			like = (struct owner_name){.file = file, .package = diversion->package, .is_only = true};
		if (strcmp(diversion->to, path) == 0)
			add_forms(names, diversion->from,
				  (struct owner_name){.file = file, .package = diversion->package});
	}
	add_forms(names, path, like);
}

const struct owner_name *
owner_names_find(const struct owner_names *names, struct dpkg_text line, struct dpkg_text package,
		 const struct owner_name *last)
{
	uint64_t hash = hash_of(line.at, line.length);
	const struct owner_name *name = last != NULL ? last->next : names->buckets[hash & (names->bucket_count - 1)];

	for (; name != NULL; name = name->next)
		if (name->hash == hash && name->length == line.length &&
		    memcmp(name->name, line.at, line.length) == 0 &&
		    (name->package == NULL || dpkg_text_is(package, name->package) == name->is_only))
			return name;
	return NULL;
}
