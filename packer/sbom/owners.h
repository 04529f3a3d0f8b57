/* SPDX-License-Identifier: MIT */
/*
 * Finds the Debian packages that own files, in the source's dpkg database. Without a database,
 * files have no owner.
 */
#ifndef LULL_PACKER_OWNERS_H
#define LULL_PACKER_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sbom/dpkg.h"

struct source;

/* A package's fields in the database; NULL: missing. */
struct owners_package {
	char *name;
	char *architecture;
	char *version;
	char *source; /* the source package, with its version if that differs */
	char *maintainer;
};

/* A path to look up, of a file that may have several. */
struct owners_file {
	const char *path; /* below the source's root, without links in it */
	size_t number;	  /* of the file */
};

struct owners_pair {
	size_t file; /* its number */
	size_t package;
};

struct owners {
	struct owners_package *packages; /* the owners, sorted by the names of their lists */
	size_t count;
	struct owners_pair *pairs; /* sorted by file, without duplicates */
	size_t pair_count;
	char *vendor;  /* ID of os-release(5); NULL: missing */
	char *release; /* VERSION_ID of os-release(5); NULL: missing */
};

/* Returns 0, and the caller passes `owners` to owners_free(); or -1 after a warning. */
int owners_find(struct owners *owners, const struct source *source, const struct owners_file *files,
		size_t count);
void owners_free(struct owners *owners);

/* A name of the file number `file`. */
struct owner_name {
	char *name;
	size_t length;
	uint64_t hash;
	size_t file;
	const char *package; /* NULL: any package may list it; else see is_only */
	bool is_only;	     /* only that package may list it; else only other packages */
	struct owner_name *next;
};

struct owner_link {
	char *from, *to; /* "/bin", "/usr/bin" */
};

struct owner_diversion {
	char *from, *to, *package; /* paths without links */
};

struct owner_names {
	struct owner_name **buckets;
	size_t bucket_count; /* a power of 2 */
	struct owner_link *links;
	size_t link_count;
	struct owner_diversion *diversions;
	size_t diversion_count;
};

/* Initializes `names` for about `files` files. The caller passes it to owner_names_free(). */
void owner_names_start(struct owner_names *names, size_t files);
void owner_names_free(struct owner_names *names);

/*
 * Add, in this order, the directories that are links, the diversions, and the files, by their paths
 * without links.
 */
void owner_names_add_link(struct owner_names *names, const char *from, const char *to);
void owner_names_add_diversion(struct owner_names *names, const struct dpkg_diversion *diversion);
void owner_names_add(struct owner_names *names, const char *path, size_t file);

/*
 * Returns the next name after `last`, initially NULL, that matches the `line` in a package's list;
 * NULL at the end.
 */
const struct owner_name *owner_names_find(const struct owner_names *names, struct dpkg_text line,
					  struct dpkg_text package, const struct owner_name *last);

#endif
