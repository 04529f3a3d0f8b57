/* SPDX-License-Identifier: MIT */
#include "module_list.h"

#include <string.h>

#include "percent.h"

/* The next word of a line; advances past it and the blank after it. */
static size_t
next_word(const char **at, const char *end, const char **word)
{
	*word = *at;
	while (*at < end && **at != ' ')
		(*at)++;
	size_t length = (size_t)(*at - *word);
	*at += *at < end;
	return length;
}

/* Decodes the next word, which must be shorter than `size` and contain no NUL. */
static int
next_field(const char **at, const char *end, char *out, size_t size)
{
	const char *word;
	size_t length = next_word(at, end, &word);
	char decoded[3 * PATH_MAX];

	if (length >= sizeof(decoded))
		return -1;
	long got = percent_decode(word, length, decoded);
	if (got < 0 || (size_t)got >= size || memchr(decoded, '\0', (size_t)got) != NULL)
		return -1;
	memcpy(out, decoded, (size_t)got);
	out[got] = '\0';
	return 0;
}

/* The next line without its newline, NULL at the end. */
static const char *
next_line(struct module_list *list, const char **end)
{
	const char *line = list->text;

	if (line == list->end)
		return NULL;
	const char *newline = memchr(line, '\n', (size_t)(list->end - line));
	*end = newline != NULL ? newline : list->end;
	list->text = newline != NULL ? newline + 1 : list->end;
	return line;
}

static bool
is_word(const char *word, size_t length, const char *is)
{
	return length == strlen(is) && memcmp(word, is, length) == 0;
}

int
module_list_read(struct module_list *list, const char *text, size_t length)
{
	const char *end, *word;

	*list = (struct module_list){.text = text, .end = text + length};
	const char *at = next_line(list, &end);
	if (at == NULL)
		return -1;
	length = next_word(&at, end, &word);
	if (!is_word(word, length, "kernel") ||
	    next_field(&at, end, list->release, sizeof(list->release)) != 0 || at != end)
		return -1;
	return 0;
}

int
module_list_next(struct module_list *list, struct module_line *line)
{
	const char *end, *word, *at = next_line(list, &end);

	if (at == NULL)
		return 0;
	size_t length = next_word(&at, end, &word);
	line->need = is_word(word, length, "need");
	line->is_built = is_word(word, length, "built");
	line->options[0] = '\0';
	if ((!line->need && !line->is_built && !is_word(word, length, "try")) ||
	    next_field(&at, end, line->path, sizeof(line->path)) != 0 || line->path[0] == '\0')
		return -1;
	if (line->is_built)
		return at == end ? 1 : -1;
	if (line->path[0] != '/')
		return -1;
	if (at < end && next_field(&at, end, line->options, sizeof(line->options)) != 0)
		return -1;
	return at == end ? 1 : -1;
}

void
module_list_start(struct text *t, const char *release)
{
	text_string(t, "kernel ");
	percent_encode(t, release, strlen(release), " ");
	text_char(t, '\n');
}

void
module_list_add(struct text *t, bool need, const char *path, const char *options)
{
	text_string(t, need ? "need " : "try ");
	percent_encode(t, path, strlen(path), " ");
	if (options[0] != '\0') {
		text_char(t, ' ');
		percent_encode(t, options, strlen(options), " ");
	}
	text_char(t, '\n');
}

void
module_list_add_built(struct text *t, const char *name)
{
	text_string(t, "built ");
	percent_encode(t, name, strlen(name), " ");
	text_char(t, '\n');
}
