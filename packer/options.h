/* SPDX-License-Identifier: MIT */
/* packer's command line, where it makes an image. */
#ifndef LULL_PACKER_OPTIONS_H
#define LULL_PACKER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { DONE = 0, WRONG_USAGE = 2, FAILED = 3 }; /* packer's exit statuses, with VIEW_FOUND of view.h */

struct compress_method;

/* Strings are argv's. */
struct options {
	const char **binaries;
	size_t binary_count;
	const char **files;
	size_t file_count;
	const char **traces;
	size_t trace_count;
	const char **manifests;
	size_t manifest_count;
	const char **modules;
	size_t module_count;
	const char **experiments;
	size_t experiment_count;
	const char *kernel;
	const char *sysroot;
	const char *output;
	const char *init;
	const char *tree;
	const struct compress_method *method; /* NULL: none */
	const char **microcode;
	size_t microcode_count;
	const char *sbom;
	bool plan;
	bool help;
	bool version;
};

extern const char options_usage[];

/* Reads argv[1] and what follows. Returns 0 with `options` to be given to options_free(), or -1 after a warning. */
int options_read(int argc, char *argv[], struct options *options);
void options_free(struct options *options);

#endif
