/* SPDX-License-Identifier: MIT */
#include "elf/dlopen_note.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

static void
free_feature(struct dlopen_feature *feature)
{
	for (size_t i = 0; i < feature->count; i++)
		free(feature->sonames[i]);
	free(feature->sonames);
	free(feature->name);
}

/* Parses the name of a library. Returns 0, or -1 if it is invalid. */
static int
parse_soname(struct dlopen_feature *feature, const json_t *value)
{
	const char *soname = json_string_value(value);

	if (soname == NULL || soname[0] == '\0')
		return -1;
	feature->sonames = xgrow(feature->sonames, feature->count, sizeof(*feature->sonames));
	feature->sonames[feature->count++] = xstrdup(soname);
	return 0;
}

static int
parse_sonames(struct dlopen_feature *feature, const json_t *value)
{
	if (json_is_string(value))
		return parse_soname(feature, value);
	for (size_t i = 0; i < json_array_size(value); i++)
		if (parse_soname(feature, json_array_get(value, i)) != 0)
			return -1;
	return feature->count > 0 ? 0 : -1;
}

/* The default is "recommended". */
static int
parse_priority(struct dlopen_feature *feature, const json_t *value)
{
	static const char *const names[] = {[DLOPEN_REQUIRED] = "required",
					    [DLOPEN_RECOMMENDED] = "recommended",
					    [DLOPEN_SUGGESTED] = "suggested"};

	feature->priority = DLOPEN_RECOMMENDED;
	if (value == NULL)
		return 0;
	for (size_t i = 0; json_is_string(value) && i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], json_string_value(value)) == 0) {
			feature->priority = (enum dlopen_priority)i;
			return 0;
		}
	}
	return -1;
}

static int
parse_feature(struct dlopen_note *note, const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "feature"));
	struct dlopen_feature feature = {.name = xstrdup(name != NULL ? name : "")};

	if (parse_sonames(&feature, json_object_get(object, "soname")) != 0 ||
	    parse_priority(&feature, json_object_get(object, "priority")) != 0) {
		free_feature(&feature);
		return -1;
	}
	note->features = xgrow(note->features, note->count, sizeof(*note->features));
	note->features[note->count++] = feature;
	return 0;
}

int
dlopen_note_read(struct dlopen_note *note, const void *text, size_t length)
{
	json_t *root = json_loadb(text, strnlen(text, length), 0, NULL);
	size_t before = note->count;
	int result = root != NULL ? 0 : -1;

	if (json_is_object(root))
		result = parse_feature(note, root);
	else if (!json_is_array(root))
		result = -1;
	for (size_t i = 0; result == 0 && i < json_array_size(root); i++)
		result = parse_feature(note, json_array_get(root, i));
	json_decref(root);
	while (result != 0 && note->count > before)
		free_feature(&note->features[--note->count]);
	return result;
}

void
dlopen_note_free(struct dlopen_note *note)
{
	for (size_t i = 0; i < note->count; i++)
		free_feature(&note->features[i]);
	free(note->features);
	*note = (struct dlopen_note){.features = NULL};
}
