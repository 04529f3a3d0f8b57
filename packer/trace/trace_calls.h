/* SPDX-License-Identifier: MIT */
/* The system calls by which a program comes to files: their numbers, and which argument is what. Data, and pure. */
#ifndef LULL_PACKER_TRACE_CALLS_H
#define LULL_PACKER_TRACE_CALLS_H

#include <stddef.h>
#include <stdint.h>

enum trace_abi { TRACE_X86_64, TRACE_I386, TRACE_ARM64, TRACE_ARM, TRACE_ABIS };

enum trace_deed {
	TRACE_OPEN,	/* with O_* in the argument `flags` */
	TRACE_OPEN_HOW, /* with O_* in the struct open_how that it points to */
	TRACE_CREATE,	/* as open() with O_CREAT, O_WRONLY and O_TRUNC */
	TRACE_EXECUTE,
	TRACE_LOOK, /* at what is there, or at where a link leads */
	TRACE_LIST, /* a directory, open at the descriptor `directory` */
	TRACE_MAKE, /* or change: a file, directory, link, node, socket, further name */
	TRACE_MOVE, /* from `old_path` */
	TRACE_REMOVE,
	TRACE_CONNECT, /* to the socket at the struct sockaddr `path` of `flags` bytes */
	TRACE_BIND,    /* makes that socket */
	TRACE_HIDE,    /* from here on files may be opened by no system call */
};

enum { TRACE_NONE = -1 }; /* no such system call, no such argument; as a directory: the current one */

struct trace_call {
	const char *name;
	int16_t numbers[TRACE_ABIS];
	enum trace_deed deed;
	int8_t directory, path, flags; /* arguments, from 0 */
	int8_t old_directory, old_path;
	uint32_t no_follow; /* bits of `flags` with which a link itself is meant; all of them: always */
};

extern const struct trace_call trace_calls[];
extern const size_t trace_call_count;

/* The ABI of an AUDIT_ARCH_* of linux/audit.h, or TRACE_ABIS for one that is not known. */
enum trace_abi trace_abi(uint32_t arch);

/* The AUDIT_ARCH_* of an ABI. */
uint32_t trace_arch(enum trace_abi abi);

/* The call of that number, or NULL. */
const struct trace_call *trace_call(enum trace_abi abi, uint64_t number);

#endif
