/* SPDX-License-Identifier: MIT */
#include "study/numbers_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"
#include "host/new_file.h"
#include "text.h"

static void
file_name(uint64_t number, char name[64])
{
	snprintf(name, 64, "%07llu.json", (unsigned long long)number);
}

static void
hash_text(const char *text, size_t length, char digits[2 * SHA256_SIZE + 1])
{
	unsigned char digest[SHA256_SIZE];
	struct text t = text_in(digits, 2 * SHA256_SIZE + 1);
	struct sha256 hash;

	sha256_start(&hash);
	sha256_add(&hash, text, length);
	sha256_finish(&hash, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	digits[2 * SHA256_SIZE] = '\0';
}

static void
set_factors(struct object *o, const struct study *s, size_t cell)
{
	static const char *const names[PLAN_DIMENSIONS] = {
	    [PLAN_KERNELS] = "kernel",
	    [PLAN_IMAGES] = "image",
	    [PLAN_ARGS] = "args",
	    [PLAN_EXPERIMENTS] = "experiment",
	};
	const struct cell *c = &s->cells.at[cell];

	for (int i = 0; i < PLAN_DIMENSIONS; i++)
		object_string(o, names[i], s->plan.lists[i].at[c->items[i]].label);
	object_set(o, "again", json_boolean(c->is_again));
	const struct plan_item *args = &s->plan.lists[PLAN_ARGS].at[c->items[PLAN_ARGS]],
			       *experiment =
				   &s->plan.lists[PLAN_EXPERIMENTS].at[c->items[PLAN_EXPERIMENTS]];
	object_set(o, "arguments", object_encode(args->text, strlen(args->text)));
	if (experiment->words == NULL)
		return;
	json_t *words = json_array();
	for (char *const *word = experiment->words; *word != NULL; word++)
		if (json_array_append_new(words, object_encode(*word, strlen(*word))) != 0)
			o->failed = true;
	object_set(o, "run", words);
}

static json_t *
milliseconds(double seconds)
{
	return json_integer((json_int_t)(seconds * 1000 + 0.5));
}

static json_t *
host_of(const struct numbers_boot *boot)
{
	struct object o = {json_object(), false};

	object_set(
	    &o, "load",
	    json_pack("[o, o]", object_number(boot->load_before), object_number(boot->load_after)));
	if (boot->qemu.cpu > 0) {
		object_set(&o, "qemu_cpu_ms", milliseconds(boot->qemu.cpu));
		object_set(&o, "qemu_wait_ms", milliseconds(boot->qemu.wait));
	}
	if (!o.failed)
		return o.json;
	json_decref(o.json);
	return NULL;
}

/* The text of the file, to be freed; NULL: out of memory. */
static char *
make_text(const struct study *s, const struct numbers_boot *boot)
{
	struct object o = {json_object(), false};
	char *text = NULL;

	object_set(&o, "format", json_integer(NUMBERS_FORMAT));
	object_set(&o, "boot", json_integer((json_int_t)boot->number));
	object_set(&o, "block", json_integer((json_int_t)boot->block));
	object_string(&o, "cell", s->cells.at[boot->cell].name);
	set_factors(&o, s, boot->cell);
	object_string(&o, "node", boot->node);
	object_string(&o, "outcome", boot->outcome);
	object_string(&o, "accel", boot->accel);
	object_string(&o, "kind", numbers_kind(s->plan.exact, boot->accel));
	if (s->plan.exact)
		object_set(&o, "layout", json_integer((json_int_t)boot->layout));
	if (boot->init_seconds > 0)
		object_set(&o, "init_ms", milliseconds(boot->init_seconds));
	if (boot->init_guest_ns > 0)
		object_set(&o, "init_guest_ns", json_integer((json_int_t)boot->init_guest_ns));
	object_set(&o, "host", host_of(boot));
	if (boot->environment != NULL && boot->environment->count > 0)
		object_set(&o, "environment", facts_json(boot->environment, object_encode));
	if (s->directions[boot->cell] != NULL)
		object_set(&o, "better", json_incref(s->directions[boot->cell]));
	object_set(&o, "series", numbers_json(boot->numbers));
	if (!o.failed)
		text = object_text(o.json, JSON_COMPACT);
	json_decref(o.json);
	return text;
}

int
numbers_file_keep(const struct study *s, const struct numbers_boot *boot,
		  char sha256[2 * SHA256_SIZE + 1])
{
	char *text = make_text(s, boot), name[64];
	struct new_file file = {.fd = -1};
	int result = -1;

	errno = ENOMEM;
	if (text == NULL)
		return -1;
	file_name(boot->number, name);
	if (new_file_open(&file, s->numbers, name, 0666) == 0 &&
	    io_write(file.fd, text, strlen(text)) == 0)
		result = new_file_commit(&file, name, NEW_FILE_ONLY);
	new_file_close(&file);
	if (result == 0)
		hash_text(text, strlen(text), sha256);
	free(text);
	return result;
}

bool
numbers_file_is_whole(const struct study *s, uint64_t number, const char *sha256)
{
	char name[64], digits[2 * SHA256_SIZE + 1];
	size_t length;

	file_name(number, name);
	char *text = io_read(s->numbers, name, NUMBERS_FILE_MAX, &length);
	if (text == NULL)
		return false;
	hash_text(text, length, digits);
	free(text);
	return strcmp(digits, sha256) == 0;
}

json_t *
numbers_file_read(const struct study *s, uint64_t number, const char *sha256,
		  char problem[NUMBERS_PROBLEM_MAX])
{
	char name[64], digits[2 * SHA256_SIZE + 1];
	size_t length;
	json_t *json = NULL;

	file_name(number, name);
	char *text = s->numbers >= 0 ? io_read(s->numbers, name, NUMBERS_FILE_MAX, &length) : NULL;
	if (text == NULL) {
		snprintf(problem, NUMBERS_PROBLEM_MAX, "cannot read numbers/%s: %s", name,
			 strerror(s->numbers >= 0 ? errno : ENOENT));
		return NULL;
	}
	hash_text(text, length, digits);
	if (strcmp(digits, sha256) != 0)
		snprintf(problem, NUMBERS_PROBLEM_MAX, "numbers/%s was changed", name);
	else if ((json = json_loadb(text, length, JSON_ALLOW_NUL, NULL)) == NULL)
		snprintf(problem, NUMBERS_PROBLEM_MAX, "numbers/%s is not JSON", name);
	free(text);
	return json;
}
