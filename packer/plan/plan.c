/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "host/follow.h"
#include "host/memory.h"

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct plan_entry *)a)->path, ((const struct plan_entry *)b)->path);
}

static void
free_nothing(void *unused)
{
	(void)unused;
}

void
plan_free(struct plan *plan)
{
	tdestroy(plan->paths, free_nothing);
	tdestroy(plan->strings, free);
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_reason *reason = plan->entries[i]->reasons;
		while (reason != NULL) {
			struct plan_reason *next = reason->next;
			free(reason);
			reason = next;
		}
		free(plan->entries[i]);
	}
	for (size_t i = 0; i < plan->block_count; i++)
		free(plan->blocks[i]);
	free(plan->blocks);
	free(plan->entries);
	*plan = (struct plan){.entries = NULL};
}

const char *
plan_string(struct plan *plan, const char *string)
{
	void **node = tfind(string, &plan->strings, compare_strings);

	return node != NULL ? *node : xtsearch(&plan->strings, xstrdup(string), compare_strings);
}

const void *
plan_own(struct plan *plan, void *block)
{
	plan->blocks = xgrow(plan->blocks, plan->block_count, sizeof(*plan->blocks));
	return plan->blocks[plan->block_count++] = block;
}

void
plan_set_content(struct plan *plan, struct plan_entry *entry, const char *text)
{
	entry->content = plan_string(plan, text);
	entry->content_size = strlen(text);
}

void
plan_add_origin(struct plan *plan, struct plan_entry *entry, const char *path)
{
	struct plan_origin *origin = xcalloc(1, sizeof(*origin)), **end = &entry->origins;

	plan_own(plan, origin);
	origin->path = plan_string(plan, path);
	while (*end != NULL)
		end = &(*end)->next;
	*end = origin;
}

struct plan_entry *
plan_find(const struct plan *plan, const char *path)
{
	const struct plan_entry key = {.path = path};
	void **node = tfind(&key, &plan->paths, compare_paths);

	return node != NULL ? *node : NULL;
}

/*
 * Appends a reason unless the entry has it. Strings of the plan are equal only if their addresses
 * are.
 */
static void
add_reason(struct plan *plan, struct plan_entry *entry, struct plan_why why, bool implied)
{
	struct plan_reason **end = &entry->reasons;

	why = (struct plan_why){plan_string(plan, why.what), plan_string(plan, why.of)};
	for (; *end != NULL; end = &(*end)->next) {
		if ((*end)->why.what != why.what || (*end)->why.of != why.of)
			continue;
		(*end)->implied &= implied;
		return;
	}
	*end = xcalloc(1, sizeof(**end));
	(*end)->why = why;
	(*end)->implied = implied;
}

static bool
same_string(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static size_t
content_size(const struct plan_entry *entry)
{
	return entry->content != NULL && entry->content_size == 0 ? strlen(entry->content)
								  : entry->content_size;
}

static bool
same_content(const struct plan_entry *a, const struct plan_entry *b)
{
	if (a->content == NULL || b->content == NULL)
		return a->content == b->content;
	return content_size(a) == content_size(b) &&
	       memcmp(a->content, b->content, content_size(a)) == 0;
}

static bool
same_thing(const struct plan_entry *a, const struct plan_entry *b)
{
	return a->type == b->type && same_content(a, b) && same_string(a->source, b->source) &&
	       a->node == b->node && a->major == b->major && a->minor == b->minor;
}

struct plan_entry *
plan_add(struct plan *plan, const struct plan_entry *entry, struct plan_why why)
{
	struct plan_entry *there = plan_find(plan, entry->path);

	if (there != NULL && !same_thing(there, entry) && entry->rank >= there->rank) {
		errno = EEXIST;
		return NULL;
	}
	if (there == NULL) {
		there = xcalloc(1, sizeof(*there));
		*there = *entry;
		there->path = plan_string(plan, entry->path);
		if (entry->content != NULL && entry->content_size == 0)
			plan_set_content(plan, there, entry->content);
		there->source = entry->source != NULL ? plan_string(plan, entry->source) : NULL;
		there->tree = entry->tree != NULL ? plan_string(plan, entry->tree) : NULL;
		plan->entries = xgrow(plan->entries, plan->count, sizeof(struct plan_entry *));
		plan->entries[plan->count++] = there;
		xtsearch(&plan->paths, there, compare_paths);
	} else if (entry->rank > there->rank) {
		there->rank = entry->rank;
		there->mode = entry->mode;
	}
	/* An implied directory keeps only its first reason. */
	if (entry->rank != PLAN_IMPLIED || there->reasons == NULL)
		add_reason(plan, there, why, entry->rank == PLAN_IMPLIED);
	return there;
}

void
plan_share_mode(struct plan_entry *entry)
{
	if (entry->moved)
		entry->mode = (entry->mode & 07000) | ((entry->mode & 0111) != 0 ? 0755 : 0644);
}

int
plan_add_parents(struct plan *plan, const char *path, struct plan_why why)
{
	char *parent = xstrdup(path);
	int result = 0;

	for (char *at = strchr(parent + 1, '/'); at != NULL && result == 0;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		struct plan_entry *there = plan_find(plan, parent);
		const struct plan_entry dir = {
		    .path = parent, .type = PLAN_DIR, .rank = PLAN_IMPLIED, .mode = 0755};
		if (there == NULL)
			plan_add(plan, &dir, why);
		else if (there->type != PLAN_DIR)
			result = -1;
		*at = '/';
	}
	free(parent);
	if (result != 0)
		errno = ENOTDIR;
	return result;
}

char *
plan_locate(const struct plan *plan, const char *path)
{
	struct follow follow;
	bool goes_on = follow_start(&follow, path) == 0;

	while (goes_on && follow_step(&follow) > 0) {
		const struct plan_entry *entry = plan_find(plan, follow.done);
		if (entry != NULL && entry->type == PLAN_LINK && follow.rest[0] != '\0')
			goes_on = follow_link(&follow, entry->content) == 0;
	}
	return goes_on && follow.problem == 0 ? xstrdup(follow.done) : NULL;
}

uint64_t
plan_size(const struct plan_entry *entry)
{
	if (entry->content != NULL)
		return entry->content_size;
	return entry->type == PLAN_FILE && entry->source != NULL ? (uint64_t)entry->stat.st_size
								 : 0;
}

uint32_t
plan_type_bits(const struct plan_entry *entry)
{
	static const uint32_t bits[] = {
	    [PLAN_DIR] = S_IFDIR, [PLAN_FILE] = S_IFREG, [PLAN_LINK] = S_IFLNK};

	return entry->type == PLAN_NODE ? entry->node : bits[entry->type];
}

uint32_t
plan_disk_mode(const struct plan_entry *entry)
{
	if (entry->in_place)
		return entry->stat.st_mode & 07777;
	if (!plan_is_staged(entry) || entry->type == PLAN_LINK)
		return entry->mode;
	return entry->mode | (entry->type == PLAN_DIR ? 0500 : 0400);
}

bool
plan_is_staged(const struct plan_entry *entry)
{
	return entry->type != PLAN_NODE && !entry->in_place && !entry->last && !entry->early;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp((*(struct plan_entry *const *)a)->path,
		      (*(struct plan_entry *const *)b)->path);
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Returns 0 for hard links that can be hard links in the image too. */
static int
compare_files(const struct plan_entry *a, const struct plan_entry *b)
{
	int order = compare_numbers(a->stat.st_dev, b->stat.st_dev);

	order = order != 0 ? order : compare_numbers(a->stat.st_ino, b->stat.st_ino);
	order = order != 0 ? order : compare_numbers(a->mode, b->mode);
	order = order != 0 ? order : compare_numbers(a->uid, b->uid);
	return order != 0 ? order : compare_numbers(a->gid, b->gid);
}

static int
by_file(const void *a, const void *b)
{
	const struct plan_entry *x = *(struct plan_entry *const *)a,
				*y = *(struct plan_entry *const *)b;
	int order = compare_files(x, y);

	return order != 0 ? order : strcmp(x->path, y->path);
}

void
plan_sort(struct plan *plan)
{
	struct plan_entry **files = xcalloc(plan->count, sizeof(struct plan_entry *));
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++) {
		struct plan_entry *entry = plan->entries[i];
		entry->first = entry;
		entry->links = 1;
		if (entry->in_place && entry->stat.st_nlink > 1)
			files[count++] = entry;
	}
	qsort(files, count, sizeof(struct plan_entry *), by_file);
	for (size_t i = 1; i < count; i++) {
		struct plan_entry *first = files[i - 1]->first;
		if (compare_files(first, files[i]) != 0)
			continue;
		files[i]->first = first;
		first->links++;
	}
	free(files);
	qsort(plan->entries, plan->count, sizeof(struct plan_entry *), by_path);
}
