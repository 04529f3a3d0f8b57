/* SPDX-License-Identifier: MIT */
/* Running other tools. All of it ends the program, after a message, where something fails. */
#ifndef LULL_DIFFERENTIAL_TOOL_H
#define LULL_DIFFERENTIAL_TOOL_H

#include <stddef.h>
#include <sys/types.h>

enum { TOOL_WORDS = 64 };

/* A command line that is put together; the words stay the caller's. */
struct tool {
	const char *list[TOOL_WORDS];
	size_t count;
};

void tool_add(struct tool *words, const char *word);

/* Runs it, found by PATH, and waits until it has ended with status 0. */
void tool_run(const struct tool *words);
#define TOOL_RUN(...) tool_run(&(const struct tool){.list = {__VA_ARGS__, NULL}})

/* A string as printf(3) makes it. It is never freed: a program that makes one tree ends soon. */
char *tool_string(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes bytes into a file, which is made if `at` is 0. */
void tool_write_at(const char *file, off_t at, const void *bytes, size_t length);

#endif
