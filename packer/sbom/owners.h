/* SPDX-License-Identifier: MIT */
/*
 * Which Debian packages files are of, by dpkg's database of the source; of none where there is no
 * database.
 */
#ifndef LULL_PACKER_OWNERS_H
#define LULL_PACKER_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sbom/dpkg.h"

struct source;

/* What the database tells of a package; NULL where it does not. */
struct owners_package {
	char *name;
	char *architecture;
	char *version;
	char *source; /* the source package, with its version where it has another */
	char *maintainer;
};

/* A path that is asked about, of a file which may have several. */
struct owners_file {
	const char *path; /* below the source's root, without links in it */
	size_t number;	  /* of the file */
};

struct owners_pair {
	size_t file; /* its number */
	size_t package;
};

struct owners {
	struct owners_package *packages; /* that own any, sorted by the names of their lists */
	size_t count;
	struct owners_pair *pairs; /* sorted by file, each once */
	size_t pair_count;
	char *vendor;  /* who made the system, ID of os-release(5); NULL: it does not say */
	char *release; /* and its VERSION_ID */
};

/* Returns 0 with `owners` to be given to owners_free(), or -1 after a warning. */
int owners_find(struct owners *owners, const struct source *source, const struct owners_file *files,
		size_t count);
void owners_free(struct owners *owners);

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

/*
 * A directory that is a link to another; then what is diverted; then the files, by their paths
 * without links.
 */
void owner_names_add_link(struct owner_names *names, const char *from, const char *to);
void owner_names_add_diversion(struct owner_names *names, const struct dpkg_diversion *diversion);
void owner_names_add(struct owner_names *names, const char *path, size_t file);

/*
 * The first file that a package has listed as `line`, after `last`, which is NULL at first; NULL:
 * there is none more.
 */
const struct owner_name *owner_names_find(const struct owner_names *names, struct dpkg_text line,
					  struct dpkg_text package, const struct owner_name *last);

#endif
