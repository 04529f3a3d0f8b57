/* SPDX-License-Identifier: MIT */
/* Names in bills of materials, and the kernel; test/packer/packer_sbom.bats tests the rest. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/output.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "sbom/digest.h"
#include "sbom/sbom.h"
#include "sbom/spdx.h"

static void
is(char *name, const char *expected)
{
	assert_string_equal(name, expected);
	free(name);
}

static void
writes_names(void **state)
{
	const struct owners debian = {.vendor = "debian", .release = "12"}, none = {.vendor = NULL};
	struct owners_package package = {
	    .name = "libstdc++6", .architecture = "amd64", .version = "1:2~rc+3-4"};

	(void)state;
	is(spdx_names_file("/usr/bin/["), "./usr/bin/[");
	is(spdx_names_file("/a\nb\xff%\x7f c"), "./a%0Ab%FF%25%7F c");
	is(spdx_names_id("File", "usr/a-b_c.1"), "SPDXRef-File-usr-2Fa-2Db-5Fc.1");
	is(spdx_names_id("File", "\xff"), "SPDXRef-File--FF");
	is(spdx_names_package_id(&package), "SPDXRef-Package-libstdc-2B-2B6-3Aamd64");
	is(spdx_names_url(&debian, &package),
	   "pkg:deb/debian/libstdc%2B%2B6@1:2~rc%2B3-4?arch=amd64&distro=debian-12");
	is(spdx_names_url(&none, &package),
	   "pkg:deb/debian/libstdc%2B%2B6@1:2~rc%2B3-4?arch=amd64");
	is(spdx_names_supplier(&package), "NOASSERTION");
	package = (struct owners_package){.name = "a", .maintainer = "A B <a@b.c>"};
	is(spdx_names_url(&debian, &package), "pkg:deb/debian/a?distro=debian-12");
	is(spdx_names_url(&none, &package), "pkg:deb/debian/a");
	is(spdx_names_supplier(&package), "Organization: A B (a@b.c)");
	package.maintainer = "A <b";
	is(spdx_names_supplier(&package), "Organization: A <b");
}

/* The examples of FIPS 180-4. */
static void
computes_digests(void **state)
{
	struct digest digest;

	(void)state;
	digest_bytes(&digest, "abc", 3);
	assert_string_equal(digest.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_string_equal(digest.sha256,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_bytes(&digest, "", 0);
	assert_string_equal(digest.sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	assert_int_equal(digest_file(&digest, "/proc/self/nothing", 0), -1);
}

/* Returns the element of an array whose `key` has this value, or NULL. */
static const json_t *
with(const json_t *array, const char *key, const char *value)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(array, i), key)),
			   value) == 0)
			return json_array_get(array, i);
	return NULL;
}

static bool
is_related(const json_t *document, const char *from, const char *how, const char *to)
{
	const json_t *relationships = json_object_get(document, "relationships");

	for (size_t i = 0; i < json_array_size(relationships); i++) {
		const json_t *relationship = json_array_get(relationships, i);
		if (strcmp(json_string_value(json_object_get(relationship, "spdxElementId")),
			   from) == 0 &&
		    strcmp(json_string_value(json_object_get(relationship, "relationshipType")),
			   how) == 0 &&
		    strcmp(json_string_value(json_object_get(relationship, "relatedSpdxElement")),
			   to) == 0)
			return true;
	}
	return false;
}

/* Returns the bill of a directory with a file and two modules, and of a kernel; no packages. */
static json_t *
make_bill(const char *kernel, const char *release)
{
	static const char *const modules[] = {"/usr/lib/modules/6.1.0-test/kernel/a.ko",
					      "/usr/lib/modules/6.1.0-test2/a.ko", NULL};
	char top[] = "/tmp/test_sbom.XXXXXX", name[64];
	struct plan plan = {.count = 0};
	struct output output;
	struct sbom sbom;
	json_error_t error;

	assert_non_null(mkdtemp(top));
	snprintf(name, sizeof(name), "%s/bill", top);
	const struct source source = {.root = top};
	const struct plan_entry entry = {
	    .path = "/made", .type = PLAN_FILE, .mode = 0644, .content = "abc"};
	assert_non_null(plan_add(&plan, &entry, (struct plan_why){"skeleton", ""}));
	for (const char *const *path = modules; *path != NULL; path++) {
		const struct plan_entry module = {
		    .path = *path, .type = PLAN_FILE, .content = "module"};
		struct plan_entry *added = plan_add(&plan, &module, (struct plan_why){"-m", "a"});
		assert_non_null(added);
		plan_add_origin(&plan, added, "/none/a.ko.xz");
	}
	plan_sort(&plan);
	assert_int_equal(sbom_start(&sbom, &plan, &source, kernel, release), 0);
	assert_int_equal(output_start(&output, name), 0);
	assert_int_equal(sbom_write(&sbom, "dir/tree", -1, 0, &output), 0);
	assert_int_equal(output_commit(&output), 0);
	output_end(&output);
	sbom_end(&sbom);
	plan_free(&plan);
	json_t *document = json_load_file(name, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(document);
	unlink(name);
	rmdir(top);
	return document;
}

static void
describes_a_kernel_of_known_release(void **state)
{
	json_t *document = make_bill("/proc/self/exe", "6.1.0-test");
	const json_t *file = with(json_object_get(document, "files"), "SPDXID", "SPDXRef-Kernel");
	const json_t *package =
	    with(json_object_get(document, "packages"), "SPDXID", "SPDXRef-Package-linux");
	struct digest digest;

	(void)state;
	assert_non_null(file);
	assert_string_equal(json_string_value(json_object_get(file, "fileName")), "./exe");
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_int_equal(digest_descriptor(&digest, fd), 0);
	close(fd);
	assert_string_equal(
	    json_string_value(json_object_get(
		with(json_object_get(file, "checksums"), "algorithm", "SHA256"), "checksumValue")),
	    digest.sha256);
	assert_non_null(package);
	assert_string_equal(json_string_value(json_object_get(package, "versionInfo")),
			    "6.1.0-test");
	assert_true(is_related(document, "SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image"));
	assert_true(is_related(document, "SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Kernel"));
	assert_true(is_related(document, "SPDXRef-Image", "HAS_PREREQUISITE", "SPDXRef-Kernel"));
	assert_true(
	    is_related(document, "SPDXRef-Kernel", "GENERATED_FROM", "SPDXRef-Package-linux"));
	assert_false(is_related(document, "SPDXRef-Image", "CONTAINS", "SPDXRef-Kernel"));
	assert_true(is_related(document,
			       "SPDXRef-File-usr-2Flib-2Fmodules-2F6.1.0-2Dtest-2Fkernel-2Fa.ko",
			       "GENERATED_FROM", "SPDXRef-Package-linux"));
	assert_true(is_related(document, "SPDXRef-File-usr-2Flib-2Fmodules-2F6.1.0-2Dtest2-2Fa.ko",
			       "GENERATED_FROM", "NOASSERTION"));
	json_decref(document);
	document = make_bill("/proc/self/exe", "");
	package = with(json_object_get(document, "packages"), "SPDXID", "SPDXRef-Package-linux");
	assert_non_null(package);
	assert_null(json_object_get(package, "versionInfo"));
	json_decref(document);
}

static void
describes_a_tree_without_kernel(void **state)
{
	json_t *document = make_bill(NULL, "");
	const json_t *image = json_array_get(json_object_get(document, "packages"), 0);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(image, "name")), "tree");
	assert_null(json_object_get(image, "checksums"));
	/* Clause 7.9: the SHA-1 of the files' sorted SHA-1 digits, without the kernel. */
	assert_string_equal(
	    json_string_value(json_object_get(json_object_get(image, "packageVerificationCode"),
					      "packageVerificationCodeValue")),
	    "2e9040e78e3334faa16b0c9c73fad8c9f8f5d75f");
	assert_int_equal(json_array_size(json_object_get(document, "files")), 3);
	assert_true(
	    is_related(document, "SPDXRef-File-made", "GENERATED_FROM", "SPDXRef-Package-lull"));
	assert_null(with(json_object_get(document, "packages"), "SPDXID", "SPDXRef-Package-linux"));
	json_decref(document);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_names),
	    cmocka_unit_test(computes_digests),
	    cmocka_unit_test(describes_a_kernel_of_known_release),
	    cmocka_unit_test(describes_a_tree_without_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
