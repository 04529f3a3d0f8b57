/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\n";

/*
 * Copies one word from *in to `out` without quotes. Returns the end of the copy, or NULL for an
 * unclosed quote.
 */
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

/* A backslash and newline between words are skipped. */
static const char *
skip_blanks(const char *at)
{
	while (*at != '\0' && (strchr(blanks, *at) != NULL || (at[0] == '\\' && at[1] == '\n')))
		at += *at == '\\' ? 2 : 1;
	return at;
}

char **
words_split(const char *text)
{
	/* Every word but the last is followed by a blank, so there are at most (length + 1) / 2. */
	size_t length = strlen(text), most = (length + 1) / 2 + 1, count = 0;
	char **words = malloc(most * sizeof(*words) + length + 1);

	if (words == NULL)
		return NULL;
	char *out = (char *)(words + most);
	for (text = skip_blanks(text); *text != '\0'; text = skip_blanks(text)) {
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

size_t
words_line(const char *text, size_t *comment)
{
	size_t at = 0;
	bool in_word = false;
	char quote = '\0';

	for (; text[at] != '\0' && (quote != '\0' || text[at] != '\n'); at++) {
		if (quote == '\0' && !in_word && text[at] == '#') {
			*comment = at;
			return at + strcspn(text + at, "\n");
		}
		if (text[at] == '\\' && quote != '\'' && text[at + 1] != '\0') {
			in_word |= text[++at] != '\n';
			continue;
		}
		if (quote == '\0' ? text[at] == '\'' || text[at] == '"' : text[at] == quote)
			quote = quote == '\0' ? text[at] : '\0';
		in_word = quote != '\0' || strchr(blanks, text[at]) == NULL;
	}
	*comment = quote == '\0' ? at : strcspn(text, "\n");
	return *comment;
}

size_t
words_count(char *const *words)
{
	size_t count = 0;

	while (words[count] != NULL)
		count++;
	return count;
}

void
words_quote(struct text *t, const char *word)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,-./:=@_";

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
