/* SPDX-License-Identifier: MIT */
/*
 * A bill of materials as SPDX 2.3 has it, in JSON (spdx.github.io/spdx-spec/v2.3). The document
 * describes the image, a package that contains the files; each file is generated from the Debian
 * packages that it is of; or from Lull, where packer makes it; or from Linux, the kernel and its
 * modules. Of those packages the image has but some files, so they are packages without files
 * (7.8). What is not a regular file has no place in SPDX and stands in an annotation of the image.
 * Pure.
 *
 * Names are those of spdx_names.h.
 */
#ifndef LULL_PACKER_SPDX_H
#define LULL_PACKER_SPDX_H

#include <stddef.h>
#include <stdint.h>

#include "sbom/digest.h"

struct owners;
struct owners_package;

enum spdx_maker { SPDX_UNKNOWN, SPDX_LULL, SPDX_LINUX };

struct spdx_file {
	const char *path; /* with a slash in front */
	const struct digest *digest;
	size_t number;	       /* among those that `owners` tells of */
	enum spdx_maker maker; /* if it is of none of its packages */
};

struct spdx {
	const char *name;	    /* of the image */
	const struct digest *image; /* NULL: it is a directory */
	uint32_t time;		    /* in seconds since 1970 */
	const char *version;	    /* of Lull */
	const struct spdx_file *files;
	size_t count;
	const struct owners *owners;
	const char *others;		/* what is in the image beside files, a line each */
	const struct spdx_file *kernel; /* that is to boot the image; NULL: not known */
	const char *kernel_release;	/* "": not known */
};

/*
 * The document, to be freed. It depends on nothing else, and its namespace is made of its own
 * bytes, so that no two documents have one.
 */
char *spdx_write(const struct spdx *spdx);

/*
 * A path, "./" in front, with bytes that are no printable ASCII, and %, as % and two digits (RFC
 * 3986).
 */
char *spdx_names_file(const char *path);

/*
 * "SPDXRef-KIND-NAME", where all of `name` but letters, digits and "." is "-" and two digits: one
 * name, one identifier, the same in every document.
 */
char *spdx_names_id(const char *kind, const char *name);
char *spdx_names_package_id(const struct owners_package *package);

/* The package's URL, by the rules for type deb (package-url/purl-spec). */
char *spdx_names_url(const struct owners *owners, const struct owners_package *package);

/* Who supplies it, "Organization: NAME (MAIL)" of "NAME <MAIL>"; not ASCII if the name is not. */
char *spdx_names_supplier(const struct owners_package *package);

#endif
