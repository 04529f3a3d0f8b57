/* SPDX-License-Identifier: MIT */
/*
 * Files with lines "KEY VALUE", the format of experiment files and plans: blanks around both are
 * removed, `#` at the start of a word begins a comment, and an open quote, or a backslash before
 * the newline, continues the line. Pure.
 */
#ifndef LULL_KEY_LINES_H
#define LULL_KEY_LINES_H

#include "text.h"

/*
 * Accepts the line with number `line`. It may change key and value, which are invalid after it
 * returns. Returns 0, or -1 with the problem in `why`.
 */
typedef int key_lines_take(void *context, size_t line, char *key, char *value, struct text *why);

/*
 * Passes each line of a file, called `name` in messages, to `take` in order, and continues after an
 * error. Returns 0, or -1 with the first error, "NAME:LINE: PROBLEM", in `problem`.
 */
int key_lines_read(const char *name, const char *text, size_t length, key_lines_take *take,
		   void *context, struct text *problem);

#endif
