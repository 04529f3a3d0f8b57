/* SPDX-License-Identifier: MIT */
/*
 * A bill of materials in SPDX 2.3, in JSON (spdx.github.io/spdx-spec/v2.3). The document describes
 * the image, a package that contains the files. Each file is generated from the Debian packages
 * that own it; from Lull, if packer makes it; or from Linux: the kernel and its modules. The image
 * contains only some files of those packages, so they are packages without files (7.8). SPDX cannot
 * describe entries other than regular files, so an annotation of the image lists them. Pure.
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
	size_t number;	       /* its number in `owners` */
	enum spdx_maker maker; /* used if no package owns it */
};

struct spdx {
	const char *name;	    /* of the image */
	const struct digest *image; /* NULL: it is a directory */
	uint32_t time;		    /* in seconds since 1970 */
	const char *version;	    /* of Lull */
	const struct spdx_file *files;
	size_t count;
	const struct owners *owners;
	const char *others;		/* entries of the image other than files, one per line */
	const struct spdx_file *kernel; /* that will boot the image; NULL: unknown */
	const char *kernel_release;	/* "": unknown */
};

/*
 * Returns the document, to be freed. It depends only on `spdx`. Its namespace contains a hash of
 * the document, so that no two documents share one.
 */
char *spdx_write(const struct spdx *spdx);

/*
 * Returns "." and the path, in which % and bytes that are not printable ASCII are written as % and
 * two digits (RFC 3986).
 */
char *spdx_names_file(const char *path);

/*
 * Returns "SPDXRef-KIND-NAME", where bytes of `name` except letters, digits and "." are written as
 * "-" and two digits: an unambiguous identifier, the same in every document.
 */
char *spdx_names_id(const char *kind, const char *name);
char *spdx_names_package_id(const struct owners_package *package);

/* Returns the package's URL, by the rules for type deb (package-url/purl-spec). */
char *spdx_names_url(const struct owners *owners, const struct owners_package *package);

/* Returns "Organization: NAME (MAIL)" for the maintainer "NAME <MAIL>"; it may not be ASCII. */
char *spdx_names_supplier(const struct owners_package *package);

#endif
