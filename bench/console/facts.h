/* SPDX-License-Identifier: MIT */
/* The facts of a boot's `environment` records: its kernel and machine (environment.h). */
#ifndef BENCH_FACTS_H
#define BENCH_FACTS_H

#include <stdint.h>

#include "base/bytes.h"
#include "environment.h"

enum { FACTS_MAX = 1024 };

struct fact {
	char key[ENVIRONMENT_KEY_MAX + 1];
	struct bytes value; /* any bytes from the guest, not terminated by NUL */
};

/* In the order of the records. No key occurs twice, and none is both a name and a group. */
struct facts {
	struct fact *at; /* owned */
	size_t count;
};

/*
 * Adds the facts of a payload. A line that environment.h does not allow ends the payload and is
 * counted in *malformed. Returns 0, or -1 with errno ENOMEM.
 */
int facts_read(struct facts *facts, const void *payload, size_t length, uint64_t *malformed);

/* The value of a key, or NULL. */
const struct bytes *facts_find(const struct facts *facts, const char *key);

void facts_free(struct facts *facts);

#endif
