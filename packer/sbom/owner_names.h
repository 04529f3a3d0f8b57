/* SPDX-License-Identifier: MIT */
/*
 * Under which names packages list the files that are asked about. A file of /usr/bin may be listed as one of /bin,
 * where that is a link; a diverted one is listed by the name that it would have had. Pure.
 */
#ifndef LULL_PACKER_OWNER_NAMES_H
#define LULL_PACKER_OWNER_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sbom/dpkg.h"

/* A name of the file number `file`. */
struct owner_name {
	char *name;
	size_t length;
	uint64_t hash;
	size_t file;
	const char *package; /* NULL: any package's; else what the next says */
	bool is_only;	     /* only that package's; otherwise any but that one's */
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

/* For about so many files. To be given to owner_names_free(). */
void owner_names_start(struct owner_names *names, size_t files);
void owner_names_free(struct owner_names *names);

/* A directory that is a link to another; then what is diverted; then the files, by their paths without links. */
void owner_names_add_link(struct owner_names *names, const char *from, const char *to);
void owner_names_add_diversion(struct owner_names *names, const struct dpkg_diversion *diversion);
void owner_names_add(struct owner_names *names, const char *path, size_t file);

/*
 * The first file that a package has listed as `line`, after `last`, which is NULL at first; NULL: there is none more.
 */
const struct owner_name *owner_names_find(const struct owner_names *names, struct dpkg_text line,
					  struct dpkg_text package, const struct owner_name *last);

#endif
