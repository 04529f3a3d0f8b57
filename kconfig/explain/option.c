/* SPDX-License-Identifier: MIT */
#include "option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"

struct symbol *
option_find(const char *name)
{
	struct symbol *symbol = sym_find(name);

	return symbol == NULL || symbol->type == S_UNKNOWN ? NULL : symbol;
}

const char *
option_value(struct symbol *symbol)
{
	const char *value = sym_get_string_value(symbol);

	return *value != '\0' ? value : "n";
}

/* Prints an expression of Kconfig with the value of each option. */
static void
print_expression(const char *what, struct expr *expression)
{
	struct gstr text = str_new();

	expr_gstr_print(expression, &text);
	printf("    %s: %s\n", what, str_get(&text));
	str_free(&text);
}

/* Prints the options that select it or would, one a line, as there may be hundreds. */
static void
print_selectors(const char *what, struct symbol *symbol, tristate value)
{
	struct gstr text = str_new();

	expr_gstr_print_revdep(symbol->rev_dep.expr, &text, value, "");
	printf("    %s\n", what);
	for (char *line = strtok((char *)str_get(&text), "\n"); line != NULL;
	     line = strtok(NULL, "\n"))
		printf("    %s\n", line);
	str_free(&text);
}

static bool
has_prompt(const struct symbol *symbol)
{
	for (const struct property *p = symbol->prop; p != NULL; p = p->next)
		if (p->type == P_PROMPT || p->type == P_MENU)
			return true;
	return false;
}

/*
 * Prints what would select the options of an expression that have no prompt, as their names alone
 * do not help the user.
 */
static void
print_hidden(struct expr *expression)
{
	if (expression == NULL)
		return;
	if (expression->type == E_AND || expression->type == E_OR) {
		print_hidden(expression->left.expr);
		print_hidden(expression->right.expr);
	} else if (expression->type == E_SYMBOL) {
		struct symbol *symbol = expression->left.sym;
		if (!has_prompt(symbol) && symbol->rev_dep.expr != NULL &&
		    symbol->rev_dep.tri == no) {
			printf("    %s cannot be set directly: other options set it\n",
			       symbol->name);
			print_selectors("would be selected by", symbol, no);
		}
	}
}

/* The menu of the choice that has the option, or NULL. */
static const struct menu *
find_choice(struct symbol *symbol)
{
	if (symbol == NULL || !sym_is_choice_value(symbol))
		return NULL;
	for (const struct property *p = symbol->prop; p != NULL; p = p->next)
		if (p->type == P_PROMPT && p->menu != NULL)
			return p->menu->parent;
	return NULL;
}

bool
option_is_of_same_choice(struct symbol *symbol, struct symbol *other)
{
	const struct menu *choice = find_choice(symbol);

	return choice != NULL && symbol != other && choice == find_choice(other);
}

bool
option_can_be_chosen(struct symbol *symbol)
{
	for (const struct property *p = symbol->prop; p != NULL; p = p->next)
		if (p->text != NULL && symbol->dir_dep.tri != no &&
		    (p->visible.expr == NULL || p->visible.tri != no))
			return true;
	return false;
}

void
option_print_causes(struct symbol *symbol)
{
	if (symbol->dir_dep.expr != NULL) {
		bool met = symbol->dir_dep.tri != no;
		print_expression(met ? "depends on" : "has unmet dependencies",
				 symbol->dir_dep.expr);
		if (!met)
			print_hidden(symbol->dir_dep.expr);
	}
	if (symbol->rev_dep.expr != NULL && symbol->rev_dep.tri != no)
		print_selectors("selected by", symbol, yes);
	for (const struct property *p = symbol->prop; p != NULL; p = p->next)
		if (p->text != NULL && p->visible.expr != NULL && p->visible.tri == no &&
		    symbol->dir_dep.tri != no)
			print_expression("can be set only with", p->visible.expr);
	if (!has_prompt(symbol)) {
		printf("    cannot be set directly: other options set it\n");
		if (symbol->rev_dep.expr != NULL && symbol->rev_dep.tri == no)
			print_selectors("would be selected by", symbol, no);
	}
	if (sym_is_choice_value(symbol))
		printf("    belongs to a choice, of which only one can be set\n");
}

void
option_print_unknown(const char *name)
{
	struct symbol **all = sym_re_search(".");
	const char **names;
	size_t count = 0, known = 0;

	while (all != NULL && all[count] != NULL)
		count++;
	names = calloc(count + 1, sizeof(*names));
	for (size_t i = 0; names != NULL && i < count; i++)
		if (all[i]->name != NULL && all[i]->type != S_UNKNOWN)
			names[known++] = all[i]->name;
	const char *meant = names != NULL ? nearest_word(name, names) : NULL;
	printf("this kernel has no such option");
	if (meant != NULL)
		printf("; did you mean CONFIG_%s?", meant);
	printf("\n");
	free(names);
	free(all);
}
