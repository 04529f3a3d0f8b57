/* SPDX-License-Identifier: MIT */
/*
 * Messages on standard error, one line each. Every byte that is not printable ASCII is written as a
 * backslash and three octal digits, so that file names cannot control a terminal.
 */
#ifndef LULL_PACKER_MESSAGE_H
#define LULL_PACKER_MESSAGE_H

#include <stdbool.h>

/*
 * Like warn(3), warnx(3), err(3) and errx(3): err and errx exit with `status`; warn and err append
 * the text of errno.
 */
__attribute__((format(printf, 1, 2))) void message_warn(const char *format, ...);
__attribute__((format(printf, 1, 2))) void message_warnx(const char *format, ...);
__attribute__((noreturn, format(printf, 2, 3))) void message_err(int status, const char *format,
								 ...);
__attribute__((noreturn, format(printf, 2, 3))) void message_errx(int status, const char *format,
								  ...);

/*
 * Passes the text of each further warning to `take`, unescaped and without prefix, instead of
 * printing it. NULL restores printing.
 */
void message_take(void (*take)(void *context, const char *text), void *context);

/*
 * Prints each line of the file `fd`, the standard error of a program, as a warning "PROGRAM: LINE".
 * Returns whether there was any line.
 */
bool message_pass_on(int fd, const char *program);

/*
 * Begins further messages with `line`, "FILE:LINE", instead of the program's name; NULL restores
 * the name. The string must stay valid.
 */
void message_about(const char *line);

#endif
