/* SPDX-License-Identifier: MIT */
#include "host/kernel_image.h"

#include <elf.h>
#include <string.h>

#include "host/elf.h"

/* A file read as little-endian numbers; bytes after its end are 0. */
struct view {
	const unsigned char *data;
	size_t size;
};

static uint32_t
read_number(const struct view *view, uint64_t at, int bytes)
{
	uint32_t value = 0;

	if (at > view->size || view->size - at < (unsigned)bytes)
		return 0;
	for (int i = bytes; i-- > 0;)
		value = value << 8 | view->data[at + (unsigned)i];
	return value;
}

static bool
has_text(const struct view *view, size_t at, const char *text)
{
	size_t length = strlen(text);

	return at <= view->size && view->size - at >= length &&
	       memcmp(view->data + at, text, length) == 0;
}

/* Copies the word at `at` as the release, if it looks like one. */
static bool
copy_release(struct kernel_image *image, const struct view *view, size_t at)
{
	size_t length = 0;

	while (at + length < view->size && view->data[at + length] > ' ' &&
	       view->data[at + length] <= '~')
		length++;
	if (length == 0 || length >= KERNEL_RELEASE || at + length == view->size ||
	    view->data[at] < '0' || view->data[at] > '9' ||
	    memchr(view->data + at, '/', length) != NULL)
		return false;
	memcpy(image->release, view->data + at, length);
	image->release[length] = '\0';
	return true;
}

/* Finds the banner (init/version.c). There are several matches, one of them a format. */
static void
find_release(struct kernel_image *image, const struct view *view)
{
	static const char banner[] = "Linux version ";
	const unsigned char *at = view->data, *end = at + view->size;

	while ((at = memmem(at, (size_t)(end - at), banner, strlen(banner))) != NULL) {
		at += strlen(banner);
		if (copy_release(image, view, (size_t)(at - view->data)))
			return;
	}
}

static void
set_packed(struct kernel_image *image, const struct view *view, uint64_t at, uint64_t size)
{
	if (at >= view->size || size == 0 || size > view->size - at)
		return;
	image->packed = view->data + at;
	image->packed_size = (size_t)size;
}

/*
 * The header has the offset of the packed kernel since protocol 2.08, and a flag for 64 bits since
 * 2.12.
 */
static void
read_bzimage(struct kernel_image *image, const struct view *view)
{
	enum { PROTOCOL = 0x206, VERSION = 0x20e, FLAGS = 0x236, OFFSET = 0x248, LENGTH = 0x24c };
	uint32_t sectors = read_number(view, 0x1f1, 1), protocol = read_number(view, PROTOCOL, 2);
	uint32_t version = read_number(view, VERSION, 2);

	if (version != 0)
		copy_release(image, view, version + 0x200);
	if (protocol >= 0x208)
		set_packed(image, view,
			   ((uint64_t)(sectors != 0 ? sectors : 4) + 1) * 512 +
			       read_number(view, OFFSET, 4),
			   read_number(view, LENGTH, 4));
	if (protocol >= 0x20c) {
		image->is64 = (read_number(view, FLAGS, 2) & 1) != 0;
		image->machine = image->is64 ? EM_X86_64 : EM_386;
	}
}

/* The machine is in the header of the PE file (Microsoft's PE format, COFF file header). */
static void
read_zboot(struct kernel_image *image, const struct view *view)
{
	static const struct {
		uint32_t pe;
		uint16_t machine;
	} machines[] = {{0x8664, EM_X86_64},
			{0xaa64, EM_AARCH64},
			{0x5064, EM_RISCV},
			{0x6264, 258 /* EM_LOONGARCH */}};
	uint64_t header = read_number(view, 0x3c, 4);

	set_packed(image, view, read_number(view, 8, 4), read_number(view, 12, 4));
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (read_number(view, header, 4) == 0x4550 &&
		    read_number(view, header + 4, 2) == machines[i].pe) {
			image->machine = machines[i].machine;
			image->is64 = true;
		}
}

/* Both headers have the same layout. */
static void
read_image(struct kernel_image *image, const struct view *view)
{
	enum { FLAGS = 24, MAGIC = 56 };

	image->machine = has_text(view, MAGIC, "ARM\x64") ? EM_AARCH64 : EM_RISCV;
	image->is64 = true;
	image->big = (read_number(view, FLAGS, 1) & 1) != 0;
	find_release(image, view);
}

int
kernel_image_read(struct kernel_image *image, const void *data, size_t size)
{
	const struct view view = {data, size};
	struct elf elf;

	*image = (struct kernel_image){.machine = 0};
	if (has_text(&view, 0x202, "HdrS")) {
		read_bzimage(image, &view);
	} else if (has_text(&view, 4, "zimg")) {
		read_zboot(image, &view);
	} else if (has_text(&view, 0x38, "ARM\x64") || has_text(&view, 0x38, "RSC\x05")) {
		read_image(image, &view);
	} else if (elf_is(data, size) && elf_open(&elf, data, size) == 0 &&
		   elf.interpreter == NULL) {
		image->machine = elf.machine;
		image->is64 = elf.is64;
		image->big = elf.big;
		find_release(image, &view);
		if (image->release[0] == '\0')
			return -1;
	} else {
		return -1;
	}
	return 0;
}

void
kernel_image_join(struct kernel_image *image, const struct kernel_image *inner)
{
	if (image->machine == 0) {
		image->machine = inner->machine;
		image->is64 = inner->is64;
		image->big = inner->big;
	}
	if (image->release[0] == '\0')
		memcpy(image->release, inner->release, KERNEL_RELEASE);
}

const unsigned char *
kernel_image_config(const void *data, size_t size, size_t *config_size)
{
	static const char start[] = "IKCFG_ST", end[] = "IKCFG_ED";
	const unsigned char *first = data, *last = first + size;

	/* Programs that look for the marks contain them too, so the gzip header is checked. */
	while ((first = memmem(first, (size_t)(last - first), start, strlen(start))) != NULL) {
		first += strlen(start);
		if (last - first < 2 || first[0] != 0x1f || first[1] != 0x8b)
			continue;
		const unsigned char *stop = memmem(first, (size_t)(last - first), end, strlen(end));
		*config_size = (size_t)((stop != NULL ? stop : last) - first);
		return first;
	}
	return NULL;
}
