/* SPDX-License-Identifier: MIT */
/* packer's command line, where it makes an image. */
#ifndef LULL_PACKER_OPTIONS_H
#define LULL_PACKER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct compress_method;

/* What an option was given that may be given again. */
struct option_list {
	const char **words;
	size_t count;
};

/* Strings are argv's. */
struct options {
	struct option_list binaries;
	struct option_list files;
	struct option_list traces;
	struct option_list manifests;
	struct option_list modules;
	struct option_list experiments;
	struct option_list microcode;
	const char *kernel;
	const char *sysroot;
	const char *output;
	const char *init;
	const char *tree;
	const char *sbom;
	const struct compress_method *method; /* NULL: none */
	bool plan;
	bool help;
	bool version;
};

extern const char options_usage[];

/*
 * Reads argv[1] and what follows. Returns 0 with `options` to be given to options_free(), or -1
 * after a warning.
 */
int options_read(int argc, char *argv[], struct options *options);
void options_free(struct options *options);

#endif
