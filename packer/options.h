/* SPDX-License-Identifier: MIT */
/* packer's command line for making an image. */
#ifndef LULL_PACKER_OPTIONS_H
#define LULL_PACKER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct compress_method;

/* The arguments of an option that may be repeated. */
struct option_list {
	const char **words;
	size_t count;
};

/* All strings point into argv. */
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
 * Parses argv, from argv[1] on. Returns 0, and the caller passes `options` to options_free(); or -1
 * after a warning.
 */
int options_read(int argc, char *argv[], struct options *options);
void options_free(struct options *options);

#endif
