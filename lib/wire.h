/* SPDX-License-Identifier: MIT */
/*
 * The wire: records on a serial line that also carries kernel messages and other text. A record is
 * one line of printable ASCII:
 *
 *	@LULL1 SESSION SEQUENCE KIND ENCODING LENGTH PAYLOAD CHECK
 *
 * SESSION   16 hexadecimal digits, the same in all records of a boot; chosen by bench, or by init
 *           without bench
 * SEQUENCE  decimal, from 0, incremented for each record
 * KIND      the kind of payload, below
 * ENCODING  `t`: percent-encoded text; `b`: base64 without padding; the encoder uses the shorter
 *           one
 * LENGTH    decimal, bytes of the decoded payload, at most WIRE_PAYLOAD_MAX
 * PAYLOAD   may contain spaces and may be empty
 * CHECK     16 hexadecimal digits: SipHash-2-4, under the key (SESSION, 0), from the sentinel to
 *           the character before the space in front of CHECK
 *
 * LENGTH and CHECK identify records reliably, so a reader may remove foreign text from a broken
 * line and check it again. SEQUENCE allows a record to be sent more than once. The last record,
 * `end`, has the number of records before it and the SHA-256 over their payloads in the order of
 * SEQUENCE; until it has arrived and agrees, no result is final.
 *
 * Kinds; payloads are lines "key value\n" unless noted otherwise:
 *
 * hello     the first record: init, kernel (release), boot (boot id), uptime_ns (of the guest's
 *           CLOCK_BOOTTIME) and, if known, build_id (of the kernel, hexadecimal) and image (SHA-256
 *           of the image's manifest)
 * warning   text: something is missing or failed, but the experiment runs
 * fail      text: init failed; no experiment runs after it
 * wait      seconds, for (percent-encoded): the longest time that init now waits for something,
 *           without records
 * net       an interface of the experiment, in its current state (net_record.h)
 * knob      path, before, after (percent-encoded; the latter two if they could be read): a file
 *           that was written
 * start     run (from 1), command (index of the experiment's `run`, from 1; default 1), `warmup 1`
 *           if it is not measured, timeout (in seconds, if it has one): no record until the run is
 *           over
 * output    a line "STREAM RUN OFFSET\n", STREAM stdout, stderr or results, then the bytes; for
 *           `results`, lines "NAME VALUE UNIT"
 * exceeded  run: it wrote more than could be kept, and the rest was refused
 * runlog    a line "RUN\n", then messages of the kernel during that run
 * exit      run, then `status` N or `signal` N (and `core 1`), or `error` COMMAND: text if nothing
 *           could be started (`status` is then 126 or 127, COMMAND the percent-encoded start of its
 *           name); `timeout 1`; `ended` SIGNAL if the machine was asked to stop meanwhile; wall_ns,
 *           user_us, system_us, maxrss_kib, minor_faults, major_faults, voluntary_switches,
 *           involuntary_switches, init_switches (of init during the run)
 * stray     run, pid, name (percent-encoded): a process that the run left behind and that was
 *           killed
 * file      file (its number, from 0), mode (decimal), path (percent-encoded): a collected file
 * data      a line "FILE OFFSET\n", then bytes of that file, in order
 * filesum   file, size, sha256: the file was sent completely
 * taint     taint: the flags of /proc/sys/kernel/tainted after the runs, if they are not 0
 * klog      bytes: a piece of the kernel log
 * environment
 *           facts about kernel and machine before the run (environment.h)
 * end       records, sha256
 */
#ifndef LULL_WIRE_H
#define LULL_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

#define WIRE_SENTINEL "@LULL1 "

enum {
	WIRE_PAYLOAD_MAX = 1024,
	WIRE_KIND_MAX = 15,
	WIRE_LINE_MAX =
	    1536, /* other fields, at most 80 characters, and base64 of the largest payload */
};

struct wire_encoder {
	uint64_t session;
	uint32_t sequence;
	struct sha256 digest;
};

void wire_start(struct wire_encoder *e, uint64_t session);

/*
 * Writes the next record, including its newline, to `line` and returns its length. `kind` is 1 to
 * WIRE_KIND_MAX letters of a-z. Returns 0, with nothing counted, if kind or length is invalid: an
 * error of the caller.
 */
size_t wire_encode(struct wire_encoder *e, const char *kind, const void *payload, size_t length,
		   char line[WIRE_LINE_MAX]);

/* Writes the end record; the encoder must not be used afterwards. */
size_t wire_encode_end(struct wire_encoder *e, char line[WIRE_LINE_MAX]);

struct wire_record {
	uint64_t session;
	uint32_t sequence;
	char kind[WIRE_KIND_MAX + 1];
	size_t length;
	unsigned char payload[WIRE_PAYLOAD_MAX];
};

enum wire_found {
	WIRE_TEXT,   /* no sentinel: kernel messages or other text */
	WIRE_BROKEN, /* a sentinel, but no valid record */
	WIRE_RECORD,
};

/*
 * Reads one line of `length` characters, without its newline; foreign text before the sentinel is
 * skipped.
 */
enum wire_found wire_decode(const char *line, size_t length, struct wire_record *record);

#endif
