/* SPDX-License-Identifier: MIT */
#include "study/replay.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "text.h"

static struct replay_range *
range_of(struct replay *r, const char *name)
{
	for (size_t i = 0; i < r->range_count; i++)
		if (strcmp(r->ranges[i].name, name) == 0)
			return &r->ranges[i];
	return NULL;
}

/* Makes a range for each value of the boot to compare. Returns 0, or -1 after a message. */
static int
name_ranges(struct replay *r, json_t *values)
{
	const char *name;
	json_t *value;

	r->ranges = calloc(json_object_size(values) + 1, sizeof(*r->ranges));
	json_object_foreach(values, name, value)
	{
		char *copy = r->ranges != NULL ? strdup(name) : NULL;
		if (copy == NULL) {
			warn("cannot read the values");
			return -1;
		}
		r->ranges[r->range_count++].name = copy;
	}
	return 0;
}

void
replay_free(struct replay *r)
{
	for (size_t i = 0; i < r->range_count; i++)
		free(r->ranges[i].name);
	free(r->ranges);
}

static void
add_value(struct replay *r, const char *name, double value)
{
	struct replay_range *range = range_of(r, name);

	r->has_others |= range == NULL;
	if (range == NULL)
		return;
	range->low = range->count == 0 || value < range->low ? value : range->low;
	range->high = range->count == 0 || value > range->high ? value : range->high;
	range->count++;
}

static int
add_boot(void *context, const char *text, size_t length, bool is_synced, const char **why)
{
	struct replay *r = context;
	struct study_line line;
	const char *name;
	json_t *value;

	(void)why;
	if (study_line_read(&line, text, length) != 0)
		return is_synced ? -1 : 1;
	if (strcmp(line.cell, r->cell) == 0) {
		r->boots++;
		r->outcomes[line.outcome]++;
		r->same_records += line.records != NULL && r->records != NULL &&
				   strcmp(line.records, r->records) == 0;
		if (line.build_id != NULL)
			snprintf(r->build_id, sizeof(r->build_id), "%s", line.build_id);
		json_object_foreach(json_object_get(line.json, "values"), name,
				    value) if (line.outcome == OUTCOME_OK && json_is_number(value))
		    add_value(r, name, json_number_value(value));
	}
	study_line_free(&line);
	return 0;
}

int
replay_read(struct replay *r, const struct study *s)
{
	return name_ranges(r, r->values) == 0 ? study_read_journal(s, add_boot, r) : -1;
}

/* Prints a string from a guest, escaped. */
static void
print_guest(const char *before, const char *word)
{
	char buffer[512];
	struct text t = text_in(buffer, sizeof(buffer));

	escape_bytes(&t, word, strlen(word));
	printf("%s%.*s", before, (int)t.used, buffer);
}

static void
print_values(const struct replay *r, const struct study_line *boot)
{
	for (size_t i = 0; i < r->range_count; i++) {
		const struct replay_range *range = &r->ranges[i];
		double value;
		if (!study_line_value(boot, range->name, &value))
			continue;
		print_guest("", range->name);
		if (range->count == 0) {
			printf(": %.15g, not reported by any earlier boot\n", value);
			continue;
		}
		printf(": %.15g, %s %.15g to %.15g of %llu boot%s\n", value,
		       value >= range->low && value <= range->high ? "within" : "outside of",
		       range->low, range->high, (unsigned long long)range->count,
		       text_plural(range->count));
	}
}

bool
replay_compare(const struct replay *r, const struct study_line *boot, bool exact)
{
	uint64_t same = r->outcomes[boot->outcome];
	bool agrees = same > 0;

	printf("outcome: %s, as %llu of %llu boot%s\n", outcome_name(boot->outcome),
	       (unsigned long long)same, (unsigned long long)r->boots, text_plural(r->boots));
	if (boot->reason[0] != '\0')
		printf("reason: %s\n", boot->reason); /* of a boot just made, so it is escaped */
	if (boot->build_id != NULL && r->build_id[0] != '\0') {
		bool is_same = strcmp(boot->build_id, r->build_id) == 0;
		print_guest("kernel: build id ", boot->build_id);
		puts(is_same ? ", the same" : ", not the same as before");
		agrees &= is_same;
	}
	if (exact && r->records != NULL) {
		printf("records: identical to those of %llu of %llu boot%s\n",
		       (unsigned long long)r->same_records, (unsigned long long)r->boots,
		       text_plural(r->boots));
		agrees &= r->same_records > 0;
	}
	print_values(r, boot);
	if (r->has_others)
		puts("values: earlier boots have values that this one lacks");
	puts(agrees ? "it agrees" : "it does not agree");
	return agrees;
}
