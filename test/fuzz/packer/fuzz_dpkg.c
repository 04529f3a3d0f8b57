/* SPDX-License-Identifier: MIT */
/* Any bytes as each of dpkg's files: results point into them, and each step makes progress. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sbom/dpkg.h"
#include "sbom/owners.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dpkg_text all;

static void
check(struct dpkg_text text)
{
	if (text.at != NULL && (text.at < all.at || text.at + text.length > all.at + all.length))
		abort();
}

static void
check_stanzas(void)
{
	struct dpkg_text rest = all;
	struct dpkg_stanza stanza;

	for (size_t left = rest.length; dpkg_stanza(&rest, &stanza); left = rest.length) {
		if (rest.length >= left)
			abort();
		check(rest);
		check(stanza.package);
		check(stanza.architecture);
		check(stanza.version);
		check(stanza.source);
		check(stanza.maintainer);
	}
}

/* Returns whether a package has file number `file` by this name. */
static bool
is_found(const struct owner_names *names, struct dpkg_text line, const char *package, size_t file)
{
	const struct dpkg_text of = {package, strlen(package)};

	for (const struct owner_name *name = NULL;
	     (name = owner_names_find(names, line, of, name)) != NULL;)
		if (name->file == file)
			return true;
	return false;
}

/* The lines of a list: without diversions each is found under its own name. */
static void
check_names(bool are_diverted)
{
	struct dpkg_text rest = all, line;
	struct dpkg_diversion diversion;
	struct owner_names names;
	size_t count = 0;

	owner_names_start(&names, 4);
	owner_names_add_link(&names, "/bin", "/usr/bin");
	while (are_diverted && dpkg_diversion(&rest, &diversion) && count++ < 8)
		owner_names_add_diversion(&names, &diversion);
	rest = all;
	for (count = 0; dpkg_line(&rest, &line) && count < 64; count++) {
		char *path = strndup(line.at, line.length);
		if (path == NULL)
			abort();
		check(line);
		line = (struct dpkg_text){path, strlen(path)};
		owner_names_add(&names, path, count);
		if (!is_found(&names, line, "a", count) && !are_diverted)
			abort();
		free(path);
	}
	owner_names_free(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dpkg_text package, architecture;
	char *bytes = malloc(size + 1);

	if (bytes == NULL)
		return 0;
	memcpy(bytes, data, size);
	bytes[size] = '\0';
	all = (struct dpkg_text){bytes, size};
	check_stanzas();
	check_names(false);
	check_names(true);
	check(dpkg_os_release(all, "ID"));
	if (dpkg_list_name(bytes, &package, &architecture)) {
		check(package);
		check(architecture);
	}
	free(bytes);
	return 0;
}
