/* SPDX-License-Identifier: MIT */
/* What is wrong with files: the same with many of them is one finding, that names the first. Pure. */
#ifndef LULL_PACKER_FINDINGS_H
#define LULL_PACKER_FINDINGS_H

#include <stddef.h>

enum finding_level {
	FINDING_NOTE,	 /* may matter */
	FINDING_WARNING, /* something will fail if it is asked for */
	FINDING_ERROR,	 /* it will not run */
};

struct finding {
	enum finding_level level;
	char *path;    /* the first of those of the highest level; NULL: it is about the whole */
	size_t more;   /* other files */
	char *subject; /* what in them needs what the text names, "a, b"; NULL: the text is about the files */
	char *text;
	const char *last; /* the path that was added last */
};

struct findings {
	struct finding *all; /* in the order in which they were found */
	size_t count;
};

/*
 * Adds a file, what in it, and a text. The same text again is the same finding, of the highest level. Strings are
 * copied, but `path` must stay; it and `subject` may be NULL.
 */
void findings_add(struct findings *findings, enum finding_level level, const char *path, const char *subject,
		  const char *text);
void findings_free(struct findings *findings);

/* The finding as one line, to be freed: "PATH and N more: SUBJECT needs TEXT". */
char *findings_line(const struct finding *finding);

#endif
