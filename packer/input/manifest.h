/* SPDX-License-Identifier: MIT */
/*
 * Parser of manifests, which list the contents of an image. Each line is a word and its operands.
 * Pure.
 *
 *	bin NAME...
 *	try NAME...
 *	file SRC [DST] [mode=0644] [owner=UID:GID]
 *	tree SRC [DST]
 *	link PATH TARGET [owner=UID:GID]
 *	dir PATH [mode=0755] [owner=UID:GID]
 *	node PATH c|b MAJOR MINOR [mode=0600] [owner=UID:GID]
 *	node PATH p [mode=0600] [owner=UID:GID]
 *	filter GLOB...
 *	module NAME [KEY=VALUE]...
 *	trace COMMAND [ARGUMENT]...
 *
 * Blanks and quotes are those of the shell (words.h; POSIX, Shell Command Language, 2.2 and 2.3): a
 * quote or a backslash may continue a line on the next one; `#` where a word could begin starts a
 * comment up to the end of the line. DST and PATH begin with a slash.
 */
#ifndef LULL_PACKER_MANIFEST_H
#define LULL_PACKER_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum manifest_word {
	MANIFEST_BIN,
	MANIFEST_TRY,
	MANIFEST_FILE,
	MANIFEST_TREE,
	MANIFEST_LINK,
	MANIFEST_DIR,
	MANIFEST_NODE,
	MANIFEST_FILTER,
	MANIFEST_MODULE,
	MANIFEST_TRACE,
};

struct manifest_line {
	size_t number; /* from 1, where it begins */
	enum manifest_word word;
	char **operands; /* ended by NULL, without attributes and a node's type and numbers */
	size_t count;
	bool has_mode, has_owner;
	uint32_t mode; /* permission bits */
	uint32_t uid, gid;
	mode_t node; /* S_IFCHR, S_IFBLK, S_IFIFO */
	uint32_t major, minor;
	char **words; /* owned block that contains the operands */
};

/*
 * A message about a line, without newline; control bytes of the manifest are written as \nnn.
 */
struct manifest_problem {
	size_t number;
	char *text;
};

struct manifest {
	struct manifest_line *lines;
	size_t count;
	struct manifest_problem *problems;
	size_t problem_count;
};

/*
 * Parses the `length` bytes at `text` to their end, even after errors. Returns 0, or -1 if there
 * are problems. In both cases the caller passes `manifest` to manifest_free().
 */
int manifest_read(struct manifest *manifest, const char *text, size_t length);
void manifest_free(struct manifest *manifest);

/* Returns the word as written in manifests. */
const char *manifest_word_name(enum manifest_word word);

#endif
