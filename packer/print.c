/* SPDX-License-Identifier: MIT */
#include "print.h"

#include <inttypes.h>
#include <stdio.h>

#include "plan.h"

const char *const print_types[] = {
    [PLAN_DIR] = "dir", [PLAN_FILE] = "file", [PLAN_LINK] = "link", [PLAN_NODE] = "node"};

void
print_name(FILE *file, const char *name)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;
		if (c < 0x20 || c > 0x7e || c == '\\')
			fprintf(file, "\\%03o", c);
		else
			putc(c, file);
	}
}

void
print_rights(FILE *file, const struct plan_entry *entry)
{
	fprintf(file, "%04o", entry->mode);
	if (entry->uid != 0 || entry->gid != 0)
		fprintf(file, ",%u:%u", entry->uid, entry->gid);
}

static void
print_entry(const struct plan_entry *entry)
{
	printf("%s ", print_types[entry->type]);
	print_rights(stdout, entry);
	putchar(' ');
	if (entry->type == PLAN_NODE && entry->node == S_IFIFO)
		printf("p ");
	else if (entry->type == PLAN_NODE)
		printf("%c%u:%u ", entry->node == S_IFBLK ? 'b' : 'c', entry->major, entry->minor);
	else
		printf("%" PRIu64 " ", plan_size(entry));
	print_name(stdout, entry->path);
	if (entry->type == PLAN_LINK) {
		printf(" -> ");
		print_name(stdout, entry->content);
	}
	for (const struct plan_reason *reason = entry->reasons; reason != NULL; reason = reason->next) {
		printf("%s%s%s", reason == entry->reasons ? " <- " : ", ", reason->why.what,
		       reason->why.of[0] != '\0' ? " " : "");
		print_name(stdout, reason->why.of);
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
