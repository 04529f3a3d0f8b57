/* SPDX-License-Identifier: MIT */
#include "study/kept.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "host/new_file.h"
#include "text.h"
#include "words.h"

enum { PIECE = 128 * 1024 };

static const char packing[] = ".pack.00000000.new";

/* Copies to a new file and computes the hash. */
static int
copy_and_hash(int from, int to, unsigned char digest[SHA256_SIZE])
{
	static char piece[PIECE];
	struct sha256 hash;
	ssize_t n;

	sha256_start(&hash);
	while ((n = read(from, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || io_write(to, piece, (size_t)n) != 0)
			return -1;
		sha256_add(&hash, piece, (size_t)n);
	}
	sha256_finish(&hash, digest);
	return 0;
}

static void
name_of(struct kept *file, const unsigned char digest[SHA256_SIZE])
{
	struct text t = text_in(file->name, sizeof(file->name));

	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	file->name[2 * SHA256_SIZE] = '\0';
}

/*
 * Copies a file; an existing copy, named by its hash, stays. It is readable for all and writable
 * for none.
 */
static int
keep_copy(struct kept *file, int folder, int from)
{
	unsigned char digest[SHA256_SIZE];
	struct new_file copied;
	int result = new_file_open(&copied, folder, "copy", 0444);

	if (result == 0)
		result = copy_and_hash(from, copied.fd, digest);
	if (result == 0) {
		name_of(file, digest);
		result = new_file_commit(&copied, file->name, NEW_FILE_ONLY | NEW_FILE_SYNC);
	}
	if (result == 0)
		result = fstat(copied.fd, &file->seen);
	new_file_close(&copied);
	return result;
}

int
kept_file(struct kept *file, int folder, const char *path)
{
	struct stat status;
	char there[PATH_MAX];
	int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result = -1;

	*file = (struct kept){.name = ""};
	if (from < 0 || fstat(from, &status) != 0)
		warn("cannot read %s", path);
	else if (!S_ISREG(status.st_mode))
		warnx("cannot read %s: it is not a regular file", path);
	else if ((result = keep_copy(file, folder, from)) != 0 && errno == EEXIST) {
		snprintf(there, sizeof(there), "the kept copy of %s", path);
		result = kept_is_intact(file, folder, there) ? 0 : -1;
	} else if (result != 0)
		warn("cannot keep a copy of %s", path);
	if (from >= 0)
		close(from);
	return result;
}

/* Looks up packer next to this program, else uses its name, for PATH. */
static void
lookup_packer(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - sizeof("packer"));
	char *slash;

	path[length > 0 ? length : 0] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash != NULL ? slash + 1 : path, "packer");
	if (slash == NULL || access(path, X_OK) != 0)
		strcpy(path, "packer");
}

static _Noreturn void
become_packer(const char *packer, char *const argv[], const char *from, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	if (chdir(from) != 0)
		err(127, "cannot enter %s", from);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(packer, argv);
	err(127, "cannot execute %s", packer);
}

/* Runs packer. Returns 0, or -1 after a message. */
static int
run_packer(const char *label, char *const arguments[], const char *output, const char *from)
{
	size_t count = words_count(arguments);
	char packer[PATH_MAX];
	char **argv = calloc(count + 4, sizeof(*argv));
	int status = 0;

	if (argv == NULL) {
		warn("cannot run packer");
		return -1;
	}
	lookup_packer(packer, sizeof(packer));
	argv[0] = packer;
	memcpy(argv + 1, arguments, count * sizeof(*argv));
	argv[count + 1] = "-o";
	argv[count + 2] = (char *)output;
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		become_packer(packer, argv, from, parent);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	free(argv);
	if (pid < 0) {
		warn("cannot run packer");
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	warnx("pack %s: packer failed (%s %d)", label, WIFSIGNALED(status) ? "signal" : "status",
	      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return -1;
}

int
kept_pack(struct kept *file, int folder, const char *label, char *const arguments[],
	  const char *from)
{
	char link[64], output[PATH_MAX + sizeof(packing)];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
	ssize_t length = readlink(link, output, PATH_MAX);
	if (length < 0) {
		warn("cannot find the study's files");
		return -1;
	}
	sprintf(output + length, "/%s",
		packing); /* new_file_remove_leftovers() removes it if bench is killed */
	int result = run_packer(label, arguments, output, from);
	if (result == 0)
		result = kept_file(file, folder, output);
	unlinkat(folder, packing, 0);
	return result;
}

bool
kept_is_intact(struct kept *file, int folder, const char *path)
{
	int fd = openat(folder, file->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct file_hash hash;
	struct stat after;

	file->seen = (struct stat){.st_ino = 0};
	file->readings++;
	if (fd < 0 || file_hash_read_fd(&hash, fd) != 0 || fstat(fd, &after) != 0) {
		warn("cannot read %s", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	close(fd);
	if (strcmp(hash.digits, file->name) == 0 && file_hash_is_same(&hash.seen, &after)) {
		file->seen = after;
		return true;
	}
	warnx("%s is damaged: its contents have changed", path);
	return false;
}

bool
kept_is_untouched(const struct kept *file, int folder)
{
	struct stat now;

	return fstatat(folder, file->name, &now, 0) == 0 && file_hash_is_same(&file->seen, &now);
}
