/* SPDX-License-Identifier: MIT */
#include "target/laboratory_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
open_tty(struct laboratory_line *l, const struct laboratory *laboratory, char *error, size_t size)
{
	if (tty_open(&l->tty, laboratory->tty, laboratory->speed) == 0) {
		l->output = l->input = l->tty.fd;
		return 0;
	}
	snprintf(error, size, "cannot open %s with %u bits a second: %s", laboratory->tty, laboratory->speed,
		 errno == EWOULDBLOCK ? "another has it" : strerror(errno));
	return -1;
}

/* A pipe of which bench's end does not block, and the other is the command's. */
static int
open_pipe(int *ours, int *theirs, bool is_input)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	*ours = ends[is_input];
	*theirs = ends[!is_input];
	return fcntl(*ours, F_SETFL, O_NONBLOCK);
}

static int
open_command(struct laboratory_line *l, const struct machine *machine, char *error, size_t size)
{
	char *const *argv = machine->laboratory->console;
	int theirs[3] = {-1, -1, -1}, result = -1;

	l->command = (struct command){.name = "console", .argv = argv};
	if (open_pipe(&l->input, &theirs[0], true) == 0 && open_pipe(&l->output, &theirs[1], false) == 0 &&
	    open_pipe(&l->errors, &theirs[2], false) == 0)
		result = command_start(&l->command, "console", argv, machine, theirs);
	if (result != 0)
		command_tell_start(&l->command, errno, error, size);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	return result;
}

int
laboratory_line_open(struct laboratory_line *l, const struct machine *machine, char *error, size_t size)
{
	*l = (struct laboratory_line){.output = -1, .input = -1, .errors = -1, .tty.fd = -1};
	int result = machine->laboratory->console != NULL ? open_command(l, machine, error, size)
							  : open_tty(l, machine->laboratory, error, size);
	if (result != 0)
		laboratory_line_close(l);
	return result;
}

void
laboratory_line_close(struct laboratory_line *l)
{
	const int fds[] = {l->output, l->input, l->errors};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0 && fds[i] != l->tty.fd)
			close(fds[i]);
	tty_close(&l->tty);
	l->output = l->input = l->errors = -1;
}
