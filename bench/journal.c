/* SPDX-License-Identifier: MIT */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
 * Gives all whole lines of the file, which is closed, to `take`. *kept: the length of those that were taken, in bytes.
 * What is behind the last newline was being written when its writer ended.
 */
static int
take_lines(FILE *file, off_t synced, journal_take *take, void *context, off_t *kept, char problem[JOURNAL_PROBLEM_MAX])
{
	unsigned long long number = 1;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int result = 0;

	for (*kept = 0; (length = getline(&line, &size, file)) > 0 && line[length - 1] == '\n'; number++) {
		result = take(context, line, (size_t)length - 1, *kept + length <= synced);
		if (result != 0)
			break;
		*kept += length;
	}
	if (result < 0)
		snprintf(problem, JOURNAL_PROBLEM_MAX, "%s:%llu: this is no line of a journal; nothing was changed",
			 journal_name, number);
	else if (result == 0 && ferror(file)) /* getline(3) may have given what came before it as a line */
		result = tell(problem, "read", journal_name);
	free(line);
	fclose(file);
	return result < 0 ? -1 : 0;
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

bool
journal_was_locked(int folder)
{
	static const char word[] = "synced ";
	char begin[sizeof(word)] = "";
	int fd = openat(folder, lock_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool was =
	    fd >= 0 && pread(fd, begin, sizeof(begin) - 1, 0) == (ssize_t)sizeof(begin) - 1 && strcmp(begin, word) == 0;

	if (fd >= 0)
		close(fd);
	return was;
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
		write_synced(j);
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
	struct stat status;
	off_t kept;

	j->file = openat(j->folder, journal_name, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
	if (j->file < 0 || fstat(j->file, &status) != 0)
		return tell(problem, "open", journal_name);
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		return tell(problem, "open", journal_name);
	}
	int fd = fcntl(j->file, F_DUPFD_CLOEXEC, 0);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (file == NULL)
		return tell(problem, "read", journal_name);
	if (take_lines(file, j->synced, take, context, &kept, problem) != 0)
		return -1;
	if (kept < j->synced && kept < status.st_size && j->synced <= status.st_size) {
		errno = EIO;
		return tell(problem, "read", journal_name);
	}
	j->length = kept;
	if (ftruncate(j->file, j->length) != 0)
		return tell(problem, "write", journal_name);
	if (j->synced > j->length)
		j->synced = j->length;
	return 0;
}

int
journal_read(int folder, journal_take *take, void *context, char problem[JOURNAL_PROBLEM_MAX])
{
	off_t kept;
	int fd = openat(folder, journal_name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;

	if (fd < 0)
		return errno == ENOENT ? 0 : tell(problem, "open", journal_name);
	return file != NULL ? take_lines(file, INT64_MAX, take, context, &kept, problem)
			    : tell(problem, "read", journal_name);
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
	int result = lseek(j->file, j->length, SEEK_SET) < 0 ? -1 : io_write(j->file, whole, length + 1);
	int error = errno;
	free(whole);
	if (result != 0) {
		/* What cannot be cut off now is written over, or cut off when the journal is opened again. */
		(void)!ftruncate(j->file, j->length);
		errno = error;
		return -1;
	}
	j->length += (off_t)length + 1;
	return 0;
}

int
journal_sync(struct journal *j, double now, bool at_once)
{
	/* The kernel tells a failure once: after it nothing is known to be on the disk. */
	if (j->sync_failed || j->synced == j->length || (!at_once && now < j->synced_at + group_s))
		return 0;
	/* Of consoles and journal alike; fsync(2) of each would take a wait a file. */
	if (syncfs(j->file) != 0) {
		j->sync_failed = true;
		return -1;
	}
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
