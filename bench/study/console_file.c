/* SPDX-License-Identifier: MIT */
#include "study/console_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/io.h"
#include "console/console.h"
#include "host/new_file.h"

enum { PIECE = 64 * 1024, LEVEL = 3, WINDOW_LOG_MAX = 27 };

int
console_file_open(int folder)
{
	char name[64];
	int fd = openat(folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	snprintf(name, sizeof(name), ".raw.%ld", (long)getpid());
	fd = openat(folder, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0)
		unlinkat(folder, name, 0);
	return fd;
}

static ssize_t
read_piece(int fd, char *piece)
{
	ssize_t n;

	while ((n = read(fd, piece, PIECE)) < 0 && errno == EINTR)
		continue;
	return n;
}

/* Compresses the rest of `raw`, from its offset. */
static int
compress_rest(ZSTD_CCtx *stream, int raw, int to)
{
	static char in[PIECE], out[PIECE];
	bool is_last, is_done = false;

	do {
		ssize_t n = read_piece(raw, in);
		if (n < 0)
			return -1;
		is_last = n == 0;
		ZSTD_inBuffer input = {in, (size_t)n, 0};
		do {
			ZSTD_outBuffer output = {out, sizeof(out), 0};
			size_t left = ZSTD_compressStream2(stream, &output, &input,
							   is_last ? ZSTD_e_end : ZSTD_e_continue);
			if (ZSTD_isError(left)) {
				errno = ENOMEM;
				return -1;
			}
			if (io_write(to, out, output.pos) != 0)
				return -1;
			is_done = is_last ? left == 0 : input.pos == input.size;
		} while (!is_done);
	} while (!is_last);
	return 0;
}

int
console_file_keep(int raw, int folder, const char *name, uint64_t *size)
{
	struct new_file file;
	ZSTD_CCtx *stream = ZSTD_createCCtx();
	int result = new_file_open(&file, folder, name, 0666);

	if (stream == NULL) {
		errno = ENOMEM;
		result = -1;
	}
	if (result == 0 && lseek(raw, 0, SEEK_SET) != 0)
		result = -1;
	if (result == 0) {
		ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1);
		result = compress_rest(stream, raw, file.fd);
	}
	if (result == 0) {
		*size = (uint64_t)lseek(file.fd, 0, SEEK_CUR);
		result = new_file_commit(&file, name, NEW_FILE_ONLY);
	}
	int error = errno;
	new_file_close(&file);
	ZSTD_freeCCtx(stream);
	errno = error;
	return result;
}

/* For any file, keeps at most a window of 128 MiB in memory. */
static int
read_compressed(ZSTD_DCtx *stream, int fd, char *in, ssize_t n, struct console *console)
{
	static char out[PIECE];
	size_t left = 1;

	ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	for (; n > 0; n = read_piece(fd, in)) {
		ZSTD_inBuffer input = {in, (size_t)n, 0};
		ZSTD_outBuffer output = {out, sizeof(out), sizeof(out)};
		while (input.pos < input.size || output.pos == sizeof(out)) {
			output = (ZSTD_outBuffer){out, sizeof(out), 0};
			left = ZSTD_decompressStream(stream, &output, &input);
			if (ZSTD_isError(left)) {
				errno = EBADMSG;
				return -1;
			}
			if (console_feed(console, out, output.pos) != 0)
				return -1;
		}
	}
	if (n == 0 && left != 0)
		errno = EBADMSG;
	return n == 0 && left == 0 ? 0 : -1;
}

int
console_file_read(int fd, struct console *console)
{
	static char piece[PIECE];
	ssize_t n = read_piece(fd, piece);
	int result = 0;

	if (n >= 4 && memcmp(piece, "\x28\xb5\x2f\xfd", 4) == 0) {
		ZSTD_DCtx *stream = ZSTD_createDCtx();
		result = stream != NULL ? read_compressed(stream, fd, piece, n, console) : -1;
		ZSTD_freeDCtx(stream);
	} else {
		for (; n > 0 && result == 0; n = result == 0 ? read_piece(fd, piece) : n)
			result = console_feed(console, piece, (size_t)n);
		if (n < 0)
			result = -1;
	}
	return result == 0 ? console_feed(console, NULL, 0) : -1;
}
