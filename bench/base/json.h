/* SPDX-License-Identifier: MIT */
/* JSON objects being built, by jansson. */
#ifndef BENCH_OBJECT_H
#define BENCH_OBJECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * All of jansson's *_new functions take a NULL for a failure and pass it on; json_object_set_new
 * then returns -1.
 */
struct object {
	json_t *json;
	bool failed;
};

void object_set(struct object *o, const char *key, json_t *value);

/* A string of our own; left out if NULL. */
void object_string(struct object *o, const char *key, const char *value);

/* A number, as short as it can be: a whole one that readers of JSON keep exactly has no point. */
json_t *object_number(double number);

/*
 * The text of a value, to be freed: numbers stand in the shortest form that reads back as the same
 * number. `flags` are those of json_dumps(). NULL if there is no memory.
 */
char *object_text(const json_t *json, size_t flags);

/* Bytes of the guest: a string where they are UTF-8, else {"base64": ...}. */
json_t *object_encode(const char *data, size_t length);

/* A string of the guest, left out where it is empty. */
void object_guest(struct object *o, const char *key, const char *value);

#endif
