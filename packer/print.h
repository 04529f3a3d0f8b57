/* SPDX-License-Identifier: MIT */
/* The plan for people: a line "TYPE MODE SIZE PATH <- REASON, REASON..." an entry. */
#ifndef LULL_PACKER_PRINT_H
#define LULL_PACKER_PRINT_H

#include <stdio.h>

struct plan;

/* The words for each enum plan_type. */
extern const char *const print_types[];

/* Prints a name; backslashes and all but printable ASCII come as a backslash and three octal digits. */
void print_name(FILE *file, const char *name);

/* Prints to standard output. 0, or -1 with errno. */
int print_plan(const struct plan *plan);

#endif
