/* SPDX-License-Identifier: MIT */
#include "study/extension.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"

enum { EXTENSION_MAX = 16 * 1024 * 1024 };

static void
file_name(size_t number, char name[64])
{
	snprintf(name, 64, "extension-%zu.json", number);
}

/* The hash of the object's compact text. Returns 0, or -1 with errno ENOMEM. */
static int
hash_object(const json_t *object, char digits[2 * SHA256_SIZE + 1])
{
	unsigned char digest[SHA256_SIZE];
	struct text t = text_in(digits, 2 * SHA256_SIZE + 1);
	struct sha256 hash;
	char *text = json_dumps(object, JSON_COMPACT);

	if (text == NULL) {
		errno = ENOMEM;
		return -1;
	}
	sha256_start(&hash);
	sha256_add(&hash, text, strlen(text));
	sha256_finish(&hash, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	digits[2 * SHA256_SIZE] = '\0';
	free(text);
	return 0;
}

/* The checked object of an extension's file, to be freed; NULL: damaged. */
static json_t *
parse_extension(const char *text, size_t length)
{
	json_t *file = json_loadb(text, length, 0, NULL),
	       *object = json_incref(json_object_get(file, "extension"));
	const char *sum = json_string_value(json_object_get(file, "sha256"));
	char digits[2 * SHA256_SIZE + 1];
	bool is_valid = sum != NULL && object != NULL && hash_object(object, digits) == 0 &&
			strcmp(sum, digits) == 0 &&
			json_integer_value(json_object_get(object, "format")) == EXTENSION_FORMAT &&
			json_is_string(json_object_get(object, "plan"));

	json_decref(file);
	if (is_valid)
		return object;
	json_decref(object);
	return NULL;
}

/* Reads extension `number`. Returns NULL with errno; EBADMSG: it is damaged. */
static json_t *
read_extension(const struct study *s, size_t number)
{
	char name[64];
	size_t length;

	file_name(number, name);
	char *text = io_read(s->folder, name, EXTENSION_MAX, &length);
	if (text == NULL)
		return NULL;
	json_t *object = parse_extension(text, length);
	free(text);
	if (object == NULL)
		errno = EBADMSG;
	return object;
}

/* Adds an extension and its files to the study. Returns whether the plan has all its cells. */
static bool
add_extension(struct study *s, const json_t *object)
{
	static const char *const groups[] = {"kernels", "images", "args"};
	struct study_extension *more =
	    reallocarray(s->extensions, s->extension_count + 1, sizeof(*s->extensions));
	bool *marked = calloc(s->cells.count, sizeof(*marked));
	json_t *names = json_object_get(object, "cells"), *name;
	size_t i;

	if (more != NULL)
		s->extensions = more;
	if (more == NULL || marked == NULL) {
		free(marked);
		return false;
	}
	s->extensions[s->extension_count++] = (struct study_extension){
	    (uint64_t)json_integer_value(json_object_get(object, "first_block")), marked};
	json_array_foreach(names, i, name)
	{
		size_t cell = json_is_string(name) ? cells_find(&s->cells, json_string_value(name))
						   : s->cells.count;
		if (cell == s->cells.count)
			return false;
		marked[cell] = true;
	}
	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (json_object_update_missing(json_object_get(s->begun, groups[i]),
					       json_object_get(object, groups[i])) != 0)
			return false;
	return json_object_set(s->begun, "plan", json_object_get(object, "plan")) == 0;
}

int
extension_read_all(struct study *s, const char *identity)
{
	for (size_t number = 1;; number++) {
		const char *plan = json_string_value(json_object_get(s->begun, "plan"));
		char name[64];
		if (plan == NULL || strcmp(plan, identity) == 0)
			return 0;
		json_t *object = read_extension(s, number);
		if (object == NULL && errno == ENOENT)
			return 0;
		file_name(number, name);
		if (object == NULL && errno == EBADMSG)
			warnx("%s/%s is damaged", s->path, name);
		else if (object == NULL)
			warn("cannot read %s/%s", s->path, name);
		else if (!add_extension(s, object))
			/* As with any other plan: it lacks cells. */
			json_object_set_new(s->begun, "plan", json_string(""));
		json_decref(object);
		if (object == NULL)
			return -1;
	}
}

void
extension_begin(struct study *s, uint64_t block)
{
	while (s->extended < s->extension_count && s->extensions[s->extended].first <= block) {
		const struct study_extension *e = &s->extensions[s->extended++];
		queue_extend(&s->queue, e->first, e->marked);
	}
}

void
extension_free_all(struct study *s)
{
	for (size_t i = 0; i < s->extension_count; i++)
		free(s->extensions[i].marked);
	free(s->extensions);
}

static bool
is_same_text(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

/* Returns whether a label stands for the same in both plans. */
static bool
is_same_item(const struct plan_item *one, const struct plan_item *other)
{
	size_t i = 0;

	if (!is_same_text(one->text, other->text) || !is_same_text(one->config, other->config) ||
	    (one->words == NULL) != (other->words == NULL))
		return false;
	while (one->words != NULL && one->words[i] != NULL &&
	       is_same_text(one->words[i], other->words[i]))
		i++;
	return one->words == NULL || (one->words[i] == NULL && other->words[i] == NULL);
}

/* The first label of the old plan that is missing or stands for something else; NULL: none. */
static const char *
changed_label(const struct plan_list *old, const struct plan_list *list)
{
	for (size_t i = 0; i < old->count; i++) {
		size_t k = 0;
		while (k < list->count && strcmp(old->at[i].label, list->at[k].label) != 0)
			k++;
		if (k == list->count || !is_same_item(&old->at[i], &list->at[k]))
			return old->at[i].label;
	}
	return NULL;
}

int
extension_check(const struct study *old, const struct study *s)
{
	if (queue_left(&old->queue) > 0) {
		warnx("%s is not finished: finish it before it is extended (bench run %s/plan -o "
		      "%s)",
		      old->path, old->path, old->path);
		return -1;
	}
	if (memcmp(old->plan.others, s->plan.others, SHA256_SIZE) != 0) {
		warnx("the plan has other settings than %s/plan: an extension has only more cells",
		      old->path);
		return -1;
	}
	for (int i = 0; i < PLAN_DIMENSIONS; i++) {
		const char *label = changed_label(&old->plan.lists[i], &s->plan.lists[i]);
		if (label == NULL)
			continue;
		warnx("%s is not the same as in %s/plan: an extension has only more cells", label,
		      old->path);
		return -1;
	}
	for (size_t i = 0; i < old->cells.count; i++) {
		size_t cell = cells_find(&s->cells, old->cells.at[i].name);
		if (cell == s->cells.count) {
			warnx("the plan lacks the cell %s of %s", old->cells.at[i].name, old->path);
			return -1;
		}
		const char *base = s->cells.at[cells_baseline(&s->cells, &s->plan, cell)].name;
		if (cells_find(&old->cells, base) == old->cells.count) {
			warnx("%s would be the baseline of %s: put new labels after those of %s",
			      base, old->cells.at[i].name, old->path);
			return -1;
		}
	}
	if (s->cells.count > old->cells.count)
		return 0;
	warnx("the plan has no cell that %s lacks", old->path);
	return -1;
}

/* The names of the new cells, and of those with which they are compared. */
static json_t *
booted_cells(const struct study *old, const struct study *s)
{
	bool *marked = calloc(s->cells.count, sizeof(*marked));
	json_t *names = json_array();
	bool failed = marked == NULL || names == NULL;

	for (size_t i = 0; i < s->cells.count && !failed; i++) {
		if (cells_find(&old->cells, s->cells.at[i].name) < old->cells.count)
			continue;
		size_t base = cells_baseline(&s->cells, &s->plan, i);
		marked[i] = true;
		marked[base] = true;
		if (base + 1 < s->cells.count && s->cells.at[base + 1].is_again)
			marked[base + 1] = true;
	}
	for (size_t i = 0; i < s->cells.count && !failed; i++)
		if (marked[i])
			failed |=
			    json_array_append_new(names, json_string(s->cells.at[i].name)) != 0;
	free(marked);
	if (!failed)
		return names;
	json_decref(names);
	return NULL;
}

int
extension_find(const struct study *old, const char *identity)
{
	json_t *object = read_extension(old, old->extension_count + 1);
	char name[64];

	if (object == NULL && errno == ENOENT)
		return 0;
	file_name(old->extension_count + 1, name);
	bool is_same = object != NULL &&
		       strcmp(json_string_value(json_object_get(object, "plan")), identity) == 0;
	if (!is_same)
		warnx("%s/%s is %s: use that plan, or remove this file if no boot was made with it",
		      old->path, name, object != NULL ? "of another plan" : "damaged");
	json_decref(object);
	return is_same ? 1 : -1;
}

int
extension_write(const struct study *old, const struct study *s, struct object *o)
{
	char digits[2 * SHA256_SIZE + 1], name[64], *text = NULL;
	int result = -1;

	object_set(o, "first_block", json_integer((json_int_t)queue_end(&old->queue)));
	object_set(o, "cells", booted_cells(old, s));
	errno = ENOMEM;
	if (!o->failed && hash_object(o->json, digits) == 0) {
		json_t *file = json_pack("{s:s, s:O}", "sha256", digits, "extension", o->json);
		text = json_dumps(file, JSON_INDENT(2));
		json_decref(file);
	}
	file_name(old->extension_count + 1, name);
	if (text != NULL)
		result = io_create(old->folder, name, text, strlen(text));
	if (result != 0)
		warn("cannot write %s/%s", old->path, name);
	free(text);
	json_decref(o->json);
	return result;
}
