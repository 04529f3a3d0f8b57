/* SPDX-License-Identifier: MIT */
/* Which Debian packages files are of, by dpkg's database of the source; of none where there is no database. */
#ifndef LULL_PACKER_OWNERS_H
#define LULL_PACKER_OWNERS_H

#include <stddef.h>

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
int owners_find(struct owners *owners, const struct source *source, const struct owners_file *files, size_t count);
void owners_free(struct owners *owners);

#endif
