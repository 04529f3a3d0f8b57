/* SPDX-License-Identifier: MIT */
/*
 * Messages on standard error: one line each, and safe for a terminal whatever files are called. All
 * bytes but printable ASCII are written as a backslash and three octal digits.
 */
#ifndef LULL_PACKER_MESSAGE_H
#define LULL_PACKER_MESSAGE_H

#include <stdbool.h>

/*
 * As the functions of err(3) that have these names, for which the names' ends stand: err and errx
 * exit with `status`; warn and err add the reason that errno gives.
 */
__attribute__((format(printf, 1, 2))) void message_warn(const char *format, ...);
__attribute__((format(printf, 1, 2))) void message_warnx(const char *format, ...);
__attribute__((noreturn, format(printf, 2, 3))) void message_err(int status, const char *format,
								 ...);
__attribute__((noreturn, format(printf, 2, 3))) void message_errx(int status, const char *format,
								  ...);

/*
 * From here on `take` gets the text of each warning as it is, without what it begins with, instead
 * of standard error; NULL ends that.
 */
void message_take(void (*take)(void *context, const char *text), void *context);

/*
 * Warns of each line that a program, or what is loaded into it, has written to the file `fd`, as
 * "PROGRAM: LINE". Returns whether that was anything.
 */
bool message_pass_on(int fd, const char *program);

/*
 * From here on messages begin with `line`, the "FILE:LINE" that they are about, in the place of the
 * program's name; with NULL they begin with that again. The string must stay.
 */
void message_about(const char *line);

#endif
