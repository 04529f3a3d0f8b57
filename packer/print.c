/* SPDX-License-Identifier: MIT */
#include "print.h"

#include <inttypes.h>
#include <stdio.h>

#include "plan.h"

static void
print_name(const char *name)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;
		if (c < 0x20 || c == 0x7f || c == '\\')
			printf("\\%03o", c);
		else
			putchar(c);
	}
}

static void
print_entry(const struct plan_entry *entry)
{
	static const char *const types[] = {
	    [PLAN_DIR] = "dir", [PLAN_FILE] = "file", [PLAN_LINK] = "link", [PLAN_NODE] = "node"};

	printf("%s %04o", types[entry->type], entry->mode);
	if (entry->uid != 0 || entry->gid != 0)
		printf(",%u:%u", entry->uid, entry->gid);
	putchar(' ');
	if (entry->type == PLAN_NODE && entry->node == S_IFIFO)
		printf("p ");
	else if (entry->type == PLAN_NODE)
		printf("%c%u:%u ", entry->node == S_IFBLK ? 'b' : 'c', entry->major, entry->minor);
	else
		printf("%" PRIu64 " ", plan_size(entry));
	print_name(entry->path);
	if (entry->type == PLAN_LINK) {
		printf(" -> ");
		print_name(entry->content);
	}
	for (const struct plan_reason *reason = entry->reasons; reason != NULL; reason = reason->next) {
		printf("%s%s%s", reason == entry->reasons ? " <- " : ", ", reason->why.what,
		       reason->why.of[0] != '\0' ? " " : "");
		print_name(reason->why.of);
	}
	putchar('\n');
}

int
print_plan(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		print_entry(plan->entries[i]);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}
