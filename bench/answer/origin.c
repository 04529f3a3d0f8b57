/* SPDX-License-Identifier: MIT */
#include "answer/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "host/memory.h"
#include "report/table.h"
#include "study/study_line.h"
#include "words.h"

enum { VALUE_SHOWN = 48, DAY_LENGTH = 10 };

static void
add(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		memory_die();
}

static void
add_string(json_t *object, const char *key, const char *value)
{
	if (value != NULL && value[0] != '\0')
		add(object, key, object_encode(value, strlen(value)));
}

json_t *
origin_environment(const json_t *boot)
{
	static const char *const ignored[] = {"cmdline", "memory_kib"};
	json_t *facts = json_deep_copy(json_object_get(boot, "environment"));

	for (size_t i = 0; facts != NULL && i < sizeof(ignored) / sizeof(*ignored); i++)
		json_object_del(facts, ignored[i]);
	return facts;
}

json_t *
origin_words(const char *text)
{
	json_t *words = json_array();

	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");
		if (json_array_append_new(words, object_encode(text, length)) != 0)
			memory_die();
		text += length;
	}
	return words;
}

/* Different words, in order of appearance, joined by commas. */
struct seen {
	char *words; /* owned; NULL: nothing */
};

static void
see(struct seen *seen, const char *word)
{
	size_t length = word != NULL ? strlen(word) : 0;

	for (const char *at = seen->words; at != NULL && length > 0;) {
		const char *comma = strstr(at, ", ");
		size_t this = comma != NULL ? (size_t)(comma - at) : strlen(at);
		if (this == length && memcmp(at, word, length) == 0)
			return;
		at = comma != NULL ? comma + 2 : NULL;
	}
	if (length == 0)
		return;
	char *more = seen->words == NULL ? xstrdup(word) : xasprintf("%s, %s", seen->words, word);
	free(seen->words);
	seen->words = more;
}

/* What the journal's lines say of all boots that count. */
struct journal_facts {
	char first[DAY_LENGTH + 1], last[DAY_LENGTH + 1]; /* "": unknown */
	struct seen accels, qemus;
};

/* jansson must not be used here otherwise (study_line_many()). */
static int
read_line(void *context, const char *text, size_t length, bool is_synced, const char **why)
{
	struct journal_facts *facts = context;
	struct study_line line;

	(void)why;
	if (study_line_read(&line, text, length) != 0)
		return is_synced ? -1 : 1;
	const char *started = json_string_value(json_object_get(line.json, "started"));
	if (line.outcome == OUTCOME_OK && started != NULL && strlen(started) > DAY_LENGTH) {
		if (facts->first[0] == '\0' || strncmp(started, facts->first, DAY_LENGTH) < 0)
			memcpy(facts->first, started, DAY_LENGTH);
		if (strncmp(started, facts->last, DAY_LENGTH) > 0)
			memcpy(facts->last, started, DAY_LENGTH);
	}
	if (line.outcome == OUTCOME_OK) {
		see(&facts->accels, line.accel);
		see(&facts->qemus, json_string_value(json_object_get(line.json, "qemu")));
	}
	study_line_free(&line);
	return 0;
}

static void
add_settings(json_t *object, const struct study_plan *plan)
{
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
	    {"memory", plan->memory_mib}, {"cpus", plan->cpus}, {"timeout", plan->timeout_s}};

	if (plan->exact)
		add(object, "exact", json_true());
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i].value > 0)
			add(object, numbers[i].key, json_integer((json_int_t)numbers[i].value));
	for (int i = 0; i < PLAN_SETTINGS; i++)
		add_string(object, study_plan_settings[i], plan->settings[i]);
	for (size_t n = 0; n < plan->node_count; n++) {
		json_t *node = json_object();
		for (int i = 0; i < PLAN_SETTINGS; i++)
			add_string(node, study_plan_settings[i], plan->nodes[n].settings[i]);
		char *key = xasprintf("node %s", plan->nodes[n].label);
		add(object, key, node);
		free(key);
	}
}

json_t *
origin_study(const struct boots *boots)
{
	const struct study *s = boots->study;
	struct journal_facts facts = {.first = ""};
	json_t *object = json_object(), *host = json_object_get(s->begun, "host");

	study_read_journal(s, read_line, &facts);
	if (host != NULL)
		add(object, "host", json_incref(host));
	char *days = strcmp(facts.first, facts.last) == 0
			 ? xstrdup(facts.first)
			 : xasprintf("%s to %s", facts.first, facts.last);
	add_string(object, "day", days);
	free(days);
	add_string(object, "lull", json_string_value(json_object_get(s->begun, "lull")));
	add_string(object, "qemu version", facts.qemus.words);
	add_string(object, "accel", facts.accels.words);
	add_settings(object, &s->plan);
	add_string(object, "firmware file", s->firmware.name);
	free(facts.qemus.words);
	free(facts.accels.words);
	return object;
}

/* A kernel or an image as study.json has it, without the path. */
static json_t *
kept_of(const struct study *s, const char *key, const char *label)
{
	json_t *file = json_deep_copy(json_object_get(json_object_get(s->begun, key), label));

	json_object_del(file, "file");
	return file != NULL ? file : json_null();
}

static void
add_experiment(json_t *object, const struct plan_item *experiment)
{
	enum { COMMAND_MAX = 64 * 1024 };
	char *buffer = xcalloc(1, COMMAND_MAX);
	struct text t = text_in(buffer, COMMAND_MAX - 1);

	if (experiment->words == NULL)
		add_string(object, "experiment", experiment->text);
	for (char *const *word = experiment->words; word != NULL && *word != NULL; word++) {
		text_string(&t, word == experiment->words ? "" : " ");
		words_quote(&t, *word);
	}
	add_string(object, "command", buffer);
	free(buffer);
}

json_t *
origin_cell(const struct boots *boots, size_t cell)
{
	const struct study *s = boots->study;
	const struct plan_item *items[PLAN_DIMENSIONS];
	json_t *object = json_object(), *boot = NULL;
	struct numbers numbers;
	size_t first = 0;

	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		items[i] = &s->plan.lists[i].at[s->cells.at[cell].items[i]];
	add(object, "kernel", kept_of(s, "kernels", items[PLAN_KERNELS]->label));
	add(object, "image", kept_of(s, "images", items[PLAN_IMAGES]->label));
	add(object, "arguments", origin_words(items[PLAN_ARGS]->text));
	add_experiment(object, items[PLAN_EXPERIMENTS]);
	while (first < boots->count && (boots->at[first].cell != cell || !boots->at[first].is_ok ||
					boots->at[first].sha256[0] == '\0'))
		first++;
	if (first < boots->count &&
	    (boot = boots_numbers(boots, &boots->at[first], &numbers)) == NULL) {
		json_decref(object);
		return NULL;
	}
	json_t *environment = origin_environment(boot);
	if (environment != NULL)
		add(object, "environment", environment);
	if (boot != NULL)
		numbers_free(&numbers);
	json_decref(boot);
	return object;
}

static bool
has_word(const json_t *list, const json_t *word)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), word))
			return true;
	return false;
}

/* The words of a list that the other list lacks, or all if it lacks none; null: there are none. */
static json_t *
words_of(const json_t *list, const json_t *other, bool all)
{
	char *text = NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));
		if (word == NULL || (!all && has_word(other, json_array_get(list, i))))
			continue;
		char *more = text == NULL ? xstrdup(word) : xasprintf("%s %s", text, word);
		free(text);
		text = more;
	}
	json_t *string = text != NULL ? json_string(text) : json_null();
	free(text);
	return string;
}

/* A value as text; null: missing. `all`: of a list all words. */
static json_t *
text_of(const json_t *value, const json_t *other, bool all)
{
	if (value == NULL || json_is_null(value))
		return json_null();
	if (json_is_string(value))
		return json_deep_copy(value);
	if (json_is_array(value))
		return words_of(value, other, all);
	char *text = object_text(value, JSON_COMPACT | JSON_ENCODE_ANY);
	json_t *string = json_string(text);
	free(text);
	return string;
}

static void
add_difference(json_t *differences, const char *what, const json_t *one, const json_t *other)
{
	json_t *texts[2] = {text_of(one, other, false), text_of(other, one, false)};

	/* The same words in another order. */
	if (json_is_null(texts[0]) && json_is_null(texts[1])) {
		texts[0] = text_of(one, other, true);
		texts[1] = text_of(other, one, true);
	}
	json_t *difference =
	    json_pack("{s:s, s:[o, o]}", "what", what, "values", texts[0], texts[1]);
	if (difference == NULL)
		memory_die();
	if (has_word(differences, difference))
		json_decref(difference);
	else if (json_array_append_new(differences, difference) != 0)
		memory_die();
}

static void
compare_values(json_t *differences, const char *what, const json_t *one, const json_t *other,
	       bool missing_differs)
{
	const json_t *const objects[2] = {json_is_object(one) ? one : NULL,
					  json_is_object(other) ? other : NULL};

	/* Both recorded one, and what is not in it was not there. */
	bool is_environment =
	    strcmp(what, "environment") == 0 && objects[0] != NULL && objects[1] != NULL;

	if (objects[0] == NULL && objects[1] == NULL) {
		bool is_missing = one == NULL || other == NULL;
		if (is_missing ? missing_differs : !json_equal(one, other))
			add_difference(differences, what, one, other);
		return;
	}
	for (int i = 0; i < 2; i++) {
		const char *key;
		json_t *value;
		json_object_foreach((json_t *)objects[i], key, value)
		{
			/* The keys that both have are compared once. */
			if (i == 1 && json_object_get(objects[0], key) != NULL)
				continue;
			char *path = what[0] == '\0' ? xstrdup(key) : xasprintf("%s %s", what, key);
			compare_values(differences, path, json_object_get(objects[0], key),
				       json_object_get(objects[1], key),
				       missing_differs || is_environment);
			free(path);
		}
	}
}

void
origin_compare(json_t *differences, const json_t *one, const json_t *other, bool missing_differs)
{
	compare_values(differences, "", one, other, missing_differs);
}

bool
origin_has(const json_t *differences, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = 0; i < json_array_size(differences); i++) {
		const char *what =
		    json_string_value(json_object_get(json_array_get(differences, i), "what"));
		if (strncmp(what, key, length) == 0 &&
		    (what[length] == '\0' || what[length] == ' '))
			return true;
	}
	return false;
}

/* Where the part of two long values begins that shows how they differ. */
static size_t
shown_from(const char *one, const char *other)
{
	enum { BEFORE = 8 };
	size_t same = 0;

	while (one != NULL && other != NULL && one[same] != '\0' && one[same] == other[same])
		same++;
	if (same < VALUE_SHOWN / 2)
		return 0;
	same -= BEFORE;
	while (same > 0 && ((unsigned char)one[same] & 0xc0) == 0x80)
		same--;
	return same;
}

static void
add_value(struct table *table, const char *text, size_t from)
{
	if (text == NULL)
		table_add(table, "-");
	else if (strlen(text) <= VALUE_SHOWN)
		table_add(table, text);
	else
		table_format(table, "%s%.*s%s", from > 0 ? "..." : "", VALUE_SHOWN, text + from,
			     strlen(text + from) > VALUE_SHOWN ? "..." : "");
}

void
origin_print(const json_t *differences, const char *one, const char *other)
{
	struct table table = {.columns = 3};

	if (json_array_size(differences) == 0) {
		puts("nothing that was recorded of their origin differs");
		return;
	}
	table_add(&table, "different");
	table_add(&table, one);
	table_add(&table, other);
	for (size_t i = 0; i < json_array_size(differences); i++) {
		const json_t *difference = json_array_get(differences, i),
			     *values = json_object_get(difference, "values");
		const char *texts[2] = {json_string_value(json_array_get(values, 0)),
					json_string_value(json_array_get(values, 1))};
		size_t from = shown_from(texts[0], texts[1]);
		table_add(&table, json_string_value(json_object_get(difference, "what")));
		add_value(&table, texts[0], from);
		add_value(&table, texts[1], from);
	}
	table_print(&table, stdout, false);
	table_free(&table);
}
