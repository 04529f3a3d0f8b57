/* SPDX-License-Identifier: MIT */
#include "boot/boot_options.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/cpu_share.h"
#include "text.h"
#include "words.h"

enum {
	MEMORY_MIN_MIB = 16,
	MEMORY_MAX_MIB = 1 << 20,
};

enum { OPTION_EXACT = 256, OPTION_JSON, OPTION_FILES, OPTION_TARGET, OPTION_OVERSUBSCRIBE };

enum { PROBLEM_MAX = 512 };

static int
read_number(const char *option, const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
	if (text_parse_number(text, max, number) == 0 && *number >= min)
		return 0;
	warnx("%s %s: give a whole number from %llu to %llu", option, text, (unsigned long long)min,
	      (unsigned long long)max);
	return -1;
}

int
boot_options_memory(const char *text, uint64_t *mib)
{
	char digits[16];
	size_t length = strlen(text);
	uint64_t unit = 1, number;

	if (length > 0 && strchr("MmGg", text[length - 1]) != NULL) {
		unit = strchr("Gg", text[length - 1]) != NULL ? 1024 : 1;
		length--;
	}
	if (length >= sizeof(digits)) {
		errno = ERANGE;
		return -1;
	}
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (text_parse_number(digits, MEMORY_MAX_MIB / unit, &number) != 0)
		return -1;
	if (number * unit < MEMORY_MIN_MIB) {
		errno = ERANGE;
		return -1;
	}
	*mib = number * unit;
	return 0;
}

static int
read_memory(struct boot_options *o, const char *text)
{
	if (boot_options_memory(text, &o->memory_mib) == 0)
		return 0;
	warnx("-m %s: give MiB, or a number with M or G, from %dM to %dG", text, MEMORY_MIN_MIB,
	      MEMORY_MAX_MIB / 1024);
	return -1;
}

static int
read_qemu_args(struct boot_options *o, const char *text)
{
	free(o->qemu_args);
	o->qemu_args = words_split(text);
	if (o->qemu_args != NULL)
		return 0;
	if (errno == EINVAL)
		warnx("-q %s: a quote is not closed", text);
	else
		warn("cannot read -q %s", text);
	return -1;
}

/* `option` is "M", for -M, or the name of a long option that sets the target. */
static int
read_target(struct boot_options *o, const char *option, const char *value)
{
	char buffer[PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	bool is_short = strcmp(option, "M") == 0;

	if (target_options_set(&o->target, is_short ? "machine" : option, value, &problem) == 0)
		return 0;
	warnx("%s%s %s: %.*s", is_short ? "-" : "--", option, value, (int)problem.used, buffer);
	return -1;
}

/* Whether the target's options may be combined. */
static int
check_target(const struct boot_options *o)
{
	char buffer[PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	const char *qemu_option = o->exact		       ? "--exact"
				  : o->qemu_args != NULL       ? "-q"
				  : o->target.has_board	       ? "-M"
				  : o->target.firmware != NULL ? "--firmware"
				  : o->memory_mib > 0	       ? "-m"
				  : o->has_cpus		       ? "-c"
							       : NULL;

	if (target_options_check(&o->target, o->exact, qemu_option, &problem) == 0)
		return 0;
	warnx("%.*s", (int)problem.used, buffer);
	return -1;
}

/*
 * The guest's CPUs must run at the same time, as those of a real machine do, so it may not have
 * more than the host.
 */
static int
check_cpus(const struct boot_options *o)
{
	cpu_set_t allowed;
	unsigned count = o->oversubscribe ? 0 : cpu_share_allowed(&allowed);

	if (count == 0 || o->cpus <= count)
		return 0;
	warnx("-c %u: this machine has only %u (see --oversubscribe)", o->cpus, count);
	return -1;
}

static int
read_option(struct boot_options *o, int option, const char *value)
{
	uint64_t number;

	switch (option) {
	case 'k':
		o->kernel = value;
		return 0;
	case 'i':
		o->image = value;
		return 0;
	case 'a':
		o->args = value;
		return 0;
	case 'm':
		return read_memory(o, value);
	case 'c':
		if (read_number("-c", value, 1, BOOT_CPUS_MAX, &number) != 0)
			return -1;
		o->cpus = (unsigned)number;
		o->has_cpus = true;
		return 0;
	case 'q':
		return read_qemu_args(o, value);
	case 'M':
		return read_target(o, "M", value);
	case 't':
		return read_number("-t", value, 1, BOOT_TIMEOUT_MAX_S, &o->timeout_s);
	case 'x':
		o->experiment = value;
		return 0;
	case OPTION_FILES:
		o->files = value;
		return 0;
	case OPTION_OVERSUBSCRIBE:
		o->oversubscribe = true;
		return 0;
	case OPTION_EXACT:
		o->exact = true;
		return 0;
	case OPTION_JSON:
		o->json = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		/* getopt_long(3) has printed the error. */
		return -1;
	}
}

int
boot_options_read(struct boot_options *o, int argc, char *argv[])
{
	static const struct option longs[] = {
	    {"exact", no_argument, NULL, OPTION_EXACT},
	    {"json", no_argument, NULL, OPTION_JSON},
	    {"oversubscribe", no_argument, NULL, OPTION_OVERSUBSCRIBE},
	    {"files", required_argument, NULL, OPTION_FILES},
	    {"firmware", required_argument, NULL, OPTION_TARGET},
	    {"console", required_argument, NULL, OPTION_TARGET},
	    {"tty", required_argument, NULL, OPTION_TARGET},
	    {"target", required_argument, NULL, OPTION_TARGET},
	    {"boot-command", required_argument, NULL, OPTION_TARGET},
	    {"power-on", required_argument, NULL, OPTION_TARGET},
	    {"power-off", required_argument, NULL, OPTION_TARGET},
	    {"power-cycle", required_argument, NULL, OPTION_TARGET},
	    {"help", no_argument, NULL, 'h'},
	    {0},
	};
	static char name[] = "bench boot";
	int option, which = 0;

	*o = (struct boot_options){.image = "initramfs.cpio", .cpus = 1};
	argv[0] = name;
	optind = 1;
	while ((option = getopt_long(argc, argv, "+k:i:a:m:c:q:M:t:x:h", longs, &which)) != -1)
		if ((option == OPTION_TARGET ? read_target(o, longs[which].name, optarg)
					     : read_option(o, option, optarg)) != 0)
			return -1;
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0) {
		warnx("%s: put -- in front of the command", argv[optind]);
		return -1;
	}
	if (optind < argc)
		o->run = argv + optind;
	if (o->run != NULL && o->run[0][0] == '\0') {
		warnx("the command is empty");
		return -1;
	}
	if (o->exact && o->cpus > 1) {
		warnx("--exact needs one processor: -c %u cannot repeat exactly", o->cpus);
		return -1;
	}
	return check_target(o) != 0 || check_cpus(o) != 0 ? -1 : 0;
}

void
boot_options_free(struct boot_options *o)
{
	free(o->qemu_args);
	o->qemu_args = NULL;
	target_options_free(&o->target);
}
