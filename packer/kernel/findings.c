/* SPDX-License-Identifier: MIT */
#include "kernel/findings.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

/* Whether `word` is one of a list "a, b". */
static bool
has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
			return true;
	return false;
}

static void
add_subject(struct finding *finding, const char *subject)
{
	if (finding->subject == NULL || subject == NULL || has_word(finding->subject, subject))
		return;
	char *longer = memory_format("%s, %s", finding->subject, subject);
	free(finding->subject);
	finding->subject = longer;
}

static void
add_path(struct finding *finding, enum finding_level level, const char *path)
{
	if (finding->path == NULL || path == NULL)
		return;
	if (finding->last != path)
		finding->more++;
	finding->last = path;
	if (level <= finding->level)
		return;
	free(finding->path);
	finding->path = memory_copy(path);
}

void
findings_add(struct findings *findings, enum finding_level level, const char *path, const char *subject,
	     const char *text)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->all[i];
		if (strcmp(finding->text, text) != 0)
			continue;
		add_subject(finding, subject);
		add_path(finding, level, path);
		if (level > finding->level)
			finding->level = level;
		return;
	}
	findings->all = memory_room(findings->all, findings->count, sizeof(*findings->all));
	findings->all[findings->count++] = (struct finding){.level = level,
							    .path = path != NULL ? memory_copy(path) : NULL,
							    .subject = subject != NULL ? memory_copy(subject) : NULL,
							    .text = memory_copy(text),
							    .last = path};
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->all[i].path);
		free(findings->all[i].subject);
		free(findings->all[i].text);
	}
	free(findings->all);
	*findings = (struct findings){.count = 0};
}

char *
findings_line(const struct finding *finding)
{
	const char *subject = finding->subject != NULL ? finding->subject : "";
	const char *verb = subject[0] == '\0' ? "" : strchr(subject, ',') != NULL ? " need " : " needs ";
	char more[sizeof(" and  more") + 20] = "";

	if (finding->more > 0)
		snprintf(more, sizeof(more), " and %zu more", finding->more);
	return memory_format("%s%s%s%s%s%s", finding->path != NULL ? finding->path : "", more,
			     finding->path != NULL ? ": " : "", subject, verb, finding->text);
}
