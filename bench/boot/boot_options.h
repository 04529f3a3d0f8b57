/* SPDX-License-Identifier: MIT */
/* The command line of `bench boot`. */
#ifndef BENCH_BOOT_OPTIONS_H
#define BENCH_BOOT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "target/target.h"

#define BOOT_USAGE                                                                                 \
	"usage: bench boot [-k KERNEL] [-i IMAGE] [-a \"KERNEL ARGS\"] [-m MEMORY]\n"              \
	"                  [-c CPUS] [-M MACHINE] [--firmware FILE] [-q \"QEMU ARGS\"]\n"          \
	"                  [--console \"COMMAND\" | --tty DEVICE[,SPEED]] [--target \"TARGET\"]\n" \
	"                  [--boot-command \"COMMAND\"] [--power-on \"COMMAND\"] [--power-off "    \
	"\"COMMAND\"]\n"                                                                           \
	"                  [--power-cycle \"COMMAND\"]\n"                                          \
	"                  [--oversubscribe] [-t SECONDS] [-x EXPERIMENT] [--files DIR]\n"         \
	"                  [--exact] [--json] [-- COMMAND...]\n"

enum {
	BOOT_CPUS_MAX = 255, /* of QEMU's `pc` */
	BOOT_TIMEOUT_MAX_S = 10 * 1000 * 1000,
};

/* Strings point into argv, except `qemu_args` and those that `target` owns. */
struct boot_options {
	const char *kernel; /* NULL: the default */
	const char *image;
	const char *args;    /* NULL: no arguments */
	uint64_t memory_mib; /* 0: computed from the size of the image */
	unsigned cpus;
	bool has_cpus;		/* -c was given */
	bool oversubscribe;	/* allows more CPUs than this machine has */
	char **qemu_args;	/* owned, one block; NULL: no arguments */
	uint64_t timeout_s;	/* 0: not given */
	const char *experiment; /* name of one in the image; NULL: not given */
	struct target_options target;
	const char *files; /* folder for collected files; NULL: not stored */
	bool exact;
	unsigned layouts, layout; /* of exact mode (layout.h); layouts 0 or 1: no paddings */
	bool json;
	bool help;
	char *const *run; /* argv, terminated by NULL; NULL: no command */
};

/*
 * Parses MEMORY, such as `256`, `256M` or `1G`, into MiB. Returns 0, or -1 with errno EINVAL or
 * ERANGE.
 */
int boot_options_memory(const char *text, uint64_t *mib);

/*
 * Parses the options; `argv[0]` is the word `boot`. Returns 0, or -1 after a message of one line on
 * stderr.
 */
int boot_options_read(struct boot_options *o, int argc, char *argv[]);
void boot_options_free(struct boot_options *o);

#endif
