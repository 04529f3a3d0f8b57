/* SPDX-License-Identifier: MIT */
/*
 * Checks an image against the kernel that is to boot it: its configuration against the table of
 * needs (needs.h); each file's machine, minimum kernel version and processor level; and the kernel
 * that each module is for.
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
	FINDING_WARNING, /* something fails when it is used */
	FINDING_ERROR,	 /* it does not run */
};

struct finding {
	enum finding_level level;
	char *path;    /* the first file of the highest level; NULL: the finding is about the whole
			  image */
	size_t more;   /* number of other files */
	char *subject; /* the parts of the files that need the feature in `text`, "a, b"; NULL:
			  `text` is about the files */
	char *text;
	const char *last; /* the last path added */
};

struct findings {
	struct finding *all; /* in the order found */
	size_t count;
};

/*
 * Adds a file, a subject in it, and a text. A text that was added before is merged into its
 * finding, which gets the higher level. Strings are copied, but `path` must stay valid; it and
 * `subject` may be NULL.
 */
void findings_add(struct findings *findings, enum finding_level level, const char *path,
		  const char *subject, const char *text);
void findings_free(struct findings *findings);

/* The finding as one line, to be freed: "PATH and N more: SUBJECT needs TEXT". */
char *findings_line(const struct finding *finding);

/* A regular file of the image. */
struct kernel_proof_file {
	const char *path;
	enum finding_level level; /* of the finding if the kernel cannot execute it */
	bool is_executable;	  /* by its mode */
	bool is_script;		  /* it begins with #! */
	const struct elf *elf;	  /* NULL: not ELF */
	/* The bytes of a module, compressed or not: */
	const unsigned char *data;
	size_t size;
};

/* A module of the image. */
struct kernel_proof_module {
	const char *path;
	char *name, *needs; /* owned; names separated by commas, NULL: none */
};

struct kernel_proof {
	const struct kernel *kernel;
	struct needs needs;
	const struct needs_row *
	    *symbols; /* rows of functions that the kernel lacks something for, sorted by name */
	size_t symbol_count;
	struct findings findings;
	/* Files that a strict loader refuses; errors if such a loader is in the image: */
	struct findings by_loader;
	bool loader_is_strict;
	/*
	 * For comparison: facts of one of the kernel's own modules; without one, the expected start
	 * of its vermagic:
	 */
	bool own_is_read;
	char *own_vermagic;
	uint64_t own_layout;
	char *own_start;
	struct module_tree
	    *tree; /* of the kernel; NULL: it has none, or nothing was compared with it */
	struct kernel_proof_module *modules;
	size_t module_count;
};

/* `kernel` must stay valid until kernel_proof_end(). */
void kernel_proof_start(struct kernel_proof *proof, const struct kernel *kernel);
void kernel_proof_end(struct kernel_proof *proof);

/* Checks a compression method of the image or of a part of it. */
void kernel_proof_method(struct kernel_proof *proof, const char *method);

/* Checks the needs of all images and, if is_own, those of Lull's init. */
void kernel_proof_init(struct kernel_proof *proof, bool is_own);

/* Checks a file; its path must stay valid. */
void kernel_proof_file(struct kernel_proof *proof, const struct kernel_proof_file *file);

/* Checks a block device's node. */
void kernel_proof_block(struct kernel_proof *proof, const char *path);

/*
 * Returns whether kernel_proof_file() needs the bytes of the file at `path`, as it may be a module.
 */
bool kernel_proof_is_module(const char *path);

/*
 * Prints one line for each finding, errors first: "BEFORE FINDING", with "warning: " or "note: " in
 * place of `before` for lower levels, after `image` unless that is NULL. Returns the number of
 * errors.
 */
size_t kernel_proof_report(struct kernel_proof *proof, const char *image, const char *before);

/*
 * Checks the planned files, once all are planned, and the compression method of the image (NULL:
 * none), and prints the findings. Returns the number of errors.
 */
size_t kernel_plan_prove(struct closure *closure, const struct kernel *kernel, bool init_is_own,
			 const char *method);

#endif
