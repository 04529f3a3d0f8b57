/* SPDX-License-Identifier: MIT */
#include "input/apply.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/where.h"
#include "host/memory.h"

/* All bytes of a file, to be freed; NULL with errno, EFBIG for what no person has written. */
static char *
read_all(int fd, size_t *length)
{
	enum { MOST = 16 * 1024 * 1024, BLOCK = 64 * 1024 };
	char *text = NULL;
	ssize_t got = 1;

	for (*length = 0; got > 0 && *length <= MOST; *length += got > 0 ? (size_t)got : 0) {
		char *more = realloc(text, *length + BLOCK);
		if (more == NULL)
			break;
		text = more;
		do
			got = read(fd, text + *length, BLOCK);
		while (got < 0 && errno == EINTR);
	}
	if (got == 0)
		return text;
	if (got > 0)
		errno = *length > MOST ? EFBIG : ENOMEM;
	free(text);
	return NULL;
}

/* The folder that a file is in, absolute. */
static char *
folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	int length = slash != NULL ? (int)(slash - file) : 0;
	char here[PATH_MAX];

	if (file[0] == '/')
		return memory_format("%.*s", length, file);
	if (getcwd(here, sizeof(here)) == NULL)
		err(3, "cannot tell the current directory");
	return length > 0 ? memory_format("%s/%.*s", here, length, file) : memory_copy(here);
}

static int
read_one(struct apply *apply, const char *file)
{
	bool is_input = strcmp(file, "-") == 0;
	const char *name = is_input ? "<stdin>" : file;
	int fd = is_input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	char *text = fd >= 0 ? read_all(fd, &length) : NULL;

	if (text == NULL)
		warn("cannot read the manifest %s", name);
	if (fd >= 0 && !is_input)
		close(fd);
	if (text == NULL)
		return 3;
	apply->files = memory_room(apply->files, apply->count, sizeof(*apply->files));
	struct apply_file *read = &apply->files[apply->count++];
	*read = (struct apply_file){.name = name, .directory = folder_of(file)};
	int result = manifest_read(&read->manifest, text, length);
	free(text);
	for (size_t i = 0; i < read->manifest.problem_count; i++) {
		char *line = memory_format("%s:%zu", name, read->manifest.problems[i].number);
		where_set(line);
		warnx("%s", read->manifest.problems[i].text);
		where_set(NULL);
		free(line);
	}
	return result == 0 ? 0 : 2;
}

int
apply_read(struct apply *apply, const char *const *files, size_t count)
{
	int worst = 0;

	for (size_t i = 0; i < count; i++) {
		int status = read_one(apply, files[i]);
		worst = status > worst ? status : worst;
	}
	return worst;
}

void
apply_free(struct apply *apply)
{
	for (size_t i = 0; i < apply->count; i++) {
		manifest_free(&apply->files[i].manifest);
		free(apply->files[i].directory);
	}
	free(apply->files);
	*apply = (struct apply){.files = NULL};
}

bool
apply_has(const struct apply *apply, enum manifest_word word)
{
	bool has = false;

	for (size_t f = 0; f < apply->count; f++)
		for (size_t i = 0; i < apply->files[f].manifest.count; i++)
			has |= apply->files[f].manifest.lines[i].word == word;
	return has;
}
