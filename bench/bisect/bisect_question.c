/* SPDX-License-Identifier: MIT */
#include "bisect/bisect_question.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "host/memory.h"

static void
write_string(FILE *out, const char *key, const char *value)
{
	if (value != NULL)
		fprintf(out, "%s %s\n", key, value);
}

static void
write_list(FILE *out, const char *key, const struct bisect_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		write_string(out, key, list->at[i]);
}

static int
write_file(FILE *out, const char *key, const char *path)
{
	struct file_hash hash;

	if (path == NULL)
		return 0;
	if (file_hash_read(&hash, path) != 0) {
		warn("cannot read %s", path);
		return -1;
	}
	fprintf(out, "%s %s %s\n", key, hash.digits, path);
	return 0;
}

static int
write_files(FILE *out, const char *key, const struct bisect_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (write_file(out, key, list->at[i]) != 0)
			return -1;
	return 0;
}

char *
bisect_question(const struct bisect_options *o)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		memory_die();
	const char *program =
	    o->image == NULL && strchr(o->command[0], '/') != NULL ? o->command[0] : NULL;
	int result = write_files(out, "kernel", &o->kernels) != 0 ||
			     write_files(out, "config", &o->configs) != 0 ||
			     write_file(out, "image", o->image) != 0 ||
			     write_file(out, "program", program) != 0
			 ? -1
			 : 0;
	write_list(out, "word", &o->words);
	write_list(out, "preset", &o->presets);
	write_string(out, "tree", o->tree);
	write_string(out, "good", o->good);
	write_string(out, "bad", o->bad);
	write_string(out, "with", o->with);
	write_string(out, "measure", o->measure);
	write_string(out, "memory", o->memory);
	write_string(out, "qemu", o->qemu);
	write_string(out, "timeout", o->timeout);
	fprintf(out, "runs %llu\nlayouts %llu\n", (unsigned long long)o->runs,
		(unsigned long long)o->layouts);
	for (char **word = o->command; *word != NULL; word++)
		write_string(out, "command", *word);
	if (fclose(out) != 0)
		memory_die();
	if (result == 0)
		return text;
	free(text);
	return NULL;
}
