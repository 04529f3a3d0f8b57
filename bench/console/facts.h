/* SPDX-License-Identifier: MIT */
/* What a boot's `environment` records say of its kernel and machine (environment.h). */
#ifndef BENCH_FACTS_H
#define BENCH_FACTS_H

#include <stdint.h>

#include "base/bytes.h"
#include "environment.h"

enum { FACTS_MAX = 1024 };

struct fact {
	char key[ENVIRONMENT_KEY_MAX + 1];
	struct bytes value; /* any bytes of the guest, without NUL behind */
};

/* In the order of the records; no key is there twice, and none is both a name and a group's. */
struct facts {
	struct fact *at; /* owned */
	size_t count;
};

/*
 * Adds those of a payload. What is not as environment.h has it is counted in *malformed and ends
 * the payload. Returns 0, or -1 with errno ENOMEM.
 */
int facts_read(struct facts *facts, const void *payload, size_t length, uint64_t *malformed);

/* The value of a key, or NULL. */
const struct bytes *facts_find(const struct facts *facts, const char *key);

void facts_free(struct facts *facts);

#endif
