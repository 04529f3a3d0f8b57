/* SPDX-License-Identifier: MIT */
#include "kernel/kernel_config.h"

#include <elf.h>
#include <string.h>

/* Skips the prefix `text`. Returns NULL if it is not there. */
static const char *
skip_prefix(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0 ? at + length : NULL;
}

/* Parses the line from `at` to `end`. Returns false if it is not about an option. */
static bool
parse_line(struct kernel_option *option, const char *at, const char *end)
{
	static const char off[] = " is not set";
	const char *name = skip_prefix(at, end, "CONFIG_"),
		   *comment = skip_prefix(at, end, "# CONFIG_");
	const char *value = name != NULL ? memchr(name, '=', (size_t)(end - name)) : NULL;

	if (value != NULL) {
		*option = (struct kernel_option){name, (size_t)(value - name), value + 1,
						 (size_t)(end - value - 1)};
		if (option->value_length == 1 && option->value[0] == 'n')
			option->value = NULL;
		return true;
	}
	if (comment == NULL || (size_t)(end - comment) < strlen(off) ||
	    skip_prefix(end - strlen(off), end, off) == NULL)
		return false;
	*option = (struct kernel_option){comment, (size_t)(end - comment) - strlen(off), NULL, 0};
	return true;
}

bool
kernel_config_next(const struct kernel_config *config, size_t *at, struct kernel_option *option)
{
	while (*at < config->size) {
		const char *line = config->text + *at,
			   *newline = memchr(line, '\n', config->size - *at);
		const char *end = newline != NULL ? newline : config->text + config->size;
		*at += (size_t)(end - line) + (newline != NULL);
		if (parse_line(option, line, end))
			return true;
	}
	return false;
}

bool
kernel_config_is(const struct kernel_config *config)
{
	struct kernel_option option;
	size_t at = 0;

	while (kernel_config_next(config, &at, &option))
		if (option.value != NULL)
			return true;
	return false;
}

char
kernel_option_state(const struct kernel_option *option)
{
	bool is_state = option->value != NULL && option->value_length == 1;

	return is_state && (option->value[0] == 'y' || option->value[0] == 'm') ? option->value[0]
										: 'n';
}

/* The last line about the option; off if not found. */
static struct kernel_option
lookup_option(const struct kernel_config *config, const char *name)
{
	struct kernel_option option, found = {.value = NULL};
	size_t at = 0, length = strlen(name);

	while (kernel_config_next(config, &at, &option))
		if (option.length == length && memcmp(option.name, name, length) == 0)
			found = option;
	return found;
}

const char *
kernel_config_find(const struct kernel_config *config, const char *name, size_t *length)
{
	struct kernel_option option = lookup_option(config, name);

	*length = option.value_length;
	return option.value;
}

char
kernel_config_state(const struct kernel_config *config, const char *name)
{
	struct kernel_option option = lookup_option(config, name);

	return kernel_option_state(&option);
}

int
kernel_config_machine(const struct kernel_config *config, uint16_t *machine, bool *is64, bool *big)
{
	static const struct {
		const char *option;
		uint16_t machine;
	} machines[] = {{"X86_64", EM_X86_64}, {"X86_32", EM_386},  {"ARM64", EM_AARCH64},
			{"ARM", EM_ARM},       {"RISCV", EM_RISCV}, {"PPC", EM_PPC},
			{"S390", EM_S390},     {"LOONGARCH", 258}};

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		if (kernel_config_state(config, machines[i].option) != 'y')
			continue;
		*is64 = kernel_config_state(config, "64BIT") == 'y';
		*machine = machines[i].machine == EM_PPC && *is64 ? EM_PPC64 : machines[i].machine;
		*big = *machine == EM_S390 || kernel_config_state(config, "CPU_BIG_ENDIAN") == 'y';
		return 0;
	}
	return -1;
}
