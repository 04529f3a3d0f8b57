/* SPDX-License-Identifier: MIT */
/*
 * Files that programs are known to load or read at run time without naming them. Each rule lists
 * triggers in the image, and the files to pack. Pure.
 *
 * The tables are compiled in: packer also runs from its build directory, where no data file is
 * installed, and the compiler checks each line.
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

/* The files to pack. Lists are words separated by blanks. */
struct rule {
	const char *name;
	bool required; /* a library that is not found is an error; else it is skipped */

	/* Libraries that the C library loads by name, found as it finds them. */
	const char *sonames;

	/*
	 * Files: each of `paths` below each of the directories `below`, if it exists; `a|b`: the
	 * first of these that exists. $LIB is the machine's library directory below /usr. The last
	 * component may be a pattern.
	 */
	const char *below;
	const char *paths;

	/*
	 * %s above is replaced by each word of the image's file `words_of`: the words of the line
	 * that begins with `words_key`, or, if that is NULL, all words that end in ".so". If the
	 * image has no such file, the words are `words_otherwise`. Words in `built_in` name no
	 * libraries if the C library defines the version `built_in_since`.
	 */
	const char *words_of;
	const char *words_key;
	const char *words_otherwise;
	const char *built_in;
	const char *built_in_since;
};

extern const struct rule rules[RULES];

/* Triggers of rules; each table is sorted by name. */
struct rule_trigger {
	const char *name;
	enum rule_number rule;
};

extern const struct rule_trigger rule_symbols[]; /* imported from glibc */
extern const size_t rule_symbol_count;
extern const struct rule_trigger rule_libraries[]; /* prefix of a library's DT_SONAME */
extern const size_t rule_library_count;
extern const struct rule_trigger rule_programs[]; /* file name of a program */
extern const size_t rule_program_count;

/* Returns the rules that apply to an object, as bits (1 << rule number). `soname` may be NULL. */
uint32_t rules_match(const struct elf *elf, const char *soname);

/* Returns the rules that apply to a program by its file name, as rules_match() does. */
uint32_t rules_match_name(const char *path);

#endif
