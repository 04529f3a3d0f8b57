/* SPDX-License-Identifier: MIT */
#include "base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Process-wide, as standard error is. */
static const char *about; /* prefix of the next messages; NULL: the program's name */
static void (*receiver)(void *context, const char *text);
static void *receiver_context;

void
message_about(const char *line)
{
	about = line;
}

void
message_take(void (*take)(void *context, const char *text), void *context)
{
	receiver = take;
	receiver_context = context;
}

/* Like print_name(), but prints backslashes as they are: messages contain commands to type. */
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

/* Writes the line in one piece, so that output of other processes cannot split it. */
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
 * Prints the message, followed by the errno `problem` in words unless it is 0. Works without memory
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
	const char *message = whole != NULL ? whole : text != NULL ? text : no_memory;
	if (receiver != NULL)
		receiver(receiver_context, message);
	else
		write_line(message);
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
	receiver = NULL;
	write_message(format, arguments, problem);
	va_end(arguments);
	exit(status);
}

void
message_errx(int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	receiver = NULL;
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
		message_err(3, "cannot read the messages of a program");
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
