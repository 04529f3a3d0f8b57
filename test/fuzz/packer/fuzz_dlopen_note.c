/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a dlopen note, read after another one, and as a file whose words are used in rules.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/dlopen_note.h"
#include "resolve/rule_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_note(const uint8_t *data, size_t size)
{
	static const char first[] = "[{\"soname\":[\"a\",\"b\"],\"priority\":\"required\"}]";
	struct dlopen_note note = {.count = 0};

	if (dlopen_note_read(&note, first, sizeof(first)) != 0)
		abort();
	int result = dlopen_note_read(&note, data, size);
	/* An invalid note changes nothing. */
	if ((result != 0 && note.count != 1) || note.features[0].count != 2)
		abort();
	for (size_t i = 0; i < note.count; i++) {
		const struct dlopen_feature *feature = &note.features[i];
		if (feature->name == NULL || feature->count == 0 ||
		    feature->priority > DLOPEN_SUGGESTED)
			abort();
		for (size_t n = 0; n < feature->count; n++)
			if (feature->sonames[n][0] == '\0')
				abort();
	}
	dlopen_note_free(&note);
}

static void
read_words(const uint8_t *data, size_t size)
{
	struct rule_words all[RULES] = {{.count = 0}};
	char *text = calloc(size + 1, 1);

	if (text == NULL)
		return;
	memcpy(text, data, size);
	rule_words_read(&all[0], text, "hosts:");
	rule_words_read(&all[1], text, NULL);
	for (int i = 0; i < 2; i++)
		for (size_t n = 0; n < all[i].count; n++)
			if (strpbrk(all[i].list[n], " \t\n#[") != NULL || all[i].list[n][0] == '\0')
				abort();
	rule_words_free(all);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_note(data, size);
	read_words(data, size);
	return 0;
}
