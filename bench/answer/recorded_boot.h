/* SPDX-License-Identifier: MIT */
/*
 * The numbers of one recorded boot, from a file: the JSON object of `bench boot --json`, a study's
 * numbers/NUMBER.json, or a console log, compressed or not.
 */
#ifndef BENCH_RECORDED_BOOT_H
#define BENCH_RECORDED_BOOT_H

#include <jansson.h>

#include "report/numbers.h"

struct recorded_boot {
	struct numbers numbers;
	json_t *origin;	  /* owned (origin.h) */
	const char *kind; /* of times, as in struct answer; NULL: unknown, as in most logs */
};

/*
 * Reads the file. Returns 0, or -1 after a message, also if the boot has no numbers. The caller
 * calls recorded_boot_free() in either case.
 */
int recorded_boot_read(struct recorded_boot *boot, const char *path);
void recorded_boot_free(struct recorded_boot *boot);

#endif
