/* SPDX-License-Identifier: MIT */
/* Prints the plan, a line per entry: "TYPE MODE[,UID:GID] SIZE PATH <- REASON, REASON...". */
#ifndef LULL_PACKER_PRINT_H
#define LULL_PACKER_PRINT_H

#include <stdio.h>

struct plan;
struct plan_entry;

/* The word for each enum plan_type. */
extern const char *const print_types[];

/*
 * Prints a name. Backslashes and bytes that are not printable ASCII are printed as a backslash and
 * three octal digits.
 */
void print_name(FILE *file, const char *name);

/* Prints "MODE", or "MODE,UID:GID" if the owner is not 0:0. */
void print_rights(FILE *file, const struct plan_entry *entry);

/* Prints an entry without its reasons: "TYPE MODE[,UID:GID] SIZE PATH", and a link's target. */
void print_planned(FILE *file, const struct plan_entry *entry);

/* Prints the plan to standard output. Returns 0, or -1 with errno. */
int print_plan(const struct plan *plan);

#endif
