/* SPDX-License-Identifier: MIT */
/* Any bytes as a manifest; parsed lines are unchanged after they are written and parsed again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input/manifest.h"
#include "text.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct manifest *manifest, size_t size)
{
	size_t number = 0;

	for (size_t i = 0; i < manifest->count; i++) {
		if (manifest->lines[i].number <= number || manifest->lines[i].number > size + 1)
			abort();
		number = manifest->lines[i].number;
	}
	for (size_t i = 0; i < manifest->problem_count; i++)
		for (const char *at = manifest->problems[i].text; *at != '\0'; at++)
			if ((unsigned char)*at < 0x20)
				abort();
}

/* Writes CR and LF in separate quotes: a manifest treats the two together as the end of a line. */
static void
write_operand(struct text *t, const char *operand)
{
	const char *cr;

	while ((cr = strstr(operand, "\r\n")) != NULL) {
		char *before = strndup(operand, (size_t)(cr + 1 - operand));
		if (before == NULL)
			abort();
		words_quote(t, before);
		free(before);
		operand = cr + 1;
	}
	words_quote(t, operand);
}

static void
write_line(struct text *t, const struct manifest_line *line)
{
	text_string(t, manifest_word_name(line->word));
	for (size_t i = 0; i < line->count; i++) {
		text_char(t, ' ');
		write_operand(t, line->operands[i]);
	}
	if (line->word == MANIFEST_NODE && S_ISFIFO(line->node))
		text_string(t, " p");
	else if (line->word == MANIFEST_NODE) {
		text_string(t, S_ISCHR(line->node) ? " c " : " b ");
		text_number(t, line->major);
		text_char(t, ' ');
		text_number(t, line->minor);
	}
	if (line->has_mode) {
		text_string(t, " mode=");
		for (int shift = 9; shift >= 0; shift -= 3)
			text_hex(t, line->mode >> shift & 7, 1);
	}
	if (line->has_owner) {
		text_string(t, " owner=");
		text_number(t, line->uid);
		text_char(t, ':');
		text_number(t, line->gid);
	}
	text_char(t, '\n');
}

static bool
is_same(const struct manifest_line *a, const struct manifest_line *b)
{
	if (a->word != b->word || a->count != b->count || a->node != b->node ||
	    a->major != b->major || a->minor != b->minor || a->has_mode != b->has_mode ||
	    a->mode != b->mode || a->has_owner != b->has_owner || a->uid != b->uid ||
	    a->gid != b->gid)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->operands[i], b->operands[i]) != 0)
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest first, second;
	size_t room = 8 * size + 64;

	int result = manifest_read(&first, (const char *)data, size);
	check(&first, size);
	if (result == 0) {
		char *line = malloc(room);
		struct text t = text_in(line, room);
		for (size_t i = 0; i < first.count; i++)
			write_line(&t, &first.lines[i]);
		if (t.full || manifest_read(&second, t.data, t.used) != 0 ||
		    second.count != first.count)
			abort();
		for (size_t i = 0; i < first.count; i++)
			if (!is_same(&first.lines[i], &second.lines[i]))
				abort();
		manifest_free(&second);
		free(line);
	}
	manifest_free(&first);
	return 0;
}
