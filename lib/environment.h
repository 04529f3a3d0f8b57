/* SPDX-License-Identifier: MIT */
/*
 * The payloads of `environment` records (wire.h): lines "KEY VALUE\n", VALUE percent-encoded. KEY
 * is NAME or GROUP.NAME, both of a-z, 0-9, `_` and `-`. A key that repeats continues its value: a
 * value may be longer than a payload and be split over several records. Unknown facts have no line.
 * Values are the kernel's text without the final newline, unless noted otherwise:
 *
 * version, cmdline     /proc/version, /proc/cmdline
 * taint                a number and, unless it is 0, a blank and its letters
 *                      (admin-guide/tainted-kernels.rst)
 * modules              names of loaded modules, separated by blanks; `...` at the end if truncated
 * config_gz_sha256     SHA-256 of /proc/config.gz, still compressed
 * clocksource          the current one
 * memory_kib           MemTotal of /proc/meminfo, a number
 * transparent_hugepage
 *                      such as [always] madvise never: with less than 512 MiB the kernel itself
 *                      chooses never
 * numa_nodes           online nodes, such as 0-1
 * cpu.NAME             of the first CPU in /proc/cpuinfo, NAME in lower case with `_` for blanks:
 *                      vendor_id, cpu_family, model, model_name, stepping, microcode, flags, bugs
 *                      on x86; cpu_implementer, cpu_architecture, cpu_variant, cpu_part,
 *                      cpu_revision, features on Arm; isa, uarch, mvendorid, marchid, mimpid on
 *                      RISC-V; cpu, revision on Power; vendor_id, features on s390
 * cpus_online          such as 0-3
 * smt.NAME             control, active
 * cpufreq.NAME         scaling_driver and scaling_governor of the first policy; same_governor: yes
 *                      if all policies have the same, or no
 * mitigation.NAME      each file of /sys/devices/system/cpu/vulnerabilities
 * dmi.NAME             sys_vendor, product_name, product_version, board_vendor, board_name,
 *                      bios_vendor, bios_version, bios_date; no serial numbers or other facts that
 *                      identify a single machine
 * devicetree_model     if there is a device tree
 */
#ifndef LULL_ENVIRONMENT_H
#define LULL_ENVIRONMENT_H

#include "text.h"
#include "wire.h"

enum { ENVIRONMENT_KEY_MAX = 64 };

/* Collects payloads and passes each to `send`. */
struct environment_writer {
	void (*send)(const void *payload, size_t length);
	struct text text;
	char payload[WIRE_PAYLOAD_MAX];
};

/* The writer must not move in memory. */
void environment_start(struct environment_writer *w,
		       void (*send)(const void *payload, size_t length));

/* Adds a value of any bytes. Returns 0, or -1 for an invalid key, with nothing added. */
int environment_add(struct environment_writer *w, const char *key, const void *value,
		    size_t length);

/* Sends the last payload. */
void environment_end(struct environment_writer *w);

struct environment_line {
	char key[ENVIRONMENT_KEY_MAX + 1];
	size_t length;
	char value[WIRE_PAYLOAD_MAX]; /* without NUL */
};

/*
 * Reads the line at *at of a payload that ends at `end`, and advances *at past it. Returns 1, 0 at
 * the end, or -1 for an invalid line.
 */
int environment_next(const char **at, const char *end, struct environment_line *line);

#endif
