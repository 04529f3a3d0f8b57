/* SPDX-License-Identifier: MIT */
/*
 * Makes a small tree of ELF files at random: a program and six libraries that need each other, with
 * all that changes where a loader looks. `tree WORK SEED` makes WORK/tree anew, and in WORK what
 * all trees are made of if that is not there yet; it prints what kind of tree it is (plain,
 * variants, musl), the program, and the path to ask for it by, a line each. The same seed makes the
 * same tree. Needs as and ld for x86-64.
 */
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define GLIBC "/lib64/ld-linux-x86-64.so.2"
#define MUSL "/lib/ld-musl-x86_64.so.1"

enum { LIBRARIES = 6, STUBS = 15, DIRECTORIES = 6, LENGTH = 4096 };
enum { MADE_BY_PATH = 2 * LIBRARIES, MADE_BY_ORIGIN }; /* stubs whose names are paths */

static const char *work;
static char top[LENGTH]; /* WORK/tree: at one path, so that names with it in them can be prepared */
static uint32_t state;
static bool musl, variants, legacy;

/* Where libraries are put. A path through a link stands for a/sub. */
static const char *const directories[DIRECTORIES] = {"a", "b", "c", "a/sub", "lib/x86_64-linux-gnu",
						     "hw"};

/*
 * The minimal standard generator of Park and Miller, both halves of its state folded into 15 bits.
 */
static unsigned
draw(unsigned below)
{
	static unsigned last = 0;
	unsigned number;

	do {
		state = (uint32_t)((uint64_t)state * 16807 % 0x7fffffff);
		number = ((state >> 16) ^ state) & 0x7fff;
	} while (number == last);
	last = number;
	return number % below;
}

static bool
chance(unsigned percent)
{
	return draw(100) < percent;
}

static const char *
pick_directory(void)
{
	return tool_string("%s/%s", top, directories[draw(DIRECTORIES)]);
}

static const char *
assemble(const char *option, const char *name, const char *text)
{
	const char *source = tool_string("%s/%s.s", work, name),
		   *object = tool_string("%s/%s.o", work, name);

	tool_write_at(source, 0, text, strlen(text));
	TOOL_RUN("as", option, "-o", object, source);
	return object;
}

/* What a library is called: six names, a second one for each, and three by their paths. */
static const char *
name_of(int stub)
{
	if (stub < LIBRARIES)
		return tool_string("lib%d.so", stub);
	if (stub < MADE_BY_PATH)
		return tool_string("other%d.so", stub - LIBRARIES);
	if (stub == MADE_BY_PATH)
		return tool_string("%s/a/lib4.so", top);
	return stub == MADE_BY_ORIGIN ? "$ORIGIN/lib5.so" : "${ORIGIN}/../b/lib5.so";
}

/*
 * Objects that end with status 0, of 64 and of 32 bits, decoys, and libraries to link with that
 * only have a name.
 */
static void
prepare(void)
{
	const char *object = assemble(
	    "--64", "64", ".globl _start\n_start: mov $60, %eax\nxor %edi, %edi\nsyscall\n");
	const char *small = assemble("--32", "32", ".globl _start\n_start: int $3\n");
	const char *decoy = tool_string("%s/decoy.so", work);

	TOOL_RUN("ld", "-m", "elf_i386", "-shared", "-o", tool_string("%s/decoy32.so", work),
		 small);
	TOOL_RUN("ld", "-shared", "-o", decoy, object);
	tool_write_at(decoy, 18, "\267", 1); /* e_machine: EM_AARCH64 */
	for (int i = 0; i < STUBS; i++)
		TOOL_RUN("ld", "-shared", "-o", tool_string("%s/stub%d", work, i), object,
			 "-soname", name_of(i));
}

/* Adds the arguments for where one object looks. */
static void
add_path(struct tool *words)
{
	const char *const elements[] = {
	    tool_string("%s/a", top),
	    tool_string("%s/b", top),
	    tool_string("%s/c", top),
	    tool_string("%s/link", top),
	    tool_string("%s/far", top),
	    tool_string("%s/a/sub/", top),
	    "$ORIGIN",
	    "${ORIGIN}/../a",
	    "$ORIGIN/../b",
	    tool_string("%s/$LIB", top),
	    tool_string("%s/none", top),
	    "$ORIGIN/link//",
	    "$ORIGIN/a",
	    "$ORIGIN/b",
	    "$ORIGIN/sub/..",
	    tool_string("%s/${LIB}", top),
	    tool_string("%s/$ORIGIN2", top),
	    tool_string("%s/hw", top),
	};
	const char *list = NULL;

	if (chance(10))
		return;
	for (int i = 0; i < 3; i++) {
		const char *element = elements[draw(sizeof(elements) / sizeof(*elements))];
		list = list != NULL ? tool_string("%s:%s", list, element) : element;
		if (chance(40))
			break;
	}
	/* Most find most, or hardly a tree would be whole. */
	if (chance(85))
		list = tool_string("%s:%s/a:%s/link:%s/c:%s/far:%s/hw:%s/lib/x86_64-linux-gnu",
				   list, top, top, top, top, top, top);
	tool_add(words, draw(2) == 0 ? "--enable-new-dtags" : "--disable-new-dtags");
	tool_add(words, "-rpath");
	tool_add(words, list);
	if (chance(10)) {
		tool_add(words, "-z");
		tool_add(words, "nodefaultlib");
	}
}

static void
add_stub(struct tool *words, unsigned stub)
{
	tool_add(words, tool_string("%s/stub%u", work, stub));
}

/*
 * Adds what an object needs: some of the libraries of a higher number, and rarely one that makes a
 * circle.
 */
static void
add_needs(struct tool *words, int number)
{
	for (int i = number + 1; i < LIBRARIES; i++) {
		if (chance(35))
			add_stub(words, (unsigned)i);
		if (chance(9))
			add_stub(words, (unsigned)(i + LIBRARIES));
	}
	if (chance(3))
		add_stub(words, MADE_BY_PATH);
	if (!musl && chance(3))
		add_stub(words, MADE_BY_ORIGIN + draw(2));
	if (number > 0 && chance(5))
		add_stub(words, 0);
	if (!musl && chance(15))
		tool_add(words, "/lib/x86_64-linux-gnu/libm.so.6");
}

/* Makes an object; `soname` may be NULL, and a program has the number -1. */
static void
make_object(const char *file, int number, const char *soname)
{
	struct tool words = {.count = 0};

	tool_add(&words, "ld");
	tool_add(&words, "-o");
	tool_add(&words, file);
	tool_add(&words, tool_string("%s/64.o", work));
	tool_add(&words, "--no-as-needed");
	add_needs(&words, number);
	tool_add(&words, "--allow-shlib-undefined");
	add_path(&words);
	tool_add(&words, number < 0 ? "-pie" : "-shared");
	if (number < 0) {
		tool_add(&words, "--dynamic-linker");
		tool_add(&words, musl ? MUSL : GLIBC);
	}
	if (soname != NULL) {
		tool_add(&words, "-soname");
		tool_add(&words, soname);
	}
	tool_run(&words);
	if (chance(30)) { /* no section headers: e_shoff, and e_shnum with e_shstrndx */
		tool_write_at(file, 40, "\0\0\0\0\0\0\0\0", 8);
		tool_write_at(file, 60, "\0\0\0\0", 4);
	}
}

/* Makes a library; returns the path of its file. */
static const char *
make_library(int number)
{
	static const char *const levels[] = {"glibc-hwcaps/x86-64-v2", "glibc-hwcaps/x86-64-v3",
					     "glibc-hwcaps/x86-64-v4", "glibc-hwcaps/unknown"};
	/* Where glibc looks up to 2.36, whatever the processor is. */
	static const char *const old[] = {"tls", "x86_64", "tls/x86_64", "sse9"};
	unsigned at = draw(DIRECTORIES);
	const char *soname = NULL, *directory = tool_string("%s/%s", top, directories[at]);

	if (chance(70))
		soname = tool_string("lib%d.so", number);
	if (chance(8))
		soname = tool_string("other%d.so", (number + 1) % LIBRARIES);
	make_object(tool_string("%s/lib%d.so", directory, number), number, soname);
	if ((variants || legacy) && chance(50)) {
		unsigned other = draw(1 + DIRECTORIES);
		const char *beside =
		    other == 0 ? directory : tool_string("%s/%s", top, directories[other - 1]);
		const char *level = tool_string("%s/%s", beside, (legacy ? old : levels)[draw(4)]);
		TOOL_RUN("mkdir", "-p", level);
		make_object(tool_string("%s/lib%d.so", level, number), number, NULL);
	}
	return tool_string("%s/%s/lib%d.so", top,
			   strcmp(directories[at], "a/sub") == 0 ? "far" : directories[at], number);
}

/* A file of the wrong class or machine that a loader may meet first. */
static void
place_decoy(const char *decoy, const char *file)
{
	if (access(file, F_OK) != 0)
		TOOL_RUN("cp", tool_string("%s/%s", work, decoy), file);
}

/* Gives a library a second name, or a second place, and decoys. */
static void
surround(int number, const char *file)
{
	const char *name = tool_string("lib%d.so", number), *directory = pick_directory();
	const char *other = tool_string("%s/other%d.so", directory, number);
	bool is_link = chance(50);

	if ((is_link ? symlink : link)(file, other) != 0)
		err(1, "cannot make %s", other);
	directory = pick_directory();
	if (chance(20))
		place_decoy("decoy32.so", tool_string("%s/%s", directory, name));
	directory = pick_directory();
	if (!musl && chance(20))
		place_decoy("decoy.so", tool_string("%s/%s", directory, name));
}

static void
make_tree(void)
{
	static const char *const places[] = {"", "/a", "/c"};
	const char *files[LIBRARIES];

	TOOL_RUN("rm", "-rf", top);
	for (int i = 0; i < DIRECTORIES; i++)
		TOOL_RUN("mkdir", "-p", tool_string("%s/%s", top, directories[i]));
	if (symlink("b", tool_string("%s/link", top)) != 0 ||
	    symlink(tool_string("%s/a/sub", top), tool_string("%s/far", top)) != 0 ||
	    symlink("../b", tool_string("%s/a/link", top)) != 0)
		err(1, "cannot make the links of %s", top);
	for (int i = 0; i < LIBRARIES; i++)
		files[i] = make_library(i);
	for (int i = 0; i < LIBRARIES; i++)
		surround(i, files[i]);
	const char *program = tool_string("%s%s/prog", top, places[draw(3)]), *asked = program;
	make_object(program, -1, NULL);
	if (!variants && !musl && chance(20)) {
		asked = tool_string("%s/c/asked", top);
		if (symlink(program, asked) != 0)
			err(1, "cannot make %s", asked);
	}
	printf("%s\n%s\n%s\n", musl ? "musl" : variants ? "variants" : "plain", program, asked);
}

int
main(int argc, char *argv[])
{
	if (argc != 3)
		errx(2, "usage: tree WORK SEED");
	work = argv[1];
	snprintf(top, sizeof(top), "%s/tree", work);
	state = (uint32_t)strtoul(argv[2], NULL, 10);
	musl = state % 4 == 0;
	variants = state % 4 == 1;
	legacy = state % 4 == 2;
	if (state == 0)
		errx(2, "cannot make a tree of the seed %s: seeds begin with 1", argv[2]);
	if (access(tool_string("%s/decoy.so", work), F_OK) != 0)
		prepare();
	make_tree();
	return 0;
}
