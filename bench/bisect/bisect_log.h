/* SPDX-License-Identifier: MIT */
/*
 * The log of a bisection, DIR/log: a line of JSON for each point that was measured or that cannot
 * be. Its keys:
 *
 *  point     the point's name
 *  study     the folder of its study, in DIR; missing if the point does not build
 *  problem   why it cannot be measured; missing if it was
 *  seconds   of one of its boots, on average; missing if it was not measured
 *  figures   its values: command, name, unit, figure (of the run) and values, one for each layout
 *
 * A line is on the disk before the next point is begun. A torn last line is cut off, and that point
 * is measured again.
 */
#ifndef BENCH_BISECT_LOG_H
#define BENCH_BISECT_LOG_H

#include "bisect/figures.h"

struct bisect_log {
	int file;
	json_t *points; /* the lines, by the point's name */
};

/* What is known of a point. */
struct bisect_entry {
	char *problem;	/* owned; NULL: it was measured */
	double seconds; /* of a boot, on average */
	struct figures figures;
};

/*
 * Opens the log `path`, and locks it, since two processes would measure the same points. Returns 0,
 * or -1 after a message. The caller calls bisect_log_close() in either case.
 */
int bisect_log_open(struct bisect_log *log, const char *path);
void bisect_log_close(struct bisect_log *log);

/* Looks up a point. Returns false if it is not in the log. */
bool bisect_log_find(const struct bisect_log *log, const char *point, struct bisect_entry *entry);

/* Appends a point; `study` may be NULL. Returns 0, or -1 after a message. */
int bisect_log_add(struct bisect_log *log, const char *point, const char *study,
		   const struct bisect_entry *entry);

void bisect_entry_free(struct bisect_entry *entry);

#endif
