/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/join.h"
#include "base/knob_value.h"

enum { VALUE_MAX = 4096 }; /* one page, as in sysfs */

/* The value of a knob, without its final newline; NULL if it cannot be read. */
static const char *
read_knob(const char *path, char value[VALUE_MAX])
{
	long length = file_read(path, value, VALUE_MAX);

	while (length > 0 && (value[length - 1] == '\n' || value[length - 1] == ' '))
		value[--length] = '\0';
	return length >= 0 ? value : NULL;
}

static int
write_knob(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), problem = 0;

	if (fd < 0)
		return errno;
	/* In one write: a second write would be a second value. */
	if (write(fd, value, strlen(value)) < 0)
		problem = errno;
	close(fd);
	return problem;
}

const char *
knobs_write(const struct experiment_list *knobs,
	    void (*report)(const char *path, const char *before, const char *after))
{
	static char before[VALUE_MAX], after[VALUE_MAX];

	for (size_t i = 0; i < knobs->count; i++) {
		const char *path = knobs->values[i][0], *value = knobs->values[i][1];
		const char *had = read_knob(path, before);
		int problem = write_knob(path, value);
		if (problem != 0)
			return JOIN("cannot write ", value, " to ", path, ": ",
				    problem == ENOENT ? "the kernel has no such file"
						      : strerror(problem));
		const char *has = read_knob(path, after);
		report(path, had, has);
		/* Some knobs are write-only. */
		bool checked = knobs->values[i][2] == NULL;
		if (checked && has != NULL && had != NULL && !knob_value_is(has, value))
			return JOIN("cannot write ", value, " to ", path, ": it reads back as ",
				    has, "; append unchecked if that is right");
	}
	return NULL;
}
