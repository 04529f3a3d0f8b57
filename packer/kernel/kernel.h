/* SPDX-License-Identifier: MIT */
/*
 * The kernel that an image is for (-k): its file, modules and configuration, and the facts read
 * from them.
 */
#ifndef LULL_PACKER_KERNEL_H
#define LULL_PACKER_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "host/kernel_image.h"
#include "kernel/kernel_config.h"

struct source;

struct kernel {
	const struct source *source;
	const char *name;  /* as given */
	char *file;	   /* the kernel, on this machine; NULL: only its modules were found */
	char *modules;	   /* lib/modules/RELEASE on this machine; NULL: no modules */
	char *config_name; /* source of its configuration, for messages; NULL: unknown */
	char release[KERNEL_RELEASE]; /* "": unknown, as for an unknown file format */
	uint16_t machine;	      /* e_machine of its programs; 0: unknown */
	bool is64, big;
	struct kernel_config config; /* empty if unknown */
	char *config_text;	     /* the text of `config` */
	struct module_tree *tree;    /* set by kernel_module_tree() */
};

/*
 * Finds the kernel called `name`. This is a file; a folder with vmlinuz, config and lib/modules in
 * it, as scripts/kernel/fetch-kernel and build-kernel make them; the folder of an unpacked package;
 * lib/modules/RELEASE itself; else a release, whose parts are looked up where the source's system
 * has them. Paths are interpreted like those of -f. The configuration next to the kernel or its
 * modules is preferred to the one inside the kernel. Returns 0, and the caller calls kernel_free(),
 * or -1 after a warning.
 */
int kernel_find(struct kernel *kernel, const struct source *source, const char *name);
void kernel_free(struct kernel *kernel);

/* Returns whether a list of depmod, such as modules.dep, is among the kernel's modules. */
bool kernel_has_list(const struct kernel *kernel, const char *name);

/* The kernel's modules, read on the first call; NULL with errno if modules.dep cannot be read. */
struct module_tree *kernel_module_tree(const struct kernel *kernel);

struct kernel_file {
	const char *name;
	void *map;
	size_t size;
	struct kernel_image image;
	unsigned char *unpacked; /* NULL: not unpacked yet, or nothing is packed in it */
	size_t unpacked_size;
	bool tried;
};

/* Reads the file. Returns 0, and the caller calls kernel_file_close(), or -1 after a warning. */
int kernel_file_open(struct kernel_file *file, const char *name);
void kernel_file_close(struct kernel_file *file);

/* Completes file->image, unpacking the kernel if necessary. */
void kernel_file_complete(struct kernel_file *file);

/* The configuration inside the kernel, *text to be freed. Returns false if it is missing. */
bool kernel_file_config(struct kernel_file *file, char **text, size_t *size);

/*
 * The same from a separate file, plain or compressed with gzip like /proc/config.gz. Returns 0, or
 * -1 after a warning.
 */
int kernel_file_config_of(const char *name, char **text, size_t *size);

#endif
