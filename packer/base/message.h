/* SPDX-License-Identifier: MIT */
/*
 * What packer says on standard error: one line a message, harmless for a terminal whatever files are called. err(),
 * errx(), warn() and warnx() of <err.h> are packer's own: the linker takes them in the place of the C library's. They
 * do what err(3) says, with all but printable ASCII as a backslash and three octal digits.
 */
#ifndef LULL_PACKER_MESSAGE_H
#define LULL_PACKER_MESSAGE_H

#include <stdbool.h>

/*
 * From here on `take` gets the text of each warning as it is, without what it begins with, instead of standard error;
 * NULL ends that.
 */
void message_take(void (*take)(void *context, const char *text), void *context);

/*
 * Warns of each line that a program, or what is loaded into it, has written to the file `fd`, as "PROGRAM: LINE". Returns
 * whether that was anything.
 */
bool message_pass_on(int fd, const char *program);

/*
 * From here on messages of err(3) and warn(3) begin with `line`, the "FILE:LINE" that they are about, in the place of
 * the program's name; with NULL they begin with that again. The string must stay.
 */
void where_set(const char *line);

#endif
