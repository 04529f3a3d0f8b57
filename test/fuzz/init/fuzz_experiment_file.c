/* SPDX-License-Identifier: MIT */
/* Any bytes as an experiment file, and as the files in which users are looked up. */
#include <stdlib.h>
#include <string.h>

#include "base/match.h"
#include "experiment.h"
#include "users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char problem[128], *exact = malloc(size > 0 ? size : 1), *string = malloc(size + 1);
	struct text reported = text_in(problem, sizeof(problem));
	struct experiment e = experiment_default();
	const struct users users = {exact, size, exact, size};
	struct user user;

	memcpy(exact, data, size);
	memcpy(string, data, size);
	string[size] = '\0';
	int result = experiment_read_file(&e, "f", exact, size, &reported);
	if ((result != 0) != (reported.used > 0 || reported.full))
		abort();
	users_find(&users, "root:disk", &user);
	users_find(&users, "7", &user);
	/* Patterns with many stars are slow only for long names. */
	if (size > 1 && size < 64)
		match_name(string, string + 1);
	experiment_free(&e);
	free(string);
	free(exact);
	return 0;
}
