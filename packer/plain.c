/* SPDX-License-Identifier: MIT */
#include "plain.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mapped.h"
#include "memory.h"
#include "source.h"
#include "unpack.h"

const char *const plain_suffixes[] = {"", ".zst", ".xz", ".gz", NULL};

size_t
plain_suffix(const char *name)
{
	size_t length = strlen(name);

	for (const char *const *suffix = plain_suffixes + 1; *suffix != NULL; suffix++)
		if (length > strlen(*suffix) && strcmp(name + length - strlen(*suffix), *suffix) == 0)
			return strlen(*suffix);
	return 0;
}

/* The unpacked bytes of a file become the plan's. Returns 0, or -1 after a warning. */
static int
unpack_file(struct plan *plan, struct plan_entry *wanted, const char *from)
{
	enum { MOST = 1 << 30 };
	size_t size;
	void *map = mapped_file(from, &size);
	struct unpacked out = {.problem = "it is empty"};

	if (map == NULL && errno != 0) {
		warn("cannot read %s", from);
		return -1;
	}
	if (map != NULL && unpack_method(map, size) != NULL)
		out = unpack(map, size, MOST);
	else if (map != NULL)
		out.problem = "its bytes are of another compression than its name says";
	if (map != NULL)
		mapped_release(map);
	if (out.problem != NULL) {
		warnx("cannot unpack %s: %s", from, out.problem);
		free(out.bytes);
		return -1;
	}
	wanted->content_size = out.size;
	/* Nothing at all is a string. */
	wanted->content = out.size > 0 ? plan_own(plan, out.bytes) : "";
	if (out.size == 0)
		free(out.bytes);
	return 0;
}

int
plain_add(struct plan *plan, const struct source *source, const char *from, const char *at, struct plan_why why)
{
	struct plan_entry wanted = {.path = at, .type = PLAN_FILE, .rank = PLAN_GIVEN, .mode = 0644};
	int problem;

	if (stat(from, &wanted.stat) != 0) {
		warn("cannot find %s", from);
		return -1;
	}
	if ((problem = source_check(source, from, &wanted.stat)) != 0) {
		warnx("cannot pack %s: %s", from, source_problem(problem));
		return -1;
	}
	if (plain_suffix(from) > 0) {
		if (unpack_file(plan, &wanted, from) != 0)
			return -1;
	} else {
		char *same = source_path(source, at), *real = realpath(from, NULL);
		/* By its own path, so that it is the same however the folder was named. */
		wanted.source = plan_string(plan, real != NULL ? real : from);
		wanted.in_place = strcmp(same, wanted.source) == 0;
		plan->differs |= !wanted.in_place;
		free(same);
		free(real);
	}
	if (plan_add_parents(plan, at, why) == 0 && plan_add(plan, &wanted, why) != NULL)
		return 0;
	warnx("cannot put %s at %s: something else is planned there", from, at);
	return -1;
}
