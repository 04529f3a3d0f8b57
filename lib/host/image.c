/* SPDX-License-Identifier: MIT */
#include "host/image.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/memory.h"
#include "host/unpack.h"
#include "newc.h"

/* A source of archives: the image, or the content of a compressed member. */
struct reader {
	struct image *image;
	const unsigned char *bytes;
	size_t length;
	size_t at;
	const char *method;
	uint64_t member; /* offset in the image of the compressed member */
};

static void
report_problem(struct reader *reader, const char *name, bool ends, const char *problem)
{
	struct image *image = reader->image;
	bool inside = reader->method != NULL;

	image->findings = xgrow(image->findings, image->count, sizeof(*image->findings));
	image->findings[image->count++] =
	    (struct image_finding){.at = inside ? reader->member : reader->at,
				   .method = reader->method,
				   .inside = inside ? reader->at : 0,
				   .ends = ends,
				   .problem = problem,
				   .name = name != NULL ? xstrdup(name) : NULL};
}

static int
report_fatal(struct reader *reader, const char *name, const char *problem)
{
	report_problem(reader, name, true, problem);
	return -1;
}

/*
 * Makes the entry whose header was read and whose bytes are complete, like do_header() and the
 * steps after it.
 */
static int
make_entry(struct reader *reader, const struct newc *newc, const char *name)
{
	const unsigned char *header = reader->bytes + reader->at;
	const unsigned char *data = header + newc_data_offset(newc->namesize);
	struct rootfs_wanted wanted = {.name = name,
				       .file = {.mode = newc->mode,
						.uid = newc->uid,
						.gid = newc->gid,
						.mtime = newc->mtime,
						.ino = newc->ino,
						.rdev_major = newc->rdev_major,
						.rdev_minor = newc->rdev_minor,
						.data = data,
						.size = newc->filesize},
				       .nlink = newc->nlink,
				       .dev_major = newc->dev_major,
				       .dev_minor = newc->dev_minor};

	if (!S_ISREG(newc->mode) && !S_ISLNK(newc->mode) && newc->filesize > 0) {
		report_problem(reader, name, false,
			       "the kernel skips it: it is not a file, but has data");
		return 0;
	}
	if (S_ISLNK(newc->mode) && newc->filesize > PATH_MAX - 1) {
		report_problem(reader, name, false,
			       "the kernel skips it: its link target is longer than 4095 bytes");
		return 0;
	}
	if (!S_ISLNK(newc->mode) && strcmp(name, NEWC_TRAILER) == 0) {
		rootfs_forget(&reader->image->rootfs);
		return 0;
	}
	const char *problem = rootfs_add(&reader->image->rootfs, &wanted);
	if (problem != NULL)
		report_problem(reader, name, false, problem);
	if (newc_is_summed((const char *)header) && S_ISREG(newc->mode) &&
	    newc_sum(data, newc->filesize) != newc->check)
		return report_fatal(reader, name, "its checksum is wrong");
	return 0;
}

static const char old_format[] = "it is in cpio's old format: use cpio -H newc";

/* Returns whether it has the default format of cpio: the magic number in either byte order. */
static bool
is_binary_cpio(const unsigned char *in, size_t left)
{
	return left >= 2 && (memcmp(in, "\307\161", 2) == 0 || memcmp(in, "\161\307", 2) == 0);
}

/*
 * Reads the entry at reader->at and advances past it. Returns 0, or -1 after a finding that ends
 * the reading.
 */
static int
read_entry(struct reader *reader)
{
	const char *header = (const char *)reader->bytes + reader->at;
	size_t left = reader->length - reader->at;
	struct newc newc;

	if (left < NEWC_HEADER)
		return report_fatal(reader, NULL, "it ends within a header");
	if (newc_parse(header, &newc) != 0)
		return report_fatal(
		    reader, NULL,
		    memcmp(header, "070707", 6) == 0 ? old_format : "it has no newc header there");
	uint64_t size = newc_size(newc.namesize, newc.filesize);
	const char *name = header + NEWC_HEADER;
	/* The padding after the last entry's data may be missing. */
	if (newc_data_offset(newc.namesize) > left ||
	    newc.filesize > left - newc_data_offset(newc.namesize))
		return report_fatal(reader,
				    newc.namesize <= left - NEWC_HEADER &&
					    memchr(name, 0, newc.namesize) != NULL
					? name
					: NULL,
				    "it ends within an entry");
	if (newc.namesize == 0 || newc.namesize > PATH_MAX) {
		report_problem(reader, NULL, false,
			       newc.namesize == 0
				   ? "the kernel skips it: it has no name"
				   : "the kernel skips it: its name is longer than 4095 bytes");
	} else if (name[newc.namesize - 1] != '\0') {
		return report_fatal(reader, NULL, "its name does not end in a NUL");
	} else {
		if (strlen(name) != newc.namesize - 1)
			report_problem(reader, name, false,
				       "its name contains a NUL: the kernel truncates it there");
		if (make_entry(reader, &newc, name) != 0)
			return -1;
	}
	reader->at += size < left ? (size_t)size : left;
	return 0;
}

static void
skip_zeros(struct reader *reader)
{
	while (reader->at < reader->length && reader->bytes[reader->at] == '\0')
		reader->at++;
}

/* Reads the archives in a compressed member; only the first member may not begin with zeros. */
static int
read_unpacked(struct reader *reader, bool is_first)
{
	while (reader->at < reader->length) {
		if (!is_first)
			skip_zeros(reader);
		is_first = false;
		if (reader->at == reader->length)
			break;
		if (reader->at % NEWC_ALIGN != 0)
			return report_fatal(reader, NULL,
					    "the data after the zeros are not aligned to 4 bytes");
		if (read_entry(reader) != 0)
			return -1;
	}
	return 0;
}

/* Unpacks and reads the compressed member at reader->at and advances past it. */
static int
read_member(struct reader *reader, uint64_t *limit)
{
	const unsigned char *in = reader->bytes + reader->at;
	size_t left = reader->length - reader->at;
	const char *method = unpack_method(in, left);

	if (method == NULL && is_binary_cpio(in, left))
		return report_fatal(reader, NULL, old_format);
	if (method == NULL)
		return report_fatal(
		    reader, NULL,
		    in[0] == '0' ? "an archive is not aligned to 4 bytes"
				 : "it is neither an archive nor data that the kernel can unpack");
	struct unpacked unpacked = unpack(in, left, *limit < SIZE_MAX ? (size_t)*limit : SIZE_MAX);
	struct image *image = reader->image;
	image->unpacked = xgrow(image->unpacked, image->unpacked_count, sizeof(*image->unpacked));
	image->methods = xgrow(image->methods, image->unpacked_count, sizeof(*image->methods));
	image->methods[image->unpacked_count] = method;
	image->unpacked[image->unpacked_count++] = unpacked.bytes;
	*limit -= unpacked.size;
	image->unpacked_size += unpacked.size;
	image->is_own_limit |= unpacked.is_own_limit;
	struct reader inner = {.image = image,
			       .bytes = unpacked.bytes,
			       .length = unpacked.size,
			       .method = method,
			       .member = reader->at};
	/*
	 * The kernel too uses the data unpacked before an error. A finding about the resulting
	 * early end is redundant.
	 */
	size_t before = image->count;
	int result = read_unpacked(&inner, reader->at == 0);
	if (unpacked.problem != NULL) {
		if (result != 0 && image->count > before)
			free(image->findings[--image->count].name);
		inner.at = unpacked.size;
		return report_fatal(&inner, NULL, unpacked.problem);
	}
	if (unpacked.size == 0 && reader->at == 0)
		return report_fatal(&inner, NULL, "it unpacks to 0 bytes");
	reader->at += unpacked.used;
	return result;
}

void
image_read(struct image *image, const unsigned char *bytes, size_t length, uint64_t limit)
{
	struct reader reader = {.image = image, .bytes = bytes, .length = length};
	bool after_plain = false;
	int result = 0;

	*image = (struct image){.count = 0};
	rootfs_start(&image->rootfs);
	while (result == 0 && (skip_zeros(&reader), reader.at < length)) {
		bool is_aligned = reader.at % NEWC_ALIGN == 0,
		     is_plain = bytes[reader.at] == '0' && is_aligned;
		/* do_reset(); after a compressed member another may begin at any offset. */
		if (after_plain && !is_aligned)
			result = report_fatal(
			    &reader, NULL, "the data after the zeros are not aligned to 4 bytes");
		else
			result = is_plain ? read_entry(&reader) : read_member(&reader, &limit);
		after_plain = is_plain;
	}
	rootfs_sort(&image->rootfs);
	if (image->count == 0 && image->rootfs.count == 0)
		report_fatal(&reader, NULL, "it is empty");
}

void
image_free(struct image *image)
{
	rootfs_free(&image->rootfs);
	for (size_t i = 0; i < image->count; i++)
		free(image->findings[i].name);
	for (size_t i = 0; i < image->unpacked_count; i++)
		free(image->unpacked[i]);
	free(image->findings);
	free(image->unpacked);
	free(image->methods);
	*image = (struct image){.count = 0};
}

bool
image_is_cut(const struct image *image)
{
	for (size_t i = 0; i < image->count; i++)
		if (image->findings[i].ends)
			return true;
	return false;
}
