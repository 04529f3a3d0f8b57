/* SPDX-License-Identifier: MIT */
#ifndef BENCH_FACTS_JSON_H
#define BENCH_FACTS_JSON_H

#include <jansson.h>

#include "console/facts.h"

/*
 * The facts as one object: GROUP.NAME stands as NAME in an object GROUP, and what is a list of words is an array.
 * `encode` makes JSON of bytes. Returns NULL where there is no memory.
 */
json_t *facts_json(const struct facts *facts, json_t *(*encode)(const char *data, size_t length));

#endif
