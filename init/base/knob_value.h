/* SPDX-License-Identifier: MIT */
/* Whether a file of the kernel has taken a value that it shows in another form. Pure. */
#ifndef LULL_KNOB_VALUE_H
#define LULL_KNOB_VALUE_H

#include <stdbool.h>

/*
 * `is` is what the file reads, `wanted` what was written. One value are
 *
 *  - words with other blanks between them;
 *  - numbers: 0x10 and 16;
 *  - switches: 1, y, Y, on and 0, n, N, off (lib/kstrtox.c kstrtobool());
 *  - masks of hexadecimal digits: f, 0f and 00000000,0000000f (lib/bitmap.c);
 *  - lists of numbers: 0,1,2 and 0-2;
 *  - a choice and [the] one in brackets among others;
 *  - names and a list with all of them, but for those after a minus: +cpu -io and "cpu memory",
 * NO_X and "A NO_X B".
 */
bool knob_value_is(const char *is, const char *wanted);

#endif
