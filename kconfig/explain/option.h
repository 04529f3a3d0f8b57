/* SPDX-License-Identifier: MIT */
/*
 * The options of the source at hand, after conf_parse() and conf_read() of its own scripts/kconfig.
 */
#ifndef EXPLAIN_OPTION_H
#define EXPLAIN_OPTION_H

#include <stdbool.h>

#include "lkc.h"

/* The option of that name, or NULL: names that are only spoken of are none. */
struct symbol *option_find(const char *name);

/* Its value; "n" for what has none. */
const char *option_value(struct symbol *symbol);

/* Whether the two are values of one choice, of which one can be set. */
bool option_is_of_same_choice(struct symbol *symbol, struct symbol *other);

/* Whether a fragment that asked for it would get it. */
bool option_can_be_chosen(struct symbol *symbol);

/* Prints, indented, what keeps the option at its value. */
void option_print_causes(struct symbol *symbol);

/* Prints that there is no such option, and the one that may be meant. */
void option_print_unknown(const char *name);

#endif
