/* SPDX-License-Identifier: MIT */
/*
 * The journal of a study: DIR/journal has one line of JSON per boot, in the order in which the
 * boots ended; the consoles are in DIR/consoles (console_file.h). Lines are written completely or
 * not at all. A line is synced together with its console before the next boot starts; boots shorter
 * than a quarter of a second are synced in groups of that time. After a power failure some lines of
 * the last group may lack their console: they are dropped when the journal is opened again, and
 * booted again.
 *
 * Each line ends with a sum over itself and all lines before it (SipHash, 16 digits), which starts
 * from the study's own key: opening the journal finds and refuses lines that were changed,
 * duplicated, moved or removed. In a study whose study.json has no "sums" the first lines lack the
 * sum: an older bench wrote them.
 *
 * The one process that writes holds DIR/lock. The file has the number of bytes and lines of the
 * journal that are known to be synced, and the status of its holder, for other processes to read.
 * If it is missing, the whole journal counts as synced.
 */
#ifndef BENCH_JOURNAL_H
#define BENCH_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { JOURNAL_PROBLEM_MAX = 512, JOURNAL_STATUS_MAX = 4096 };

struct journal {
	int folder; /* the study's folder */
	int lock;   /* -1: opened for reading */
	int file;   /* for appending; -1: opened for reading */
	uint64_t key;
	off_t length;
	uint64_t lines;
	uint64_t sum; /* of the last line */
	struct journal_synced {
		bool is_known;
		off_t length; /* bytes */
		uint64_t lines;
	} synced;
	double synced_at;
	bool sync_failed;
};

/*
 * Handles a line of `length` bytes, without its sum and newline. `is_synced`: it and its console
 * are on the disk. Returns 0; 1 if it is not a complete boot, and it and all lines after it must be
 * dropped; or -1 if it is invalid but should not be, with the reason in *why.
 */
typedef int journal_take(void *context, const char *line, size_t length, bool is_synced,
			 const char **why);

/*
 * Locks the study in `folder`, which stays the caller's, for this process. Returns 0, or -1 with
 * one line in `problem`, for instance because another process has it. The caller calls
 * journal_close() in either case.
 */
int journal_lock(struct journal *j, int folder, char problem[JOURNAL_PROBLEM_MAX]);

/* Notes in the lock that the study starts with an empty journal. */
void journal_begin(struct journal *j);

/*
 * Opens the locked study's journal for writing, and passes each line to `take`; `key` is the
 * study's, `has_sums`: the first line has a sum too. Removes the rest of an interrupted write,
 * which may be one synced line. Returns 0, or -1 with one line in `problem` and nothing changed.
 */
int journal_open(struct journal *j, uint64_t key, bool has_sums, journal_take *take, void *context,
		 char problem[JOURNAL_PROBLEM_MAX]);

/*
 * The same for reading, without a lock, while another process may write; a line that is being
 * written is skipped. A missing journal is empty.
 */
int journal_read(int folder, uint64_t key, bool has_sums, journal_take *take, void *context,
		 char problem[JOURNAL_PROBLEM_MAX]);

void journal_close(struct journal *j);

/*
 * Appends a line, one JSON object without newline. Returns 0, or -1 with errno, such as ENOSPC, and
 * the journal unchanged.
 */
int journal_append(struct journal *j, const char *line, size_t length);

/*
 * Syncs the journal and all other files of the study, if the last sync is long ago or `at_once`.
 * `now`: seconds of a monotonic clock. Returns 0, or -1 with errno.
 */
int journal_sync(struct journal *j, double now, bool at_once);

/* Whether the folder's lock is that of a study: it has been held before. */
bool journal_was_locked(int folder);

/*
 * Writes the status for other processes: lines of text, up to JOURNAL_STATUS_MAX bytes. Ignores
 * errors.
 */
void journal_write_status(const struct journal *j, const char *text, size_t length);

/*
 * Reads the status of the process that has the study open into `text`, terminated by NUL. Returns
 * false, with "", if no process has it open.
 */
bool journal_read_status(int folder, char text[JOURNAL_STATUS_MAX + 1]);

#endif
