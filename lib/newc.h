/* SPDX-License-Identifier: MIT */
/*
 * The newc archive format, as the kernel reads it
 * (Documentation/driver-api/early-userspace/buffer-format.rst, init/initramfs.c). Each entry is a
 * header of 110 characters (a magic number and 13 fields of 8 hexadecimal digits), the name with
 * its NUL, zeros up to a multiple of 4 bytes, the data, and zeros again. The last entry is named
 * TRAILER!!!. Packer reads the output of GNU cpio and appends device nodes; bench appends a file to
 * the image of each boot.
 */
#ifndef LULL_NEWC_H
#define LULL_NEWC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEWC_TRAILER "TRAILER!!!"

enum {
	NEWC_HEADER = 110,
	NEWC_ALIGN = 4,
};

/* Fields in the order of the header; sizes in bytes, mtime in seconds since 1970. */
struct newc {
	uint32_t ino;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
	uint32_t nlink;
	uint32_t mtime;
	uint32_t filesize;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint32_t rdev_major;
	uint32_t rdev_minor;
	uint32_t namesize; /* with the NUL */
	uint32_t check;
};

/* Writes the header for magic 070701. */
void newc_header(const struct newc *entry, char header[NEWC_HEADER]);

/*
 * Reads a header with magic 070701, or 070702, for which `check` is significant. Returns 0, or -1
 * with errno EINVAL for another magic or an invalid digit.
 */
int newc_parse(const char header[NEWC_HEADER], struct newc *entry);

/*
 * Returns whether a header has the magic 070702: `check` is then the newc_sum() of a file's data.
 */
bool newc_is_summed(const char header[NEWC_HEADER]);

/* The sum of the bytes. */
uint32_t newc_sum(const void *data, size_t length);

/* Bytes from an entry's header to its data, and to the next header. */
uint64_t newc_data_offset(uint32_t namesize);
uint64_t newc_size(uint32_t namesize, uint64_t filesize);

/*
 * Writes an entry to `out`, of `size` bytes; sets namesize and filesize. Returns its length, or 0
 * if it does not fit.
 */
size_t newc_entry(struct newc entry, const char *name, const void *data, size_t length, char *out,
		  size_t size);

#endif
