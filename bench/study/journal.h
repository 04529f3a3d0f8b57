/* SPDX-License-Identifier: MIT */
/*
 * The journal of a study: DIR/journal, one line of JSON a boot, in the order in which the boots
 * ended, and beside it the consoles (console_file.h). A line is there whole or not at all. It is
 * synced with its console before the next boot starts, and where boots are shorter than a quarter
 * of a second in groups of that. What a fall of the power leaves of the last group, and whose
 * console is not there, is dropped when the journal is opened again, and booted again.
 *
 * Each line ends with a sum over itself and all before it (SipHash, 16 digits), which begins with
 * the study's own key: a line that was changed, doubled, moved or taken out is found, and refused,
 * when the journal is opened. The first lines lack it in a study whose study.json has no "sums":
 * bench began that study before it wrote sums.
 *
 * DIR/lock is held by the one process that writes. In it stand how many bytes and lines of the
 * journal are known to be synced, and what its holder does, for others to read. Where it is
 * missing, all that is there counts as synced.
 */
#ifndef BENCH_JOURNAL_H
#define BENCH_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { JOURNAL_PROBLEM_MAX = 512, JOURNAL_TOLD_MAX = 4096 };

struct journal {
	int folder; /* of the study */
	int lock;   /* -1: opened to be read */
	int file;   /* to be appended to; -1: opened to be read */
	uint64_t key;
	off_t length;
	uint64_t lines;
	uint64_t sum; /* of the last line */
	struct journal_synced {
		bool is_known;
		off_t length; /* bytes that need no doubt */
		uint64_t lines;
	} synced;
	double synced_at;
	bool sync_failed;
};

/*
 * Takes a line of `length` bytes, without its sum and newline. `is_synced`: it and its console are
 * on the disk. Returns 0; 1 where it is not a whole boot, and the line and all behind it are to be
 * dropped; or -1 where it should be one, with what is wrong with it in *why.
 */
typedef int journal_take(void *context, const char *line, size_t length, bool is_synced,
			 const char **why);

/*
 * Makes the study in `folder`, which stays the caller's, this process's to work on. Returns 0, or
 * -1 with one line in `problem`: another process does, say. journal_close() is due either way.
 */
int journal_lock(struct journal *j, int folder, char problem[JOURNAL_PROBLEM_MAX]);

/* Notes in the lock that a study begins, which has no journal yet. */
void journal_begin(struct journal *j);

/*
 * Opens the locked study's journal to write, and gives each line to `take`; `key` is the study's,
 * `has_sums`: its first line has a sum already. Cuts off what was being written when its writer
 * ended, one line of it if that was synced. Returns 0, or -1 with one line in `problem` and nothing
 * changed.
 */
int journal_open(struct journal *j, uint64_t key, bool has_sums, journal_take *take, void *context,
		 char problem[JOURNAL_PROBLEM_MAX]);

/*
 * The same without a lock, to read, whoever writes; a line that is being written is left out. A
 * journal that is not there is empty.
 */
int journal_read(int folder, uint64_t key, bool has_sums, journal_take *take, void *context,
		 char problem[JOURNAL_PROBLEM_MAX]);

void journal_close(struct journal *j);

/*
 * Appends a line, one JSON object without newline. Returns 0, or -1 with errno and the journal as
 * it was: ENOSPC, say.
 */
int journal_append(struct journal *j, const char *line, size_t length);

/*
 * Syncs what is appended, and all else of the study, if the last time is long ago or `at_once`.
 * `now`: seconds of a clock that does not jump. Returns 0, or -1 with errno.
 */
int journal_sync(struct journal *j, double now, bool at_once);

/* Whether the folder's lock is one of a study: it has been held before. */
bool journal_was_locked(int folder);

/*
 * Tells those who ask what is going on: lines of text, up to JOURNAL_TOLD_MAX bytes. A failure
 * harms nothing.
 */
void journal_tell(const struct journal *j, const char *text, size_t length);

/*
 * What the process that has the study open tells, into `text`, with NUL; "" and false where nobody
 * has it open.
 */
bool journal_hear(int folder, char text[JOURNAL_TOLD_MAX + 1]);

#endif
