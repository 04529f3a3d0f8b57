/* SPDX-License-Identifier: MIT */
#include "kernel/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mapped.h"
#include "base/message.h"
#include "host/memory.h"
#include "host/unpack.h"
#include "kernel/kernel_config.h"
#include "kernel/module_tree.h"
#include "plan/source.h"

/* A kernel's file, and the kernel proper packed in it, which is unpacked only when needed.
 */

enum { UNPACKED_MOST = 512 << 20, CONFIG_MOST = 16 << 20 };

int
kernel_file_open(struct kernel_file *file, const char *name)
{
	*file = (struct kernel_file){.name = name};
	file->map = mapped_file(name, &file->size);
	if (file->map == NULL && errno != 0) {
		message_warn("cannot read the kernel %s", name);
		return -1;
	}
	/* On some architectures the kernel is just a compressed file. */
	if (file->map != NULL && kernel_image_read(&file->image, file->map, file->size) == 0)
		return 0;
	if (file->map != NULL && unpack_method(file->map, file->size) != NULL) {
		file->image.packed = file->map;
		file->image.packed_size = file->size;
		kernel_file_complete(file);
		if (file->image.release[0] != '\0')
			return 0;
	}
	message_warnx("cannot use %s as a kernel: it is not a bzImage, Image or vmlinux", name);
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

/* The kernel proper is packed by a method that unpack() knows, but some magic numbers differ. */
static void
unpack_kernel(struct kernel_file *file)
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
kernel_file_complete(struct kernel_file *file)
{
	struct kernel_image inner;

	if (file->image.machine != 0 && file->image.release[0] != '\0')
		return;
	unpack_kernel(file);
	if (file->unpacked != NULL &&
	    kernel_image_read(&inner, file->unpacked, file->unpacked_size) == 0)
		kernel_image_join(&file->image, &inner);
}

/* Unpacks a compressed configuration. */
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

	unpack_kernel(file);
	const void *kernel = file->unpacked != NULL ? (const void *)file->unpacked : file->map;
	const unsigned char *packed = kernel_image_config(
	    kernel, file->unpacked != NULL ? file->unpacked_size : file->size, &packed_size);
	return packed != NULL && unpack_config(packed, packed_size, text, size);
}

int
kernel_file_config_of(const char *name, char **text, size_t *size)
{
	size_t map_size = 0;
	void *map = mapped_file(name, &map_size);
	bool is_packed = map_size >= 2 && map != NULL && memcmp(map, "\x1f\x8b", 2) == 0,
	     is = false;

	if (map == NULL && errno != 0) {
		message_warn("cannot read the configuration %s", name);
		return -1;
	}
	if (is_packed) {
		is = unpack_config(map, map_size, text, size);
	} else if (map != NULL) {
		const struct kernel_config config = {map, map_size};
		if ((is = kernel_config_is(&config))) {
			*text = xcalloc(map_size, 1);
			*size = map_size;
			memcpy(*text, map, map_size);
		}
	}
	if (map != NULL)
		mapped_release(map);
	if (!is)
		message_warnx(
		    "cannot use %s as a kernel configuration: it has no line CONFIG_NAME=VALUE",
		    name);
	return is ? 0 : -1;
}

static bool
path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* Path of `name` in `folder`, to be freed; NULL if it does not exist. */
static char *
resolve_below(const struct source *source, const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *found = source_resolve(source, path);

	free(path);
	return found;
}

/*
 * The only file below `folder` that matches `pattern`, to be freed; NULL with *count the
 * number of matches.
 */
static char *
resolve_glob(const struct source *source, const char *folder, const char *pattern, size_t *count)
{
	char **names = source_glob(source, folder, pattern), *one = NULL;

	*count = 0;
	while (names != NULL && names[*count] != NULL)
		++*count;
	if (*count == 1)
		one = resolve_below(source, folder, names[0]);
	source_list_free(names);
	return one;
}

/* The same for a path of the source. */
static char *
resolve_release(const struct source *source, const char *format, const char *release)
{
	char *path = xasprintf("%s%s", format, release);
	struct stat found;
	char *real = source_real(source, path, &found);

	free(path);
	return real;
}

static char *
parent_folder(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash == NULL ? xstrdup(".")
			     : xasprintf("%.*s", slash == file ? 1 : (int)(slash - file), file);
}

static bool
is_modules_folder(const struct source *source, const char *folder)
{
	static const char *const names[] = {"modules.dep", "modules.order", "modules.builtin"};
	bool is = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !is; i++) {
		char *path = resolve_below(source, folder, names[i]);
		is = path != NULL;
		free(path);
	}
	return is;
}

/* A folder of modules is named after the kernel release. */
static void
set_modules(struct kernel *kernel, const struct source *source, char *folder)
{
	struct stat found;
	char *real = source_there(source, folder, &found);

	free(kernel->modules);
	kernel->modules = real != NULL ? real : xstrdup(folder);
	free(folder);
	const char *name = strrchr(kernel->modules, '/');
	if (kernel->release[0] == '\0' && name != NULL && strlen(name) <= KERNEL_RELEASE)
		strcpy(kernel->release, name + 1);
}

static int
find_in_folder(struct kernel *kernel, const struct source *source, const char *folder)
{
	size_t kernels = 0, modules = 0;

	if ((kernel->file = resolve_below(source, folder, "vmlinuz")) != NULL ||
	    (kernel->file = resolve_below(source, folder, "vmlinux")) != NULL)
		return 0;
	if (is_modules_folder(source, folder)) {
		set_modules(kernel, source, xstrdup(folder));
		return 0;
	}
	if ((kernel->file = resolve_glob(source, folder, "boot/vmlinu[xz]-*", &kernels)) != NULL)
		return 0;
	char *one = kernels == 0 ? resolve_glob(source, folder, "lib/modules/*", &modules) : NULL;
	if (one != NULL && is_modules_folder(source, one)) {
		set_modules(kernel, source, one);
		return 0;
	}
	free(one);
	if (kernels > 1 || modules > 1)
		message_warnx(
		    "cannot use -k %s: there are several kernels in it; name one of %s/%s",
		    kernel->name, kernel->name, kernels > 1 ? "boot/vmlinuz-*" : "lib/modules/*");
	else
		message_warnx("cannot use -k %s: it has no vmlinuz, boot/vmlinuz-* or modules.dep",
			      kernel->name);
	return -1;
}

static int
find_release(struct kernel *kernel, const struct source *source)
{
	const char *release = kernel->name;
	char *modules = resolve_release(source, "/lib/modules/", release);

	kernel->file = resolve_release(source, "/boot/vmlinuz-", release);
	if (kernel->file == NULL)
		kernel->file = resolve_release(source, "/boot/vmlinux-", release);
	if (kernel->file == NULL && modules != NULL)
		kernel->file = resolve_below(source, modules, "vmlinuz");
	if (modules != NULL)
		set_modules(kernel, source, modules);
	if (kernel->file != NULL || modules != NULL)
		return 0;
	message_warnx("cannot find the kernel %s: no %s/boot/vmlinuz-%s, no %s/lib/modules/%s, no "
		      "file or directory of that name",
		      release, source->root, release, source->root, release);
	return -1;
}

/*
 * Modules next to the kernel's file, where scripts/kernel/fetch-kernel and packages put them, else
 * those of the system.
 */
static void
find_modules(struct kernel *kernel, const struct source *source)
{
	static const char *const relative[] = {"lib/modules", "../lib/modules",
					       "../usr/lib/modules"};
	char *folder = parent_folder(kernel->file), *modules = NULL;

	for (size_t i = 0; i < sizeof(relative) / sizeof(*relative) && modules == NULL &&
			   kernel->release[0] != '\0';
	     i++) {
		char *path = xasprintf("%s/%s/%s", folder, relative[i], kernel->release);
		if (is_modules_folder(source, path))
			modules = path;
		else
			free(path);
	}
	if (modules == NULL && kernel->release[0] != '\0') {
		modules = resolve_release(source, "/lib/modules/", kernel->release);
		if (modules != NULL && !is_modules_folder(source, modules)) {
			free(modules);
			modules = NULL;
		}
	}
	if (modules != NULL)
		set_modules(kernel, source, modules);
	free(folder);
}

/*
 * The configuration's file next to the kernel's, to be freed, or NULL: config-RELEASE if the
 * kernel's name has a release.
 */
static char *
find_config_next_to(const struct source *source, const char *file)
{
	char *folder = parent_folder(file), *found = NULL;
	const char *slash = strrchr(file, '/'), *dash = strchr(slash != NULL ? slash : file, '-');

	if (dash != NULL) {
		char *config = xasprintf("config%s", dash);
		found = resolve_below(source, folder, config);
		free(config);
	} else if ((found = resolve_below(source, folder, "config")) == NULL) {
		/* In a kernel's build folder: for vmlinux and for arch/x86/boot/bzImage. */
		if ((found = resolve_below(source, folder, ".config")) == NULL)
			found = resolve_below(source, folder, "../../../.config");
	}
	free(folder);
	return found;
}

/* The path of the configuration's file, to be freed, or NULL. */
static char *
find_config(const struct kernel *kernel, const struct source *source)
{
	char *found = kernel->file != NULL ? find_config_next_to(source, kernel->file) : NULL;
	struct stat stat;
	char *real = kernel->file != NULL && found == NULL
			 ? source_there(source, kernel->file, &stat)
			 : NULL;

	if (real != NULL)
		found = find_config_next_to(source, real);
	if (found == NULL && kernel->modules != NULL)
		found = resolve_below(source, kernel->modules, "config");
	if (found == NULL && kernel->release[0] != '\0')
		found = resolve_release(source, "/boot/config-", kernel->release);
	free(real);
	return found;
}

/* Reads the kernel's file and its configuration. */
static int
read_all(struct kernel *kernel, const struct source *source)
{
	struct kernel_file file;

	if (kernel->file != NULL) {
		if (kernel_file_open(&file, kernel->file) != 0)
			return -1;
		kernel_file_complete(&file);
		if (file.image.release[0] != '\0')
			strcpy(kernel->release, file.image.release);
		kernel->machine = file.image.machine;
		kernel->is64 = file.image.is64;
		kernel->big = file.image.big;
		if (kernel->modules == NULL)
			find_modules(kernel, source);
	}
	int result = 0;
	char *name = find_config(kernel, source);
	if (name != NULL)
		result = kernel_file_config_of(name, &kernel->config_text, &kernel->config.size);
	else if (kernel->file != NULL &&
		 kernel_file_config(&file, &kernel->config_text, &kernel->config.size))
		name = xstrdup(kernel->file);
	kernel->config.text = kernel->config_text;
	kernel->config_name = name;
	if (kernel->machine == 0)
		kernel_config_machine(&kernel->config, &kernel->machine, &kernel->is64,
				      &kernel->big);
	if (kernel->file != NULL)
		kernel_file_close(&file);
	return result;
}

int
kernel_find(struct kernel *kernel, const struct source *source, const char *name)
{
	bool is_path = strchr(name, '/') != NULL || path_exists(name);
	struct stat found;
	int result = -1;

	*kernel = (struct kernel){
	    .name = name, .source = source, .tree = xcalloc(1, sizeof(*kernel->tree))};
	if (!is_path) {
		result = find_release(kernel, source);
	} else {
		char *path = source_is_here(source, name) ? source_resolve(source, name)
							  : source_real(source, name, &found);
		if (path == NULL || stat(path, &found) != 0)
			message_warn("cannot use -k %s", name);
		else if (S_ISDIR(found.st_mode))
			result = find_in_folder(kernel, source, path);
		else {
			kernel->file = xstrdup(path);
			result = 0;
		}
		free(path);
	}
	if (result == 0)
		result = read_all(kernel, source);
	if (result != 0)
		kernel_free(kernel);
	return result;
}

bool
kernel_has_list(const struct kernel *kernel, const char *name)
{
	char *path =
	    kernel->modules != NULL ? resolve_below(kernel->source, kernel->modules, name) : NULL;
	bool has = path != NULL;

	free(path);
	return has;
}

struct module_tree *
kernel_module_tree(const struct kernel *kernel)
{
	errno = ENOENT;
	if (kernel->modules == NULL || kernel->tree == NULL ||
	    (kernel->tree->table == NULL &&
	     module_tree_read(kernel->tree, kernel->source, kernel->modules) != 0))
		return NULL;
	return kernel->tree;
}

void
kernel_free(struct kernel *kernel)
{
	free(kernel->file);
	free(kernel->modules);
	free(kernel->config_name);
	free(kernel->config_text);
	if (kernel->tree != NULL)
		module_tree_free(kernel->tree);
	free(kernel->tree);
	*kernel = (struct kernel){.file = NULL};
}
