/* SPDX-License-Identifier: MIT */
/*
 * Compares a value written to a file of the kernel with the value read back, which may have another
 * form. Pure.
 */
#ifndef LULL_KNOB_VALUE_H
#define LULL_KNOB_VALUE_H

#include <stdbool.h>

/*
 * Returns whether `is`, the value read, equals `wanted`, the value written. These are equal:
 *
 *  - words, regardless of the blanks between them;
 *  - numbers: 0x10 and 16;
 *  - switches: 1, y, Y, on and 0, n, N, off (lib/kstrtox.c kstrtobool());
 *  - masks of hexadecimal digits: f, 0f and 00000000,0000000f (lib/bitmap.c);
 *  - lists of numbers: 0,1,2 and 0-2;
 *  - a choice, and a list of choices with [the] chosen one in brackets;
 *  - names, and a list that has all of them but those after a minus: +cpu -io and "cpu memory",
 *    NO_X and "A NO_X B".
 */
bool knob_value_is(const char *is, const char *wanted);

#endif
