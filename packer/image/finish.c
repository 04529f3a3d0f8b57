/* SPDX-License-Identifier: MIT */
#include "image/finish.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/output.h"
#include "host/memory.h"
#include "host/unpack.h"
#include "image/compress.h"
#include "image/early.h"
#include "plan/plan.h"

/* The parts of an image: the optional early archive, then the plain archive. */
struct parts {
	const struct finish *finish;
	unsigned char *early; /* NULL: none */
	size_t early_size;
	uint64_t size; /* of the plain archive */
};

int
finish_start(struct finish *finish, const struct plan *plan, const struct output *output,
	     const struct compress_method *method)
{
	*finish = (struct finish){plan, output, method, output->fd};
	if (method == NULL && !early_is_planned(plan))
		return 0;
	char *name = xasprintf("%s.XXXXXX", output->path);
	finish->archive = mkstemp(name);
	if (finish->archive < 0)
		message_warn("cannot write %s", name);
	else
		unlink(name);
	free(name);
	return finish->archive >= 0 ? 0 : -1;
}

void
finish_end(struct finish *finish)
{
	if (finish->output != NULL && finish->archive >= 0 && finish->archive != finish->output->fd)
		close(finish->archive);
	*finish = (struct finish){.archive = -1};
}

/* Reads `length` bytes at offset `at`. Returns 0, or -1 with errno: ESTALE if the file is shorter.
 */
static int
read_at(int fd, void *to, size_t length, uint64_t at)
{
	char *next = to;

	while (length > 0) {
		ssize_t got = pread(fd, next, length, (off_t)at);
		if (got == 0)
			errno = ESTALE;
		if (got == 0 || (got < 0 && errno != EINTR))
			return -1;
		if (got > 0) {
			next += got;
			at += (uint64_t)got;
			length -= (size_t)got;
		}
	}
	return 0;
}

/* Copies the plain archive to the output. */
static int
copy_archive(const struct parts *parts)
{
	static unsigned char piece[256 * 1024];
	int result = 0;

	for (uint64_t at = 0; at < parts->size && result == 0; at += sizeof(piece)) {
		size_t length =
		    parts->size - at < sizeof(piece) ? (size_t)(parts->size - at) : sizeof(piece);
		errno = EINTR;
		result = interrupt_signal() != 0
			     ? -1
			     : read_at(parts->finish->archive, piece, length, at);
		if (result == 0)
			result = copy_bytes(parts->finish->output->fd, piece, length);
	}
	return result;
}

static int
write_parts(const struct parts *parts)
{
	const struct finish *finish = parts->finish;
	const struct output *output = finish->output;
	int result = copy_bytes(output->fd, parts->early, parts->early_size);

	if (result == 0 && finish->method != NULL)
		return compress_run(finish->method, finish->archive, output->fd, output->name);
	if (result == 0)
		result = copy_archive(parts);
	if (result != 0 && interrupt_signal() == 0)
		message_warn("cannot write %s", output->name);
	return result;
}

/* Returns whether the plain archive equals these bytes. */
static bool
is_archive(const struct parts *parts, const unsigned char *bytes, uint64_t size)
{
	static unsigned char piece[256 * 1024];

	for (uint64_t at = 0; at < parts->size && size == parts->size; at += sizeof(piece)) {
		size_t length = size - at < sizeof(piece) ? (size_t)(size - at) : sizeof(piece);
		if (interrupt_signal() != 0 ||
		    read_at(parts->finish->archive, piece, length, at) != 0 ||
		    memcmp(piece, bytes + at, length) != 0)
			return false;
	}
	return size == parts->size;
}

/* Compares the `size` bytes of the output with the parts. Returns the problem, or NULL. */
static const char *
compare_parts(const struct parts *parts, const unsigned char *bytes, size_t size)
{
	struct unpacked unpacked = {.problem = NULL};
	const char *problem = NULL;

	if (size < parts->early_size ||
	    (parts->early_size > 0 && memcmp(bytes, parts->early, parts->early_size) != 0))
		return "its early archive differs from what was written";
	bytes += parts->early_size;
	size -= parts->early_size;
	if (parts->finish->method == NULL)
		return is_archive(parts, bytes, size) ? NULL : "it differs from what was written";
	/* One byte more: a stream may end only after its last byte. */
	unpacked = unpack(bytes, size, (size_t)parts->size + 1);
	if (unpacked.problem != NULL)
		problem = unpacked.problem;
	else if (unpacked.used != size || !is_archive(parts, unpacked.bytes, unpacked.size))
		problem = "it does not unpack to the archive that was compressed";
	free(unpacked.bytes);
	return problem;
}

/* Reads the output back and compares it with the parts. */
static int
verify_output(const struct parts *parts)
{
	const struct output *output = parts->finish->output;
	struct stat stat;
	const char *problem = NULL;

	if (fstat(output->fd, &stat) != 0) {
		message_warn("cannot verify %s", output->name);
		return -1;
	}
	unsigned char *bytes = xcalloc((size_t)stat.st_size, 1);
	if (read_at(output->fd, bytes, (size_t)stat.st_size, 0) != 0)
		problem = strerror(errno);
	else
		problem = compare_parts(parts, bytes, (size_t)stat.st_size);
	free(bytes);
	if (interrupt_signal() != 0)
		return -1;
	if (problem != NULL)
		message_warnx("cannot verify %s: %s", output->name, problem);
	return problem == NULL ? 0 : -1;
}

int
finish_run(const struct finish *finish, uint32_t time)
{
	struct parts parts = {.finish = finish};
	struct stat stat;

	if (finish->archive == finish->output->fd)
		return 0;
	if (fstat(finish->archive, &stat) != 0) {
		message_warn("cannot read the archive of %s", finish->output->name);
		return -1;
	}
	parts.size = (uint64_t)stat.st_size;
	if (early_is_planned(finish->plan))
		parts.early = early_archive(finish->plan, time, &parts.early_size);
	int result = write_parts(&parts);
	if (result == 0)
		result = verify_output(&parts);
	free(parts.early);
	return interrupt_signal() == 0 ? result : -1;
}
