/* SPDX-License-Identifier: MIT */
#include "placement.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>

#include "text.h"
#include "words.h"

/* Parses digits and advances past them; -1 if there are none or the number is too large. */
static long
parse_number(const char **at)
{
	long number = -1;

	for (; **at >= '0' && **at <= '9' && number < CPUS_MAX; (*at)++)
		number = (number < 0 ? 0 : number) * 10 + (**at - '0');
	return number;
}

const char *
cpus_read(struct cpus *cpus, const char *list)
{
	const char *at = list;

	*cpus = (struct cpus){{0}};
	do {
		long first = parse_number(&at), last = first;
		if (first >= 0 && *at == '-') {
			at++;
			last = parse_number(&at);
		}
		if (first < 0 || last < first || last >= CPUS_MAX || (*at != ',' && *at != '\0'))
			return "is not a CPU list such as 0-3,8 below 1024";
		for (long cpu = first; cpu <= last; cpu++)
			cpus->words[cpu / 64] |= UINT64_C(1) << (cpu % 64);
	} while (*at++ == ',');
	return NULL;
}

const char *
sched_read(struct sched *sched, char *const *words)
{
	static const struct {
		const char *name;
		int policy;
		bool real_time;
	} policies[] = {{"other", SCHED_OTHER, false},
			{"batch", SCHED_BATCH, false},
			{"idle", SCHED_IDLE, false},
			{"fifo", SCHED_FIFO, true},
			{"rr", SCHED_RR, true}};
	size_t count = words_count(words);
	uint64_t priority = 0;

	for (size_t i = 0; count > 0 && i < sizeof(policies) / sizeof(*policies); i++) {
		if (strcmp(policies[i].name, words[0]) != 0)
			continue;
		if (policies[i].real_time != (count == 2))
			return policies[i].real_time
				   ? "needs a priority from 1 to 99 with fifo and rr"
				   : "takes a priority only with fifo or rr";
		if (count == 2 &&
		    (text_parse_number(words[1], 99, &priority) != 0 || priority == 0))
			return "needs a priority from 1 to 99 with fifo and rr";
		*sched = (struct sched){policies[i].policy, (int)priority};
		return NULL;
	}
	return "must be other, batch, idle, fifo PRIORITY or rr PRIORITY";
}

static bool
read_amount(const char *word, uint64_t *amount)
{
	*amount = UINT64_MAX;
	return strcmp(word, "unlimited") == 0 ||
	       text_parse_number(word, UINT64_MAX - 1, amount) == 0;
}

const char *
limit_read(struct limit *limit, char *const *words)
{
	static const struct {
		const char *name;
		int resource;
	} names[] = {{"as", RLIMIT_AS},
		     {"core", RLIMIT_CORE},
		     {"cpu", RLIMIT_CPU},
		     {"data", RLIMIT_DATA},
		     {"fsize", RLIMIT_FSIZE},
		     {"locks", 10},
		     {"memlock", RLIMIT_MEMLOCK},
		     {"msgqueue", 12},
		     {"nice", 13},
		     {"nofile", RLIMIT_NOFILE},
		     {"nproc", RLIMIT_NPROC},
		     {"rss", RLIMIT_RSS},
		     {"rtprio", 14},
		     {"rttime", 15},
		     {"sigpending", 11},
		     {"stack", RLIMIT_STACK}};
	size_t count = words_count(words);

	if (count < 2 || count > 3)
		return "must be NAME SOFT [HARD]";
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i].name, words[0]) != 0)
			continue;
		limit->resource = names[i].resource;
		if (!read_amount(words[1], &limit->soft) ||
		    !read_amount(words[count - 1], &limit->hard))
			return "must have numbers or unlimited";
		return limit->soft <= limit->hard ? NULL : "has a soft limit above the hard one";
	}
	return "must be one of as, core, cpu, data, fsize, locks, memlock, msgqueue, nice, "
	       "nofile, nproc, rss, "
	       "rtprio, rttime, sigpending, stack";
}
