/* SPDX-License-Identifier: MIT */
#include "base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the process, as standard error is. */
static const char
    *about; /* what the next messages are about; NULL: they begin with the program's name */
static void (*taker)(void *context, const char *text);
static void *taker_context;

void
message_about(const char *line)
{
	about = line;
}

void
message_take(void (*take)(void *context, const char *text), void *context)
{
	taker = take;
	taker_context = context;
}

/* As print_name(), but for backslashes: messages have some of their own, in commands to type. */
static void
put_safe(FILE *file, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;
		if (c < 0x20 || c > 0x7e)
			fprintf(file, "\\%03o", c);
		else
			putc(c, file);
	}
}

/* In one piece, so that lines of other processes do not fall in. */
static void
write_line(const char *text)
{
	char *line = NULL;
	size_t size;
	FILE *memory = open_memstream(&line, &size);

	if (memory != NULL) {
		put_safe(memory, about != NULL ? about : program_invocation_short_name);
		fputs(": ", memory);
		put_safe(memory, text);
		putc('\n', memory);
		if (fclose(memory) == 0)
			fwrite(line, 1, size, stderr);
	}
	free(line);
}

/*
 * Says what `format` makes, and the reason if it is an errno. These run when there is no memory,
 * too.
 */
static void
write_message(const char *format, va_list arguments, int problem)
{
	static char no_memory[] = "cannot get memory";
	char *text = NULL, *whole = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	if (text != NULL && problem != 0 && asprintf(&whole, "%s: %s", text, strerror(problem)) < 0)
		whole = NULL;
	const char *said = whole != NULL ? whole : text != NULL ? text : no_memory;
	if (taker != NULL)
		taker(taker_context, said);
	else
		write_line(said);
	free(text);
	free(whole);
}

void
message_warn(const char *format, ...)
{
	int problem = errno;
	va_list arguments;

	va_start(arguments, format);
	write_message(format, arguments, problem);
	va_end(arguments);
	errno = problem;
}

void
message_warnx(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_message(format, arguments, 0);
	va_end(arguments);
}

void
message_err(int status, const char *format, ...)
{
	int problem = errno;
	va_list arguments;

	va_start(arguments, format);
	taker = NULL;
	write_message(format, arguments, problem);
	va_end(arguments);
	exit(status);
}

void
message_errx(int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	taker = NULL;
	write_message(format, arguments, 0);
	va_end(arguments);
	exit(status);
}

bool
message_pass_on(int fd, const char *program)
{
	int copy = dup(fd);
	FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
	char *line = NULL;
	size_t size = 0;
	bool any = false;

	if (file == NULL)
		message_err(3, "cannot read what a program said");
	for (rewind(file); getline(&line, &size, file) > 0; any = true) {
		line[strcspn(line, "\n")] = '\0';
		size_t length = strlen(program);
		bool has_name = strncmp(line, program, length) == 0 && line[length] == ':';
		message_warnx("%s%s%s", has_name ? "" : program, has_name ? "" : ": ", line);
	}
	free(line);
	fclose(file);
	return any;
}
