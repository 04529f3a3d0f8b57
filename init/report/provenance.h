/* SPDX-License-Identifier: MIT */
/*
 * Provenance: the machine, the kernel and their state for a result. It is read before the run,
 * verbatim from /proc and /sys, and converted to keys and values (environment.h) only when it is
 * sent, after the run. The kernel's compressed configuration is opened before and read after the
 * run: it is large, and cannot change.
 */
#ifndef LULL_PROVENANCE_H
#define LULL_PROVENANCE_H

#include <stddef.h>

struct environment_writer;

enum { PROVENANCE_FACTS_MAX = 128, PROVENANCE_BYTES_MAX = 48 << 10 };

struct provenance_fact {
	const char *key;
	char *value; /* the file's content, followed by a NUL */
	size_t length;
	/* Formats and sends the value; may change it in place. */
	void (*send)(struct environment_writer *w, struct provenance_fact *fact);
};

struct provenance {
	size_t count;
	size_t used;
	int config; /* descriptor of the kernel's configuration; -1: none */
	struct provenance_fact facts[PROVENANCE_FACTS_MAX];
	char bytes[PROVENANCE_BYTES_MAX];
};

/*
 * Reads all available facts. `root` is a descriptor of the folder with proc and sys, AT_FDCWD for
 * the working folder. `p` must not move in memory afterwards.
 */
void provenance_read(struct provenance *p, int root);

/*
 * Passes all facts to `send`, as payloads of `environment` records; `p` must not be used
 * afterwards.
 */
void provenance_send(struct provenance *p, void (*send)(const void *payload, size_t length));

/* The first CPU of /proc/cpuinfo. */
void fact_send_cpu(struct environment_writer *w, struct provenance_fact *fact);

/* /proc/meminfo */
void fact_send_memory(struct environment_writer *w, struct provenance_fact *fact);

/* /proc/modules */
void fact_send_modules(struct environment_writer *w, struct provenance_fact *fact);

/* /proc/sys/kernel/tainted */
void fact_send_taint(struct environment_writer *w, struct provenance_fact *fact);

/* A device tree's string, which ends with a NUL. */
void fact_send_string(struct environment_writer *w, struct provenance_fact *fact);

/* Any other file: everything but its last newline. */
void fact_send_line(struct environment_writer *w, struct provenance_fact *fact);

#endif
