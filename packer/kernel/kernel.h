/* SPDX-License-Identifier: MIT */
/* The kernel that an image is for, by -k: its file, modules, configuration, and what they tell. */
#ifndef LULL_PACKER_KERNEL_H
#define LULL_PACKER_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "host/kernel_image.h"
#include "kernel/kernel_config.h"

struct source;

struct kernel {
	const struct source *source;
	const char *name; /* as it was given */
	char *file;	  /* the kernel itself, on this machine; NULL: only its modules are there */
	char *modules;	  /* lib/modules/RELEASE on this machine; NULL: it has none */
	char
	    *config_name; /* where its configuration is from, for messages; NULL: it is not known */
	char release[KERNEL_RELEASE]; /* "": not known, as with a kernel of no known format */
	uint16_t machine;	      /* e_machine of what it runs; 0: not known */
	bool is64, big;
	struct kernel_config config; /* empty where it is not known */
	char *config_text;	     /* what it points to */
	struct module_tree *tree;    /* by kernel_module_tree() */
};

/*
 * Finds the kernel that `name` stands for: a file; a folder with vmlinuz, config and lib/modules in
 * it, as scripts/fetch-kernel and build-kernel make them, or of an unpacked package, or
 * lib/modules/RELEASE itself; else a release, whose parts are where the source's system has them.
 * Paths are as those of -f. The configuration is that beside the kernel or its modules, else the
 * one that is in it. Returns 0 with `kernel` to be given to kernel_free(), or -1 after a warning.
 */
int kernel_find(struct kernel *kernel, const struct source *source, const char *name);
void kernel_free(struct kernel *kernel);

/* Whether depmod's list of that name, modules.dep for one, is beside the kernel's modules. */
bool kernel_has_list(const struct kernel *kernel, const char *name);

/*
 * The kernel's modules, read when they are first asked for; NULL with errno where there is no
 * modules.dep.
 */
const struct module_tree *kernel_module_tree(const struct kernel *kernel);

struct kernel_file {
	const char *name;
	void *map;
	size_t size;
	struct kernel_image image;
	unsigned char *unpacked; /* NULL: not yet, or there is nothing packed in it */
	size_t unpacked_size;
	bool tried;
};

/*
 * Reads the file. Returns 0 with `file` to be given to kernel_file_close(), or -1 after a warning.
 */
int kernel_file_open(struct kernel_file *file, const char *name);
void kernel_file_close(struct kernel_file *file);

/* Makes sure that file->image tells all that can be known, for which it may have to be unpacked. */
void kernel_file_tell(struct kernel_file *file);

/* The configuration that is in the kernel, *text to be freed. False: there is none. */
bool kernel_file_config(struct kernel_file *file, char **text, size_t *size);

/*
 * The same from a file of its own, plain or by gzip as /proc/config.gz is. Returns 0, or -1 after a
 * warning.
 */
int kernel_file_config_of(const char *name, char **text, size_t *size);

#endif
