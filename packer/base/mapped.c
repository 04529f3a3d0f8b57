/* SPDX-License-Identifier: MIT */
#include "base/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/memory.h"

struct mapped {
	char *map;
	size_t size;
	char *path;
	struct mapped *next;
};

/* Process-wide, as signals are. */
static struct mapped *all;

static void
write_string(const char *string)
{
	if (write(STDERR_FILENO, string, strlen(string)) < 0)
		return; /* it cannot be reported anywhere */
}

/* Only reading a mapping raises SIGBUS, so the list is consistent here. */
static void
report_and_exit(int number, siginfo_t *info, void *context)
{
	const struct mapped *at = all;
	(void)context;

	while (at != NULL && (uintptr_t)info->si_addr - (uintptr_t)at->map >= at->size)
		at = at->next;
	if (at == NULL) {
		signal(number, SIG_DFL);
		return;
	}
	write_string("packer: cannot read ");
	write_string(at->path);
	write_string(": it shrank while packer read it, or its disk failed\n");
	_exit(3);
}

static void
catch_sigbus(void)
{
	struct sigaction action = {.sa_sigaction = report_and_exit, .sa_flags = SA_SIGINFO};

	if (all == NULL)
		sigaction(SIGBUS, &action, NULL);
}

void *
mapped_file(const char *path, size_t *size)
{
	/*
	 * Callers refuse anything but regular files. The file may since have been replaced by a
	 * pipe: O_NONBLOCK, so as not to wait for a writer.
	 */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat stat;
	void *map = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &stat) != 0)
		goto out;
	*size = (size_t)stat.st_size;
	errno = 0;
	if (stat.st_size > 0)
		map = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		map = NULL;
	if (map != NULL) {
		struct mapped *mapped = xcalloc(1, sizeof(*mapped));
		catch_sigbus();
		*mapped = (struct mapped){map, *size, xstrdup(path), all};
		all = mapped;
	}
out:
	close(fd);
	return map;
}

void
mapped_release(const void *map)
{
	struct mapped **at = &all;

	while (*at != NULL && (*at)->map != map)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	struct mapped *gone = *at;
	*at = gone->next;
	munmap(gone->map, gone->size);
	free(gone->path);
	free(gone);
}
