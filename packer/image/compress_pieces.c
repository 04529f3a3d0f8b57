/* SPDX-License-Identifier: MIT */
/*
 * Methods whose libraries know nothing of threads: pieces of one size, which depend on no other's
 * result.
 */
#include <errno.h>
#include <lz4hc.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/copy.h"
#include "host/memory.h"
#include "image/compress.h"
#include "image/parallel.h"

enum {
	LZ4_PIECE = 8 << 20, /* of the legacy format: the kernel has a buffer for no more */
	LZ4_LEVEL = 9,
	GZIP_PIECE = 1 << 20,
	GZIP_WINDOW = 32 << 10, /* what deflate looks back at */
};

struct made {
	size_t length; /* compressed */
	size_t size;   /* plain */
	uint32_t sum;
	unsigned char bytes[];
};

struct pieces {
	const struct compress_job *job;
	size_t piece;
	uint64_t count;
	uLong sum; /* of what is taken */
};

static void
put_little_endian(unsigned char out[4], uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(value >> 8 * i);
}

static struct pieces
pieces_of(const struct compress_job *job, size_t piece)
{
	return (struct pieces){
	    .job = job, .piece = piece, .count = job->size / piece + (job->size % piece != 0)};
}

static size_t
size_of(const struct pieces *pieces, size_t i)
{
	uint64_t left = pieces->job->size - (uint64_t)i * pieces->piece;

	return left < pieces->piece ? (size_t)left : pieces->piece;
}

static int
run(struct pieces *pieces, void *(*make)(void *, size_t), int (*take)(void *, size_t, void *))
{
	const struct parallel parallel = {(size_t)pieces->count, pieces, make, take};

	return parallel_run(&parallel);
}

static void *
make_lz4(void *context, size_t i)
{
	const struct pieces *pieces = context;
	size_t size = size_of(pieces, i);
	int bound = LZ4_compressBound((int)size);
	char *plain = xcalloc(size, 1);
	struct made *made = xcalloc(1, sizeof(*made) + (size_t)bound);

	if (compress_read(pieces->job, plain, size, (uint64_t)i * pieces->piece) != 0) {
		free(made);
		made = NULL;
	} else {
		/* With so much room it does not fail. */
		made->length = (size_t)LZ4_compress_HC(plain, (char *)made->bytes, (int)size, bound,
						       LZ4_LEVEL);
	}
	int problem = errno;
	free(plain);
	errno = problem;
	return made;
}

static int
take_lz4(void *context, size_t i, void *result)
{
	const struct pieces *pieces = context;
	const struct made *made = result;
	unsigned char length[4];

	(void)i;
	put_little_endian(length, (uint32_t)made->length);
	return copy_bytes(pieces->job->out, length, sizeof(length)) == 0
		   ? copy_bytes(pieces->job->out, made->bytes, made->length)
		   : -1;
}

/* The legacy format: a magic number, then pieces behind their lengths. */
int
compress_lz4(const struct compress_job *job)
{
	static const unsigned char magic[] = {0x02, 0x21, 0x4c, 0x18};
	struct pieces pieces = pieces_of(job, LZ4_PIECE);

	if (copy_bytes(job->out, magic, sizeof(magic)) != 0)
		return -1;
	return run(&pieces, make_lz4, take_lz4);
}

/* Deflates `size` bytes; `dictionary` of them before are what may be looked back at. */
static int
deflate_piece(struct made *made, size_t room, unsigned char *plain, size_t dictionary, int flush)
{
	enum { LEVEL = 6, MEMORY = 8 };
	z_stream stream = {.next_in = plain + dictionary, .avail_in = (uInt)made->size};

	stream.next_out = made->bytes;
	stream.avail_out = (uInt)room;
	if (deflateInit2(&stream, LEVEL, Z_DEFLATED, -MAX_WBITS, MEMORY, Z_DEFAULT_STRATEGY) !=
		Z_OK ||
	    (dictionary > 0 && deflateSetDictionary(&stream, plain, (uInt)dictionary) != Z_OK)) {
		deflateEnd(&stream);
		errno = ENOMEM;
		return -1;
	}
	deflate(&stream, flush);
	made->length = stream.total_out;
	made->sum = (uint32_t)crc32(0, plain + dictionary, (uInt)made->size);
	deflateEnd(&stream);
	return 0;
}

static void *
make_gzip(void *context, size_t i)
{
	const struct pieces *pieces = context;
	uint64_t at = (uint64_t)i * pieces->piece;
	size_t size = size_of(pieces, i), dictionary = i > 0 ? GZIP_WINDOW : 0;
	/* What zlib needs at most, and the empty block that a flush adds. */
	size_t room = compressBound(size) + 64;
	unsigned char *plain = xcalloc(dictionary + size, 1);
	struct made *made = xcalloc(1, sizeof(*made) + room);

	made->size = size;
	if (compress_read(pieces->job, plain, dictionary + size, at - dictionary) != 0 ||
	    deflate_piece(made, room, plain, dictionary,
			  i + 1 == pieces->count ? Z_FINISH : Z_SYNC_FLUSH) != 0) {
		free(made);
		made = NULL;
	}
	int problem = errno;
	free(plain);
	errno = problem;
	return made;
}

static int
take_gzip(void *context, size_t i, void *result)
{
	struct pieces *pieces = context;
	const struct made *made = result;

	pieces->sum =
	    i == 0 ? made->sum : crc32_combine(pieces->sum, made->sum, (z_off_t)made->size);
	return copy_bytes(pieces->job->out, made->bytes, made->length);
}

/*
 * One member (RFC 1952), since the kernel takes each for an archive of its own: blocks of deflate
 * that were made apart, each ended at a byte, behind one header and before one sum.
 */
int
compress_gzip(const struct compress_job *job)
{
	static const unsigned char header[] = {
	    0x1f, 0x8b, Z_DEFLATED, 0, 0, 0, 0, 0, 0, 3}; /* no name, no time, Unix */
	struct pieces pieces = pieces_of(job, GZIP_PIECE);
	unsigned char trailer[8];

	if (copy_bytes(job->out, header, sizeof(header)) != 0 ||
	    run(&pieces, make_gzip, take_gzip) != 0)
		return -1;
	put_little_endian(trailer, (uint32_t)pieces.sum);
	put_little_endian(trailer + 4, (uint32_t)job->size);
	return copy_bytes(job->out, trailer, sizeof(trailer));
}
