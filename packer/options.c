/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <err.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compress.h"
#include "memory.h"
#include "payload.h"

const char options_usage[] =
    "usage: packer [-b \"NAMES\"]... [-f SRC[:DST]]... [-t \"COMMAND\"]... [-m \"MODULES\"]... [-k KERNEL]\n"
    "              [-x EXPERIMENT]... [--manifest FILE]... [-r SYSROOT] [-o IMAGE] [--init FILE] [--tree DIR] [--plan]\n"
    "              [-z METHOD] [--microcode PATH]... [--sbom FILE]\n"
    "       packer --list IMAGE | --why PATH IMAGE | --sizes IMAGE | --diff IMAGE IMAGE | --check IMAGE [-k KERNEL]\n"
    "       packer --help | --version\n";

static void
keep(const char ***list, size_t *count, const char *value)
{
	*list = memory_room(*list, *count, sizeof(**list));
	(*list)[(*count)++] = value;
}

/* getopt_long() has refused a word: `option` is what it returned. */
static int
refuse(int option, const char *word)
{
	const char letter[] = {'-', (char)optopt, '\0'};

	if (optopt != 0 && optopt <= UCHAR_MAX)
		word = letter;
	if (option == ':')
		warnx("cannot use %s: something must follow it", word);
	else if (optopt > UCHAR_MAX)
		warnx("cannot use %s: nothing can be given to this option", word);
	else
		warnx("cannot use %s: there is no such option", word);
	return -1;
}

static int
read_method(struct options *options, const char *name)
{
	options->method = compress_find(name);
	if (options->method != NULL || strcmp(name, "none") == 0)
		return 0;
	warnx("cannot use -z %s: methods are none, " COMPRESS_NAMES, name);
	return -1;
}

int
options_read(int argc, char *argv[], struct options *options)
{
	enum { INIT = 256, MANIFEST, TREE, PLAN, HELP, VERSION, MICROCODE, SBOM };
	static const struct option names[] = {
	    {"init", required_argument, NULL, INIT},
	    {"tree", required_argument, NULL, TREE},
	    {"plan", no_argument, NULL, PLAN},
	    {"help", no_argument, NULL, HELP},
	    {"version", no_argument, NULL, VERSION},
	    {"manifest", required_argument, NULL, MANIFEST},
	    {"microcode", required_argument, NULL, MICROCODE},
	    {"sbom", required_argument, NULL, SBOM},
	    {NULL, 0, NULL, 0},
	};
	int option;

	/* What getopt says itself would go to the terminal as it came. */
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":b:f:k:m:o:r:t:x:z:", names, NULL)) != -1) {
		switch (option) {
		case 'b':
			keep(&options->binaries, &options->binary_count, optarg);
			break;
		case 'f':
			if (!payload_has_source(optarg)) {
				warnx("cannot use -f \"%s\": SRC is empty", optarg);
				return -1;
			}
			keep(&options->files, &options->file_count, optarg);
			break;
		case 'k':
			options->kernel = optarg;
			break;
		case 'm':
			keep(&options->modules, &options->module_count, optarg);
			break;
		case 'o':
			options->output = optarg;
			break;
		case 'r':
			options->sysroot = optarg;
			break;
		case 't':
			keep(&options->traces, &options->trace_count, optarg);
			break;
		case 'x':
			keep(&options->experiments, &options->experiment_count, optarg);
			break;
		case 'z':
			if (read_method(options, optarg) != 0)
				return -1;
			break;
		case MICROCODE:
			keep(&options->microcode, &options->microcode_count, optarg);
			break;
		case SBOM:
			options->sbom = optarg;
			break;
		case INIT:
			options->init = optarg;
			break;
		case MANIFEST:
			keep(&options->manifests, &options->manifest_count, optarg);
			break;
		case TREE:
			options->tree = optarg;
			break;
		case PLAN:
			options->plan = true;
			break;
		case HELP:
			options->help = true;
			break;
		case VERSION:
			options->version = true;
			break;
		default:
			return refuse(option, argv[optind - 1]);
		}
	}
	if (optind < argc) {
		warnx("cannot use %s: names of programs follow -b", argv[optind]);
		return -1;
	}
	return 0;
}

void
options_free(struct options *options)
{
	free(options->binaries);
	free(options->files);
	free(options->traces);
	free(options->manifests);
	free(options->modules);
	free(options->experiments);
	free(options->microcode);
}
