/* SPDX-License-Identifier: MIT */
/*
 * init's facts about recorded machines: test/machines/NAME is the root of a tree made by
 * test/machines/record, and NAME/environment has the expected facts. icelake and milan are QEMU's
 * models, epyc is a virtual machine without DMI, arm64 and riscv64 are written from the kernel's
 * documentation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "made/fact_expected.h"
#include "report/identity.h"
#include "report/provenance.h"

enum { LONG = 5000 };

static struct provenance provenance;
static struct facts facts;

static void
collect_facts(const void *payload, size_t length)
{
	uint64_t malformed = 0;

	assert_in_range(length, 1, WIRE_PAYLOAD_MAX);
	assert_int_equal(facts_read(&facts, payload, length, &malformed), 0);
	assert_int_equal(malformed, 0);
}

/* Reads the machine below `path` into `facts`. */
static void
read_machine(const char *path)
{
	int root = open(path, O_PATH | O_DIRECTORY);

	assert_true(root >= 0);
	facts_free(&facts);
	provenance_read(&provenance, root);
	provenance_send(&provenance, collect_facts);
	close(root);
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct fact *)a)->key, ((const struct fact *)b)->key);
}

static void
expect_recorded(const char *name)
{
	char path[128], *expected = NULL, *reported = NULL;
	size_t size = 0, reported_size;

	snprintf(path, sizeof(path), "test/machines/%s", name);
	read_machine(path);
	qsort(facts.at, facts.count, sizeof(*facts.at), compare_keys);
	FILE *file = open_memstream(&reported, &reported_size);
	for (size_t i = 0; i < facts.count; i++)
		fprintf(file, "%s %.*s\n", facts.at[i].key, (int)facts.at[i].value.length,
			facts.at[i].value.data != NULL ? facts.at[i].value.data : "");
	fclose(file);
	snprintf(path, sizeof(path), "test/machines/%s/environment", name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_true(getdelim(&expected, &size, '\0', file) > 0);
	fclose(file);
	assert_string_equal(reported, expected);
	free(expected);
	free(reported);
}

static void
recorded_machines(void **state)
{
	static const char *const names[] = {"icelake", "milan", "epyc", "arm64", "riscv64"};
	(void)state;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		expect_recorded(names[i]);
}

/* Writes a file in the tree `top`, and makes its folders. */
static void
write_file(const char *top, const char *path, const void *bytes, size_t length)
{
	char whole[256];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(whole, sizeof(whole), "%s/%.*s", top, (int)(slash - path), path);
		mkdir(whole, 0755);
	}
	snprintf(whole, sizeof(whole), "%s/%s", top, path);
	FILE *file = fopen(whole, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void
make_tree(char *top, size_t size)
{
	const char *folder = getenv("TMPDIR");

	snprintf(top, size, "%s/provenance-XXXXXX", folder != NULL ? folder : "/tmp");
	assert_non_null(mkdtemp(top));
}

static void
remove_tree(const char *top)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	assert_int_equal(system(command), 0);
	facts_free(&facts);
}

static void
an_empty_machine(void **state)
{
	char top[128];
	(void)state;

	make_tree(top, sizeof(top));
	read_machine(top);
	assert_int_equal(facts.count, 0);
	remove_tree(top);
}

static void
hostile_values(void **state)
{
	static const char nasty[] = "a\nb\t\x1b[2J %41% \xff\n\n";
	char top[128], blocks[LONG + 64];
	(void)state;

	make_tree(top, sizeof(top));
	memset(blocks, 'f', sizeof(blocks));
	memcpy(blocks, "flags\t: ", 8);
	memcpy(blocks + 8 + LONG, "\n\nmodel\t: of the second CPU\n", 28);
	write_file(top, "proc/cpuinfo", blocks, 8 + LONG + 28);
	write_file(top, "proc/version", nasty, sizeof(nasty) - 1);
	write_file(top, "proc/cmdline", "a\0b", 3);
	write_file(top, "proc/sys/kernel/tainted", "nonsense\n", 9);
	write_file(top, "proc/meminfo", "MemFree: 1 kB\n", 14);
	write_file(top, "proc/modules", "\n a\nno-newline 1", 16);
	write_file(top, "sys/devices/virtual/dmi/id/sys_vendor", nasty, sizeof(nasty) - 1);
	write_file(top, "sys/devices/virtual/dmi/id/product_name", "", 0);
	write_file(top, "sys/devices/system/cpu/vulnerabilities/of an odd name", "x\n", 2);
	write_file(top, "sys/devices/system/cpu/vulnerabilities/fine", "x", 1);
	read_machine(top);
	expect_fact(&facts, "version", nasty, sizeof(nasty) - 2);
	expect_fact(&facts, "dmi.sys_vendor", nasty, sizeof(nasty) - 2);
	expect_fact(&facts, "dmi.product_name", "", 0);
	expect_fact(&facts, "cmdline", "a\0b", 3);
	expect_fact(&facts, "cpu.flags", blocks + 8, LONG);
	expect_fact(&facts, "mitigation.fine", "x", 1);
	expect_fact(&facts, "modules", "  ...", 5);
	assert_int_equal(facts.count, 7);
	remove_tree(top);
}

static void
taints(void **state)
{
	static const struct {
		const char *file, *reported;
	} taints[] = {
	    {"0\n", "0"},
	    {"1\n", "1 P"},
	    {"4609\n", "4609 PWO"},
	    {"524288\n", "524288 J"},
	    {"1048575\n", "1048575 PFSRMBUDAWCIOELKXTNJ"},
	    {"1048576\n", "1048576"},
	    {"18446744073709551615\n", "18446744073709551615 PFSRMBUDAWCIOELKXTNJ"},
	};
	char top[128];
	(void)state;

	make_tree(top, sizeof(top));
	for (size_t i = 0; i < sizeof(taints) / sizeof(*taints); i++) {
		write_file(top, "proc/sys/kernel/tainted", taints[i].file, strlen(taints[i].file));
		read_machine(top);
		expect_fact(&facts, "taint", taints[i].reported, strlen(taints[i].reported));
	}
	remove_tree(top);
}

/* Facts that do not fit are omitted; a truncated one is marked. */
static void
more_facts_than_fit(void **state)
{
	enum { LINES = 4000 };
	static char modules[LINES * 20 + 1];
	const struct bytes *reported;
	char top[128];
	(void)state;

	make_tree(top, sizeof(top));
	for (size_t i = 0; i < LINES; i++)
		snprintf(modules + i * 20, 21, "module%05zu 1 0 - x\n", i);
	write_file(top, "proc/modules", modules, LINES * 20);
	write_file(top, "proc/cpuinfo", "vendor_id\t: x\n", 14);
	/* Earlier facts move the place of the cut, which is once at the end of a line. */
	for (size_t more = 0; more < 20; more++) {
		write_file(top, "proc/version", "xxxxxxxxxxxxxxxxxxxx", more);
		facts_free(&facts);
		read_machine(top);
		expect_fact(&facts, "cpu.vendor_id", "x", 1);
		reported = facts_find(&facts, "modules");
		assert_non_null(reported);
		assert_true(reported->length > 20000 &&
			    reported->length < sizeof(provenance.bytes));
		assert_memory_equal(reported->data, "module00000 module00001 ", 24);
		assert_memory_equal(reported->data + reported->length - 4, " ...", 4);
	}
	remove_tree(top);
}

static void
configuration(void **state)
{
	char top[128];
	(void)state;

	make_tree(top, sizeof(top));
	write_file(top, "proc/config.gz", "abc", 3);
	read_machine(top);
	/* FIPS 180-2, appendix B.1 */
	expect_fact(&facts, "config_gz_sha256",
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 64);
	remove_tree(top);
}

static void
expect_identity(const char *top, const char *expected)
{
	char reported[512];
	struct text t = text_in(reported, sizeof(reported));
	int root = open(top, O_PATH | O_DIRECTORY);

	assert_true(root >= 0);
	identity_write(&t, root);
	close(root);
	assert_int_equal(t.used, strlen(expected));
	assert_memory_equal(reported, expected, t.used);
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
identity(void **state)
{
	static const char *const images[] = {"", "packer 0.1\n", "packer 0.1\nmanifest 0123\n",
					     "packer manifest " HASH "\n",
					     "packer 0.1\nmanifest " HASH "0\n"};
	static const char notes[] = "\4\0\0\0\4\0\0\0\3\0\0\0GNU\0\0\x7f\x80\xff";
	char top[128];
	(void)state;

	make_tree(top, sizeof(top));
	expect_identity(top, "");
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		write_file(top, "etc/lull/image", images[i], strlen(images[i]));
		expect_identity(top, "");
	}
	write_file(top, "etc/lull/image", "packer 0.1\nmanifest " HASH "\n", 85);
	write_file(top, "sys/kernel/notes", notes, sizeof(notes) - 1);
	expect_identity(top, "build_id 007f80ff\nimage " HASH "\n");
	remove_tree(top);
	/* After five notes of Xen. */
	expect_identity("test/machines/milan",
			"build_id 3b43fad5034874490492495d552c0af6a5fab235\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_machines),
	    cmocka_unit_test(an_empty_machine),
	    cmocka_unit_test(hostile_values),
	    cmocka_unit_test(taints),
	    cmocka_unit_test(more_facts_than_fit),
	    cmocka_unit_test(configuration),
	    cmocka_unit_test(identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
