/* SPDX-License-Identifier: MIT */
#include "boot/kernel_identity.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/unpack.h"

enum { FILE_MOST = 1 << 30, UNPACKED_MOST = 512 << 20 };

/* Returns the bytes of a file, to be freed; NULL with errno. */
static unsigned char *
read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rbe");
	unsigned char *bytes = NULL;
	struct stat stat;

	if (file == NULL)
		return NULL;
	if (fstat(fileno(file), &stat) != 0)
		goto close_file;
	errno = EINVAL;
	if (!S_ISREG(stat.st_mode) || stat.st_size > FILE_MOST)
		goto close_file;
	bytes = malloc((size_t)stat.st_size + 1);
	if (bytes == NULL)
		goto close_file;
	*size = fread(bytes, 1, (size_t)stat.st_size, file);
	if (ferror(file)) {
		free(bytes);
		bytes = NULL;
	}
close_file:
	fclose(file);
	return bytes;
}

/* Reads the unpacked kernel, or the part of it that could be unpacked. */
static void
read_proper(struct kernel_identity *k, const struct kernel_image *image, const unsigned char *bytes,
	    size_t size)
{
	struct kernel_image proper;

	kernel_build_id(bytes, size, k->build_id);
	memcpy(k->release, image->release, sizeof(k->release));
	if (k->release[0] == '\0' && kernel_image_read(&proper, bytes, size) == 0)
		memcpy(k->release, proper.release, sizeof(k->release));
}

int
kernel_identity_read(struct kernel_identity *k, const char *path)
{
	struct kernel_image image;
	size_t size = 0;
	unsigned char *bytes = read_file(path, &size);

	*k = (struct kernel_identity){.build_id = ""};
	if (bytes == NULL)
		return -1;
	bool is_kernel = kernel_image_read(&image, bytes, size) == 0;
	if (!is_kernel || image.packed == NULL) {
		/* On some architectures a kernel's file is just a compressed file. */
		image.packed = bytes;
		image.packed_size = size;
	}
	if (unpack_method(image.packed, image.packed_size) != NULL) {
		struct unpacked out = unpack(image.packed, image.packed_size, UNPACKED_MOST);
		read_proper(k, &image, out.bytes, out.size);
		free(out.bytes);
	} else if (is_kernel) {
		read_proper(k, &image, image.packed, image.packed_size);
	}
	free(bytes);
	return 0;
}
