/* SPDX-License-Identifier: MIT */
/* The files of rules (rules.h), planned. */
#ifndef LULL_PACKER_RULE_FILES_H
#define LULL_PACKER_RULE_FILES_H

struct closure;
struct libraries_noted;

/* Plans what is there of the files of a rule, but for what filters leave out. Returns 0, or -1 after a warning. */
int rule_files_add(struct closure *closure, const struct libraries_noted *noted);

#endif
