/* SPDX-License-Identifier: MIT */
#include "trace/trace_calls.h"

#include <fcntl.h>
#include <linux/audit.h>

enum { NONE = TRACE_NONE, AT = AT_SYMLINK_NOFOLLOW };

/*
 * arch/x86/entry/syscalls, include/uapi/asm-generic/unistd.h and arch/arm/tools/syscall.tbl of the kernel, whose numbers
 * are for ever.
 */
const struct trace_call trace_calls[] = {
    /* name x86_64 i386 arm64 arm; directory path flags */
    {"open", {2, 5, NONE, 5}, TRACE_OPEN, NONE, 0, 1, NONE, NONE, O_NOFOLLOW},
    {"openat", {257, 295, 56, 322}, TRACE_OPEN, 0, 1, 2, NONE, NONE, O_NOFOLLOW},
    {"openat2", {437, 437, 437, 437}, TRACE_OPEN_HOW, 0, 1, 2, NONE, NONE, O_NOFOLLOW},
    {"creat", {85, 8, NONE, 8}, TRACE_CREATE, NONE, 0, NONE, NONE, NONE, 0},

    {"execve", {59, 11, 221, 11}, TRACE_EXECUTE, NONE, 0, NONE, NONE, NONE, 0},
    {"execveat", {322, 358, 281, 387}, TRACE_EXECUTE, 0, 1, 4, NONE, NONE, AT},

    {"stat", {4, 106, NONE, 106}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"stat64", {NONE, 195, NONE, 195}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"lstat", {6, 107, NONE, 107}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"lstat64", {NONE, 196, NONE, 196}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"newfstatat", {262, NONE, 79, NONE}, TRACE_LOOK, 0, 1, 3, NONE, NONE, AT},
    {"fstatat64", {NONE, 300, NONE, 327}, TRACE_LOOK, 0, 1, 3, NONE, NONE, AT},
    {"statx", {332, 383, 291, 397}, TRACE_LOOK, 0, 1, 2, NONE, NONE, AT},
    {"access", {21, 33, NONE, 33}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"faccessat", {269, 307, 48, 334}, TRACE_LOOK, 0, 1, NONE, NONE, NONE, 0},
    {"faccessat2", {439, 439, 439, 439}, TRACE_LOOK, 0, 1, 3, NONE, NONE, AT},
    {"readlink", {89, 85, NONE, 85}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"readlinkat", {267, 305, 78, 332}, TRACE_LOOK, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"statfs", {137, 99, 43, 99}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"statfs64", {NONE, 268, NONE, 266}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"chdir", {80, 12, 49, 12}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"chroot", {161, 61, 51, 61}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},

    {"getdents", {78, 141, NONE, 141}, TRACE_LIST, 0, NONE, NONE, NONE, NONE, 0},
    {"getdents64", {217, 220, 61, 217}, TRACE_LIST, 0, NONE, NONE, NONE, NONE, 0},

    {"mkdir", {83, 39, NONE, 39}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"mkdirat", {258, 296, 34, 323}, TRACE_MAKE, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"mknod", {133, 14, NONE, 14}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"mknodat", {259, 297, 33, 324}, TRACE_MAKE, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"link", {86, 9, NONE, 9}, TRACE_MAKE, NONE, 1, NONE, NONE, NONE, UINT32_MAX},
    {"linkat", {265, 303, 37, 330}, TRACE_MAKE, 2, 3, NONE, NONE, NONE, UINT32_MAX},
    {"symlink", {88, 83, NONE, 83}, TRACE_MAKE, NONE, 1, NONE, NONE, NONE, UINT32_MAX},
    {"symlinkat", {266, 304, 36, 331}, TRACE_MAKE, 1, 2, NONE, NONE, NONE, UINT32_MAX},
    {"truncate", {76, 92, 45, 92}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, 0},
    {"truncate64", {NONE, 193, NONE, 193}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, 0},

    {"rename", {82, 38, NONE, 38}, TRACE_MOVE, NONE, 1, NONE, NONE, 0, UINT32_MAX},
    {"renameat", {264, 302, 38, 329}, TRACE_MOVE, 2, 3, NONE, 0, 1, UINT32_MAX},
    {"renameat2", {316, 353, 276, 382}, TRACE_MOVE, 2, 3, NONE, 0, 1, UINT32_MAX},

    {"unlink", {87, 10, NONE, 10}, TRACE_REMOVE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"unlinkat", {263, 301, 35, 328}, TRACE_REMOVE, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"rmdir", {84, 40, NONE, 40}, TRACE_REMOVE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},

    {"connect", {42, 362, 203, 283}, TRACE_CONNECT, NONE, 1, 2, NONE, NONE, 0},
    {"bind", {49, 361, 200, 282}, TRACE_BIND, NONE, 1, 2, NONE, NONE, UINT32_MAX},

    {"io_uring_setup", {425, 425, 425, 425}, TRACE_HIDE, NONE, NONE, NONE, NONE, NONE, 0},
};

const size_t trace_call_count = sizeof(trace_calls) / sizeof(*trace_calls);

static const uint32_t archs[TRACE_ABIS] = {
    [TRACE_X86_64] = AUDIT_ARCH_X86_64,
    [TRACE_I386] = AUDIT_ARCH_I386,
    [TRACE_ARM64] = AUDIT_ARCH_AARCH64,
    [TRACE_ARM] = AUDIT_ARCH_ARM,
};

enum trace_abi
trace_abi(uint32_t arch)
{
	int abi = 0;

	while (abi < TRACE_ABIS && archs[abi] != arch)
		abi++;
	return (enum trace_abi)abi;
}

uint32_t
trace_arch(enum trace_abi abi)
{
	return archs[abi];
}

const struct trace_call *
trace_call(enum trace_abi abi, uint64_t number)
{
	for (size_t i = 0; abi < TRACE_ABIS && number <= INT16_MAX && i < trace_call_count; i++)
		if (trace_calls[i].numbers[abi] == (int)number)
			return &trace_calls[i];
	return NULL;
}
