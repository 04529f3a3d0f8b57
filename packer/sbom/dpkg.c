/* SPDX-License-Identifier: MIT */
#include "sbom/dpkg.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool
dpkg_text_is(struct dpkg_text text, const char *string)
{
	return text.at != NULL && strlen(string) == text.length &&
	       memcmp(text.at, string, text.length) == 0;
}

/* Removes the first `length` bytes from `text` and returns them. */
static struct dpkg_text
cut_text(struct dpkg_text *text, size_t length)
{
	const struct dpkg_text taken = {text->at, length};

	text->at += length;
	text->length -= length;
	return taken;
}

bool
dpkg_line(struct dpkg_text *rest, struct dpkg_text *line)
{
	if (rest->length == 0)
		return false;
	const char *newline = memchr(rest->at, '\n', rest->length);
	*line = cut_text(rest, newline != NULL ? (size_t)(newline - rest->at) : rest->length);
	if (newline != NULL)
		cut_text(rest, 1);
	return true;
}

/* Returns the text without blanks at both ends, and without CRs at its end. */
static struct dpkg_text
trim(struct dpkg_text text)
{
	while (text.length > 0 && (*text.at == ' ' || *text.at == '\t'))
		cut_text(&text, 1);
	while (text.length > 0 && strchr(" \t\r", text.at[text.length - 1]) != NULL)
		text.length--;
	return text;
}

static void
parse_field(struct dpkg_stanza *stanza, struct dpkg_text line)
{
	const struct {
		const char *name;
		struct dpkg_text *value;
	} fields[] = {{"Package", &stanza->package},
		      {"Architecture", &stanza->architecture},
		      {"Version", &stanza->version},
		      {"Source", &stanza->source},
		      {"Maintainer", &stanza->maintainer}};
	const char *colon = memchr(line.at, ':', line.length);

	if (colon == NULL)
		return;
	const struct dpkg_text name = cut_text(&line, (size_t)(colon - line.at));
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (strlen(fields[i].name) != name.length ||
		    strncasecmp(fields[i].name, name.at, name.length) != 0)
			continue;
		cut_text(&line, 1);
		*fields[i].value = trim(line);
	}
}

bool
dpkg_stanza(struct dpkg_text *rest, struct dpkg_stanza *stanza)
{
	struct dpkg_text line;
	bool is_any = false;

	*stanza = (struct dpkg_stanza){.package.at = NULL};
	while (dpkg_line(rest, &line)) {
		if (line.length == 0 && is_any)
			return true;
		/* A line that begins with a blank continues the previous field: skip it. */
		if (line.length > 0 && *line.at != ' ' && *line.at != '\t')
			parse_field(stanza, line);
		is_any |= line.length > 0;
	}
	return is_any;
}

bool
dpkg_diversion(struct dpkg_text *rest, struct dpkg_diversion *diversion)
{
	return dpkg_line(rest, &diversion->from) && dpkg_line(rest, &diversion->to) &&
	       dpkg_line(rest, &diversion->package);
}

bool
dpkg_list_name(const char *file, struct dpkg_text *package, struct dpkg_text *architecture)
{
	static const char end[] = ".list";
	size_t length = strlen(file);

	if (length <= strlen(end) || strcmp(file + length - strlen(end), end) != 0)
		return false;
	length -= strlen(end);
	const char *colon = memchr(file, ':', length);
	*package = (struct dpkg_text){file, colon != NULL ? (size_t)(colon - file) : length};
	*architecture = (struct dpkg_text){.at = NULL};
	if (colon != NULL)
		*architecture = (struct dpkg_text){colon + 1, length - package->length - 1};
	return true;
}

struct dpkg_text
dpkg_os_release(struct dpkg_text text, const char *key)
{
	struct dpkg_text line, value = {.at = NULL};

	while (dpkg_line(&text, &line)) {
		if (line.length <= strlen(key) || memcmp(line.at, key, strlen(key)) != 0 ||
		    line.at[strlen(key)] != '=')
			continue;
		cut_text(&line, strlen(key) + 1);
		value = trim(line);
		if (value.length >= 2 && (*value.at == '"' || *value.at == '\'') &&
		    value.at[value.length - 1] == *value.at) {
			cut_text(&value, 1);
			value.length--;
		}
	}
	for (size_t i = 0; i < value.length; i++)
		if (!isalnum((unsigned char)value.at[i]) && strchr("._-", value.at[i]) == NULL)
			return (struct dpkg_text){.at = NULL};
	return value.length > 0 ? value : (struct dpkg_text){.at = NULL};
}
