/* SPDX-License-Identifier: MIT */
#include "elf/rules.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf_symbol.h"
#include "host/elf.h"

static int
compare(const void *name, const void *trigger)
{
	return strcmp(name, ((const struct rule_trigger *)trigger)->name);
}

/* Most symbols are in no rule: their first three characters tell that of nearly all of them, and the rest by search. */
static unsigned
first_characters(const char *name)
{
	unsigned sum = (unsigned char)name[0];

	for (int i = 1; i < 3 && name[i - 1] != '\0'; i++)
		sum = sum * 5 + (unsigned char)name[i];
	return sum % 256;
}

/* What an object that does not need glibc takes from elsewhere by those names does as its own C library does. */
static bool
needs_glibc(const struct elf *elf)
{
	const char *name;
	uint64_t at = 0;

	while ((name = elf_next(elf, DT_NEEDED, &at)) != NULL)
		if (strncmp(name, "libc.so.6", strlen("libc.so.6")) == 0)
			return true;
	return false;
}

uint32_t
rules_match(const struct elf *elf, const char *soname)
{
	struct elf_symbols symbols;
	bool begins[256] = {false};
	const char *name;
	uint32_t set = 0;

	for (size_t i = 0; soname != NULL && i < rule_library_count; i++)
		if (strncmp(soname, rule_libraries[i].name, strlen(rule_libraries[i].name)) == 0)
			set |= UINT32_C(1) << rule_libraries[i].rule;
	if (!needs_glibc(elf))
		return set;
	for (size_t i = 0; i < rule_symbol_count; i++)
		begins[first_characters(rule_symbols[i].name)] = true;
	elf_symbols_start(elf, &symbols);
	while ((name = elf_next_import(elf, &symbols)) != NULL) {
		if (!begins[first_characters(name)])
			continue;
		const struct rule_trigger *found =
		    bsearch(name, rule_symbols, rule_symbol_count, sizeof(*rule_symbols), compare);
		if (found != NULL)
			set |= UINT32_C(1) << found->rule;
	}
	return set;
}

uint32_t
rules_match_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	const struct rule_trigger *found =
	    bsearch(name, rule_programs, rule_program_count, sizeof(*rule_programs), compare);

	return found != NULL ? UINT32_C(1) << found->rule : 0;
}
