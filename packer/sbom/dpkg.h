/* SPDX-License-Identifier: MIT */
/*
 * The files of dpkg's database, /var/lib/dpkg:
 *
 *	status           stanzas of lines "FIELD: VALUE", one a package, an empty line between
 *(deb-control(5)) info/NAME.list   paths of a package's files, a line each; NAME:ARCHITECTURE.list
 *where several may be installed diversions       three lines each: a path, where other packages'
 *file of that path is instead, and the package whose file is at the path itself, or ":" for none
 *(dpkg-divert(1))
 *
 * and os-release(5). Pure.
 */
#ifndef LULL_PACKER_DPKG_H
#define LULL_PACKER_DPKG_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a file. NULL: there is none. */
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

/* These take the next line, stanza or diversion off `rest`; false: there is none. */
bool dpkg_line(struct dpkg_text *rest, struct dpkg_text *line);
bool dpkg_stanza(struct dpkg_text *rest, struct dpkg_stanza *stanza);
bool dpkg_diversion(struct dpkg_text *rest, struct dpkg_diversion *diversion);

/* Takes apart the name of a list; its architecture may be none. False: it is not a list's name. */
bool dpkg_list_name(const char *file, struct dpkg_text *package, struct dpkg_text *architecture);

/*
 * The value of KEY=VALUE in os-release, without quotes; none if it has other than letters, digits,
 * ".", "_" and "-".
 */
struct dpkg_text dpkg_os_release(struct dpkg_text text, const char *key);

#endif
