/* SPDX-License-Identifier: MIT */
/*
 * Reports which requested options a kernel's configuration lacks, and why. It uses the parser of
 * the source that is configured (scripts/kconfig, since 5.4), so that it is right for that
 * version: scripts/kernel/configure-kernel compiles the two together.
 *
 *	explain translate NAMES LABEL FROM TO ...
 *
 * copies fragments FROM to TO, with the option names of this source,
 *
 *	explain check LABEL FROM TO ...
 *
 * reports each option of the fragments that .config lacks, and
 *
 *	explain why NAMES OPTION
 *
 * prints the value of an option, its dependencies, and what selects it. NAMES is kconfig/names;
 * messages call a fragment LABEL. Reading Kconfig takes a second or two, as it runs the compiler to
 * test its features: so one run handles all fragments.
 *
 * It runs in the root of the source, with .config named by KCONFIG_CONFIG. Status 0; 1 if an option
 * is missing; 2 for other errors.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fragment.h"
#include "option.h"

/*
 * Writes the translated fragment to `to`; reports changes and invalid lines on stderr.
 */
static bool
translate(const char *label, const char *from, const char *to)
{
	FILE *fragment = fragment_open(from, "r"), *copy = fragment_open(to, "w");
	char line[FRAGMENT_LINE_MAX], *name, *value;
	bool good = true;

	for (int number = 1; fgets(line, sizeof(line), fragment) != NULL; number++) {
		int kind = fragment_parse(line, &name, &value);
		const char *known = kind > 0 ? fragment_translate(name) : NULL;

		if (kind < 0) {
			fprintf(stderr,
				"%s:%d: neither CONFIG_NAME=value nor \"# CONFIG_NAME is not "
				"set\": %s\n",
				label, number, line);
			good = false;
		}
		if (kind > 0 && known == NULL)
			fprintf(stderr,
				"%s:%d: CONFIG_%s is dropped: this kernel has no such option\n",
				label, number, name);
		else if (kind > 0 && strcmp(name, known) != 0)
			fprintf(stderr, "%s:%d: CONFIG_%s is called CONFIG_%s in this kernel\n",
				label, number, name, known);
		/* One line for each line, so that line numbers stay right. */
		if (known == NULL)
			fprintf(copy, "\n");
		else
			fprintf(copy, "CONFIG_%s=%s\n", known, value);
	}
	fclose(fragment);
	if (fclose(copy) != 0) {
		perror(to);
		exit(2);
	}
	return good;
}

static int
translate_all(int count, char *fragments[])
{
	bool good = true;

	for (int i = 0; i + 2 < count; i += 3)
		good &= translate(fragments[i], fragments[i + 1], fragments[i + 2]);
	return good ? 0 : 1;
}

/*
 * A line of a fragment. Of several lines for one option the last wins, as with merge_config.sh; the
 * same holds for the values of one choice in several fragments.
 */
struct request {
	const char *label;
	int line;
	const char *name;
	const char *value;
};

static struct request *requests;
static size_t request_count;

/* A request for a value of a choice replaces those for its other values in earlier fragments. */
static void
replace_choice(const struct request *r)
{
	struct symbol *symbol = option_find(r->name);

	for (size_t i = 0; i < request_count; i++) {
		struct request *other = &requests[i];
		if (strcmp(other->value, "y") != 0 || strcmp(other->label, r->label) == 0 ||
		    !option_is_of_same_choice(symbol, option_find(other->name)))
			continue;
		printf("%s:%d: CONFIG_%s=y replaces CONFIG_%s=y of %s:%d: one of a choice can be "
		       "set\n",
		       r->label, r->line, r->name, other->name, other->label, other->line);
		other->label = r->label;
		other->line = r->line;
		other->value = "n";
	}
}

static void
add_request(const char *label, int line, const char *name, const char *value)
{
	size_t at = 0;

	while (at < request_count && strcmp(requests[at].name, name) != 0)
		at++;
	if (at == request_count) {
		requests = realloc(requests, ++request_count * sizeof(*requests));
		if (requests == NULL)
			exit(2);
		requests[at].name = strdup(name);
	} else if (strcmp(requests[at].value, value) != 0) {
		printf("%s:%d: CONFIG_%s=%s replaces %s of %s:%d\n", label, line, name, value,
		       requests[at].value, requests[at].label, requests[at].line);
	}
	requests[at].label = label;
	requests[at].line = line;
	requests[at].value = strdup(value);
	if (strcmp(value, "y") == 0)
		replace_choice(&requests[at]);
}

/* Reads a fragment that `translate` has written. */
static void
read_fragment(const char *label, const char *path)
{
	FILE *fragment = fragment_open(path, "r");
	char line[FRAGMENT_LINE_MAX], *name, *value;

	for (int number = 1; fgets(line, sizeof(line), fragment) != NULL; number++)
		if (fragment_parse(line, &name, &value) > 0)
			add_request(label, number, name, value);
	fclose(fragment);
}

/*
 * Whether the value equals the quoted string of a fragment, in which a backslash escapes the next
 * byte.
 */
static bool
has_string(const char *value, const char *quoted)
{
	while (*++quoted != '\0' && *quoted != '"') {
		if (*quoted == '\\' && quoted[1] != '\0')
			quoted++;
		if (*quoted != *value++)
			return false;
	}
	return *quoted == '"' && *value == '\0';
}

static bool
has_value(struct symbol *symbol, const char *wanted)
{
	return wanted[0] == '"' ? has_string(sym_get_string_value(symbol), wanted)
				: strcmp(option_value(symbol), wanted) == 0;
}

/* Prints the line of the same fragment that requests another value of the choice. */
static void
print_conflict(const struct request *r, struct symbol *symbol)
{
	for (size_t i = 0; i < request_count; i++)
		if (strcmp(requests[i].value, "y") == 0 && strcmp(r->value, "y") == 0 &&
		    option_is_of_same_choice(symbol, option_find(requests[i].name)))
			printf("    %s:%d requests CONFIG_%s=y of the same choice: remove one of "
			       "the two lines\n",
			       requests[i].label, requests[i].line, requests[i].name);
}

static bool
check_request(const struct request *r)
{
	struct symbol *symbol = option_find(r->name);

	if (symbol == NULL) {
		printf("%s:%d: CONFIG_%s: ", r->label, r->line, r->name);
		option_print_unknown(r->name);
		return false;
	}
	sym_calc_value(symbol);
	if (has_value(symbol, r->value))
		return true;
	printf("%s:%d: CONFIG_%s=%s was requested, but is %s\n", r->label, r->line, r->name,
	       r->value, option_value(symbol));
	option_print_causes(symbol);
	print_conflict(r, symbol);
	return false;
}

static int
check_all(int count, char *fragments[])
{
	bool good = true;

	for (int i = 0; i + 2 < count; i += 3)
		read_fragment(fragments[i], fragments[i + 2]);
	for (size_t i = 0; i < request_count; i++)
		good &= check_request(&requests[i]);
	return good ? 0 : 1;
}

static int
why(const char *name)
{
	const char *known = fragment_translate(name);
	struct symbol *symbol = known != NULL ? option_find(known) : NULL;

	if (symbol == NULL) {
		printf("CONFIG_%s: ", name);
		option_print_unknown(name);
		return 1;
	}
	if (strcmp(name, known) != 0)
		printf("CONFIG_%s is called CONFIG_%s in this kernel\n", name, known);
	sym_calc_value(symbol);
	printf("CONFIG_%s=%s (%s)\n", symbol->name, option_value(symbol),
	       sym_type_name(symbol->type));
	option_print_causes(symbol);
	if (strcmp(option_value(symbol), "n") == 0 && option_can_be_chosen(symbol))
		printf("    nothing prevents it: a fragment can request it\n");
	return 0;
}

/*
 * Sets the variables that the kernel's make sets for Kconfig, which runs the compiler to test its
 * features.
 */
static void
set_environment(void)
{
	static const char *const variables[][2] = {
	    {"ARCH", "x86"}, {"SRCARCH", "x86"},     {"srctree", "."},	    {"CONFIG_SHELL", "sh"},
	    {"CC", "gcc"},   {"HOSTCC", "gcc"},	     {"LD", "ld"},	    {"NM", "nm"},
	    {"AR", "ar"},    {"OBJCOPY", "objcopy"}, {"KERNELVERSION", ""},
	};

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		setenv(variables[i][0], variables[i][1], 0);
}

int
main(int argc, char *argv[])
{
	const char *mode = argc > 2 ? argv[1] : "";

	set_environment();
	conf_parse("Kconfig");
	conf_read(NULL);
	if (strcmp(mode, "translate") == 0 && argc % 3 == 0) {
		fragment_read_names(argv[2]);
		return translate_all(argc - 3, argv + 3);
	}
	if (strcmp(mode, "check") == 0 && argc % 3 == 2)
		return check_all(argc - 2, argv + 2);
	if (strcmp(mode, "why") == 0 && argc == 4) {
		fragment_read_names(argv[2]);
		return why(argv[3]);
	}
	fprintf(stderr, "usage: explain translate NAMES LABEL FROM TO ... | check LABEL FROM TO "
			"... | why NAMES OPTION\n");
	return 2;
}
