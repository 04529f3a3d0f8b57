/* SPDX-License-Identifier: MIT */
#include "report/provenance_tell.h"

#include <string.h>

#include "base/files.h"
#include "environment.h"
#include "report/provenance.h"

void
tell_line(struct environment_writer *w, struct provenance_fact *fact)
{
	size_t length = fact->length;

	if (length > 0 && fact->value[length - 1] == '\n')
		length--;
	environment_add(w, fact->key, fact->value, length);
}

void
tell_string(struct environment_writer *w, struct provenance_fact *fact)
{
	environment_add(w, fact->key, fact->value, strlen(fact->value));
}

/* Whether /proc/cpuinfo's name of a line is one that tells CPUs apart, of any architecture. */
static bool
is_telling(const char *name, size_t length)
{
	static const char *const names[] = {
	    "vendor_id",   "cpu family", "model",	 "model name",	    "stepping",
	    "microcode",   "flags",	 "bugs",	 "CPU implementer", "CPU architecture",
	    "CPU variant", "CPU part",	 "CPU revision", "Features",	    "features",
	    "isa",	   "uarch",	 "mvendorid",	 "marchid",	    "mimpid",
	    "cpu",	   "revision",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return true;
	return false;
}

/* "NAME\t*: VALUE", or a line that is passed over. */
static void
tell_cpu_line(struct environment_writer *w, const struct provenance_fact *fact, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length), *end = line + length;
	char key[ENVIRONMENT_KEY_MAX + 1];
	struct text t = text_in(key, sizeof(key));
	size_t name = colon != NULL ? (size_t)(colon - line) : 0;

	while (name > 0 && (line[name - 1] == '\t' || line[name - 1] == ' '))
		name--;
	if (!is_telling(line, name))
		return;
	text_string(&t, fact->key);
	for (size_t i = 0; i < name; i++) {
		bool is_capital = line[i] >= 'A' && line[i] <= 'Z';
		text_char(&t, line[i] == ' ' ? '_' : is_capital ? (char)(line[i] - 'A' + 'a') : line[i]);
	}
	text_char(&t, '\0');
	for (colon++; colon < end && *colon == ' ';)
		colon++;
	environment_add(w, key, colon, (size_t)(end - colon));
}

void
tell_cpu(struct environment_writer *w, struct provenance_fact *fact)
{
	const char *line = fact->value, *newline;

	/* A CPU ends with an empty line. */
	while ((newline = strchr(line, '\n')) != NULL && newline != line) {
		tell_cpu_line(w, fact, line, (size_t)(newline - line));
		line = newline + 1;
	}
}

void
tell_memory(struct environment_writer *w, struct provenance_fact *fact)
{
	const char *at = file_line(fact->value, "MemTotal:");

	if (at == NULL)
		return;
	at += strspn(at, " ");
	environment_add(w, fact->key, at, strspn(at, "0123456789"));
}

void
tell_modules(struct environment_writer *w, struct provenance_fact *fact)
{
	static const char more[] = "...";
	const char *line = fact->value, *newline;
	size_t used = 0;

	/* What is left of a line is shorter than the line, so it fits before it. */
	for (; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
		size_t name = strcspn(line, " \n");
		memmove(fact->value + used, line, name);
		used += name;
		fact->value[used++] = ' ';
	}
	if (*line != '\0' && used + strlen(more) <= fact->length) {
		memcpy(fact->value + used, more, strlen(more));
		used += strlen(more);
	} else if (used > 0) {
		used--;
	}
	environment_add(w, fact->key, fact->value, used);
}

void
tell_taint(struct environment_writer *w, struct provenance_fact *fact)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ"; /* by bit */
	char told[64];
	struct text t = text_in(told, sizeof(told));
	uint64_t taint;

	fact->value[strcspn(fact->value, "\n")] = '\0';
	if (text_parse_number(fact->value, UINT64_MAX, &taint) != 0)
		return;
	text_number(&t, taint);
	if ((taint & ((UINT64_C(1) << strlen(letters)) - 1)) != 0)
		text_char(&t, ' ');
	for (size_t bit = 0; bit < strlen(letters); bit++)
		if ((taint >> bit & 1) != 0)
			text_char(&t, letters[bit]);
	environment_add(w, fact->key, told, t.used);
}
