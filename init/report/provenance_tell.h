/* SPDX-License-Identifier: MIT */
/* What the kernel's files say that are more than one word: members of struct provenance_fact. Pure. */
#ifndef LULL_PROVENANCE_TELL_H
#define LULL_PROVENANCE_TELL_H

struct environment_writer;
struct provenance_fact;

/* /proc/cpuinfo, its first CPU. */
void tell_cpu(struct environment_writer *w, struct provenance_fact *fact);

/* /proc/meminfo */
void tell_memory(struct environment_writer *w, struct provenance_fact *fact);

/* /proc/modules */
void tell_modules(struct environment_writer *w, struct provenance_fact *fact);

/* /proc/sys/kernel/tainted */
void tell_taint(struct environment_writer *w, struct provenance_fact *fact);

/* What the device tree has, which ends with a NUL. */
void tell_string(struct environment_writer *w, struct provenance_fact *fact);

/* Any other: all of it, without its last newline. */
void tell_line(struct environment_writer *w, struct provenance_fact *fact);

#endif
