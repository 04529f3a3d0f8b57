/* SPDX-License-Identifier: MIT */
/*
 * Parsers of the files of dpkg's database, /var/lib/dpkg:
 *
 *	status		stanzas of lines "FIELD: VALUE", one per package, separated by empty
 *			lines (deb-control(5))
 *	info/NAME.list	the paths of a package's files, one per line; called
 *			NAME:ARCHITECTURE.list if several architectures may be installed
 *	diversions	three lines each: a path, the path to which it is diverted for the files
 *			of other packages, and the package that owns the path itself, or ":"
 *			for none (dpkg-divert(1))
 *
 * and of os-release(5). Pure.
 */
#ifndef LULL_PACKER_DPKG_H
#define LULL_PACKER_DPKG_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a file; `at` NULL: missing. */
struct dpkg_text {
	const char *at;
	size_t length;
};

bool dpkg_text_is(struct dpkg_text text, const char *string);

struct dpkg_stanza {
	struct dpkg_text package, architecture, version, source, maintainer;
};

struct dpkg_diversion {
	struct dpkg_text from, to, package;
};

/* Remove the next line, stanza or diversion from `rest`. Return false at the end. */
bool dpkg_line(struct dpkg_text *rest, struct dpkg_text *line);
bool dpkg_stanza(struct dpkg_text *rest, struct dpkg_stanza *stanza);
bool dpkg_diversion(struct dpkg_text *rest, struct dpkg_diversion *diversion);

/* Parses the name of a list; the architecture is optional. Returns false for another name. */
bool dpkg_list_name(const char *file, struct dpkg_text *package, struct dpkg_text *architecture);

/*
 * Returns the value of KEY=VALUE in os-release, without quotes; missing if it contains anything but
 * letters, digits, ".", "_" and "-".
 */
struct dpkg_text dpkg_os_release(struct dpkg_text text, const char *key);

#endif
