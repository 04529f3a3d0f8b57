/* SPDX-License-Identifier: MIT */
#include "run/surroundings.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/files.h"
#include "base/join.h"

enum { USERS_FILE_MAX = 1 << 20, SYSLOG_SIZE_BUFFER = 10 /* syslog(2) has no name for it */ };

static const char no_memory[] = "out of memory";

static const char *
find_user(struct surroundings *s, const char *spec)
{
	struct users users = {NULL, 0, NULL, 0};

	users.passwd = s->files[0] =
	    file_read_all("/etc/passwd", USERS_FILE_MAX, &users.passwd_length);
	users.group = s->files[1] =
	    file_read_all("/etc/group", USERS_FILE_MAX, &users.group_length);
	const char *problem = users_find(&users, spec, &s->user);
	s->has_user = problem == NULL;
	return problem != NULL ? JOIN("user ", spec, " ", problem) : NULL;
}

/*
 * The command line has the key of the records, and these files may reveal it (wire.h). Restricts
 * them to root. Returns whether all are restricted.
 */
static bool
restrict_secrets(void)
{
	static const char *const secrets[] = {"/proc/cmdline", EXPERIMENT_FILE, "/dev/kmsg",
					      "/proc/bootconfig",
					      "/sys/firmware/devicetree/base/chosen/bootargs"};
	int fd = open("/proc/sys/kernel/dmesg_restrict", O_WRONLY | O_CLOEXEC);
	/* A kernel without a log does not need this knob. */
	bool closed = write(fd, "1", 1) == 1 || klogctl(SYSLOG_SIZE_BUFFER, NULL, 0) < 0;

	close(fd);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
		if (chmod(secrets[i], 0600) != 0 && errno != ENOENT)
			closed = false;
	return closed;
}

/* Sets NAME=VALUE, replacing a variable of the same name. */
static void
set_variable(char **environment, size_t *count, char *entry)
{
	size_t name = strcspn(entry, "=") + 1, at = 0;

	while (at < *count && strncmp(environment[at], entry, name) != 0)
		at++;
	environment[at] = entry;
	*count += at == *count;
}

static const char *
make_environment(struct surroundings *s, char *const base[])
{
	static const char home_is[] = "HOME=";
	const struct experiment_list *env = &s->experiment->env;
	size_t count = 0, most = env->count + 3;

	for (size_t i = 0; base[i] != NULL; i++)
		most++;
	s->environment = calloc(most, sizeof(*s->environment));
	char *home = s->user.home != NULL ? malloc(sizeof(home_is) + s->user.home_length) : NULL;
	if (s->environment == NULL || (s->user.home != NULL && home == NULL))
		return no_memory;
	for (size_t i = 0; base[i] != NULL; i++)
		set_variable(s->environment, &count, base[i]);
	if (home != NULL) {
		memcpy(home, home_is, sizeof(home_is) - 1);
		memcpy(home + sizeof(home_is) - 1, s->user.home, s->user.home_length);
		home[sizeof(home_is) - 1 + s->user.home_length] = '\0';
		set_variable(s->environment, &count, home);
	}
	for (size_t i = 0; i < env->count; i++)
		set_variable(s->environment, &count, env->values[i][0]);
	return NULL;
}

const char *
surroundings_make(struct surroundings *s, const struct experiment *experiment, char *const base[])
{
	const char *problem = NULL;
	struct stat found;

	*s = (struct surroundings){.experiment = experiment};
	if (experiment->user != NULL)
		problem = find_user(s, experiment->user);
	if (problem == NULL && s->has_user && s->user.uid != 0 && !restrict_secrets())
		problem = JOIN("user ", experiment->user,
			       " could read the session: cannot hide the command line or the "
			       "kernel's log");
	if (problem == NULL && experiment->cwd != NULL && stat(experiment->cwd, &found) != 0)
		problem = JOIN("cwd ", experiment->cwd, " ",
			       errno == ENOENT ? "is not in the image" : strerror(errno));
	if (problem == NULL)
		problem = make_environment(s, base);
	return problem;
}

void
surroundings_switch_rights(const struct surroundings *s, bool lend)
{
	const struct user none = {0}, *user = lend ? &s->user : &none;

	if (!s->has_user)
		return;
	syscall(SYS_setgroups, user->group_count, user->groups);
	syscall(SYS_setfsgid, user->gid);
	syscall(SYS_setfsuid, user->uid);
}

void
surroundings_free(struct surroundings *s)
{
	free(s->environment);
	free(s->files[0]);
	free(s->files[1]);
}

static const char *
enter_place(const struct experiment *e)
{
	struct sched_param param = {.sched_priority = e->sched.priority};

	if (e->has_cpus &&
	    syscall(SYS_sched_setaffinity, 0, sizeof(e->cpus.words), e->cpus.words) != 0)
		return "cpus";
	/* musl's function only returns ENOSYS. */
	if (e->has_sched && syscall(SYS_sched_setscheduler, 0, e->sched.policy, &param) != 0)
		return "sched";
	if (e->has_nice && setpriority(PRIO_PROCESS, 0, e->nice) != 0)
		return "nice";
	return NULL;
}

static const char *
enter_limits(const struct experiment *e)
{
	for (size_t i = 0; i < e->limit.count; i++) {
		struct limit limit;
		/* The words were checked when they were parsed. */
		limit_read(&limit, e->limit.values[i]);
		const uint64_t values[2] = {limit.soft, limit.hard};
		if (syscall(SYS_prlimit64, 0, limit.resource, values, NULL) != 0)
			return "limit";
	}
	return NULL;
}

const char *
surroundings_enter(const struct surroundings *s)
{
	const struct experiment *e = s->experiment;
	const char *problem = enter_place(e);

	/* init's umask is 0. */
	umask(022);
	if (problem == NULL)
		problem = enter_limits(e);
	if (problem != NULL)
		return problem;
	/*
	 * Direct system calls: the C library would synchronize threads, in memory shared with init.
	 */
	if (s->has_user && (syscall(SYS_setgroups, s->user.group_count, s->user.groups) != 0 ||
			    syscall(SYS_setresgid, s->user.gid, s->user.gid, s->user.gid) != 0 ||
			    syscall(SYS_setresuid, s->user.uid, s->user.uid, s->user.uid) != 0))
		return "user";
	return e->cwd != NULL && chdir(e->cwd) != 0 ? "cwd" : NULL;
}
