/* SPDX-License-Identifier: MIT */
/*
 * The options of the configured source, after conf_parse() and conf_read() of its scripts/kconfig.
 */
#ifndef EXPLAIN_OPTION_H
#define EXPLAIN_OPTION_H

#include <stdbool.h>

#include "lkc.h"

/* The option of that name, or NULL, also if the name is mentioned but not defined. */
struct symbol *option_find(const char *name);

/* Its value; "n" if it has none. */
const char *option_value(struct symbol *symbol);

/* Whether the two are values of one choice, of which one can be set. */
bool option_is_of_same_choice(struct symbol *symbol, struct symbol *other);

/* Whether a fragment could set it. */
bool option_can_be_chosen(struct symbol *symbol);

/* Prints, indented, what determines the option's value. */
void option_print_causes(struct symbol *symbol);

/* Prints that there is no such option, and the nearest name. */
void option_print_unknown(const char *name);

#endif
