/* SPDX-License-Identifier: MIT */
/*
 * Provenance: the machine, the kernel and the state of both that a result comes from. It is read
 * before the run, as /proc and /sys have it, and made into keys and values (environment.h) only
 * when it is sent, after the run. The kernel's packed configuration is opened before and read after
 * the run: it is large, and cannot change.
 */
#ifndef LULL_PROVENANCE_H
#define LULL_PROVENANCE_H

#include <stddef.h>

struct environment_writer;

enum { PROVENANCE_FACTS_MAX = 128, PROVENANCE_BYTES_MAX = 48 << 10 };

struct provenance_fact {
	const char *key;
	char *value; /* as the file has it, with NUL behind */
	size_t length;
	/* Adds what of the value is told; may change it in its place (provenance_tell.h). */
	void (*tell)(struct environment_writer *w, struct provenance_fact *fact);
};

struct provenance {
	size_t count;
	size_t used;
	int config; /* the kernel's configuration, open; -1: none */
	struct provenance_fact facts[PROVENANCE_FACTS_MAX];
	char bytes[PROVENANCE_BYTES_MAX];
};

/*
 * Reads all that is there. `root` is a descriptor of the folder that proc and sys are in, AT_FDCWD
 * for the working folder. `p` must not move in memory afterwards.
 */
void provenance_read(struct provenance *p, int root);

/* Gives all that was read to `send`, as payloads of `environment` records; `p` is then used up. */
void provenance_tell(struct provenance *p, void (*send)(const void *payload, size_t length));

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
