/* SPDX-License-Identifier: MIT */
#include "sbom/spdx.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/memory.h"
#include "sbom/owners.h"

/* Names and identifiers in a bill of materials (spdx.h). All strings are to be freed. Pure. */

static bool
is_kept(unsigned char c, const char *kept)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       strchr(kept, c) != NULL;
}

/*
 * Returns the string with each byte except letters, digits and those in `kept` replaced by `mark`
 * and two hexadecimal digits.
 */
static char *
encode(const char *string, const char *kept, char mark)
{
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = xcalloc(3 * strlen(string) + 1, 1), *to = encoded;

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

/* Returns the string with each byte except printable ASCII, and %, encoded as in URLs. */
static char *
spdx_names_text(const char *string)
{
	return encode(string, " !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~", '%');
}

char *
spdx_names_file(const char *path)
{
	char *text = spdx_names_text(path), *name = xasprintf(".%s", text);

	free(text);
	return name;
}

char *
spdx_names_id(const char *kind, const char *name)
{
	char *encoded = encode(name, ".", '-'), *id = xasprintf("SPDXRef-%s-%s", kind, encoded);

	free(encoded);
	return id;
}

char *
spdx_names_package_id(const struct owners_package *package)
{
	const char *architecture = package->architecture;
	char *name = xasprintf("%s:%s", package->name, architecture != NULL ? architecture : "");
	char *id = spdx_names_id("Package", name);

	free(name);
	return id;
}

/* Appends `before` and `part` to a URL unless `part` is NULL; takes ownership of `url`. */
static char *
append_url_part(char *url, const char *before, const char *part)
{
	if (part == NULL)
		return url;
	char *encoded = encode(part, "-._~:", '%'),
	     *longer = xasprintf("%s%s%s", url, before, encoded);
	free(encoded);
	free(url);
	return longer;
}

char *
spdx_names_url(const struct owners *owners, const struct owners_package *package)
{
	const char *vendor = owners->vendor != NULL ? owners->vendor : "debian";
	char *url =
	    append_url_part(append_url_part(xstrdup("pkg:deb"), "/", vendor), "/", package->name);

	url = append_url_part(append_url_part(url, "@", package->version),
			      "?arch=", package->architecture);
	if (owners->release != NULL) {
		char *system = xasprintf("%s-%s", vendor, owners->release);
		url = append_url_part(
		    url, package->architecture != NULL ? "&distro=" : "?distro=", system);
		free(system);
	}
	return url;
}

char *
spdx_names_supplier(const struct owners_package *package)
{
	if (package->maintainer == NULL)
		return xstrdup("NOASSERTION");
	char *supplier = xasprintf("Organization: %s", package->maintainer),
	     *mail = strrchr(supplier, '<');
	if (mail != NULL && supplier[strlen(supplier) - 1] == '>') {
		*mail = '(';
		supplier[strlen(supplier) - 1] = ')';
	}
	return supplier;
}

#define DOCUMENT "SPDXRef-DOCUMENT"
#define IMAGE "SPDXRef-Image"
#define KERNEL "SPDXRef-Kernel"
#define LULL "SPDXRef-Package-lull"
#define LINUX "SPDXRef-Package-linux"
#define UNKNOWN "NOASSERTION"

/* A document that is being written. */
struct writing {
	const struct spdx *spdx;
	char created[sizeof("2106-02-07T06:28:15Z")];
	char **package_ids; /* as spdx->owners->packages */
	json_t *packages, *files, *relationships;
	bool needs_lull, needs_linux; /* whether to add these packages */
};

/* Exits if `json` is NULL: only lack of memory causes that. */
static json_t *
check_json(json_t *json)
{
	if (json == NULL)
		memory_die();
	return json;
}

/* Returns a JSON string of any bytes; a string that is not UTF-8 is encoded as in URLs. */
static json_t *
json_text(const char *string)
{
	json_t *json = json_string(string);

	if (json != NULL)
		return json;
	char *encoded = spdx_names_text(string);
	json = check_json(json_string(encoded));
	free(encoded);
	return json;
}

static json_t *
checksums(const struct digest *digest)
{
	return check_json(json_pack("[{s:s,s:s},{s:s,s:s}]", "algorithm", "SHA1", "checksumValue",
				    digest->sha1, "algorithm", "SHA256", "checksumValue",
				    digest->sha256));
}

static void
add_relationship(struct writing *writing, const char *from, const char *how, const char *to)
{
	json_array_append_new(
	    writing->relationships,
	    check_json(json_pack("{s:s,s:s,s:s}", "spdxElementId", from, "relationshipType", how,
				 "relatedSpdxElement", to)));
}

/* A package without files. */
static json_t *
add_package(struct writing *writing, const char *id, const char *name, const char *version,
	    const char *supplier)
{
	json_t *package = check_json(json_pack(
	    "{s:s,s:o,s:o,s:s,s:b,s:s,s:s,s:s}", "SPDXID", id, "name", json_text(name), "supplier",
	    json_text(supplier), "downloadLocation", UNKNOWN, "filesAnalyzed", 0,
	    "licenseConcluded", UNKNOWN, "licenseDeclared", UNKNOWN, "copyrightText", UNKNOWN));

	if (version != NULL && version[0] != '\0')
		json_object_set_new(package, "versionInfo", json_text(version));
	json_array_append_new(writing->packages, package);
	return package;
}

static void
add_owner(struct writing *writing, const struct owners_package *package, const char *id)
{
	char *supplier = spdx_names_supplier(package),
	     *url = spdx_names_url(writing->spdx->owners, package);
	char *source = xasprintf("built from the source package %s",
				 package->source != NULL ? package->source : package->name);
	json_t *json = add_package(writing, id, package->name, package->version, supplier);

	json_object_set_new(json, "sourceInfo", json_text(source));
	json_object_set_new(
	    json, "externalRefs",
	    check_json(json_pack("[{s:s,s:s,s:s}]", "referenceCategory", "PACKAGE-MANAGER",
				 "referenceType", "purl", "referenceLocator", url)));
	add_relationship(writing, IMAGE, "CONTAINS", id);
	free(supplier);
	free(source);
	free(url);
}

/* Relates a file to its origin: its packages, Lull, Linux, or unknown. */
static void
add_origin(struct writing *writing, const struct spdx_file *file, const char *id)
{
	const struct owners *owners = writing->spdx->owners;
	size_t low = 0, high = owners->pair_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (owners->pairs[middle].file < file->number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < owners->pair_count && owners->pairs[low].file == file->number) {
		for (; low < owners->pair_count && owners->pairs[low].file == file->number; low++)
			add_relationship(writing, id, "GENERATED_FROM",
					 writing->package_ids[owners->pairs[low].package]);
		return;
	}
	writing->needs_lull |= file->maker == SPDX_LULL;
	writing->needs_linux |= file->maker == SPDX_LINUX;
	add_relationship(writing, id, "GENERATED_FROM",
			 file->maker == SPDX_LULL    ? LULL
			 : file->maker == SPDX_LINUX ? LINUX
						     : UNKNOWN);
}

static void
add_file(struct writing *writing, const struct spdx_file *file, const char *id)
{
	char *name = spdx_names_file(file->path);

	json_array_append_new(
	    writing->files,
	    check_json(json_pack("{s:s,s:s,s:o,s:s,s:[s],s:s}", "SPDXID", id, "fileName", name,
				 "checksums", checksums(file->digest), "licenseConcluded", UNKNOWN,
				 "licenseInfoInFiles", UNKNOWN, "copyrightText", UNKNOWN)));
	free(name);
}

static int
by_string(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Computes the SHA-1 of the files' sorted SHA-1 sums (7.9). */
static void
find_verification_code(const struct spdx *spdx, struct digest *code)
{
	enum { DIGITS = sizeof(code->sha1) - 1 };
	const char **sums = xcalloc(spdx->count, sizeof(*sums));
	char *all = xcalloc(spdx->count, DIGITS);

	for (size_t i = 0; i < spdx->count; i++)
		sums[i] = spdx->files[i].digest->sha1;
	if (spdx->count > 0)
		qsort(sums, spdx->count, sizeof(*sums), by_string);
	for (size_t i = 0; i < spdx->count; i++)
		memcpy(all + i * DIGITS, sums[i], DIGITS);
	digest_bytes(code, all, spdx->count * DIGITS);
	free(all);
	free(sums);
}

static void
add_image(struct writing *writing)
{
	const struct spdx *spdx = writing->spdx;
	struct digest code;

	find_verification_code(spdx, &code);
	json_t *image = check_json(
	    json_pack("{s:s,s:o,s:s,s:s,s:b,s:{s:s},s:s,s:s,s:[s],s:s}", "SPDXID", IMAGE, "name",
		      json_text(spdx->name), "supplier", UNKNOWN, "downloadLocation", UNKNOWN,
		      "filesAnalyzed", 1, "packageVerificationCode", "packageVerificationCodeValue",
		      code.sha1, "licenseConcluded", UNKNOWN, "licenseDeclared", UNKNOWN,
		      "licenseInfoFromFiles", UNKNOWN, "copyrightText", UNKNOWN));
	if (spdx->image != NULL) {
		json_object_set_new(image, "packageFileName", json_text(spdx->name));
		json_object_set_new(image, "checksums", checksums(spdx->image));
	}
	char *tool = xasprintf("Tool: packer-%s", spdx->version);
	char *comment = xasprintf("Beside files there are:\n%s", spdx->others);
	json_object_set_new(image, "annotations",
			    check_json(json_pack("[{s:s,s:s,s:s,s:s}]", "annotationDate",
						 writing->created, "annotationType", "OTHER",
						 "annotator", tool, "comment", comment)));
	json_array_append_new(writing->packages, image);
	add_relationship(writing, DOCUMENT, "DESCRIBES", IMAGE);
	free(comment);
	free(tool);
}

static void
add_all(struct writing *writing)
{
	const struct spdx *spdx = writing->spdx;

	add_image(writing);
	for (size_t i = 0; i < spdx->owners->count; i++)
		add_owner(writing, &spdx->owners->packages[i], writing->package_ids[i]);
	for (size_t i = 0; i < spdx->count; i++) {
		char *id = spdx_names_id("File", spdx->files[i].path + 1);
		add_file(writing, &spdx->files[i], id);
		add_relationship(writing, IMAGE, "CONTAINS", id);
		add_origin(writing, &spdx->files[i], id);
		free(id);
	}
	if (spdx->kernel != NULL) {
		add_file(writing, spdx->kernel, KERNEL);
		add_relationship(writing, DOCUMENT, "DESCRIBES", KERNEL);
		add_relationship(writing, IMAGE, "HAS_PREREQUISITE", KERNEL);
		add_origin(writing, spdx->kernel, KERNEL);
	}
	if (writing->needs_lull) {
		json_object_set_new(add_package(writing, LULL, "lull", spdx->version, UNKNOWN),
				    "licenseDeclared", json_text("MIT"));
		add_relationship(writing, IMAGE, "CONTAINS", LULL);
	}
	if (writing->needs_linux)
		add_package(writing, LINUX, "linux", spdx->kernel_release, UNKNOWN);
}

/* Returns the document's text, to be freed. */
static char *
dump_document(const json_t *document)
{
	char *dumped = json_dumps(document, JSON_INDENT(2));

	if (dumped == NULL)
		memory_die();
	return dumped;
}

/* Returns the document's text. Its namespace contains the hash of the rest of it. */
static char *
write_document(const struct writing *writing)
{
	const struct spdx *spdx = writing->spdx;
	char *tool = xasprintf("Tool: packer-%s", spdx->version),
	     *id = spdx_names_id("", spdx->name);
	json_t *document = check_json(
	    json_pack("{s:s,s:s,s:s,s:o,s:s,s:{s:s,s:[s]},s:O,s:O,s:O}", "spdxVersion", "SPDX-2.3",
		      "dataLicense", "CC0-1.0", "SPDXID", DOCUMENT, "name", json_text(spdx->name),
		      "documentNamespace", "", "creationInfo", "created", writing->created,
		      "creators", tool, "packages", writing->packages, "files", writing->files,
		      "relationships", writing->relationships));
	struct digest digest;
	char *dumped = dump_document(document);

	digest_bytes(&digest, dumped, strlen(dumped));
	free(dumped);
	char *space =
	    xasprintf("https://spdx.org/spdxdocs/%s-%s", id + strlen("SPDXRef--"), digest.sha256);
	json_object_set_new(document, "documentNamespace", json_text(space));
	dumped = dump_document(document);
	json_decref(document);
	free(space);
	free(tool);
	free(id);
	return dumped;
}

char *
spdx_write(const struct spdx *spdx)
{
	struct writing writing = {.spdx = spdx,
				  .packages = check_json(json_array()),
				  .files = check_json(json_array()),
				  .relationships = check_json(json_array())};
	const time_t time = spdx->time;
	struct tm broken;

	gmtime_r(&time, &broken);
	strftime(writing.created, sizeof(writing.created), "%Y-%m-%dT%H:%M:%SZ", &broken);
	writing.package_ids = xcalloc(spdx->owners->count, sizeof(*writing.package_ids));
	for (size_t i = 0; i < spdx->owners->count; i++)
		writing.package_ids[i] = spdx_names_package_id(&spdx->owners->packages[i]);
	add_all(&writing);
	char *document = write_document(&writing);
	for (size_t i = 0; i < spdx->owners->count; i++)
		free(writing.package_ids[i]);
	free(writing.package_ids);
	json_decref(writing.packages);
	json_decref(writing.files);
	json_decref(writing.relationships);
	return document;
}
