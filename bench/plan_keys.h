/* SPDX-License-Identifier: MIT */
/*
 * For plan.c alone: the keys of a plan. Each sets one; `value` may be changed. They return NULL, or what is wrong, to stand
 * behind the key.
 */
#ifndef BENCH_PLAN_KEYS_H
#define BENCH_PLAN_KEYS_H

#include "plan.h"

/* Which number plan_set_number() sets. */
enum { PLAN_BOOTS, PLAN_LIMIT, PLAN_TRIES, PLAN_TIMEOUT, PLAN_CPUS };

const char *plan_set_kernel(struct plan *p, int which, char *value);
const char *plan_set_file(struct plan *p, int which, char *value);
const char *plan_set_words(struct plan *p, int which, char *value);
const char *plan_set_args(struct plan *p, int which, char *value);
const char *plan_set_experiment(struct plan *p, int which, char *value);
const char *plan_set_twice(struct plan *p, int which, char *value);
const char *plan_set_noisy(struct plan *p, int which, char *value);
const char *plan_set_number(struct plan *p, int which, char *value);
const char *plan_set_precision(struct plan *p, int which, char *value);
const char *plan_set_seed(struct plan *p, int which, char *value);
const char *plan_set_memory(struct plan *p, int which, char *value);
const char *plan_set_exact(struct plan *p, int which, char *value);
const char *plan_set_setting(struct plan *p, int which, char *value);

/* Appends a word of the plan's, as it may be printed. */
void plan_tell_word(struct text *why, const char *word);

#endif
