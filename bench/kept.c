/* SPDX-License-Identifier: MIT */
#include "kept.h"

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

#include "file_hash.h"
#include "io.h"
#include "text.h"
#include "words.h"

enum { PIECE = 128 * 1024 };

static const char copying[] = ".copy.new", packing[] = ".pack.new";

/* Copies to a new file, synced, and hashes on the way. */
static int
copy(int from, int to, unsigned char digest[SHA256_SIZE])
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
	return fsync(to);
}

static void
name_of(struct kept *file, const unsigned char digest[SHA256_SIZE])
{
	struct text t = text_in(file->name, sizeof(file->name));

	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	file->name[2 * SHA256_SIZE] = '\0';
}

static int
keep(struct kept *file, int folder, int from, const char *path)
{
	unsigned char digest[SHA256_SIZE];
	int to = openat(folder, copying, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int result = to < 0 ? -1 : copy(from, to, digest);

	if (result == 0) {
		name_of(file, digest);
		result = renameat(folder, copying, folder, file->name);
	}
	if (result == 0)
		result = fsync(folder);
	if (result != 0) {
		warn("cannot keep a copy of %s", path);
		unlinkat(folder, copying, 0);
	}
	if (to >= 0)
		close(to);
	return result;
}

int
kept_file(struct kept *file, int folder, const char *path)
{
	struct stat status;
	int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result = -1;

	if (from < 0 || fstat(from, &status) != 0)
		warn("cannot read %s", path);
	else if (!S_ISREG(status.st_mode))
		warnx("cannot read %s: it is no file", path);
	else
		result = keep(file, folder, from, path);
	if (from >= 0)
		close(from);
	return result;
}

/* Finds packer beside this program, else leaves its name to PATH. */
static void
find_packer(char *path, size_t size)
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

/* Returns 0 where packer did as told, or -1 after telling that it did not. */
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
	find_packer(packer, sizeof(packer));
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
	warnx("pack %s: packer did not make the image (%s %d)", label, WIFSIGNALED(status) ? "signal" : "status",
	      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return -1;
}

int
kept_pack(struct kept *file, int folder, const char *label, char *const arguments[], const char *from)
{
	char link[64], output[PATH_MAX + sizeof(packing)];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
	ssize_t length = readlink(link, output, PATH_MAX);
	if (length < 0) {
		warn("cannot find the study's files");
		return -1;
	}
	sprintf(output + length, "/%s", packing);
	int result = run_packer(label, arguments, output, from);
	if (result == 0)
		result = kept_file(file, folder, output);
	unlinkat(folder, packing, 0);
	return result;
}

bool
kept_is_intact(const struct kept *file, const char *path)
{
	struct file_hash hash;

	if (file_hash_read(&hash, path) != 0) {
		warn("cannot read %s", path);
		return false;
	}
	if (strcmp(hash.digits, file->name) == 0)
		return true;
	warnx("%s is damaged: it holds something else now", path);
	return false;
}
