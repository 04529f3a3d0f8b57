/* SPDX-License-Identifier: MIT */
#include "plan/print.h"

#include <inttypes.h>
#include <stdio.h>

#include "plan/plan.h"

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

void
print_planned(FILE *file, const struct plan_entry *entry)
{
	fprintf(file, "%s ", print_types[entry->type]);
	print_rights(file, entry);
	putc(' ', file);
	if (entry->type == PLAN_NODE && entry->node == S_IFIFO)
		fprintf(file, "p ");
	else if (entry->type == PLAN_NODE)
		fprintf(file, "%c%u:%u ", entry->node == S_IFBLK ? 'b' : 'c', entry->major,
			entry->minor);
	else
		fprintf(file, "%" PRIu64 " ", plan_size(entry));
	print_name(file, entry->path);
	if (entry->type == PLAN_LINK) {
		fprintf(file, " -> ");
		print_name(file, entry->content);
	}
}

static void
print_reasons(const struct plan_entry *entry)
{
	for (const struct plan_reason *reason = entry->reasons; reason != NULL;
	     reason = reason->next) {
		printf("%s%s%s", reason == entry->reasons ? " <- " : ", ", reason->why.what,
		       reason->why.of[0] != '\0' ? " " : "");
		print_name(stdout, reason->why.of);
	}
	/* The manifest in the image omits this, since the path differs from user to user. */
	if (entry->source != NULL && !entry->in_place) {
		printf(", from ");
		print_name(stdout, entry->source);
	}
}

int
print_plan(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		print_planned(stdout, plan->entries[i]);
		print_reasons(plan->entries[i]);
		putchar('\n');
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}
