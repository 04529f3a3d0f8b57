/* SPDX-License-Identifier: MIT */
/*
 * The wire: records on a serial line that kernel messages and people share. A record is one line of
 *printable ASCII:
 *
 *	@LULL1 SESSION SEQUENCE KIND ENCODING LENGTH PAYLOAD CHECK
 *
 * SESSION   16 hexadecimal digits, the same in all records of a boot; bench chooses it, init makes
 *one up without bench SEQUENCE  decimal, from 0, one more with each record KIND      what the
 *payload is, below ENCODING  `t`: percent-encoded text; `b`: base64 without padding; the encoder
 *takes the shorter LENGTH    decimal, bytes of the decoded payload, at most WIRE_PAYLOAD_MAX
 * PAYLOAD   may hold spaces and may be empty
 * CHECK     16 hexadecimal digits: SipHash-2-4 of all before the space in front of it, from the
 *sentinel on, under the key (SESSION, 0)
 *
 * LENGTH and CHECK tell for certain whether text found between the sentinel and a line's end is a
 *record, so a reader may take foreign text out of a broken line and check again; SEQUENCE lets a
 *record be sent more than once. The last record, `end`, holds the number of records before it and
 *the SHA-256 over their payloads in the order of SEQUENCE: before it has come and agrees, nothing
 *is final.
 *
 * Kinds; payloads are lines "key value\n" unless said otherwise:
 *
 * hello     init, kernel (release), boot (boot id), and where they are known build_id (of the
 *kernel, hexadecimal) and image (SHA-256 of the image's manifest): the first record warning   text:
 *something that should stand does not, the experiment runs all the same fail      text: init could
 *not do its work; no experiment runs after it wait      seconds, for (percent-encoded): the longest
 *time that init now waits for something, in silence net       an interface that the experiment
 *asked for, as it stands (net_record.h) knob      path, before, after (percent-encoded; the latter
 *two where they could be read): a file that was written start     run (from 1), command (which
 *`run` of the experiment, from 1; 1 if not told), `warmup 1` if it is not measured, timeout (in
 *seconds, if it has one): silence follows until the run is over output    a line "STREAM RUN
 *OFFSET\n", STREAM stdout, stderr or results, then the bytes; of `results`, lines "NAME VALUE UNIT"
 * exceeded  run: it wrote more than could be kept, and the rest was refused
 * runlog    a line "RUN\n", then messages of the kernel during that run
 * exit      run, then `status` N or `signal` N (and `core 1`), or `error` COMMAND: text when
 *nothing could be started
 *           (`status` is then 126 or 127, COMMAND the percent-encoded start of its name); `timeout
 *1`; `ended` SIGNAL when the machine was told to stop meanwhile; wall_ns, user_us, system_us,
 *maxrss_kib, minor_faults, major_faults, voluntary_switches, involuntary_switches, init_switches
 *(of init while it ran) stray     run, pid, name (percent-encoded): a process that the run left
 *behind and that was killed file      file (its number, from 0), mode (decimal), path
 *(percent-encoded): a file that was collected data      a line "FILE OFFSET\n", then bytes of that
 *file, in order filesum   file, size, sha256: all of it was sent taint     taint: the flags of
 * /proc/sys/kernel/tainted after the runs, where they are not 0 klog      bytes: a piece of the
 *kernel log environment   what kernel and machine this was, as it was before the run
 *(environment.h) end       records, sha256
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
	    1536, /* fields of at most 80 characters around base64 of the largest payload */
};

struct wire_encoder {
	uint64_t session;
	uint32_t sequence;
	struct sha256 digest;
};

void wire_start(struct wire_encoder *e, uint64_t session);

/*
 * Writes the next record, newline included, to `line` and returns its length. `kind` is 1 to
 * WIRE_KIND_MAX of a-z. Returns 0, with nothing counted, if kind or length is out of bounds: a
 * mistake of the caller.
 */
size_t wire_encode(struct wire_encoder *e, const char *kind, const void *payload, size_t length,
		   char line[WIRE_LINE_MAX]);

/* Writes the end record; the encoder is then used up. */
size_t wire_encode_end(struct wire_encoder *e, char line[WIRE_LINE_MAX]);

struct wire_record {
	uint64_t session;
	uint32_t sequence;
	char kind[WIRE_KIND_MAX + 1];
	size_t length;
	unsigned char payload[WIRE_PAYLOAD_MAX];
};

enum wire_found {
	WIRE_TEXT,   /* no sentinel: kernel messages or a person's text */
	WIRE_BROKEN, /* a sentinel, but no record */
	WIRE_RECORD,
};

/*
 * Reads one line of `length` characters, without its newline; foreign text may stand before the
 * sentinel.
 */
enum wire_found wire_decode(const char *line, size_t length, struct wire_record *record);

#endif
