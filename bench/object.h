/* SPDX-License-Identifier: MIT */
/* JSON objects being built, by jansson. */
#ifndef BENCH_OBJECT_H
#define BENCH_OBJECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* All of jansson's *_new functions take a NULL for a failure and pass it on; json_object_set_new then returns -1. */
struct object {
	json_t *json;
	bool failed;
};

void object_set(struct object *o, const char *key, json_t *value);

/* A string of our own; left out if NULL. */
void object_string(struct object *o, const char *key, const char *value);

/* Bytes of the guest: a string where they are UTF-8, else {"base64": ...}. */
json_t *object_encode(const char *data, size_t length);

/* A string of the guest, left out where it is empty. */
void object_guest(struct object *o, const char *key, const char *value);

#endif
