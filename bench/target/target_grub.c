/* SPDX-License-Identifier: MIT */
#include "target/target.h"

#include <stdlib.h>

#include "target/own_script.h"

enum {
	BOOT_S = 600, /* to send some hundred megabytes and make a menu */
	RETURN_MAX_S = 24 * 3600,
};

#define SCRIPT "grub/grub-target"

int
target_grub_set(struct laboratory *l, char *const words[], struct text *problem)
{
	const char *destination = words[0];
	const char *const boot[] = {"boot", destination, NULL}, *const wait[] = {"wait",
										 destination, NULL};
	uint64_t return_s = LABORATORY_RETURN_S;

	if (destination == NULL || destination[0] == '\0' || destination[0] == '-') {
		text_string(problem, "grub needs the machine's ssh destination, such as root@HOST");
		return -1;
	}
	if (words[1] != NULL &&
	    (words[2] != NULL || text_parse_number(words[1], RETURN_MAX_S, &return_s) != 0)) {
		text_string(
		    problem,
		    "only the seconds to come back, a number, may follow the ssh destination");
		return -1;
	}
	free((void *)l->boot);
	free((void *)l->wait);
	l->wait = NULL;
	l->boot = own_script_argv(SCRIPT, boot, problem);
	if (l->boot != NULL)
		l->wait = own_script_argv(SCRIPT, wait, problem);
	l->boot_s = BOOT_S;
	l->return_s = (unsigned)return_s;
	return l->wait != NULL ? 0 : -1;
}
