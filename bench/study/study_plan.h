/* SPDX-License-Identifier: MIT */
/*
 * The plan of a study: what is booted, in which combinations, and how often. Lines "KEY VALUE"
 * (key_lines.h); words of a value are quoted as a shell would. A LABEL is 1 to 64 of a-z A-Z 0-9 .
 * _ + - and stands in the names of cells. Files are found from the plan's folder.
 *
 * kernel LABEL FILE [CONFIG]  a kernel, and the configuration that it was built with, which is kept
 * with it; repeats image LABEL FILE            an initramfs; repeats pack LABEL ARGUMENT...      an
 * initramfs that packer makes of these, in the plan's folder; repeats args LABEL [TEXT] kernel
 * arguments, as they are behind the label; repeats; without any: `none`, empty experiment NAME
 * [LABEL]     an experiment of the images, by its name there; repeats run LABEL COMMAND...        a
 * command as experiment; repeats twice PATTERN               cells whose names match (fnmatch(3))
 * have a second one beside them, NAME@again: their difference is the noise; repeats boots N boots
 * wanted of each cell; default 10 precision PERCENT VALUE     and more of them, until the 95 %
 * confidence interval of the mean of VALUE over boots is at most this far from it on each side.
 * VALUE is the name of a sample or a figure of the run; of a boot its median counts limit N boots
 * of a cell in all; default 2 times `boots`, 10 times with `precision` tries N boots in a row that
 * give nothing before a cell, or a kernel that never came up, is given up; default 3 noisy FIGURE
 * MAX            a boot is noisy, and not counted, whose run has a higher figure
 * (result_figure_names); repeats seed N                      of the order; without it one is drawn
 * and kept timeout SECONDS             as lull.timeout= silence SECONDS             without a word
 * after which a machine is given up; default as with bench boot console-limit BYTES         on the
 * console of one boot, as silence memory SIZE, cpus N, exact yes, machine pc|q35|microvm, firmware
 * FILE|ovmf, qemu ARGUMENTS   as with bench boot console COMMAND, tty DEVICE[,SPEED], power-on
 * COMMAND, power-off COMMAND, power-cycle COMMAND, boot-command COMMAND a machine of a laboratory
 * in place of QEMU, as with bench boot target grub DESTINATION [SECONDS]  one with a system of its
 * own, as with bench boot target pxe DIR MAC          one that boots over a network, the same node
 * LABEL                  one machine of several, which boot at once, each its own blocks (queue.h):
 * what of console to target comes behind it is this machine's, and what came before the first node
 * is every one's that has nothing else; repeats
 */
#ifndef BENCH_STUDY_PLAN_H
#define BENCH_STUDY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/outcome.h"
#include "console/result.h"
#include "sha256.h"
#include "target/target.h"
#include "text.h"

enum {
	PLAN_LABEL_MAX = 64,
	PLAN_BOOTS_MAX = 1000 * 1000,
	PLAN_PROBLEM_MAX = 512,
	PLAN_CELLS_MAX = 100 * 1000,
	PLAN_LIST_MAX = 10 * 1000,
	PLAN_NODES_MAX = 256,
};

/* Readers of JSON keep whole numbers up to here exactly. */
#define PLAN_SEED_MAX ((UINT64_C(1) << 53) - 1)

/* One of a dimension. Strings are owned. */
struct plan_item {
	char *label;
	char *text; /* kernel, image: the file; args: the arguments; experiment: its name; NULL: it
		       is in `words` */
	char *config; /* kernel: its configuration's file; NULL: none */
	char **words; /* pack: arguments; run: argv; one block that ends with NULL */
};

enum plan_dimension { PLAN_KERNELS, PLAN_IMAGES, PLAN_ARGS, PLAN_EXPERIMENTS, PLAN_DIMENSIONS };

/* Settings that are told as `bench boot` would be told them, and checked there. */
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

/* Their keys, which all but the first have in common with target_options.h. */
extern const char *const study_plan_settings[PLAN_SETTINGS];

/* A machine of several. Strings are owned. */
struct plan_node {
	char *label;
	char *settings[PLAN_SETTINGS]; /* NULL: the plan's */
};

struct plan_list {
	struct plan_item *at;
	size_t count;
};

struct study_plan {
	struct plan_list lists[PLAN_DIMENSIONS];
	struct plan_list twice; /* the pattern is the text */
	uint64_t boots, limit, tries;
	bool has_seed, exact;
	uint64_t seed;
	double precision;   /* a fraction; 0: none is wanted */
	char *precision_of; /* owned; NULL: as above */
	struct noise_limits noise;
	size_t precision_line, noisy_line; /* of the plan, the first of them; 0: none */
	uint64_t timeout_s, memory_mib, cpus, silence_s, console_bytes; /* 0: not set */
	char *settings[PLAN_SETTINGS];					/* owned; NULL: not set */
	struct plan_node *nodes;					/* owned */
	size_t node_count; /* 0: there is one machine, without a name */
	/*
	 * What the results depend on: a hash of all but how many boots are wanted and when to give
	 * up. A study may go on under another plan that has the same.
	 */
	unsigned char identity[SHA256_SIZE];
	uint64_t seen;	    /* keys that came, a bit each; for the reader alone */
	struct sha256 hash; /* the same */
};

/*
 * Reads a plan, called `name` in messages. Returns 0, or -1 with the first mistake, one line, in
 * `problem`. study_plan_free() is due either way.
 */
int study_plan_read(struct study_plan *p, const char *name, const char *text, size_t length,
		    struct text *problem);
void study_plan_free(struct study_plan *p);

/*
 * A setting of a machine: its own or the plan's. `node` is 0 where there are no nodes. NULL: not
 * set.
 */
const char *study_plan_setting(const struct study_plan *p, size_t node, enum plan_setting setting);

/*
 * Sets what the plan says of the target, but for its firmware. Returns 0, or -1 with one line in
 * `problem`. target_options_free() is due either way; strings stay the plan's and are used.
 */
int study_plan_target(const struct study_plan *p, size_t node, struct target_options *target,
		      struct text *problem);

extern const char study_plan_no_label[];
extern const char study_plan_no_memory[];

#endif
