/* SPDX-License-Identifier: MIT */
#include "image/compress.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"

struct compress_method {
	const char *name; /* also the program's name */
	char *const *argv;
};

/*
 * Windows and dictionaries are 4 and 8 MiB; the kernel allows 128. For xz it supports no check but
 * CRC32, for lz4 only the legacy format. The output does not depend on the number of threads.
 */
static const struct compress_method methods[] = {
    {"zstd", (char *const[]){"zstd", "-q", "-c", "-9", "-T0", "-B4MiB", NULL}},
    {"lz4", (char *const[]){"lz4", "-q", "-c", "-9", "-l", NULL}},
    {"gzip", (char *const[]){"gzip", "-q", "-c", "-6", "-n", NULL}},
    {"xz", (char *const[]){"xz", "-q", "-c", "-6", "-T0", "--check=crc32", NULL}},
};

const struct compress_method *
compress_find(const char *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}

const char *
compress_name(const struct compress_method *method)
{
	return method->name;
}

/* Returns 0 if the program succeeded; -1 after a warning, or after a signal. */
static int
check_end(const struct compress_method *method, const char *output, int problem, int status)
{
	if (interrupt_signal() != 0)
		return -1;
	errno = problem;
	if (problem == ENOENT)
		message_warnx("cannot write %s: -z %s needs the program %s; install it", output,
			      method->name, method->name);
	else if (problem != 0)
		message_warn("cannot write %s: cannot run %s", output, method->name);
	else if (WIFSIGNALED(status))
		message_warnx("cannot write %s: %s was killed by signal %d", output, method->name,
			      WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		message_warnx("cannot write %s: %s failed with status %d", output, method->name,
			      WEXITSTATUS(status));
	else
		return 0;
	return -1;
}

int
compress_run(const struct compress_method *method, int in, int out, const char *output)
{
	static char *const environment[] = {"LC_ALL=C", NULL};
	int errors = memfd_create("errors", MFD_CLOEXEC), status = 0, problem = errno;
	const struct interrupt_program program = {method->argv, environment, "/", in, out, errors};

	if (errors >= 0)
		problem = lseek(in, 0, SEEK_SET) < 0 ? errno : interrupt_run(&program, &status);
	if (errors >= 0 && interrupt_signal() == 0)
		message_pass_on(errors, method->name);
	int result = check_end(method, output, problem, status);
	if (errors >= 0)
		close(errors);
	return result;
}
