/* SPDX-License-Identifier: MIT */
#include "kernel/kernel_file.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "host/memory.h"
#include "host/unpack.h"
#include "kernel/kernel_config.h"

enum { UNPACKED_MOST = 512 << 20, CONFIG_MOST = 16 << 20 };

int
kernel_file_open(struct kernel_file *file, const char *name)
{
	*file = (struct kernel_file){.name = name};
	file->map = mapped_file(name, &file->size);
	if (file->map == NULL && errno != 0) {
		warn("cannot read the kernel %s", name);
		return -1;
	}
	/* Some architectures' kernels are a compressed file, without more. */
	if (file->map != NULL && kernel_image_read(&file->image, file->map, file->size) == 0)
		return 0;
	if (file->map != NULL && unpack_method(file->map, file->size) != NULL) {
		file->image.packed = file->map;
		file->image.packed_size = file->size;
		kernel_file_tell(file);
		if (file->image.release[0] != '\0')
			return 0;
	}
	warnx("cannot use %s as a kernel: it is no bzImage, Image or vmlinux", name);
	kernel_file_close(file);
	return -1;
}

void
kernel_file_close(struct kernel_file *file)
{
	free(file->unpacked);
	if (file->map != NULL)
		mapped_release(file->map);
	*file = (struct kernel_file){.name = NULL};
}

/* The kernel proper is packed by the methods that unpack it, but some call it by bytes that the kernel does not know. */
static void
unpack_it(struct kernel_file *file)
{
	if (file->tried || file->image.packed == NULL)
		return;
	file->tried = true;
	if (unpack_method(file->image.packed, file->image.packed_size) == NULL)
		return;
	struct unpacked out = unpack(file->image.packed, file->image.packed_size, UNPACKED_MOST);
	file->unpacked = out.bytes;
	file->unpacked_size = out.size;
}

void
kernel_file_tell(struct kernel_file *file)
{
	struct kernel_image inner;

	if (file->image.machine != 0 && file->image.release[0] != '\0')
		return;
	unpack_it(file);
	if (file->unpacked != NULL && kernel_image_read(&inner, file->unpacked, file->unpacked_size) == 0)
		kernel_image_join(&file->image, &inner);
}

/* Takes the text out of a compressed configuration. */
static bool
unpack_config(const void *packed, size_t size, char **text, size_t *text_size)
{
	struct unpacked out = unpack(packed, size, CONFIG_MOST);
	const struct kernel_config config = {(const char *)out.bytes, out.size};

	if (out.problem == NULL && out.size > 0 && kernel_config_is(&config)) {
		*text = (char *)out.bytes;
		*text_size = out.size;
		return true;
	}
	free(out.bytes);
	return false;
}

bool
kernel_file_config(struct kernel_file *file, char **text, size_t *size)
{
	size_t packed_size;

	unpack_it(file);
	const void *kernel = file->unpacked != NULL ? (const void *)file->unpacked : file->map;
	const unsigned char *packed =
	    kernel_image_config(kernel, file->unpacked != NULL ? file->unpacked_size : file->size, &packed_size);
	return packed != NULL && unpack_config(packed, packed_size, text, size);
}

int
kernel_file_config_of(const char *name, char **text, size_t *size)
{
	size_t map_size = 0;
	void *map = mapped_file(name, &map_size);
	bool is_packed = map_size >= 2 && map != NULL && memcmp(map, "\x1f\x8b", 2) == 0, is = false;

	if (map == NULL && errno != 0) {
		warn("cannot read the configuration %s", name);
		return -1;
	}
	if (is_packed) {
		is = unpack_config(map, map_size, text, size);
	} else if (map != NULL) {
		const struct kernel_config config = {map, map_size};
		if ((is = kernel_config_is(&config))) {
			*text = memory_get(map_size, 1);
			*size = map_size;
			memcpy(*text, map, map_size);
		}
	}
	if (map != NULL)
		mapped_release(map);
	if (!is)
		warnx("cannot use %s as a kernel's configuration: no line of it is CONFIG_NAME=VALUE", name);
	return is ? 0 : -1;
}
