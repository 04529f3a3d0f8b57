/* SPDX-License-Identifier: MIT */
/* How things are called in a bill of materials (spdx.h): all strings are ASCII, and to be freed. Pure. */
#ifndef LULL_PACKER_SPDX_NAMES_H
#define LULL_PACKER_SPDX_NAMES_H

struct owners;
struct owners_package;

/* A path, "./" in front, with bytes that are no printable ASCII, and %, as % and two digits (RFC 3986). */
char *spdx_names_file(const char *path);

/*
 * "SPDXRef-KIND-NAME", where all of `name` but letters, digits and "." is "-" and two digits: one name, one identifier,
 * the same in every document.
 */
char *spdx_names_id(const char *kind, const char *name);
char *spdx_names_package_id(const struct owners_package *package);

/* The package's URL, by the rules for type deb (package-url/purl-spec). */
char *spdx_names_url(const struct owners *owners, const struct owners_package *package);

/* Who supplies it, "Organization: NAME (MAIL)" of "NAME <MAIL>"; not ASCII if the name is not. */
char *spdx_names_supplier(const struct owners_package *package);

/* A string with all but printable ASCII as in paths. */
char *spdx_names_text(const char *string);

#endif
