/* SPDX-License-Identifier: MIT */
/* The files of dpkg, and lookup of the names under which packages list files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sbom/dpkg.h"
#include "sbom/owners.h"

static struct dpkg_text
text(const char *string)
{
	return (struct dpkg_text){string, strlen(string)};
}

static void
parses_stanzas(void **state)
{
	struct dpkg_text rest =
	    text("\nPackage: a\nStatus: install ok installed\nMaintainer:  A B <a@b>  \n"
		 "Architecture: all\nSource: s (1:2)\nVersion: 3\nConffiles:\n"
		 " /etc/Version: 4\nDescription: d\n Package: x\n\n\n\n"
		 "package:b\nversion\nVERSION: 5");
	struct dpkg_stanza stanza;

	(void)state;
	assert_true(dpkg_stanza(&rest, &stanza));
	assert_true(dpkg_text_is(stanza.package, "a"));
	assert_true(dpkg_text_is(stanza.architecture, "all"));
	assert_true(dpkg_text_is(stanza.version, "3"));
	assert_true(dpkg_text_is(stanza.source, "s (1:2)"));
	assert_true(dpkg_text_is(stanza.maintainer, "A B <a@b>"));
	assert_true(dpkg_stanza(&rest, &stanza));
	assert_true(dpkg_text_is(stanza.package, "b"));
	assert_true(dpkg_text_is(stanza.version, "5"));
	assert_null(stanza.source.at);
	assert_false(dpkg_text_is(stanza.source, ""));
	assert_false(dpkg_stanza(&rest, &stanza));
}

static void
parses_list_names(void **state)
{
	struct dpkg_text package, architecture;

	(void)state;
	assert_true(dpkg_list_name("libc6:amd64.list", &package, &architecture));
	assert_true(dpkg_text_is(package, "libc6") && dpkg_text_is(architecture, "amd64"));
	assert_true(dpkg_list_name("a.list.list", &package, &architecture));
	assert_true(dpkg_text_is(package, "a.list") && architecture.at == NULL);
	assert_false(dpkg_list_name(".list", &package, &architecture));
	assert_false(dpkg_list_name("a.md5sums", &package, &architecture));
	assert_false(dpkg_list_name("", &package, &architecture));
}

static void
parses_diversions(void **state)
{
	struct dpkg_text rest = text("/bin/sh\n/bin/sh.distrib\ndash\n/a\n/b\n:\n/c\n/d\n");
	struct dpkg_diversion diversion;

	(void)state;
	assert_true(dpkg_diversion(&rest, &diversion));
	assert_true(dpkg_text_is(diversion.from, "/bin/sh") &&
		    dpkg_text_is(diversion.to, "/bin/sh.distrib") &&
		    dpkg_text_is(diversion.package, "dash"));
	assert_true(dpkg_diversion(&rest, &diversion));
	assert_true(dpkg_text_is(diversion.package, ":"));
	assert_false(dpkg_diversion(&rest, &diversion));
}

static void
parses_os_release(void **state)
{
	struct dpkg_text release =
	    text("PRETTY_NAME=\"X ID=no\"\nID=debian\nVERSION_ID=\"12\"\nVARIANT_ID='a'\n"
		 "ID_LIKE=\"a b\"\nNAME=\n");

	(void)state;
	assert_true(dpkg_text_is(dpkg_os_release(release, "ID"), "debian"));
	assert_true(dpkg_text_is(dpkg_os_release(release, "VERSION_ID"), "12"));
	assert_true(dpkg_text_is(dpkg_os_release(release, "VARIANT_ID"), "a"));
	assert_null(dpkg_os_release(release, "ID_LIKE").at);
	assert_null(dpkg_os_release(release, "NAME").at);
	assert_null(dpkg_os_release(release, "VERSION").at);
	assert_null(dpkg_os_release(text(""), "ID").at);
}

/* Returns the only file that matches a path in a package's list, or -1. */
static int
find_file(const struct owner_names *names, const char *path, const char *package)
{
	const struct owner_name *name = owner_names_find(names, text(path), text(package), NULL);

	if (name == NULL)
		return -1;
	assert_null(owner_names_find(names, text(path), text(package), name));
	return (int)name->file;
}

static void
finds_files_by_name(void **state)
{
	struct dpkg_text diverted = text("/bin/sh\n/bin/sh.distrib\ndash\n"
					 "/usr/bin/perf\n/usr/bin/perf.wrapper\nlinux-perf\n"
					 "/usr/bin/local\n/usr/bin/local.was\n:\n");
	static const char *const files[] = {
	    "/usr/bin/ls",    "/usr/bin/sh",	       "/usr/bin/sh.distrib",
	    "/usr/bin/perf",  "/usr/bin/perf.wrapper", "/usr/lib/x/libc.so.6",
	    "/usr/bin/local", "/usr/bin/local.was",    "/opt/a"};
	struct dpkg_diversion diversion;
	struct owner_names names;

	(void)state;
	owner_names_start(&names, 1000);
	owner_names_add_link(&names, "/bin", "/usr/bin");
	owner_names_add_link(&names, "/lib", "/usr/lib");
	while (dpkg_diversion(&diverted, &diversion))
		owner_names_add_diversion(&names, &diversion);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		owner_names_add(&names, files[i], i);
	/* A file below a linked directory is found by both names. */
	assert_int_equal(find_file(&names, "/bin/ls", "coreutils"), 0);
	assert_int_equal(find_file(&names, "/usr/bin/ls", "coreutils"), 0);
	assert_int_equal(find_file(&names, "/lib/x/libc.so.6", "libc6"), 5);
	assert_int_equal(find_file(&names, "/bin", "base-files"), -1);
	assert_int_equal(find_file(&names, "/binls", "x"), -1);
	assert_int_equal(find_file(&names, "/lib/ls", "x"), -1);
	assert_int_equal(find_file(&names, "/opt/a", "x"), 8);
	assert_int_equal(find_file(&names, "", "x"), -1);
	/* The diverting package owns the path; files of other packages are at the diverted path. */
	assert_int_equal(find_file(&names, "/bin/sh", "dash"), 1);
	assert_int_equal(find_file(&names, "/usr/bin/sh", "dash"), 1);
	assert_int_equal(find_file(&names, "/bin/sh", "bash"), 2);
	assert_int_equal(find_file(&names, "/usr/bin/perf", "linux-perf"), 3);
	assert_int_equal(find_file(&names, "/bin/perf", "other"), 4);
	/* With a local diversion, no package owns the path. */
	assert_int_equal(find_file(&names, "/usr/bin/local", "a"), 7);
	owner_names_free(&names);
}

/* Two files of an image may come from the same path. */
static void
finds_two_files_of_one_name(void **state)
{
	struct owner_names names;
	const struct owner_name *name;

	(void)state;
	owner_names_start(&names, 2);
	owner_names_add(&names, "/usr/bin/ls", 3);
	owner_names_add(&names, "/usr/bin/ls", 5);
	name = owner_names_find(&names, text("/usr/bin/ls"), text("a"), NULL);
	assert_non_null(name);
	size_t first = name->file;
	name = owner_names_find(&names, text("/usr/bin/ls"), text("a"), name);
	assert_non_null(name);
	assert_int_equal(first + name->file, 8);
	assert_null(owner_names_find(&names, text("/usr/bin/ls"), text("a"), name));
	owner_names_free(&names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses_stanzas),	   cmocka_unit_test(parses_list_names),
	    cmocka_unit_test(parses_diversions),   cmocka_unit_test(parses_os_release),
	    cmocka_unit_test(finds_files_by_name), cmocka_unit_test(finds_two_files_of_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
