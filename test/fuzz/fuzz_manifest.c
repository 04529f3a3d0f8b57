/* SPDX-License-Identifier: MIT */
/* Manifests of any bytes; what was read is written and read again and stays the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "manifest.h"
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

static void
write_line(struct text *t, const struct manifest_line *line)
{
	text_string(t, manifest_word_name(line->word));
	for (size_t i = 0; i < line->count; i++) {
		text_char(t, ' ');
		words_quote(t, line->operands[i]);
	}
	if (line->word == MANIFEST_NODE && S_ISFIFO(line->node))
		text_string(t, " p");
	else if (line->word == MANIFEST_NODE) {
		text_string(t, S_ISCHR(line->node) ? " c " : " b ");
		text_number(t, line->major);
		text_char(t, ' ');
		text_number(t, line->minor);
	}
	text_char(t, '\n');
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
		if (t.full || manifest_read(&second, t.data, t.used) != 0 || second.count != first.count)
			abort();
		for (size_t i = 0; i < first.count; i++) {
			if (first.lines[i].word != second.lines[i].word ||
			    first.lines[i].count != second.lines[i].count ||
			    first.lines[i].minor != second.lines[i].minor)
				abort();
			for (size_t o = 0; o < first.lines[i].count; o++)
				if (strcmp(first.lines[i].operands[o], second.lines[i].operands[o]) != 0)
					abort();
		}
		manifest_free(&second);
		free(line);
	}
	manifest_free(&first);
	return 0;
}
