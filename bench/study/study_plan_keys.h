/* SPDX-License-Identifier: MIT */
/*
 * For the files of study_plan_ alone: the keys of a plan. Each sets one; `value` may be changed. They
 * return NULL, or what is wrong, to stand behind the key.
 */
#ifndef BENCH_STUDY_PLAN_KEYS_H
#define BENCH_STUDY_PLAN_KEYS_H

#include "study/study_plan.h"

/* Which number study_plan_set_number() sets. */
enum { PLAN_BOOTS, PLAN_LIMIT, PLAN_TRIES, PLAN_TIMEOUT, PLAN_SILENCE, PLAN_CONSOLE_LIMIT, PLAN_CPUS };

const char *study_plan_set_kernel(struct study_plan *p, int which, char *value);
const char *study_plan_set_file(struct study_plan *p, int which, char *value);
const char *study_plan_set_words(struct study_plan *p, int which, char *value);
const char *study_plan_set_args(struct study_plan *p, int which, char *value);
const char *study_plan_set_experiment(struct study_plan *p, int which, char *value);
const char *study_plan_set_twice(struct study_plan *p, int which, char *value);
const char *study_plan_set_noisy(struct study_plan *p, int which, char *value);
const char *study_plan_set_number(struct study_plan *p, int which, char *value);
const char *study_plan_set_precision(struct study_plan *p, int which, char *value);
const char *study_plan_set_seed(struct study_plan *p, int which, char *value);
const char *study_plan_set_memory(struct study_plan *p, int which, char *value);
const char *study_plan_set_exact(struct study_plan *p, int which, char *value);
const char *study_plan_set_node(struct study_plan *p, int which, char *value);
const char *study_plan_set_setting(struct study_plan *p, int which, char *value);

/* Whether the machines can be, each another one. Returns 0, or -1 with one line, behind the plan's `name`, in `problem`. */
int study_plan_check_targets(const struct study_plan *p, const char *name, struct text *problem);

/* Whether a word can be a label, and what is to be said if not. */
bool study_plan_is_label(const char *word);
extern const char study_plan_no_label[];

/* Cuts the first word, which needs no quotes, off the value. Returns what is behind it, without blanks in front. */
char *study_plan_cut_word(char *value);

/* What is wrong with a value of which words_split() made no words, and with a machine that has no memory. */
const char *study_plan_why_not_words(void);
extern const char study_plan_no_memory[];

/* Appends a word of the plan's, as it may be printed. */
void study_plan_tell_word(struct text *why, const char *word);

#endif
