/* SPDX-License-Identifier: MIT */
/*
 * Files of lines "KEY VALUE", the form of experiment files and plans: blanks around both are left
 * off, `#` where a word could begin starts a comment, and a quote that is open, or a backslash
 * before the newline, carries a line on to the next. Pure.
 */
#ifndef LULL_KEY_LINES_H
#define LULL_KEY_LINES_H

#include "text.h"

/*
 * Takes one line, whose number is `line`; key and value may be changed, and are gone when it
 * returns. Returns 0, or -1 with what is wrong in `why`.
 */
typedef int key_lines_take(void *context, size_t line, char *key, char *value, struct text *why);

/*
 * Gives each line of a file, called `name` in messages, to `take`, in their order, and goes on
 * behind a mistake. Returns 0, or -1 with the first mistake, "NAME:LINE: what is wrong", in
 * `problem`.
 */
int key_lines_read(const char *name, const char *text, size_t length, key_lines_take *take,
		   void *context, struct text *problem);

#endif
