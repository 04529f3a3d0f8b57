/* SPDX-License-Identifier: MIT */
/*
 * What programs are known to load or read at run time, though nothing in them says so: rules, each
 * of what the image must hold for it to count and what is then packed too. Pure.
 *
 * The table, rules_table.c, is data and part of packer: a file that is read would need a place
 * where packer is installed, and packer also runs from the folder that it was built in; and what is
 * compiled cannot be wrong in a line.
 */
#ifndef LULL_PACKER_RULES_H
#define LULL_PACKER_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf;

enum rule_number {
	RULE_UNWINDER,
	RULE_BACKTRACE,
	RULE_PASSWD,
	RULE_GROUP,
	RULE_SHADOW,
	RULE_HOSTS,
	RULE_SERVICES,
	RULE_PROTOCOLS,
	RULE_NETWORKS,
	RULE_NETGROUP,
	RULE_GCONV,
	RULE_PAM,
	RULE_PAM_MODULES,
	RULE_TERMINFO,
	RULE_LOCALE,
	RULE_OPENSSL,
	RULE_CERTIFICATES,
	RULE_TIME_ZONES,
	RULE_PCI_IDS,
	RULES,
};

/* What is packed. Lists are words with blanks between. */
struct rule {
	const char *name;
	bool required; /* what is not there is missing; else it is left out */

	/* Libraries that the C library loads by their names, found as it finds them. */
	const char *sonames;

	/*
	 * Files: each of `paths` below each of the directories `below`, where it is there; `a|b`:
	 * the first of these that is. $LIB is the directory of the machine's libraries below /usr.
	 * Their last component may be a pattern.
	 */
	const char *below;
	const char *paths;

	/*
	 * A %s in the above stands for one word after the other of the image's file `words_of`:
	 * those of the line that begins with `words_key`, or, with NULL, all that end in ".so".
	 * `words_otherwise` are those of an image that has no such file. `built_in` are no names of
	 * libraries with a C library that defines `built_in_since`.
	 */
	const char *words_of;
	const char *words_key;
	const char *words_otherwise;
	const char *built_in;
	const char *built_in_since;
};

extern const struct rule rules[RULES];

/* What makes a rule count, sorted by name in each table. */
struct rule_trigger {
	const char *name;
	enum rule_number rule;
};

extern const struct rule_trigger rule_symbols[]; /* taken from glibc by an object that needs it */
extern const size_t rule_symbol_count;
extern const struct rule_trigger rule_libraries[]; /* how the DT_SONAME of a library begins */
extern const size_t rule_library_count;
extern const struct rule_trigger rule_programs[]; /* what the file is called */
extern const size_t rule_program_count;

/*
 * The rules that count for an object, a bit each, 1 << its number. `soname` is NULL where it has
 * none.
 */
uint32_t rules_match(const struct elf *elf, const char *soname);

/* The same for what the file at `path` is called. */
uint32_t rules_match_name(const char *path);

#endif
