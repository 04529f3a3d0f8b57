/* SPDX-License-Identifier: MIT */
#include "knobs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "text.h"

enum { VALUE_MAX = 4096 }; /* one page, as of sysfs */

static const char *
describe(const char *path, const char *value, const char *what, const char *is)
{
	static char why[640];
	struct text t = text_in(why, sizeof(why) - 1);

	memset(why, 0, sizeof(why));
	text_string(&t, "cannot write ");
	text_bytes(&t, value, strnlen(value, 100));
	text_string(&t, " to ");
	text_bytes(&t, path, strnlen(path, 200));
	text_string(&t, ": ");
	text_string(&t, what);
	text_bytes(&t, is, strnlen(is, 100));
	return why;
}

/* What a knob has, without the newline at its end; NULL where it cannot be read. */
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
	/* In one piece: a second write would be a second value. */
	if (write(fd, value, strlen(value)) < 0)
		problem = errno;
	close(fd);
	return problem;
}

/* The word in brackets, where the file tells the choice among others so. */
static bool
is_chosen(const char *text, const char *value)
{
	const char *open = strchr(text, '[');
	size_t length = strlen(value);

	return open != NULL && strncmp(open + 1, value, length) == 0 && open[1 + length] == ']';
}

/* Blanks of any number are the same: numbers are lined up by tabs. */
static bool
is_same(const char *a, const char *b)
{
	for (;;) {
		size_t blank_a = strspn(a, " \t\n"), blank_b = strspn(b, " \t\n");
		a += blank_a;
		b += blank_b;
		if (*a == '\0' || *b == '\0' || (blank_a == 0) != (blank_b == 0) || *a != *b)
			return *a == *b;
		a++;
		b++;
	}
}

const char *
knobs_write(const struct experiment_list *knobs, void (*tell)(const char *path, const char *before, const char *after))
{
	static char before[VALUE_MAX], after[VALUE_MAX];

	for (size_t i = 0; i < knobs->count; i++) {
		const char *path = knobs->values[i][0], *value = knobs->values[i][1];
		const char *had = read_knob(path, before);
		int problem = write_knob(path, value);
		if (problem != 0)
			return describe(path, value, "",
					problem == ENOENT ? "the kernel has no such file" : strerror(problem));
		const char *has = read_knob(path, after);
		tell(path, had, has);
		/* Some are for writing alone. */
		if (has != NULL && had != NULL && !is_same(has, value) && !is_chosen(has, value))
			return describe(path, value, "it reads back as ", has);
	}
	return NULL;
}
