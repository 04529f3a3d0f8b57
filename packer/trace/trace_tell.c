/* SPDX-License-Identifier: MIT */
#include "trace/trace_tell.h"

#include <err.h>
#include <stdlib.h>

#include "host/memory.h"
#include "trace/traced.h"

/* What is told before the paths and behind them. Of those that are left out all are named. */
static const struct {
	const char *before, *behind;
	size_t most;
} words[NOTES] = {
    [NOTE_WRITTEN] = {"left out, as it was written: ", "", 1},
    [NOTE_REMOVED] = {"left out, as it was removed: ", "", 1},
    [NOTE_GONE] = {"left out, as it is there no more: ", "", 1},
    [NOTE_SPECIAL] = {"left out, as it cannot be packed: ", "", 1},
    [NOTE_VOLATILE] = {"left out, as nothing stays there from boot to boot: ", "; if it is needed, -f SRC:DST", 4},
    [NOTE_HOME] = {"packed out of a home directory, which in the image is /root: ", "", 4},
    [NOTE_PRIVATE] = {"packed, though not everybody may read it here: ", "", 4},
    [NOTE_VARIANT] = {"packed, though only some processors look there: ", "; others will not find it", 4},
    [NOTE_RIGHTS] = {"ran without its owner's rights, with which only root can trace it: ", "", 4},
};

void
trace_notes_add(struct trace_notes *notes, enum trace_note note, const char *path)
{
	traced_add_name(&notes->paths[note], &notes->counts[note], path);
}

void
trace_notes_free(struct trace_notes *notes)
{
	for (int note = 0; note < NOTES; note++) {
		for (size_t i = 0; i < notes->counts[note]; i++)
			free(notes->paths[note][i]);
		free(notes->paths[note]);
	}
	*notes = (struct trace_notes){.counts = {0}};
}

/* Some of the names from `at` on, with how many more there are, to be freed. */
static char *
list(char *const *names, size_t count, size_t at, size_t most)
{
	size_t end = count - at > most ? at + most : count;
	char *text = memory_copy(names[at]);

	for (size_t i = at + 1; i < end; i++) {
		char *longer = memory_format("%s, %s", text, names[i]);
		free(text);
		text = longer;
	}
	if (most > 1 && end < count) {
		char *longer = memory_format("%s and %zu more", text, count - end);
		free(text);
		text = longer;
	}
	return text;
}

void
trace_tell(const struct trace_notes *notes, const struct traced *traced, bool keep, const char *option,
	   const char *text)
{
	for (int note = 0; note < NOTES; note++) {
		size_t most = words[note].most, count = notes->counts[note];
		for (size_t i = 0; i < (most == 1 ? count : count > 0); i++) {
			char *names = list(notes->paths[note], count, i, most);
			warnx("%s \"%s\": %s%s%s", option, text, words[note].before, names, words[note].behind);
			free(names);
		}
	}
	/* Its own services it brings along. */
	for (size_t i = 0; i < traced->service_count; i++)
		if (!traced_changed(traced, traced->services[i]))
			warnx("%s \"%s\": talked to a service of this machine, which the image has not: %s", option,
			      text, traced->services[i]);
	if (traced->left_count > 0) {
		char *names = list(traced->left, traced->left_count, 0, traced->left_count);
		warnx("%s \"%s\": left running, and ended: %s", option, text, names);
		free(names);
	}
	if (keep && traced->relative_count > 0)
		warnx("%s \"%s\": %zu of its files, %s first, begin at where it was started; in an image that is /",
		      option, text, traced->relative_count, traced->relative);
	if (traced->hid)
		warnx("%s \"%s\": some of what it did could not be seen: by io_uring, or of a process that hides",
		      option, text);
}
