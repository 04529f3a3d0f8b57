/* SPDX-License-Identifier: MIT */
#include "image/compress.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "host/memory.h"
#include "image/parallel.h"

enum { PIECE = 1 << 20 }; /* what is read and written at a time */

/* What one step of a library reads and writes. */
struct step {
	const unsigned char *in;
	size_t length; /* left */
	bool is_last;  /* nothing follows `in` */
	unsigned char *out;
	size_t made;
	bool ended;
};

int
compress_read(const struct compress_job *job, void *to, size_t length, uint64_t at)
{
	char *next = to;

	while (length > 0) {
		ssize_t got = pread(job->in, next, length, (off_t)at);
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

/* Calls `one`, which returns 0 or an errno, until the method has come to its end. */
static int
run(const struct compress_job *job, int (*one)(struct step *, void *), void *state)
{
	unsigned char *in = xcalloc(PIECE, 1), *out = xcalloc(PIECE, 1);
	struct step step = {.length = 0};
	int problem = 0;

	for (uint64_t at = 0; problem == 0 && !step.ended;) {
		if (interrupt_signal() != 0) {
			problem = EINTR;
			break;
		}
		if (step.length == 0 && !step.is_last) {
			size_t length = job->size - at < PIECE ? (size_t)(job->size - at) : PIECE;
			if (compress_read(job, in, length, at) != 0)
				problem = errno;
			at += length;
			step.in = in;
			step.length = length;
			step.is_last = at == job->size;
		}
		step.out = out;
		step.made = 0;
		if (problem == 0)
			problem = one(&step, state);
		if (problem == 0 && copy_bytes(job->out, out, step.made) != 0)
			problem = errno;
	}
	free(in);
	free(out);
	errno = problem;
	return problem == 0 ? 0 : -1;
}

static int
one_zstd(struct step *step, void *state)
{
	ZSTD_inBuffer in = {step->in, step->length, 0};
	ZSTD_outBuffer out = {step->out, PIECE, 0};
	size_t result =
	    ZSTD_compressStream2(state, &out, &in, step->is_last ? ZSTD_e_end : ZSTD_e_continue);

	step->in += in.pos;
	step->length -= in.pos;
	step->made = out.pos;
	step->ended = step->is_last && result == 0;
	return ZSTD_isError(result) ? ENOMEM : 0;
}

/*
 * The window of this level is 4 MiB, of the kernel's most 128. Where a job ends depends on its size
 * alone, so that any number of workers makes the same of them; without one the library would make
 * something else.
 */
static int
compress_zstd(const struct compress_job *job)
{
	enum { LEVEL = 9, JOB = 4 << 20 };
	ZSTD_CCtx *context = ZSTD_createCCtx();
	int result = -1;

	errno = ENOMEM;
	if (context != NULL &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)) &&
	    !ZSTD_isError(
		ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, (int)parallel_processors())) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_jobSize, JOB)) &&
	    !ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context, job->size)))
		result = run(job, one_zstd, context);
	int problem = errno;
	ZSTD_freeCCtx(context);
	errno = problem;
	return result;
}

static int
one_xz(struct step *step, void *state)
{
	lzma_stream *stream = state;

	stream->next_in = step->in;
	stream->avail_in = step->length;
	stream->next_out = step->out;
	stream->avail_out = PIECE;
	lzma_ret result = lzma_code(stream, step->is_last ? LZMA_FINISH : LZMA_RUN);
	step->in = stream->next_in;
	step->length = stream->avail_in;
	step->made = PIECE - stream->avail_out;
	step->ended = result == LZMA_STREAM_END;
	return result == LZMA_OK || result == LZMA_STREAM_END ? 0 : ENOMEM;
}

/* Its threads take 94 MiB each: not more than a quarter of the machine's memory. */
static void
set_threads(lzma_mt *options, uint64_t size)
{
	uint64_t blocks = size / options->block_size + 1, pages = (uint64_t)sysconf(_SC_PHYS_PAGES);
	uint64_t limit = pages / 4 * (uint64_t)sysconf(_SC_PAGESIZE);

	options->threads = parallel_processors();
	if (options->threads > blocks)
		options->threads = (uint32_t)blocks;
	while (options->threads > 1 && lzma_stream_encoder_mt_memusage(options) > limit)
		options->threads--;
}

/*
 * The kernel checks CRC32 at most, and takes as much memory for the dictionary as the stream says:
 * 8 MiB here.
 */
static int
compress_xz(const struct compress_job *job)
{
	enum { BLOCK = 8 << 20, WAIT_MS = 100 }; /* the longest time that a signal has to wait */
	lzma_mt options = {
	    .block_size = BLOCK, .timeout = WAIT_MS, .preset = 6, .check = LZMA_CHECK_CRC32};
	lzma_stream stream = LZMA_STREAM_INIT;

	set_threads(&options, job->size);
	if (lzma_stream_encoder_mt(&stream, &options) != LZMA_OK) {
		errno = ENOMEM;
		return -1;
	}
	int result = run(job, one_xz, &stream), problem = errno;
	lzma_end(&stream);
	errno = problem;
	return result;
}

struct compress_method {
	const char *name;
	int (*run)(const struct compress_job *job);
};

static const struct compress_method methods[] = {
    {"zstd", compress_zstd}, {"lz4", compress_lz4}, {"gzip", compress_gzip}, {"xz", compress_xz}};

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

int
compress_run(const struct compress_method *method, const struct compress_job *job)
{
	return method->run(job);
}
