/* SPDX-License-Identifier: MIT */
#include "sbom/spdx_names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "sbom/owners.h"

static bool
is_kept(unsigned char c, const char *kept)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr(kept, c) != NULL;
}

/* The string with all but letters, digits and what is in `kept` as `mark` and two hexadecimal digits. */
static char *
encode(const char *string, const char *kept, char mark)
{
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = memory_get(3 * strlen(string) + 1, 1), *to = encoded;

	for (; *string != '\0'; string++) {
		unsigned char c = (unsigned char)*string;
		if (is_kept(c, kept)) {
			*to++ = (char)c;
			continue;
		}
		*to++ = mark;
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	return encoded;
}

char *
spdx_names_text(const char *string)
{
	return encode(string, " !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~", '%');
}

char *
spdx_names_file(const char *path)
{
	char *text = spdx_names_text(path), *name = memory_format(".%s", text);

	free(text);
	return name;
}

char *
spdx_names_id(const char *kind, const char *name)
{
	char *encoded = encode(name, ".", '-'), *id = memory_format("SPDXRef-%s-%s", kind, encoded);

	free(encoded);
	return id;
}

char *
spdx_names_package_id(const struct owners_package *package)
{
	const char *architecture = package->architecture;
	char *name = memory_format("%s:%s", package->name, architecture != NULL ? architecture : "");
	char *id = spdx_names_id("Package", name);

	free(name);
	return id;
}

/* Appends a part of a URL, if there is one; takes `url`. */
static char *
append(char *url, const char *before, const char *part)
{
	if (part == NULL)
		return url;
	char *encoded = encode(part, "-._~:", '%'), *longer = memory_format("%s%s%s", url, before, encoded);
	free(encoded);
	free(url);
	return longer;
}

char *
spdx_names_url(const struct owners *owners, const struct owners_package *package)
{
	const char *vendor = owners->vendor != NULL ? owners->vendor : "debian";
	char *url = append(append(memory_copy("pkg:deb"), "/", vendor), "/", package->name);

	url = append(append(url, "@", package->version), "?arch=", package->architecture);
	if (owners->release != NULL) {
		char *system = memory_format("%s-%s", vendor, owners->release);
		url = append(url, package->architecture != NULL ? "&distro=" : "?distro=", system);
		free(system);
	}
	return url;
}

char *
spdx_names_supplier(const struct owners_package *package)
{
	if (package->maintainer == NULL)
		return memory_copy("NOASSERTION");
	char *supplier = memory_format("Organization: %s", package->maintainer), *mail = strrchr(supplier, '<');
	if (mail != NULL && supplier[strlen(supplier) - 1] == '>') {
		*mail = '(';
		supplier[strlen(supplier) - 1] = ')';
	}
	return supplier;
}
