/* SPDX-License-Identifier: MIT */
#include "answer/exact.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/warnings.h"
#include "console/console.h"
#include "host/memory.h"
#include "study/console_file.h"
#include "text.h"

enum { SHOWN = 160 };

/* Reads the console of a boot. Returns 0, or -1. The caller calls console_close() after 0. */
static int
read_console(const struct answer *a, const struct listed_boot *boot, struct console *console)
{
	char name[64];

	study_console_name(boot->number, name);
	if (console_open(console, NULL) != 0)
		return -1;
	int fd = openat(a->study->consoles, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int result = fd >= 0 ? console_file_read(fd, console) : -1;
	if (fd >= 0)
		close(fd);
	if (result != 0)
		console_close(console);
	return result;
}

static bool
is_same(const struct wire_log_record *a, const struct wire_log_record *b)
{
	return a != NULL && b != NULL && strcmp(a->kind, b->kind) == 0 && a->length == b->length &&
	       memcmp(a->payload, b->payload, a->length) == 0;
}

/* Where the line of both records begins in which they differ first. */
static size_t
different_line(const struct wire_log_record *a, const struct wire_log_record *b)
{
	size_t line = 0;

	for (size_t i = 0; a != NULL && b != NULL && i < a->length && i < b->length; i++) {
		if (a->payload[i] != b->payload[i])
			break;
		if (a->payload[i] == '\n')
			line = i + 1;
	}
	return line;
}

/* Writes the kind of a record, and its line that begins at `start`. */
static void
describe_record(const struct wire_log_record *record, size_t start, char text[SHOWN + 1])
{
	struct text t = text_in(text, SHOWN);

	text_string(&t, record != NULL ? record->kind : "nothing");
	if (record != NULL && start < record->length)
		text_char(&t, ' ');
	for (size_t i = start; record != NULL && i < record->length && record->payload[i] != '\n';
	     i++)
		text_char(&t, record->payload[i] != '\0' ? (char)record->payload[i] : '?');
	text[t.used] = '\0';
}

/* Whether a record only says which boot it is of, which differs wherever anything does. */
static bool
is_hello(const struct wire_log_record *record)
{
	return record != NULL && strcmp(record->kind, "hello") == 0;
}

/* The first record that differs; that of the boot's identity only if no other one does. */
static uint32_t
first_difference(const struct wire_log *one, const struct wire_log *other)
{
	uint32_t sequence = 0, most = wire_log_bound(one);

	if (wire_log_bound(other) > most)
		most = wire_log_bound(other);
	while (sequence < most &&
	       (is_hello(wire_log_at(one, sequence)) ||
		is_same(wire_log_at(one, sequence), wire_log_at(other, sequence))))
		sequence++;
	return sequence < most ? sequence : 0;
}

static void
warn_difference(struct answer *a, const struct listed_boot *one, const struct listed_boot *other)
{
	struct console first, second;
	char left[SHOWN + 1], right[SHOWN + 1];
	const char *label = a->cells[one->cell].label;
	unsigned long long number = one->number, other_number = other->number;

	if (read_console(a, one, &first) != 0)
		goto unknown;
	if (read_console(a, other, &second) != 0) {
		console_close(&first);
		goto unknown;
	}
	uint32_t sequence = first_difference(first.wire, second.wire);
	const struct wire_log_record *record = wire_log_at(first.wire, sequence),
				     *against = wire_log_at(second.wire, sequence);
	size_t line = different_line(record, against);
	describe_record(record, line, left);
	describe_record(against, line, right);
	warnings_add(a,
		     "%s does not repeat: boots %llu and %llu differ first in record %lu: `%s` and "
		     "`%s`",
		     label, number, other_number, (unsigned long)sequence, left, right);
	console_close(&second);
	console_close(&first);
	return;
unknown:
	warnings_add(a,
		     "%s does not repeat: boots %llu and %llu differ; a console of theirs is "
		     "missing or damaged",
		     label, number, other_number);
}

void
repeats_check(struct answer *a, const struct boots *boots)
{
	size_t cells = a->study->cells.count, layouts = a->study->plan.layouts;
	const struct listed_boot **first = xcalloc(cells * layouts, sizeof(*first));

	for (size_t i = 0; i < boots->count; i++) {
		const struct listed_boot *boot = &boots->at[i],
					 **same = &first[boot->cell * layouts + boot->layout];
		if (!boot->is_ok || boot->records[0] == '\0')
			continue;
		if (*same == NULL)
			*same = boot;
		if (strcmp((*same)->records, boot->records) == 0 ||
		    a->cells[boot->cell].does_not_repeat)
			continue;
		a->cells[boot->cell].does_not_repeat = true;
		warn_difference(a, *same, boot);
	}
	free(first);
}
