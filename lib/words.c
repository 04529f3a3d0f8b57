/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\n";

/* Copies one word from *in, taking its quotes off, to `out`; returns the end of what was written, NULL on a bad quote. */
static char *
copy_word(const char **in, char *out)
{
	const char *at = *in;
	char quote = '\0';

	for (; *at != '\0'; at++) {
		if (quote == '\0' && strchr(blanks, *at) != NULL)
			break;
		if (quote == '\0' ? *at == '\'' || *at == '"' : *at == quote) {
			quote = quote == '\0' ? *at : '\0';
		} else if (*at == '\\' && quote != '\'') {
			if (at[1] == '\0')
				return NULL;
			if (quote == '"' && strchr("\"\\$`\n", at[1]) == NULL)
				*out++ = '\\';
			if (*++at != '\n')
				*out++ = *at;
		} else {
			*out++ = *at;
		}
	}
	*in = at;
	return quote == '\0' ? out : NULL;
}

char **
words_split(const char *text)
{
	/* Each word but the last is followed by a blank, so there are at most (length + 1) / 2. */
	size_t length = strlen(text), most = (length + 1) / 2 + 1, count = 0;
	char **words = malloc(most * sizeof(*words) + length + 1);

	if (words == NULL)
		return NULL;
	char *out = (char *)(words + most);
	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		words[count++] = out;
		out = copy_word(&text, out);
		if (out == NULL) {
			free(words);
			errno = EINVAL;
			return NULL;
		}
		*out++ = '\0';
	}
	words[count] = NULL;
	return words;
}

void
words_quote(struct text *t, const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,-./:=@_";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		text_string(t, word);
		return;
	}
	text_char(t, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			text_string(t, "'\\''");
		else
			text_char(t, *word);
	}
	text_char(t, '\'');
}
