/* SPDX-License-Identifier: MIT */
/* Parser of the #! line of a script, as the kernel (fs/binfmt_script.c) and GNU env(1) read it. */
#ifndef LULL_PACKER_SCRIPT_H
#define LULL_PACKER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

enum { SCRIPT_LINE = 256 }; /* bytes of a file that the kernel reads, BINPRM_BUF_SIZE */

enum { SCRIPT_CHAIN = 5 }; /* nested script interpreters that the kernel follows, exec_binprm() */

enum script_result {
	SCRIPT_OK,
	SCRIPT_NONE,   /* no "#!" at the beginning */
	SCRIPT_CR,     /* the line ends in a carriage return, which the kernel treats as part of the
			  name */
	SCRIPT_EMPTY,  /* no interpreter */
	SCRIPT_LONG,   /* the interpreter's name does not end within SCRIPT_LINE bytes */
	SCRIPT_BINARY, /* a NUL within the line */
};

struct script {
	char interpreter[SCRIPT_LINE];
	char argument[SCRIPT_LINE]; /* the rest of the line, one argument; empty: none */
	char program[SCRIPT_LINE];  /* program that env looks up in PATH; empty: not run by env, or
				       no program named */
};

bool script_is(const void *data, size_t size);

/* Parses the first line of `data`; `script` is complete only if the result is SCRIPT_OK. */
enum script_result script_read(struct script *script, const char *data, size_t size);

/* Returns the error message for a result; NULL for SCRIPT_OK and SCRIPT_NONE. */
const char *script_problem(enum script_result result);

#endif
