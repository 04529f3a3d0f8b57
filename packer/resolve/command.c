/* SPDX-License-Identifier: MIT */
#include "resolve/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "resolve/command_shell.h"

/*
 * Programs that start another, and how their words are read: getopt(3), with a `+` in front,
 * so options end early.
 */
static const struct wrapper {
	const char *name;   /* "perf stat": with its first word */
	const char *values; /* short options with a value */
	const char *longs;  /* long options with a value, each with a blank on both sides */
	const char *ends;   /* short options with which it starts nothing */
	int operands;	    /* before the program */
	bool assigns;	    /* NAME=VALUE may stand before it */
	bool is_rich;	    /* it has so many options that not all of them are known here */
} wrappers[] = {
    {"chrt", "TPD", " sched-runtime sched-period sched-deadline ", "pm", 1, false, false},
    {"env", "uC", " unset chdir ", "S", 0, true, false},
    {"ionice", "cn", " class classdata ", "pPu", 0, false, false},
    {"ltrace", "aADeFlnopsuwxX", " align config demangle indent library output where ", "p", 0,
     false, true},
    {"nice", "n", " adjustment ", "", 0, false, false},
    {"nohup", "", "", "", 0, false, false},
    {"nsenter", "tSGW", " target setuid setgid wdns ", "", 0, false, true},
    {"numactl", "iNCpmPwSLMVo",
     " interleave cpunodebind physcpubind preferred membind preferred-many weighted-interleave ",
     "sH", 0, false, true},
    {"perf kvm", "", "", "", 0, false, true},
    {"perf mem", "", "", "", 0, false, true},
    {"perf record", "eptCcFomGDkruj",
     " event pid tid cpu count freq output mmap-pages cgroup delay clockid realtime uid "
     "branch-filter call-graph filter control ",
     "pt", 0, false, true},
    {"perf stat", "eptCGorxDIM",
     " event pid tid cpu cgroup output repeat field-separator delay interval-print interval-count "
     "timeout metrics filter "
     "log-fd pre post control ",
     "pt", 0, false, true},
    {"perf trace", "eptCoumFGD",
     " expr event pid tid cpu output uid mmap-pages cgroup delay filter duration ", "pt", 0, false,
     true},
    {"setarch", "", "", "", 0, false, false},
    {"setpriv", "", " reuid regid groups pdeathsig securebits inh-caps ambient-caps bounding-set ",
     "d", 0, false, true},
    {"setsid", "", "", "", 0, false, false},
    {"stdbuf", "ioe", " input output error ", "", 0, false, false},
    {"strace", "aeoOpPsSuEXIbU", " attach columns env output string-limit trace user ", "p", 0,
     false, true},
    {"taskset", "", "", "p", 1, false, false},
    {"time", "fo", " format output ", "", 0, false, false},
    {"timeout", "ks", " kill-after signal ", "", 1, false, false},
    {"unshare", "RwSGl",
     " root wd setuid setgid propagation setgroups map-user map-group map-users map-groups "
     "monotonic "
     "boottime load-interp ",
     "", 0, false, true},
    {"xargs", "aEILnPsd",
     " arg-file delimiter max-args max-chars max-lines max-procs process-slot-var replace ", "", 0,
     false, false},
};

static const char shells[] = " ash bash dash ksh mksh sh zsh ";

static bool
is_listed(const char *list, const char *word, size_t length)
{
	for (const char *at = list; length > 0 && (at = strchr(at, ' ')) != NULL; at++)
		if (strncmp(at + 1, word, length) == 0 && at[1 + length] == ' ')
			return true;
	return false;
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static const struct wrapper *
find_wrapper(const char *name, const char *next)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(wrappers) / sizeof(*wrappers); i++) {
		const char *known = wrappers[i].name;
		if (strncmp(known, name, length) == 0 &&
		    (known[length] == '\0' || (known[length] == ' ' && next != NULL &&
					       strcmp(known + length + 1, next) == 0)))
			return &wrappers[i];
	}
	return NULL;
}

/*
 * Passes over a word of options and a value that follows it. Returns how many words, or 0
 * where nothing is started.
 */
static size_t
skip_option(const struct wrapper *wrapper, const char *word, bool *is_guess)
{
	if (word[1] == '-') {
		size_t length = strcspn(word + 2, "=");
		bool has_value = is_listed(wrapper->longs, word + 2, length);
		*is_guess |= wrapper->is_rich && !has_value && word[2 + length] == '\0';
		return has_value && word[2 + length] == '\0' ? 2 : 1;
	}
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		if (strchr(wrapper->ends, *letter) != NULL)
			return 0;
		if (strchr(wrapper->values, *letter) != NULL)
			return letter[1] == '\0' ? 2 : 1;
		*is_guess |= wrapper->is_rich;
	}
	return 1;
}

static void
set(char **to, const char *value)
{
	free(*to);
	*to = value != NULL && value[0] != '\0' ? memory_copy(value) : NULL;
}

bool
command_assign(struct command_start *start, const char *word)
{
	static const char path[] = "LD_LIBRARY_PATH=", preload[] = "LD_PRELOAD=";
	size_t length = 0;

	while (isalnum((unsigned char)word[length]) || word[length] == '_')
		length++;
	if (length == 0 || word[length] != '=' || isdigit((unsigned char)word[0]))
		return false;
	if (strncmp(word, path, strlen(path)) == 0)
		set(&start->path, word + strlen(path));
	else if (strncmp(word, preload, strlen(preload)) == 0)
		set(&start->preload, word + strlen(preload));
	return true;
}

/* Reads what a wrapper starts. The strings of `start` are handed on. */
static void
read_wrapped(struct command *command, const struct wrapper *wrapper, char *const *words,
	     struct command_start start)
{
	static const char machines[] = " i386 i486 i586 i686 x86_64 linux32 linux64 uname26 ";
	size_t at = strchr(wrapper->name, ' ') != NULL ? 2 : 1, used = 1;
	bool is_guess = false;

	if (strcmp(wrapper->name, "setarch") == 0 && words[at] != NULL &&
	    is_listed(machines, words[at], strlen(words[at])))
		at++;
	while (words[at] != NULL && words[at][0] == '-' && words[at][1] != '\0' &&
	       strcmp(words[at], "--") != 0 && used > 0) {
		used = skip_option(wrapper, words[at], &is_guess);
		for (; used > 1 && words[at + 1] != NULL; used--)
			at++;
		at++;
	}
	if (words[at] != NULL && strcmp(words[at], "--") == 0) {
		is_guess = false;
		at++;
	}
	while (wrapper->assigns && words[at] != NULL && command_assign(&start, words[at]))
		at++;
	for (int i = 0; i < wrapper->operands && words[at] != NULL; i++)
		at++;
	start.is_guess |= is_guess;
	if (used > 0 && words[at] != NULL)
		command_add(command, words + at, name_of(words[0]), start);
	free(start.path);
	free(start.preload);
}

/* The words of a shell's -c, or NULL. */
static const char *
shell_words(char *const *words)
{
	bool has_words = false;
	size_t at = 1;

	for (; words[at] != NULL && (words[at][0] == '-' || words[at][0] == '+'); at++) {
		if (words[at][1] == '-')
			continue;
		has_words |= strchr(words[at], 'c') != NULL;
		if (strpbrk(words[at], "oO") != NULL && words[at + 1] != NULL)
			at++;
	}
	return has_words ? words[at] : NULL;
}

static void
free_start(struct command_start *start)
{
	free(start->name);
	free(start->by);
	free(start->path);
	free(start->preload);
}

void
command_add(struct command *command, char *const *words, const char *by, struct command_start start)
{
	enum { MOST = 64 }; /* no person writes more */
	const char *name = name_of(words[0]);
	bool is_kept = !command->only_paths || words[0][0] == '/';

	if (command->count == MOST)
		return;
	struct command_start own = {
	    .name = memory_copy(words[0]),
	    .by = memory_copy(by),
	    .path = start.path != NULL ? memory_copy(start.path) : NULL,
	    .preload = start.preload != NULL ? memory_copy(start.preload) : NULL,
	    .is_guess = start.is_guess,
	};
	struct command_start next = own;
	next.path = own.path != NULL ? memory_copy(own.path) : NULL;
	next.preload = own.preload != NULL ? memory_copy(own.preload) : NULL;
	command->list = memory_room(command->list, command->count, sizeof(*command->list));
	command->list[command->count] = own;
	if (is_kept)
		command->count++;
	else
		free_start(&own);
	const struct wrapper *wrapper = find_wrapper(name, words[1]);
	const char *script = is_listed(shells, name, strlen(name)) ? shell_words(words) : NULL;
	if (wrapper != NULL) {
		read_wrapped(command, wrapper, words, next);
		return;
	}
	if (script != NULL)
		command_read_shell(command, script, name, &next);
	free(next.path);
	free(next.preload);
}

void
command_read(struct command *command, char *const *words)
{
	*command = (struct command){.list = NULL};
	command_add(command, words, "", (struct command_start){.name = NULL});
}

void
command_read_script(struct command *command, const char *text)
{
	struct command_start start = {.name = NULL};

	*command = (struct command){.only_paths = true};
	command_read_shell(command, text, "", &start);
	free(start.path);
	free(start.preload);
}

void
command_free(struct command *command)
{
	for (size_t i = 0; i < command->count; i++)
		free_start(&command->list[i]);
	free(command->list);
	*command = (struct command){.list = NULL};
}

char *
command_directories(const char *list)
{
	char *all = memory_copy(list), *rest = all, *directory, *result = NULL;

	while ((directory = strsep(&rest, ":;")) != NULL) {
		if (directory[0] != '/')
			continue;
		char *longer = result != NULL ? memory_format("%s:%s", result, directory)
					      : memory_copy(directory);
		free(result);
		result = longer;
	}
	free(all);
	return result;
}
