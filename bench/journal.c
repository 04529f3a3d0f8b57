/* SPDX-License-Identifier: MIT */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

static const char journal_name[] = "journal", lock_name[] = "lock";

/* The lock's first line is always as long, so that it can be written by itself. */
static const char synced_format[] = "synced %020lld\n";

enum { SYNCED_LENGTH = 28 };

static const double group_s = 0.25;

static int
tell(char problem[JOURNAL_PROBLEM_MAX], const char *what, const char *name)
{
	snprintf(problem, JOURNAL_PROBLEM_MAX, "cannot %s %s: %s", what, name, strerror(errno));
	return -1;
}

/*
 * Gives all whole lines to `take`. *kept: the length of the lines taken, in bytes. What is behind the last newline was
 * being written when its writer ended.
 */
static int
take_lines(const char *text, size_t length, off_t synced, journal_take *take, void *context, size_t *kept,
	   char problem[JOURNAL_PROBLEM_MAX])
{
	const char *at = text, *end = text + length, *newline;
	unsigned long long number = 1;

	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		int result = take(context, at, (size_t)(newline - at), newline - text < synced);
		if (result < 0) {
			snprintf(problem, JOURNAL_PROBLEM_MAX,
				 "%s:%llu: this is no line of a journal; nothing was changed", journal_name, number);
			return -1;
		}
		if (result > 0)
			break;
		at = newline + 1;
		number++;
	}
	*kept = (size_t)(at - text);
	return 0;
}

static int
read_all(int fd, off_t synced, journal_take *take, void *context, size_t *kept, char problem[JOURNAL_PROBLEM_MAX])
{
	struct stat status;

	*kept = 0;
	if (fstat(fd, &status) != 0)
		return tell(problem, "read", journal_name);
	if (status.st_size == 0)
		return 0;
	char *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return tell(problem, "read", journal_name);
	int result = take_lines(text, (size_t)status.st_size, synced, take, context, kept, problem);
	munmap(text, (size_t)status.st_size);
	return result;
}

/* How much of the journal its last writer knew to be synced: 0 where it told nothing. */
static off_t
read_synced(int lock)
{
	char line[SYNCED_LENGTH + 1] = "";
	long long synced = 0;

	if (pread(lock, line, SYNCED_LENGTH, 0) != SYNCED_LENGTH || sscanf(line, synced_format, &synced) != 1 ||
	    synced < 0)
		return 0;
	return (off_t)synced;
}

static void
write_synced(const struct journal *j)
{
	char line[64];
	int length = snprintf(line, sizeof(line), synced_format, (long long)j->synced);

	(void)!pwrite(j->lock, line, (size_t)length, 0);
}

int
journal_lock(struct journal *j, int folder, char problem[JOURNAL_PROBLEM_MAX])
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char text[JOURNAL_TOLD_MAX + 1];

	*j = (struct journal){.folder = folder, .lock = -1, .file = -1};
	j->lock = openat(j->folder, lock_name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (j->lock < 0)
		return tell(problem, "open", lock_name);
	if (fcntl(j->lock, F_OFD_SETLK, &whole) == 0) {
		j->synced = read_synced(j->lock);
		return 0;
	}
	if (errno != EAGAIN)
		return tell(problem, "lock", lock_name);
	journal_hear(j->folder, text);
	text[strcspn(text, "\n")] = '\0';
	snprintf(problem, JOURNAL_PROBLEM_MAX, "another bench works on it already (%.64s)",
		 text[0] != '\0' ? text : "it has told nothing of itself");
	return -1;
}

int
journal_open(struct journal *j, journal_take *take, void *context, char problem[JOURNAL_PROBLEM_MAX])
{
	size_t kept;

	j->file = openat(j->folder, journal_name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (j->file < 0)
		return tell(problem, "open", journal_name);
	if (read_all(j->file, j->synced, take, context, &kept, problem) != 0)
		return -1;
	j->length = (off_t)kept;
	if (ftruncate(j->file, j->length) != 0 || lseek(j->file, 0, SEEK_END) < 0)
		return tell(problem, "write", journal_name);
	if (j->synced > j->length)
		j->synced = j->length;
	return 0;
}

int
journal_read(int folder, journal_take *take, void *context, char problem[JOURNAL_PROBLEM_MAX])
{
	size_t kept;
	int fd = openat(folder, journal_name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : tell(problem, "open", journal_name);
	int result = read_all(fd, INT64_MAX, take, context, &kept, problem);
	close(fd);
	return result;
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
	char *whole = malloc(length + 1);

	if (whole == NULL)
		return -1;
	memcpy(whole, line, length);
	whole[length] = '\n';
	int result = io_write(j->file, whole, length + 1);
	int error = errno;
	free(whole);
	if (result != 0) {
		if (ftruncate(j->file, j->length) == 0)
			lseek(j->file, 0, SEEK_END);
		errno = error;
		return -1;
	}
	j->length += (off_t)length + 1;
	return 0;
}

int
journal_sync(struct journal *j, double now, bool at_once)
{
	if (j->synced == j->length || (!at_once && now < j->synced_at + group_s))
		return 0;
	/* Of consoles and journal alike; fsync(2) of each would take a wait a file. */
	if (syncfs(j->file) != 0)
		return -1;
	j->synced = j->length;
	j->synced_at = now;
	write_synced(j);
	return 0;
}

void
journal_tell(const struct journal *j, const char *text, size_t length)
{
	write_synced(j);
	if (pwrite(j->lock, text, length, SYNCED_LENGTH) == (ssize_t)length)
		(void)!ftruncate(j->lock, (off_t)length + SYNCED_LENGTH);
}

bool
journal_hear(int folder, char text[JOURNAL_TOLD_MAX + 1])
{
	struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = openat(folder, lock_name, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	text[0] = '\0';
	if (fd < 0)
		return false;
	bool held = fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
	if (held)
		n = pread(fd, text, JOURNAL_TOLD_MAX, SYNCED_LENGTH);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	return held;
}
