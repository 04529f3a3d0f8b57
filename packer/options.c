/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"
#include "image/compress.h"
#include "input/items.h"
#include "words.h"

enum {
	INIT = 256,
	MANIFEST,
	TREE,
	PLAN,
	HELP,
	VERSION,
	MICROCODE,
	SBOM
}; /* long options without a letter */

const char options_usage[] = "usage: packer [-b \"NAMES\"]... [-f SRC[:DST]]... [-t "
			     "\"COMMAND\"]... [-m \"MODULES\"]... [-k KERNEL]\n"
			     "              [-x EXPERIMENT]... [--manifest FILE]... [-r SYSROOT] "
			     "[-o IMAGE] [--init FILE] [--tree DIR] "
			     "[--plan]\n"
			     "              [-z METHOD] [--microcode PATH]... [--sbom FILE]\n"
			     "       packer --list IMAGE | --why PATH IMAGE | --sizes IMAGE | "
			     "--diff IMAGE IMAGE | --check IMAGE [-k KERNEL]\n"
			     "       packer --help | --version\n";

/* Reports a word that getopt_long() refused by returning `option`. Returns -1. */
static int
report_option(int option, const char *word)
{
	bool is_letter = optopt != 0 && optopt <= UCHAR_MAX;

	if (option == ':' && is_letter)
		message_warnx("option requires an argument -- '%c'", optopt);
	else if (option == ':')
		message_warnx("option %s requires an argument", word);
	else if (is_letter)
		message_warnx("unknown option -%c", optopt);
	else if (optopt != 0)
		message_warnx("option takes no argument: %s", word);
	else
		message_warnx("unknown option %s", word);
	return -1;
}

static int
read_method(struct options *options, const char *name)
{
	options->method = compress_find(name);
	if (options->method != NULL || strcmp(name, "none") == 0)
		return 0;
	message_warnx("unknown method -z %s; use none, " COMPRESS_NAMES, name);
	return -1;
}

/* Returns 0, or -1 after a warning if `value` is not a list of at least `least` words. */
static int
check_words(int option, const char *value, size_t least)
{
	char **words = words_split(value);
	bool are = words != NULL && words_count(words) >= least;

	if (!are)
		message_warnx("cannot use -%c \"%s\": %s", option, value,
			      words != NULL ? "it is empty" : "a quote is not closed");
	free(words);
	return are ? 0 : -1;
}

/* Stores an option: its last argument, all its arguments, or that it was given. */
static int
set_option(struct options *options, int option, const char *value)
{
	const struct {
		int option;
		struct option_list *list;
		const char **word;
		bool *flag;
	} places[] = {
	    {'b', .list = &options->binaries},	      {'f', .list = &options->files},
	    {'k', .word = &options->kernel},	      {'m', .list = &options->modules},
	    {'o', .word = &options->output},	      {'r', .word = &options->sysroot},
	    {'t', .list = &options->traces},	      {'x', .list = &options->experiments},
	    {INIT, .word = &options->init},	      {MANIFEST, .list = &options->manifests},
	    {MICROCODE, .list = &options->microcode}, {TREE, .word = &options->tree},
	    {SBOM, .word = &options->sbom},	      {PLAN, .flag = &options->plan},
	    {HELP, .flag = &options->help},	      {VERSION, .flag = &options->version},
	};
	size_t i = 0;

	if (option == 'z')
		return read_method(options, value);
	if ((option == 'b' || option == 'm' || option == 't') &&
	    check_words(option, value, option != 'b') != 0)
		return -1;
	if (option == 'f' && !items_has_source(value)) {
		message_warnx("cannot use -f \"%s\": SRC is empty", value);
		return -1;
	}
	while (places[i].option != option)
		i++;
	if (places[i].list != NULL) {
		struct option_list *list = places[i].list;
		list->words = xgrow(list->words, list->count, sizeof(*list->words));
		list->words[list->count++] = value;
	} else if (places[i].word != NULL) {
		*places[i].word = value;
	} else {
		*places[i].flag = true;
	}
	return 0;
}

int
options_read(int argc, char *argv[], struct options *options)
{
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

	/* getopt's own messages would print control characters of the words. */
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":b:f:k:m:o:r:t:x:z:", names, NULL)) != -1) {
		if (option == '?' || option == ':')
			return report_option(option, argv[optind - 1]);
		if (set_option(options, option, optarg) != 0)
			return -1;
	}
	if (optind < argc) {
		message_warnx("unexpected argument %s; program names follow -b", argv[optind]);
		return -1;
	}
	return 0;
}

void
options_free(struct options *options)
{
	free(options->binaries.words);
	free(options->files.words);
	free(options->traces.words);
	free(options->manifests.words);
	free(options->modules.words);
	free(options->experiments.words);
	free(options->microcode.words);
}
