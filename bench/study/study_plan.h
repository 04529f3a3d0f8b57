/* SPDX-License-Identifier: MIT */
/*
 * The plan of a study: kernels, images, arguments and experiments to combine, and how often to boot
 * them. It has lines "KEY VALUE" (key_lines.h); words of a value are quoted as in a shell. A LABEL
 * is 1 to 64 of a-z A-Z 0-9 . _ + - and becomes a part of cell names. Files are relative to the
 * plan's folder. Keys marked * repeat.
 *
 *  kernel LABEL FILE [CONFIG] *   a kernel and, to be kept with it, its configuration
 *  image LABEL FILE *             an initramfs
 *  pack LABEL ARGUMENT... *       an initramfs that packer makes with these arguments, in the
 *                                 plan's folder
 *  args LABEL [TEXT] *            kernel arguments, unchanged; default: one `none`, empty
 *  scan LABEL VALUES TEXT *       `args LABEL-VALUE TEXT` for each of the values (scan.h), with
 *                                 the value in place of each {}
 *  experiment NAME [LABEL] *      an experiment of the images, by its name there
 *  run LABEL COMMAND... *         a command as experiment
 *  twice PATTERN *                cells whose names match (fnmatch(3)) get a second copy
 *                                 NAME@again: their difference is the noise
 *  only PATTERN *                 leaves out the cells whose names match no such pattern
 *  skip PATTERN *                 leaves out the cells whose names match
 *  boots N                        boots wanted of each cell; default 10
 *  layouts N                      of exact mode: a cell's boot n with outcome ok has layout n
 *                                 modulo N (boot/layout.h), up to 32; default 1. Then `boots` is
 *                                 N + 1 by default, so that layout 0 repeats
 *  precision PERCENT VALUE        boot more often than `boots`, until the 95 % confidence intervals
 *                                 of all ratios to baselines are this narrow (queue.h). VALUE is
 *                                 a sample's name or a figure of the run; a boot counts with its
 *                                 median
 *  limit N                        boots of a cell in all; default 2 times `boots`, 10 times with
 *                                 `precision`
 *  tries N                        consecutive failed boots before a cell, or a kernel that never
 *                                 came up, is given up; default 3
 *  measure NAME *                 the names that the report compares; default: all that the
 *                                 experiment reports, or the figures of the run if it reports none
 *  better lower|higher NAME *     which values of NAME are better; default: by its unit
 *  statistic STATISTIC NAME *     summarizes NAME in a boot: median, min, mean or a quantile
 *                                 such as p99; default: median, in exact mode min
 *  noisy FIGURE MAX *             a boot whose run has a higher figure (result_figure_names) is
 *                                 noisy and does not count
 *  seed N                         of the order; default: drawn and kept
 *  timeout SECONDS                as lull.timeout=
 *  silence SECONDS                without output after which a machine is ended; default as in
 *                                 bench boot
 *  console-limit BYTES            of console output of one boot; default as in bench boot
 *  memory SIZE, cpus N, exact yes, machine pc|q35|microvm, firmware FILE|ovmf, qemu ARGUMENTS
 *                                 as in bench boot
 *  console COMMAND, tty DEVICE[,SPEED], power-on COMMAND, power-off COMMAND, power-cycle COMMAND,
 *  boot-command COMMAND           a machine of a laboratory instead of QEMU, as in bench boot
 *  target grub DESTINATION [SECONDS]   one with its own system, as in bench boot
 *  target pxe DIR MAC             one that boots over the network, as in bench boot
 *  node LABEL *                   one of several machines, which boot at the same time, each its
 *                                 own blocks (queue.h). Keys from console to target after it are
 *                                 this machine's; those before the first node are the default
 */
#ifndef BENCH_STUDY_PLAN_H
#define BENCH_STUDY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/outcome.h"
#include "console/result.h"
#include "sha256.h"
#include "statistics/boot_statistic.h"
#include "statistics/measure.h"
#include "target/target.h"
#include "text.h"

enum {
	PLAN_LABEL_MAX = 64,
	PLAN_BOOTS_MAX = 1000 * 1000,
	PLAN_PROBLEM_MAX = 1024,
	PLAN_CELLS_MAX = 100 * 1000,
	PLAN_LIST_MAX = 10 * 1000,
	PLAN_NODES_MAX = 256,
};

/* JSON readers keep whole numbers up to this exactly. */
#define PLAN_SEED_MAX ((UINT64_C(1) << 53) - 1)

/* One value of a dimension. Strings are owned. */
struct plan_item {
	char *label;
	char *text;   /* kernel, image: the file; args: the arguments; experiment: its name; NULL:
			 `words` has it */
	char *config; /* kernel: the file of its configuration; NULL: none */
	char **words; /* pack: arguments; run: argv; one block, terminated by NULL */
};

enum plan_dimension { PLAN_KERNELS, PLAN_IMAGES, PLAN_ARGS, PLAN_EXPERIMENTS, PLAN_DIMENSIONS };

/* Settings with the values of `bench boot`'s options, and checked by its code. */
enum plan_setting {
	PLAN_QEMU,
	PLAN_MACHINE,
	PLAN_FIRMWARE,
	PLAN_CONSOLE,
	PLAN_TTY,
	PLAN_TARGET,
	PLAN_BOOT_COMMAND,
	PLAN_POWER_ON,
	PLAN_POWER_OFF,
	PLAN_POWER_CYCLE,
	PLAN_SETTINGS,
};

/* Their keys, all except the first also in target_options_set(). */
extern const char *const study_plan_settings[PLAN_SETTINGS];

/* One of several machines. Strings are owned. */
struct plan_node {
	char *label;
	char *settings[PLAN_SETTINGS]; /* NULL: the plan's */
};

/* The keys with a pattern of cells' names. */
enum plan_pattern { PLAN_SKIP, PLAN_ONLY, PLAN_TWICE, PLAN_PATTERNS };

struct plan_list {
	struct plan_item *at;
	size_t count;
};

/* The plan's settings of a measure. */
struct plan_measure {
	char *name;	       /* owned: NAME, or COMMAND:NAME for one of several commands */
	enum direction better; /* DIRECTION_NONE: not set */
	bool has_statistic, is_chosen;
	struct boot_statistic statistic;
};

struct study_plan {
	struct plan_list lists[PLAN_DIMENSIONS];
	struct plan_list patterns[PLAN_PATTERNS]; /* the pattern is the text */
	struct plan_measure *measures;		  /* owned */
	size_t measure_count;
	bool has_chosen; /* `measure` was given */
	uint64_t boots, limit, tries;
	uint64_t layouts; /* of exact mode; 1: no paddings */
	bool has_seed, exact;
	uint64_t seed;
	double precision;   /* a fraction; 0: not set */
	char *precision_of; /* owned; NULL: not set */
	struct noise_limits noise;
	size_t precision_line, noisy_line; /* number of the key's first line in the plan; 0: none */
	uint64_t timeout_s, memory_mib, cpus, silence_s, console_bytes; /* 0: not set */
	char *settings[PLAN_SETTINGS];					/* owned; NULL: not set */
	struct plan_node *nodes;					/* owned */
	size_t node_count; /* 0: one machine, without a name */
	/*
	 * Identifies what the results depend on: a hash of all except how many boots are wanted and
	 * when to give up. A study may continue under another plan with the same identity.
	 */
	unsigned char identity[SHA256_SIZE];
	uint64_t seen;			   /* one bit for each key seen; private to the reader */
	struct sha256 hash;		   /* private to the reader */
	unsigned char others[SHA256_SIZE]; /* the same without the keys that make the cells */
	struct sha256 others_hash;	   /* private to the reader */
};

/*
 * Parses a plan, called `name` in messages. Returns 0, or -1 with the first error, one line, in
 * `problem`. The caller calls study_plan_free() in either case.
 */
int study_plan_read(struct study_plan *p, const char *name, const char *text, size_t length,
		    struct text *problem);
void study_plan_free(struct study_plan *p);

/* Returns whether the entry is for the measure `name` of a command. */
bool study_plan_is_measure(const struct plan_measure *measure, uint64_t command, const char *name);

/* The plan's settings of the measure `name` of a command, from all its entries; without a name. */
struct plan_measure study_plan_measure(const struct study_plan *p, uint64_t command,
				       const char *name);

/*
 * A setting of a machine: its own, else the plan's; NULL: not set. `node` is 0 if there are no
 * nodes.
 */
const char *study_plan_setting(const struct study_plan *p, size_t node, enum plan_setting setting);

/*
 * Sets the target's options from the plan, except the firmware. Returns 0, or -1 with one line in
 * `problem`. The caller calls target_options_free() in either case; strings stay the plan's and
 * must stay valid.
 */
int study_plan_target(const struct study_plan *p, size_t node, struct target_options *target,
		      struct text *problem);

#endif
