/* SPDX-License-Identifier: MIT */
#include "target/target.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "target/own_script.h"

enum {
	MAC_SIZE = 6,
	BOOT_S = 600
}; /* when many machines get new entries, each waits for the others at the folder */

/* Six hexadecimal bytes, separated by colons or hyphens. */
static bool
is_mac(const char *text)
{
	if (strlen(text) != 3 * MAC_SIZE - 1)
		return false;
	for (size_t i = 0; text[i] != '\0'; i++)
		if (i % 3 == 2 ? text[i] != ':' && text[i] != '-'
			       : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

int
target_pxe_set(struct laboratory *l, const char *dir, const char *mac, struct text *problem)
{
	char name[3 * MAC_SIZE];
	const char *const arguments[] = {dir, name, NULL};

	if (dir[0] == '\0' || dir[0] == '-' || !is_mac(mac)) {
		text_string(
		    problem,
		    "pxe needs the folder that pxe-serve serves, and the machine's MAC address");
		return -1;
	}
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = (char)(mac[i] == '-' ? ':' : tolower(mac[i]));
	free((void *)l->boot);
	free((void *)l->wait);
	l->wait = NULL;
	l->boot_s = BOOT_S;
	l->return_s = 0;
	l->boot = own_script_argv("lab/pxe-entry", arguments, problem);
	return l->boot != NULL ? 0 : -1;
}
