/* SPDX-License-Identifier: MIT */
/* Generates archives in memory, entry by entry. */
#ifndef LULL_TEST_IMAGE_MADE_H
#define LULL_TEST_IMAGE_MADE_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "newc.h"

struct made {
	char bytes[65536];
	size_t length;
};

static inline void
made_entry(struct made *made, struct newc newc, const char *name, const char *data)
{
	if (newc.nlink == 0)
		newc.nlink = 1;
	made->length += newc_entry(newc, name, data, strlen(data), made->bytes + made->length,
				   sizeof(made->bytes) - made->length);
}

static inline void
made_file(struct made *made, const char *name, const char *data)
{
	made_entry(made, (struct newc){.mode = S_IFREG | 0644}, name, data);
}

static inline void
made_dir(struct made *made, const char *name)
{
	made_entry(made, (struct newc){.mode = S_IFDIR | 0755}, name, "");
}

static inline void
made_link(struct made *made, const char *name, const char *target)
{
	made_entry(made, (struct newc){.mode = S_IFLNK | 0777}, name, target);
}

static inline void
made_end(struct made *made)
{
	made_entry(made, (struct newc){.mode = 0}, NEWC_TRAILER, "");
}

/* Compresses the bytes from `from` on. */
static inline void
made_gzip(struct made *made, size_t from)
{
	static unsigned char out[sizeof(made->bytes)];
	z_stream stream = {.next_in = (unsigned char *)made->bytes + from,
			   .avail_in = (unsigned int)(made->length - from),
			   .next_out = out,
			   .avail_out = sizeof(out)};

	if (deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	memset(made->bytes + from, 0, made->length - from);
	memcpy(made->bytes + from, out, stream.total_out);
	made->length = from + stream.total_out;
	deflateEnd(&stream);
}

#endif
