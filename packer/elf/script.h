/* SPDX-License-Identifier: MIT */
/*
 * The first line of a script, as the kernel (fs/binfmt_script.c) and env(1) of GNU coreutils read
 * it.
 */
#ifndef LULL_PACKER_SCRIPT_H
#define LULL_PACKER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

enum { SCRIPT_LINE = 256 }; /* what the kernel reads of a file, BINPRM_BUF_SIZE */

enum {
	SCRIPT_CHAIN = 5
}; /* scripts whose interpreter is a script that the kernel goes through, exec_binprm() */

enum script_result {
	SCRIPT_OK,
	SCRIPT_NONE, /* no "#!" in front */
	SCRIPT_CR, /* the line ends in a carriage return: the kernel takes it for a part of the name
		    */
	SCRIPT_EMPTY,  /* no interpreter */
	SCRIPT_LONG,   /* the interpreter's name does not end within SCRIPT_LINE bytes */
	SCRIPT_BINARY, /* a NUL within the line */
};

struct script {
	char interpreter[SCRIPT_LINE];
	char argument[SCRIPT_LINE]; /* all that follows, one argument; empty: none */
	char program[SCRIPT_LINE];  /* what env would look up in PATH; empty: not run by env, or
				       nothing named */
};

bool script_is(const void *data, size_t size);

/* Reads the line at the beginning of `data`; `script` is whole only after SCRIPT_OK. */
enum script_result script_read(struct script *script, const char *data, size_t size);

/* What is wrong, for a message; NULL for SCRIPT_OK and SCRIPT_NONE. */
const char *script_problem(enum script_result result);

#endif
