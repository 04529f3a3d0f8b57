/* SPDX-License-Identifier: MIT */
#include "input/manifest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/memory.h"
#include "nearest.h"
#include "text.h"
#include "words.h"

enum {
	TAKES_MODE = 1,
	TAKES_OWNER = 2,
	MAJOR_MAX = 4095, /* include/linux/kdev_t.h: MINORBITS 20 of a dev_t's 32 */
	MINOR_MAX = 1048575,
	ANY = -1,
};

/* The words with their operands; `least` and `most` exclude attributes. */
static const struct {
	const char *name;
	int least, most;
	int path; /* the operand that is a path in the image, or -1 */
	int takes;
	const char *form;
} words[] = {
    [MANIFEST_BIN] = {"bin", 1, ANY, -1, 0, "bin NAME..."},
    [MANIFEST_TRY] = {"try", 1, ANY, -1, 0, "try NAME..."},
    [MANIFEST_FILE] = {"file", 1, 2, 1, TAKES_MODE | TAKES_OWNER,
		       "file SRC [DST] [mode=0644] [owner=UID:GID]"},
    [MANIFEST_TREE] = {"tree", 1, 2, 1, 0, "tree SRC [DST]"},
    [MANIFEST_LINK] = {"link", 2, 2, 0, TAKES_OWNER, "link PATH TARGET [owner=UID:GID]"},
    [MANIFEST_DIR] = {"dir", 1, 1, 0, TAKES_MODE | TAKES_OWNER,
		      "dir PATH [mode=0755] [owner=UID:GID]"},
    [MANIFEST_NODE] = {"node", 2, 4, 0, TAKES_MODE | TAKES_OWNER,
		       "node PATH c|b MAJOR MINOR, or node PATH p [mode=0600] [owner=UID:GID]"},
    [MANIFEST_FILTER] = {"filter", 1, ANY, -1, 0, "filter GLOB..."},
    [MANIFEST_MODULE] = {"module", 1, ANY, -1, 0, "module NAME [KEY=VALUE]..."},
    [MANIFEST_TRACE] = {"trace", 1, ANY, -1, 0, "trace COMMAND [ARGUMENT]..."},
};

enum { WORDS = sizeof(words) / sizeof(*words) };

const char *
manifest_word_name(enum manifest_word word)
{
	return words[word].name;
}

struct reader {
	struct manifest *manifest;
	size_t number, last; /* first and last line number of the current line */
};

/* Returns `word` in printable form, to be freed; long ones are cut and end in "...". */
static char *
printable_word(const char *word)
{
	enum { MOST = 60 };
	char *out = xcalloc(4 * MOST + 4, 1), *at = out;

	for (size_t i = 0; word[i] != '\0' && i < MOST; i++) {
		unsigned char c = (unsigned char)word[i];
		at += sprintf(at, c < 0x20 || c == 0x7f || c == '\\' ? "\\%03o" : "%c", c);
	}
	if (strlen(word) > MOST)
		strcpy(at, "...");
	return out;
}

/* Records a problem: `before`, `word` in printable form, `after`. Returns -1. */
static int
report_error(struct reader *reader, const char *before, const char *word, const char *after)
{
	struct manifest *manifest = reader->manifest;
	char *name = printable_word(word);
	char *text = xasprintf("%s%s%s", before, name, after);

	free(name);
	if (reader->last > reader->number) {
		char *shorter = text;
		text = xasprintf("%s (the line continues to line %zu)", shorter, reader->last);
		free(shorter);
	}
	manifest->problems =
	    xgrow(manifest->problems, manifest->problem_count, sizeof(*manifest->problems));
	manifest->problems[manifest->problem_count++] =
	    (struct manifest_problem){reader->number, text};
	return -1;
}

static int
look_up_word(struct reader *reader, struct manifest_line *line, const char *name)
{
	const char *known[WORDS + 1] = {NULL};
	char hint[96] =
	    "\"; known words are bin, try, file, tree, link, dir, node, filter, module and trace";

	for (size_t i = 0; i < WORDS; i++) {
		known[i] = words[i].name;
		line->word = (enum manifest_word)i;
		if (strcmp(name, known[i]) == 0)
			return 0;
	}
	const char *nearest = nearest_word(name, known);
	if (nearest != NULL)
		snprintf(hint, sizeof(hint), "\"; did you mean \"%s\"?", nearest);
	return report_error(reader, "unknown word \"", name, hint);
}

static int
read_mode(struct reader *reader, struct manifest_line *line, const char *value)
{
	size_t digits = strspn(value, "01234567");

	if (line->has_mode)
		return report_error(reader, "mode= is set twice", "", "");
	line->has_mode = true;
	line->mode = (uint32_t)strtoul(digits <= 5 ? value : "", NULL, 8);
	if (digits > 0 && digits <= 5 && value[digits] == '\0' && line->mode <= 07777)
		return 0;
	return report_error(reader, "mode=", value, " is not a mode; write it in octal, 0 to 7777");
}

static int
read_owner(struct reader *reader, struct manifest_line *line, char *value)
{
	char *colon = strchr(value, ':');
	uint64_t uid, gid;

	if (line->has_owner)
		return report_error(reader, "owner= is set twice", "", "");
	line->has_owner = true;
	if (colon != NULL) {
		*colon = '\0';
		/* The highest number means "unchanged" to chown(2). */
		bool is = text_parse_number(value, UINT32_MAX - 1, &uid) == 0 &&
			  text_parse_number(colon + 1, UINT32_MAX - 1, &gid) == 0;
		*colon = ':';
		if (is) {
			line->uid = (uint32_t)uid;
			line->gid = (uint32_t)gid;
			return 0;
		}
	}
	return report_error(reader, "owner=", value,
			    " is not an owner; write two numbers, UID:GID");
}

/* Parses mode= and owner= and removes them from the operands. */
static int
read_attributes(struct reader *reader, struct manifest_line *line)
{
	int takes = words[line->word].takes, result = 0;
	size_t kept = 0;

	for (size_t i = 0; i < line->count; i++) {
		char *operand = line->operands[i];
		bool is_mode = strncmp(operand, "mode=", 5) == 0,
		     is_owner = strncmp(operand, "owner=", 6) == 0;
		if (words[line->word].most == ANY || !(is_mode || is_owner))
			line->operands[kept++] = operand;
		else if ((takes & (is_mode ? TAKES_MODE : TAKES_OWNER)) == 0)
			result = report_error(reader, "", operand,
					      " is not an attribute of this word; for a file name, "
					      "write ./ in front");
		else if ((is_mode ? read_mode(reader, line, operand + 5)
				  : read_owner(reader, line, operand + 6)) != 0)
			result = -1;
	}
	line->operands[kept] = NULL;
	line->count = kept;
	return result;
}

static int
read_node(struct reader *reader, struct manifest_line *line)
{
	static const struct {
		const char *name;
		mode_t bits;
	} types[] = {{"c", S_IFCHR}, {"b", S_IFBLK}, {"p", S_IFIFO}};
	char **operands = line->operands;
	uint64_t major = 0, minor = 0;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(operands[1], types[i].name) == 0)
			line->node = types[i].bits;
	if (line->node == 0)
		return report_error(reader, "", operands[1], " is not a node type; use c, b or p");
	if (line->count != (line->node == S_IFIFO ? 2 : 4))
		return report_error(reader, "node types c and b need MAJOR and MINOR; p takes none",
				    "", "");
	if (line->node != S_IFIFO && (text_parse_number(operands[2], MAJOR_MAX, &major) != 0 ||
				      text_parse_number(operands[3], MINOR_MAX, &minor) != 0))
		return report_error(
		    reader, "a node's MAJOR is 0 to 4095 and its MINOR 0 to 1048575", "", "");
	line->major = (uint32_t)major;
	line->minor = (uint32_t)minor;
	line->operands[1] = NULL;
	line->count = 1;
	return 0;
}

static int
read_operands(struct reader *reader, struct manifest_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (line->operands[i][0] == '\0' && (i == 0 || line->word != MANIFEST_TRACE))
			return report_error(reader, "an operand is empty; remove it or fill it in",
					    "", "");
	if (read_attributes(reader, line) != 0)
		return -1;
	int path = words[line->word].path, most = words[line->word].most, count = (int)line->count;
	if (count < words[line->word].least)
		return report_error(reader, "too few operands; usage: ", words[line->word].form,
				    "");
	if (most != ANY && count > most)
		return report_error(reader, "too many operands; usage: ", words[line->word].form,
				    "");
	if (path >= 0 && path < count && line->operands[path][0] != '/')
		return report_error(reader, "", line->operands[path],
				    " is a path in the image and must begin with a slash");
	return line->word == MANIFEST_NODE ? read_node(reader, line) : 0;
}

/* Parses one line, without its comment. */
static void
read_line(struct reader *reader, const char *text)
{
	struct manifest *manifest = reader->manifest;
	struct manifest_line line = {.number = reader->number, .words = words_split(text)};

	if (line.words == NULL && errno == ENOMEM)
		memory_die();
	if (line.words == NULL)
		report_error(reader,
			     "a quote is not closed, or nothing follows a backslash; in a name, "
			     "write a quote as "
			     "\\'",
			     "", "");
	if (line.words == NULL || line.words[0] == NULL ||
	    look_up_word(reader, &line, line.words[0]) != 0) {
		free(line.words);
		return;
	}
	line.operands = line.words + 1;
	while (line.operands[line.count] != NULL)
		line.count++;
	if (read_operands(reader, &line) != 0) {
		free(line.words);
		return;
	}
	manifest->lines = xgrow(manifest->lines, manifest->count, sizeof(*manifest->lines));
	manifest->lines[manifest->count++] = line;
}

/* Replaces CRs at line ends, as of DOS editors, by blanks. Reports only the first one. */
static void
replace_returns(struct reader *reader, char *text)
{
	bool reported = false;

	reader->number = reader->last = 1;
	for (char *at = text; (at = strchr(at, '\n')) != NULL;
	     at++, reader->last = ++reader->number) {
		if (at == text || at[-1] != '\r')
			continue;
		if (!reported)
			report_error(reader,
				     "the line ends in CR LF; remove the CRs with tr -d '\\r'", "",
				     "");
		reported = true;
		at[-1] = ' ';
	}
}

int
manifest_read(struct manifest *manifest, const char *text, size_t length)
{
	struct reader reader = {.manifest = manifest, .number = 1, .last = 1};

	*manifest = (struct manifest){.count = 0};
	if (memchr(text, '\0', length) != NULL)
		return report_error(&reader, "the file is not text: it has a byte of value 0", "",
				    "");
	char *copy = xcalloc(length + 1, 1), *at = copy;
	memcpy(copy, text, length);
	replace_returns(&reader, copy);
	reader.number = 1;
	while (*at != '\0') {
		size_t comment, used = words_line(at, &comment);
		bool ends = at[used] == '\0';
		reader.last = reader.number;
		for (size_t i = 0; i < used; i++)
			reader.last += at[i] == '\n';
		at[comment] = '\0';
		read_line(&reader, at);
		reader.number = reader.last + 1;
		at += used + !ends;
	}
	free(copy);
	return manifest->problem_count == 0 ? 0 : -1;
}

void
manifest_free(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		free(manifest->lines[i].words);
	for (size_t i = 0; i < manifest->problem_count; i++)
		free(manifest->problems[i].text);
	free(manifest->lines);
	free(manifest->problems);
	*manifest = (struct manifest){.count = 0};
}
