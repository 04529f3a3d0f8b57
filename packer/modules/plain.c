/* SPDX-License-Identifier: MIT */
#include "modules/plain.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mapped.h"
#include "host/memory.h"
#include "plan/source.h"

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

int
plain_open(struct plain *plain, const char *from)
{
	*plain = (struct plain){.from = from};
	plain->map = mapped_file(from, &plain->size);
	if (plain->map == NULL && errno != 0)
		return -1;
	plain->is_unpacked = plain_suffix(from) != 0;
	return 0;
}

void
plain_unpack(struct plain *plain)
{
	enum { MOST = 1 << 30 };

	if (plain->map == NULL)
		plain->unpacked.problem = "it is empty";
	else if (unpack_method(plain->map, plain->size) == NULL)
		plain->unpacked.problem = "its bytes are of another compression than its name says";
	else
		plain->unpacked = unpack(plain->map, plain->size, MOST);
}

int
plain_take(struct plain *plain, struct plan *plan)
{
	struct unpacked *out = &plain->unpacked;

	plain->bytes = plain->map;
	if (!plain->is_unpacked)
		return 0;
	if (out->problem != NULL) {
		warnx("cannot unpack %s: %s", plain->from, out->problem);
		plain_release(plain);
		return -1;
	}
	plain->size = out->size;
	plain->bytes = out->bytes != NULL ? plan_own(plan, out->bytes) : "";
	out->bytes = NULL;
	plain_release(plain);
	return 0;
}

int
plain_read(struct plain *plain, struct plan *plan, const char *from)
{
	if (plain_open(plain, from) != 0) {
		warn("cannot read %s", from);
		return -1;
	}
	if (plain->is_unpacked)
		plain_unpack(plain);
	return plain_take(plain, plan);
}

void
plain_release(struct plain *plain)
{
	if (plain->map != NULL)
		mapped_release(plain->map);
	plain->map = NULL;
	free(plain->unpacked.bytes);
	plain->unpacked.bytes = NULL;
}

int
plain_add(struct plan *plan, const struct source *source, const struct plain *plain, const char *at,
	  struct plan_why why)
{
	struct plan_entry wanted = {.path = at, .type = PLAN_FILE, .rank = PLAN_GIVEN, .mode = 0644};
	const char *from = plain->from;
	int problem;

	if (stat(from, &wanted.stat) != 0) {
		warn("cannot find %s", from);
		return -1;
	}
	if ((problem = source_check(source, from, &wanted.stat)) != 0) {
		warnx("cannot pack %s: %s", from, source_problem(problem));
		return -1;
	}
	if (plain->is_unpacked) {
		/* Nothing at all is a string. */
		wanted.content = plain->size > 0 ? plain->bytes : "";
		wanted.content_size = plain->size;
	} else {
		char *same = source_path(source, at), *real = realpath(from, NULL);
		/* By its own path, so that it is the same however the folder was named. */
		wanted.source = plan_string(plan, real != NULL ? real : from);
		wanted.in_place = strcmp(same, wanted.source) == 0;
		plan->differs |= !wanted.in_place;
		free(same);
		free(real);
	}
	struct plan_entry *entry = plan_add_parents(plan, at, why) == 0 ? plan_add(plan, &wanted, why) : NULL;
	/* Whose it is shows where it came from, for a bill of materials. */
	if (entry != NULL && plain->is_unpacked)
		plan_add_origin(plan, entry, from);
	if (entry != NULL)
		return 0;
	warnx("cannot put %s at %s: something else is planned there", from, at);
	return -1;
}
