/* SPDX-License-Identifier: MIT */
#include "host/unpack.h"

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "host/memory.h"

enum {
	PIECE = 1 << 20,	 /* bytes unpacked at a time */
	LZ4_PIECE = 8 << 20,	 /* of the legacy format */
	LZ4_MAGIC = 0x184c2102,	 /* the same */
	LZMA_MEMORY = 256 << 20, /* for its dictionary */
};

static const char truncated[] = "the compressed data are truncated";
static const char broken[] = "the compressed data are corrupt";
static const char too_large[] = "it unpacks to more than packer's limit of 2 GiB";
static const char large_dictionary[] = "its dictionary is larger than packer's limit of 256 MiB";
static const char lzo[] = "packer does not read lzo";

/* Input and output of one step of a method; step_done() advances both. */
struct step {
	const unsigned char *in;
	size_t length; /* left */
	unsigned char *out;
	size_t room; /* left */
	bool ended;
	const char *problem;
};

/* Calls `one` until the method ends. */
static void
run_method(struct unpacked *to, const unsigned char *in, size_t length, size_t limit,
	   void (*one)(struct step *, void *), void *state)
{
	struct step step = {.in = in, .length = length};
	size_t room = 0;

	while (!step.ended && step.problem == NULL) {
		if (to->size == room) {
			room = room == 0 ? PIECE : room <= SIZE_MAX / 2 ? 2 * room : SIZE_MAX;
			if (room > limit)
				room = limit;
			if (to->size == room) {
				to->problem = too_large;
				break;
			}
			to->bytes = xrealloc(to->bytes, room);
		}
		size_t had = step.length;
		step.out = to->bytes + to->size;
		step.room = room - to->size;
		one(&step, state);
		size_t written = room - to->size - step.room;
		to->size += written;
		if (!step.ended && step.problem == NULL && written == 0 && step.length == had)
			step.problem = step.length == 0 ? truncated : broken;
	}
	to->used = length - step.length;
	if (to->problem == NULL)
		to->problem = step.problem;
}

/* These libraries use `unsigned int` for sizes. */
static unsigned int
narrow(size_t length)
{
	return length < PIECE ? (unsigned int)length : PIECE;
}

static void
step_done(struct step *step, size_t taken, size_t written)
{
	step->in += taken;
	step->length -= taken;
	step->out += written;
	step->room -= written;
}

static void
one_gzip(struct step *step, void *state)
{
	z_stream *stream = state;
	unsigned int in = narrow(step->length), room = narrow(step->room);

	stream->next_in = (unsigned char *)(uintptr_t)step->in;
	stream->avail_in = in;
	stream->next_out = step->out;
	stream->avail_out = room;
	int result = inflate(stream, Z_NO_FLUSH);
	step_done(step, in - stream->avail_in, room - stream->avail_out);
	step->ended = result == Z_STREAM_END;
	if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
		step->problem = broken;
}

static void
one_bzip2(struct step *step, void *state)
{
	bz_stream *stream = state;
	unsigned int in = narrow(step->length), room = narrow(step->room);

	stream->next_in = (char *)(uintptr_t)step->in;
	stream->avail_in = in;
	stream->next_out = (char *)step->out;
	stream->avail_out = room;
	int result = BZ2_bzDecompress(stream);
	step_done(step, in - stream->avail_in, room - stream->avail_out);
	step->ended = result == BZ_STREAM_END;
	if (result != BZ_OK && result != BZ_STREAM_END)
		step->problem = broken;
}

static void
one_lzma(struct step *step, void *state)
{
	lzma_stream *stream = state;
	size_t in = step->length, room = step->room;

	stream->next_in = step->in;
	stream->avail_in = in;
	stream->next_out = step->out;
	stream->avail_out = room;
	lzma_ret result = lzma_code(stream, LZMA_RUN);
	step_done(step, in - stream->avail_in, room - stream->avail_out);
	step->ended = result == LZMA_STREAM_END;
	if (result == LZMA_MEMLIMIT_ERROR)
		step->problem = large_dictionary;
	else if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR)
		step->problem = broken;
}

static void
one_zstd(struct step *step, void *state)
{
	ZSTD_inBuffer in = {step->in, step->length, 0};
	ZSTD_outBuffer out = {step->out, step->room, 0};
	size_t result = ZSTD_decompressStream(state, &out, &in);

	step_done(step, in.pos, out.pos);
	step->ended = result == 0;
	if (ZSTD_isError(result))
		step->problem = broken;
}

static uint32_t
little_endian(const unsigned char *in)
{
	return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

static void
unpack_gzip(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	enum { GZIP = 16 };
	z_stream stream = {.next_in = NULL};

	if (inflateInit2(&stream, MAX_WBITS + GZIP) != Z_OK)
		memory_die();
	run_method(to, in, length, limit, one_gzip, &stream);
	inflateEnd(&stream);
}

static void
unpack_bzip2(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	bz_stream stream = {.next_in = NULL};

	if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK)
		memory_die();
	run_method(to, in, length, limit, one_bzip2, &stream);
	BZ2_bzDecompressEnd(&stream);
}

static void
unpack_lzma(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	lzma_stream stream = LZMA_STREAM_INIT;

	if (lzma_alone_decoder(&stream, LZMA_MEMORY) != LZMA_OK)
		memory_die();
	run_method(to, in, length, limit, one_lzma, &stream);
	lzma_end(&stream);
}

static void
unpack_xz(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	enum { CHECK_AT = 7 };
	lzma_stream stream = LZMA_STREAM_INIT;

	if (length > CHECK_AT && in[CHECK_AT] > LZMA_CHECK_CRC32) {
		to->problem = "the kernel supports xz with CRC32 only: xz --check=crc32";
		return;
	}
	if (lzma_stream_decoder(&stream, LZMA_MEMORY, 0) != LZMA_OK)
		memory_die();
	run_method(to, in, length, limit, one_lzma, &stream);
	lzma_end(&stream);
}

static void
unpack_zstd(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	ZSTD_DStream *stream = ZSTD_createDStream();

	if (stream == NULL)
		memory_die();
	run_method(to, in, length, limit, one_zstd, stream);
	ZSTD_freeDStream(stream);
}

/*
 * Blocks after their lengths. The stream ends where the data end or zeros follow; the zeros belong
 * to the next member.
 */
static void
unpack_lz4(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	size_t at = 0;

	while (to->problem == NULL && length - at >= 4) {
		uint32_t size = little_endian(in + at);
		size_t room = limit - to->size < LZ4_PIECE ? limit - to->size : LZ4_PIECE;
		if (size == LZ4_MAGIC) {
			at += 4;
			continue;
		}
		if (at == 0 || size == 0)
			break;
		if (size > length - at - 4) {
			to->problem = truncated;
			break;
		}
		to->bytes = xrealloc(to->bytes, to->size + room);
		int got = size <= INT32_MAX ? LZ4_decompress_safe((const char *)in + at + 4,
								  (char *)to->bytes + to->size,
								  (int)size, (int)room)
					    : -1;
		if (got < 0) {
			to->problem = room < LZ4_PIECE ? too_large : broken;
			break;
		}
		to->size += (size_t)got;
		at += 4 + (size_t)size;
	}
	if (at == 0)
		to->problem = broken;
	to->used = at;
}

static void
unpack_lzo(struct unpacked *to, const unsigned char *in, size_t length, size_t limit)
{
	(void)in, (void)length, (void)limit;
	to->problem = lzo;
}

static const struct method {
	unsigned char magic[2];
	const char *name;
	void (*unpack)(struct unpacked *, const unsigned char *, size_t, size_t);
} methods[] = {
    {{0x1f, 0x8b}, "gzip", unpack_gzip},   {{0x1f, 0x9e}, "gzip", unpack_gzip},
    {{0x42, 0x5a}, "bzip2", unpack_bzip2}, {{0x5d, 0x00}, "lzma", unpack_lzma},
    {{0xfd, 0x37}, "xz", unpack_xz},	   {{0x89, 0x4c}, "lzo", unpack_lzo},
    {{0x02, 0x21}, "lz4", unpack_lz4},	   {{0x28, 0xb5}, "zstd", unpack_zstd},
};

static const struct method *
find_method(const unsigned char *in, size_t length)
{
	for (size_t i = 0; length >= 2 && i < sizeof(methods) / sizeof(*methods); i++)
		if (memcmp(in, methods[i].magic, 2) == 0)
			return &methods[i];
	return NULL;
}

const char *
unpack_method(const unsigned char *in, size_t length)
{
	const struct method *method = find_method(in, length);

	return method != NULL ? method->name : NULL;
}

struct unpacked
unpack(const unsigned char *in, size_t length, size_t limit)
{
	const struct method *method = find_method(in, length);
	struct unpacked to = {.used = 0};

	if (method == NULL)
		to.problem = "the kernel does not know its compression method";
	else
		method->unpack(&to, in, length, limit);
	to.is_own_limit =
	    to.problem == too_large || to.problem == large_dictionary || to.problem == lzo;
	return to;
}
