/* SPDX-License-Identifier: MIT */
/*
 * The manifest: what an image is to hold, one word and its operands a line. Pure: text in, what it
 *asks for out.
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
 * Blanks and quotes as a shell has them (words.h; POSIX, Shell Command Language, 2.2 and 2.3): a
 *quote or a backslash may carry a line on to the next, `#` where a word could begin is a comment up
 *to the end of its line. DST and PATH begin with a slash.
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
	char **operands; /* ended by NULL; attributes, and the numbers of a node, are taken out */
	size_t count;
	bool has_mode, has_owner;
	uint32_t mode; /* permission bits */
	uint32_t uid, gid;
	mode_t node; /* S_IFCHR, S_IFBLK, S_IFIFO */
	uint32_t major, minor;
	char **words; /* owned: the block that the operands are in */
};

/*
 * What is wrong with a line and what to do, without newline, control bytes of the text written as
 * \nnn.
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
 * Reads the `length` bytes at `text` to their end, whatever is wrong. Returns 0, or -1 if there are
 * problems. Either way `manifest` is to be given to manifest_free().
 */
int manifest_read(struct manifest *manifest, const char *text, size_t length);
void manifest_free(struct manifest *manifest);

/* The word as it is written. */
const char *manifest_word_name(enum manifest_word word);

#endif
