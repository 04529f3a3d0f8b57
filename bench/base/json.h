/* SPDX-License-Identifier: MIT */
/* Builds JSON objects, with jansson. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * jansson's *_new functions accept NULL, a failed value, and pass it on; json_object_set_new then
 * returns -1.
 */
struct object {
	json_t *json;
	bool failed;
};

void object_set(struct object *o, const char *key, json_t *value);

/* A string of bench's own; omitted if NULL. */
void object_string(struct object *o, const char *key, const char *value);

/*
 * A number: as an integer, without a decimal point, if it is whole and JSON readers keep it
 * exactly.
 */
json_t *object_number(double number);

/*
 * The text of a value, to be freed. Each number has the shortest form that reads back as the same
 * number. `flags` are those of json_dumps(). NULL if out of memory.
 */
char *object_text(const json_t *json, size_t flags);

/*
 * Prints the object on stdout, indented, and frees it. Returns 0, or -1 after a message if that or
 * the making of the object failed.
 */
int object_print(struct object *o);

/* Bytes from the guest: a string if they are UTF-8, else {"base64": ...}. */
json_t *object_encode(const char *data, size_t length);

/* A string from the guest; omitted if empty. */
void object_guest(struct object *o, const char *key, const char *value);

#endif
