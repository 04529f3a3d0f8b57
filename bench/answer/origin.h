/* SPDX-License-Identifier: MIT */
/*
 * What is known of the origin of numbers: the host, the days, versions, kernel, image, arguments,
 * and what the guest recorded. Everything is a JSON object, so that two of them can be compared.
 */
#ifndef BENCH_ORIGIN_H
#define BENCH_ORIGIN_H

#include <jansson.h>
#include <stddef.h>

#include "answer/boots.h"
#include "study/study.h"

/*
 * Of a study that was opened for reading, and its boots: host, days, versions and the plan's
 * settings. To be freed.
 */
json_t *origin_study(const struct boots *boots);

/*
 * Of a cell: kernel, image, arguments, command and the environment of its first boot that counts.
 * To be freed; NULL after a message.
 */
json_t *origin_cell(const struct boots *boots, size_t cell);

/*
 * What a boot recorded of its kernel and machine, without what is different in every boot, from an
 * object with the key `environment`. To be freed; NULL: nothing was recorded.
 */
json_t *origin_environment(const json_t *boot);

/* The words of a text that are separated by blanks, as a list. To be freed. */
json_t *origin_words(const char *text);

/*
 * Appends the differences of two objects to an array, unless it has them: objects with `what`, the
 * keys joined by blanks, and `values`, both as texts; null: missing. Of lists only the words that
 * the other one lacks. `missing_differs`: a value that one lacks is a difference; it always is one
 * in the environment, but otherwise may be unknown.
 */
void origin_compare(json_t *differences, const json_t *one, const json_t *other,
		    bool missing_differs);

/* Returns whether the array has a difference of this key or, if it is a group, in it. */
bool origin_has(const json_t *differences, const char *key);

/* Prints the array as a table. */
void origin_print(const json_t *differences, const char *one, const char *other);

#endif
