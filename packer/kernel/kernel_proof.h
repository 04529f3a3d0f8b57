/* SPDX-License-Identifier: MIT */
/*
 * The proof before boot: what an image holds against the kernel that is to boot it. Its
 * configuration, for all that the table of needs tells (needs.h), and for each file machine, age
 * and processor, and what kernel a module is for.
 */
#ifndef LULL_PACKER_KERNEL_PROOF_H
#define LULL_PACKER_KERNEL_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/module_tree.h"
#include "kernel/needs.h"

struct closure;
struct elf;
struct kernel;

enum finding_level {
	FINDING_NOTE,	 /* may matter */
	FINDING_WARNING, /* something will fail if it is asked for */
	FINDING_ERROR,	 /* it will not run */
};

struct finding {
	enum finding_level level;
	char *path;    /* the first of those of the highest level; NULL: it is about the whole */
	size_t more;   /* other files */
	char *subject; /* what in them needs what the text names, "a, b"; NULL: the text is about
			  the files */
	char *text;
	const char *last; /* the path that was added last */
};

struct findings {
	struct finding *all; /* in the order in which they were found */
	size_t count;
};

/*
 * Adds a file, what in it, and a text. The same text again is the same finding, of the highest
 * level. Strings are copied, but `path` must stay; it and `subject` may be NULL.
 */
void findings_add(struct findings *findings, enum finding_level level, const char *path,
		  const char *subject, const char *text);
void findings_free(struct findings *findings);

/* The finding as one line, to be freed: "PATH and N more: SUBJECT needs TEXT". */
char *findings_line(const struct finding *finding);

/* A regular file of the image. */
struct kernel_proof_file {
	const char *path;
	enum finding_level level; /* how bad it is if it cannot be executed */
	bool is_executable;	  /* by its mode */
	bool is_script;		  /* it begins with #!, */
	const struct elf *elf;	  /* or is ELF; NULL: neither */
	/* Of a module the bytes, packed or not: */
	const unsigned char *data;
	size_t size;
};

/* A module of the image. */
struct kernel_proof_module {
	const char *path;
	char *name, *needs; /* owned; names with commas between, NULL: none */
};

struct kernel_proof {
	const struct kernel *kernel;
	struct needs needs;
	const struct needs_row *
	    *symbols; /* of functions that the kernel lacks something for, sorted by name */
	size_t symbol_count;
	struct findings findings;
	/* What a loader refuses, which is an error if there is such a loader in the image: */
	struct findings by_loader;
	bool loader_is_strict;
	/*
	 * For comparison, what a module of the kernel's own says; where there is none, how that
	 * would begin:
	 */
	bool own_is_read;
	char *own_vermagic;
	uint64_t own_layout;
	char *own_start;
	const struct module_tree
	    *tree; /* of the kernel; NULL where it has none, or nothing was compared with it */
	struct kernel_proof_module *modules;
	size_t module_count;
};

/* Begins with a kernel, which must stay until kernel_proof_end(). */
void kernel_proof_start(struct kernel_proof *proof, const struct kernel *kernel);
void kernel_proof_end(struct kernel_proof *proof);

/* A method by which the image is compressed, or a part of it. */
void kernel_proof_method(struct kernel_proof *proof, const char *method);

/* What all images need, and if so what Lull's own init needs. */
void kernel_proof_init(struct kernel_proof *proof, bool is_own);

/* A file; its path must stay. */
void kernel_proof_file(struct kernel_proof *proof, const struct kernel_proof_file *file);

/* A block device's node. */
void kernel_proof_block(struct kernel_proof *proof, const char *path);

/* Whether the path may be that of a module, of which kernel_proof_file() needs the bytes. */
bool kernel_proof_is_module(const char *path);

/*
 * Warns of all findings, the errors first, a line each: "BEFORE FINDING", with "warning: " or
 * "note: " instead of `before` for lesser ones, and `image` in front of all, unless it is NULL.
 * Returns the number of errors.
 */
size_t kernel_proof_tell(struct kernel_proof *proof, const char *image, const char *before);

/* For these, where they are in files of their own: */

/*
 * Warns of all that the kernel lacks for the planned files, once all are planned, and for the
 * method by which the image will be compressed, NULL: by none. Returns the number of things for
 * which no image may be made.
 */
size_t kernel_plan_prove(struct closure *closure, const struct kernel *kernel, bool init_is_own,
			 const char *method);

#endif
