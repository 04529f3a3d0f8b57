/* SPDX-License-Identifier: MIT */
/* The plan for people: a line "TYPE MODE[,UID:GID] SIZE PATH <- REASON, REASON..." an entry. */
#ifndef LULL_PACKER_PRINT_H
#define LULL_PACKER_PRINT_H

#include <stdio.h>

struct plan;
struct plan_entry;

/* The words for each enum plan_type. */
extern const char *const print_types[];

/*
 * Prints a name; backslashes and all but printable ASCII come as a backslash and three octal
 * digits.
 */
void print_name(FILE *file, const char *name);

/* Prints "MODE" or, where it is not root's, "MODE,UID:GID". */
void print_rights(FILE *file, const struct plan_entry *entry);

/* Prints an entry up to its reasons: "TYPE MODE[,UID:GID] SIZE PATH", and what a link leads to. */
void print_planned(FILE *file, const struct plan_entry *entry);

/* Prints to standard output. 0, or -1 with errno. */
int print_plan(const struct plan *plan);

#endif
