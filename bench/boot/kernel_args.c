/* SPDX-License-Identifier: MIT */
#include "boot/kernel_args.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

bool
kernel_args_next(const char **at, struct kernel_arg *arg)
{
	bool quoted = false;
	const char *end;

	while (is_blank(**at))
		(*at)++;
	for (end = *at; *end != '\0' && (quoted || !is_blank(*end)); end++)
		quoted ^= *end == '"';
	*arg = (struct kernel_arg){*at, (size_t)(end - *at)};
	*at = end;
	if (arg->length >= 2 && arg->text[0] == '"' && end[-1] == '"')
		*arg = (struct kernel_arg){arg->text + 1, arg->length - 2};
	return arg->length > 0 || *end != '\0';
}

bool
kernel_arg_has_name(const struct kernel_arg *arg, const char *name, size_t length)
{
	if (arg->length < length || (arg->length > length && arg->text[length] != '='))
		return false;
	for (size_t i = 0; i < length; i++)
		if (arg->text[i] != name[i] &&
		    !(strchr("-_", arg->text[i]) != NULL && strchr("-_", name[i]) != NULL))
			return false;
	return true;
}

bool
kernel_args_find(const char *args, const char *name, struct kernel_arg *arg)
{
	struct kernel_arg next;
	bool found = false;

	while (args != NULL && kernel_args_next(&args, &next)) {
		if (!kernel_arg_has_name(&next, name, strlen(name)))
			continue;
		*arg = next;
		found = true;
	}
	return found;
}

const char *
kernel_arg_value(const struct kernel_arg *arg, size_t *length)
{
	const char *equals = memchr(arg->text, '=', arg->length);
	const char *value = equals != NULL ? equals + 1 : arg->text + arg->length;

	*length = (size_t)(arg->text + arg->length - value);
	if (*length >= 2 && value[0] == '"' && value[*length - 1] == '"') {
		*length -= 2;
		return value + 1;
	}
	return value;
}
