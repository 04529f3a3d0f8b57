/* SPDX-License-Identifier: MIT */
#include "study/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "siphash.h"
#include "text.h"

static const char journal_name[] = "journal", lock_name[] = "lock";

/* The lock's first line has a fixed length, so that it can be rewritten by itself. */
static const char synced_format[] = "synced %020lld boots %020llu\n";

enum { SYNCED_LENGTH = sizeof("synced 01234567890123456789 boots 01234567890123456789\n") - 1 };

/* A line ends with its sum: this, 16 digits, a quote and the brace of the object. */
static const char sum_begin[] = ",\"sum\":\"";

enum { LOCK_TRIES = 20, LOCK_WAIT_NS = 50 * 1000 * 1000 };
enum { SUM_DIGITS = 16, SUM_LENGTH = sizeof(sum_begin) - 1 + SUM_DIGITS + 2 };

static const char not_next[] = "this line does not match the lines before it: study.json or "
			       "lines were changed, duplicated, moved or removed";

static const double group_s = 0.25;

static int
describe_problem(char problem[JOURNAL_PROBLEM_MAX], const char *what, const char *name)
{
	snprintf(problem, JOURNAL_PROBLEM_MAX, "cannot %s %s: %s", what, name, strerror(errno));
	return -1;
}

/* A journal being read. */
struct reader {
	FILE *file; /* closed at the end */
	uint64_t key;
	const struct journal_synced *synced;
	journal_take *take;
	void *context;
	/* Results: */
	off_t length;
	uint64_t lines;
	uint64_t sum;
	bool has_sums;
};

static void
write_sum(char text[SUM_LENGTH], uint64_t sum)
{
	struct text t = text_in(text, SUM_LENGTH);

	text_string(&t, sum_begin);
	text_hex(&t, sum, SUM_DIGITS);
	text_string(&t, "\"}");
}

static uint64_t
sum_line(uint64_t key, uint64_t sum, const char *line, size_t length)
{
	return siphash(key, sum, line, length);
}

/*
 * Removes the sum from the line's end; *sum is the expected sum. Returns whether the line follows
 * the one before.
 */
static bool
check_sum(struct reader *r, char *line, size_t *length, uint64_t *sum)
{
	size_t without = *length >= SUM_LENGTH ? *length - SUM_LENGTH : 0;
	char expected[SUM_LENGTH];

	if (without == 0 || memcmp(line + without, sum_begin, sizeof(sum_begin) - 1) != 0)
		return !r->has_sums;
	r->has_sums = true;
	*sum = sum_line(r->key, r->sum, line, without);
	write_sum(expected, *sum);
	bool is_next = memcmp(line + without, expected, SUM_LENGTH) == 0;
	line[without] = '}';
	line[without + 1] = '\0';
	*length = without + 1;
	return is_next;
}

/*
 * Passes all complete lines to `take`. Text after the last newline is the rest of an interrupted
 * write.
 */
static int
read_lines(struct reader *r, char problem[JOURNAL_PROBLEM_MAX])
{
	const char *why = "this is not a line of a journal";
	char *line = NULL;
	size_t size = 0;
	ssize_t got;
	int result = 0;

	while ((got = getline(&line, &size, r->file)) > 0 && line[got - 1] == '\n') {
		size_t length = (size_t)got - 1;
		bool is_synced = !r->synced->is_known || r->length + got <= r->synced->length;
		uint64_t sum = r->sum;
		bool is_next = check_sum(r, line, &length, &sum);
		result = r->take(r->context, line, length, is_synced, &why);
		if (result == 0 && !is_next) {
			result = -1;
			why = not_next;
		}
		if (result != 0)
			break;
		r->length += got;
		r->lines++;
		r->sum = sum;
	}
	if (result < 0)
		snprintf(problem, JOURNAL_PROBLEM_MAX, "%s:%llu: %s; nothing was changed",
			 journal_name, (unsigned long long)r->lines + 1, why);
	else if (result == 0 &&
		 ferror(r->file)) /* getline(3) may return a line that is cut by the error */
		result = describe_problem(problem, "read", journal_name);
	free(line);
	fclose(r->file);
	return result < 0 ? -1 : 0;
}

/*
 * Checks that all synced lines of the file of `size` bytes were read, except the last if it is
 * torn: that boot is repeated.
 */
static int
check_end(const struct reader *r, off_t size, char problem[JOURNAL_PROBLEM_MAX])
{
	const struct journal_synced *synced = r->synced;
	bool is_torn = size > r->length && size < synced->length && r->lines + 1 == synced->lines;

	if (!synced->is_known || (r->length >= synced->length && r->lines >= synced->lines) ||
	    is_torn)
		return 0;
	snprintf(problem, JOURNAL_PROBLEM_MAX,
		 "%s: only %llu of %llu boots are present; nothing was changed", journal_name,
		 (unsigned long long)r->lines, (unsigned long long)synced->lines);
	return -1;
}

/* Reads what the last writer recorded as synced; unknown if it recorded nothing. */
static struct journal_synced
read_synced(int lock)
{
	char line[SYNCED_LENGTH + 1] = "";
	unsigned long long lines = 0;
	long long length = 0;
	bool is_known = pread(lock, line, SYNCED_LENGTH, 0) == SYNCED_LENGTH &&
			sscanf(line, synced_format, &length, &lines) == 2 && length >= 0;

	return (struct journal_synced){is_known, is_known ? (off_t)length : 0,
				       is_known ? lines : 0};
}

static void
write_synced(const struct journal *j)
{
	char line[SYNCED_LENGTH + 1];

	snprintf(line, sizeof(line), synced_format, (long long)j->synced.length,
		 (unsigned long long)j->synced.lines);
	(void)!pwrite(j->lock, line, SYNCED_LENGTH, 0);
}

bool
journal_was_locked(int folder)
{
	static const char word[] = "synced ";
	char begin[sizeof(word)] = "";
	int fd = openat(folder, lock_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool was = fd >= 0 &&
		   pread(fd, begin, sizeof(begin) - 1, 0) == (ssize_t)sizeof(begin) - 1 &&
		   strcmp(begin, word) == 0;

	if (fd >= 0)
		close(fd);
	return was;
}

int
journal_lock(struct journal *j, int folder, char problem[JOURNAL_PROBLEM_MAX])
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char text[JOURNAL_STATUS_MAX + 1];
	struct stat status;

	*j = (struct journal){.folder = folder, .lock = -1, .file = -1};
	j->lock = openat(j->folder, lock_name,
			 O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
	if (j->lock >= 0 && fstat(j->lock, &status) == 0 && !S_ISREG(status.st_mode))
		errno = EINVAL;
	if (j->lock < 0 || !S_ISREG(status.st_mode))
		return describe_problem(problem, "open", lock_name);
	/* Children of a killed bench hold its lock until they end, which is at once. */
	int held = fcntl(j->lock, F_OFD_SETLK, &whole);
	for (int tries = 0; held != 0 && errno == EAGAIN && tries < LOCK_TRIES; tries++) {
		nanosleep(&(struct timespec){0, LOCK_WAIT_NS}, NULL);
		held = fcntl(j->lock, F_OFD_SETLK, &whole);
	}
	if (held == 0) {
		j->synced = read_synced(j->lock);
		return 0;
	}
	if (errno != EAGAIN)
		return describe_problem(problem, "lock", lock_name);
	journal_read_status(j->folder, text);
	text[strcspn(text, "\n")] = '\0';
	snprintf(problem, JOURNAL_PROBLEM_MAX, "another bench is running it (%.64s)",
		 text[0] != '\0' ? text : "unknown process");
	return -1;
}

void
journal_begin(struct journal *j)
{
	j->synced = (struct journal_synced){.is_known = true};
	write_synced(j);
}

int
journal_open(struct journal *j, uint64_t key, bool has_sums, journal_take *take, void *context,
	     char problem[JOURNAL_PROBLEM_MAX])
{
	struct reader r = {.key = key,
			   .has_sums = has_sums,
			   .synced = &j->synced,
			   .take = take,
			   .context = context};
	struct stat status;

	j->file = openat(j->folder, journal_name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (j->file < 0 && errno == ENOENT) {
		/* Do not create a journal that is missing although there were boots. */
		if (check_end(&r, 0, problem) != 0)
			return -1;
		j->file = openat(j->folder, journal_name,
				 O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC, 0666);
	}
	if (j->file < 0 || fstat(j->file, &status) != 0)
		return describe_problem(problem, "open", journal_name);
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		return describe_problem(problem, "open", journal_name);
	}
	int fd = fcntl(j->file, F_DUPFD_CLOEXEC, 0);
	r.file = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (r.file == NULL)
		return describe_problem(problem, "read", journal_name);
	if (read_lines(&r, problem) != 0 || check_end(&r, status.st_size, problem) != 0)
		return -1;
	j->key = key;
	j->length = r.length;
	j->lines = r.lines;
	j->sum = r.sum;
	if (ftruncate(j->file, j->length) != 0)
		return describe_problem(problem, "write", journal_name);
	if (!j->synced.is_known || j->synced.length > j->length)
		j->synced = (struct journal_synced){true, j->length, j->lines};
	write_synced(j);
	return 0;
}

int
journal_read(int folder, uint64_t key, bool has_sums, journal_take *take, void *context,
	     char problem[JOURNAL_PROBLEM_MAX])
{
	/* Read the lock before the journal, which may grow at any time. */
	int lock = openat(folder, lock_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct journal_synced synced = read_synced(lock);
	struct reader r = {
	    .key = key, .has_sums = has_sums, .synced = &synced, .take = take, .context = context};
	struct stat status = {.st_size = 0};
	int fd = openat(folder, journal_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (lock >= 0)
		close(lock);
	if (fd < 0)
		return errno == ENOENT ? check_end(&r, 0, problem)
				       : describe_problem(problem, "open", journal_name);
	r.file = fstat(fd, &status) == 0 ? fdopen(fd, "r") : NULL;
	if (r.file == NULL) {
		close(fd);
		return describe_problem(problem, "read", journal_name);
	}
	return read_lines(&r, problem) == 0 ? check_end(&r, status.st_size, problem) : -1;
}

void
journal_close(struct journal *j)
{
	if (j->file >= 0)
		close(j->file);
	if (j->lock >= 0)
		close(j->lock);
	j->file = j->lock = -1;
}

int
journal_append(struct journal *j, const char *line, size_t length)
{
	size_t size = length + SUM_LENGTH + 1;
	struct stat status;

	/* Writes to a file that was removed or truncated would be lost. */
	if (fstat(j->file, &status) != 0)
		return -1;
	if (status.st_nlink == 0 || status.st_size < j->length) {
		errno = ESTALE;
		return -1;
	}
	char *whole = malloc(size);
	if (whole == NULL)
		return -1;
	/* The sum becomes the last key of the object. */
	uint64_t sum = sum_line(j->key, j->sum, line, length - 1);
	memcpy(whole, line, length - 1);
	write_sum(whole + length - 1, sum);
	size = length - 1 + SUM_LENGTH;
	whole[size++] = '\n';
	int result = lseek(j->file, j->length, SEEK_SET) < 0 ? -1 : io_write(j->file, whole, size);
	int error = errno;
	free(whole);
	if (result != 0) {
		/*
		 * If this fails, the next line overwrites the rest, or the next opening removes it.
		 */
		(void)!ftruncate(j->file, j->length);
		errno = error;
		return -1;
	}
	j->length += (off_t)size;
	j->lines++;
	j->sum = sum;
	return 0;
}

int
journal_sync(struct journal *j, double now, bool at_once)
{
	/* The kernel reports a failure only once; after it nothing is known to be on the disk. */
	if (j->sync_failed || j->synced.length == j->length ||
	    (!at_once && now < j->synced_at + group_s))
		return 0;
	/* Syncs consoles and journal; an fsync(2) per file would wait for each. */
	if (syncfs(j->file) != 0) {
		j->sync_failed = true;
		return -1;
	}
	j->synced = (struct journal_synced){true, j->length, j->lines};
	j->synced_at = now;
	write_synced(j);
	return 0;
}

void
journal_write_status(const struct journal *j, const char *text, size_t length)
{
	write_synced(j);
	if (pwrite(j->lock, text, length, SYNCED_LENGTH) == (ssize_t)length)
		(void)!ftruncate(j->lock, (off_t)length + SYNCED_LENGTH);
}

bool
journal_read_status(int folder, char text[JOURNAL_STATUS_MAX + 1])
{
	struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = openat(folder, lock_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = 0;

	text[0] = '\0';
	if (fd < 0)
		return false;
	bool held = fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
	if (held)
		n = pread(fd, text, JOURNAL_STATUS_MAX, SYNCED_LENGTH);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	return held;
}
