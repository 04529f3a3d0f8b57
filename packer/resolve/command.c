/* SPDX-License-Identifier: MIT */
#include "resolve/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

static void command_add(struct command *command, char *const *words, const char *by,
			struct command_start start);
static bool command_assign(struct command_start *start, const char *word);

/* Parser of shell text: the programs that `sh -c` starts. */

enum { WORDS = 32 }; /* kept of a simple command */

static const char keywords[] =
    " ! { } if then elif else fi while until do done time exec command builtin coproc ";
static const char builtins[] = " . : [ [[ alias bg break cd continue declare dirs echo eval exit "
			       "export false fg getopts hash jobs kill let local "
			       "mapfile popd printf pushd pwd read readonly return set shift shopt "
			       "source test times trap true type typeset ulimit "
			       "umask unalias unset wait ";

struct shell {
	struct command *command;
	const char *name;
	struct command_start *start; /* environment of all following commands */
	const char *at;
	char *words[WORDS + 1]; /* of the simple command */
	bool is_literal[WORDS]; /* the word contains no expansion */
	size_t count;
	bool is_target; /* the next word belongs to a redirection */
};

static bool
is_in(const char *list, const char *word)
{
	char *padded = xasprintf(" %s ", word);
	bool is = strchr(word, ' ') == NULL && strstr(list, padded) != NULL;

	free(padded);
	return is;
}

/* Returns the end of the bracketed text that begins at `at`. */
static const char *
skip_nested(const char *at)
{
	const char open = *at, close = open == '(' ? ')' : '}';
	int depth = 0;

	for (; *at != '\0'; at++) {
		depth += (*at == open) - (*at == close);
		if (depth == 0)
			return at + 1;
	}
	return at;
}

/* Skips an expansion: the next byte is a dollar sign or a backquote. */
static void
skip_expansion(struct shell *shell)
{
	const char *end;

	if (*shell->at == '`') {
		end = strchr(shell->at + 1, '`');
		shell->at = end != NULL ? end + 1 : shell->at + strlen(shell->at);
	} else if (shell->at[1] == '(' || shell->at[1] == '{') {
		shell->at = skip_nested(shell->at + 1);
	} else {
		shell->at++;
	}
}

/* Reads a word and removes quotes. Returns it, to be freed. */
static char *
read_word(struct shell *shell, bool *is_literal)
{
	char *word = xcalloc(strlen(shell->at) + 1, 1);
	size_t length = 0;
	char quote = '\0';

	*is_literal = true;
	for (;
	     *shell->at != '\0' && (quote != '\0' || strchr(" \t\n;&|()<>", *shell->at) == NULL);) {
		char c = *shell->at;
		if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
			shell->at++;
		} else if (quote != '\0' && c == quote) {
			quote = '\0';
			shell->at++;
		} else if (quote != '\'' && (c == '$' || c == '`')) {
			*is_literal = false;
			skip_expansion(shell);
		} else {
			if (quote != '\'' && c == '\\' && shell->at[1] != '\0')
				shell->at++;
			*is_literal &=
			    quote != '\0' || strchr("*?[~", c) == NULL || (c == '[' && length == 0);
			word[length++] = *shell->at++;
		}
	}
	word[length] = '\0';
	return word;
}

static void
drop_words(struct shell *shell)
{
	while (shell->count > 0)
		free(shell->words[--shell->count]);
}

/* Records the exported variables among the words from `at` on. */
static void
record_exports(struct shell *shell, size_t at)
{
	for (; at < shell->count; at++)
		if (shell->is_literal[at])
			command_assign(shell->start, shell->words[at]);
}

/* Ends a simple command. */
static void
end_command(struct shell *shell)
{
	struct command_start own = *shell->start;
	size_t at = 0;

	own.path = own.path != NULL ? xstrdup(own.path) : NULL;
	own.preload = own.preload != NULL ? xstrdup(own.preload) : NULL;
	own.is_guess = true;
	shell->words[shell->count] = NULL;
	while (at < shell->count && shell->is_literal[at] && is_in(keywords, shell->words[at]))
		at++;
	while (at < shell->count && command_assign(&own, shell->words[at]))
		at++;
	const char *name = at < shell->count && shell->is_literal[at] ? shell->words[at] : "";
	if (at == shell->count || strcmp(name, "export") == 0)
		record_exports(shell, strcmp(name, "export") == 0 ? at + 1 : 0);
	else if (name[0] != '\0' && name[0] != '-' && !is_in(builtins, name) &&
		 strcmp(name, "for") != 0)
		command_add(shell->command, shell->words + at, shell->name, own);
	free(own.path);
	free(own.preload);
	drop_words(shell);
}

static void
keep_word(struct shell *shell)
{
	bool is_literal;
	char *word = read_word(shell, &is_literal);

	if (shell->is_target || shell->count == WORDS) {
		free(word);
	} else {
		shell->is_literal[shell->count] = is_literal;
		shell->words[shell->count++] = word;
	}
	shell->is_target = false;
}

/* Begins a redirection; a word directly before it is its descriptor. */
static void
begin_redirection(struct shell *shell)
{
	const char *number = shell->count > 0 ? shell->words[shell->count - 1] : "x";

	if (strspn(number, "0123456789") == strlen(number) && shell->at[-1] != ' ')
		free(shell->words[--shell->count]);
	shell->at += strspn(shell->at, "<>&|");
	shell->is_target = true;
}

/* Skips a here-document: `<<` is next. */
static void
skip_document(struct shell *shell)
{
	bool is_literal;

	shell->at += 2;
	if (*shell->at == '<') { /* here-string */
		shell->at++;
		shell->is_target = true;
		return;
	}
	shell->at += strspn(shell->at, "- \t");
	char *end = read_word(shell, &is_literal);
	char *line = strchr(shell->at, '\n');
	const char *at = line != NULL ? line + 1 : "";
	while (*at != '\0') {
		size_t tabs = strspn(at, "\t"), length = strcspn(at, "\n");
		if (length - tabs == strlen(end) && strncmp(at + tabs, end, strlen(end)) == 0)
			break;
		at += length + (at[length] == '\n');
	}
	shell->at = at + strcspn(at, "\n");
	end_command(shell);
	free(end);
}

/* Skips the rest of a case. */
static void
skip_case(struct shell *shell)
{
	const char *at = shell->at;

	drop_words(shell);
	while ((at = strstr(at, "esac")) != NULL &&
	       (strchr(" \t\n;", at[-1]) == NULL || strchr(" \t\n;", at[4]) == NULL))
		at++;
	shell->at = at != NULL ? at + 4 : shell->at + strlen(shell->at);
}

/*
 * Appends the first word of each simple command in shell text, unless it contains an expansion.
 * Cases and here-documents are skipped. Variables that the text exports are set in `start`.
 */
static void
command_read_shell(struct command *command, const char *text, const char *name,
		   struct command_start *start)
{
	struct shell shell = {.command = command, .name = name, .start = start, .at = text};

	while (*shell.at != '\0') {
		char c = *shell.at;
		if (c == ' ' || c == '\t' || (c == '\\' && shell.at[1] == '\n')) {
			shell.at += 1 + (c == '\\');
		} else if (c == '#') {
			shell.at += strcspn(shell.at, "\n");
		} else if (strncmp(shell.at, "<<", 2) == 0) {
			skip_document(&shell);
		} else if (shell.count == 1 && strcmp(shell.words[0], "case") == 0) {
			skip_case(&shell);
		} else if (c == '<' || c == '>' || (c == '&' && shell.at[1] == '>')) {
			begin_redirection(&shell);
		} else if (c == '(' && shell.count == 1) {
			drop_words(&shell); /* it was the name of a function */
			shell.at++;
		} else if (strchr("\n;&|()", c) != NULL) {
			end_command(&shell);
			shell.at++;
		} else {
			keep_word(&shell);
		}
	}
	end_command(&shell);
}

/*
 * Programs that start another program, and their options. Options end at the first operand, as
 * with `+` in getopt(3).
 */
static const struct wrapper {
	const char *name;   /* "perf stat": name and first word */
	const char *values; /* short options with a value */
	const char *longs;  /* long options with a value, each with a blank on both sides */
	const char *ends;   /* short options with which it starts no program */
	int operands;	    /* number of operands before the program */
	bool assigns;	    /* NAME=VALUE may precede the program */
	bool is_rich;	    /* it has more options than are listed here */
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
 * Skips a word of options and a value that follows it. Returns the number of words, or 0 if the
 * wrapper then starts no program.
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
replace_string(char **to, const char *value)
{
	free(*to);
	*to = value != NULL && value[0] != '\0' ? xstrdup(value) : NULL;
}

/* Whether `word` is NAME=VALUE; if so, sets it in `start`. */
static bool
command_assign(struct command_start *start, const char *word)
{
	static const char path[] = "LD_LIBRARY_PATH=", preload[] = "LD_PRELOAD=";
	size_t length = 0;

	while (isalnum((unsigned char)word[length]) || word[length] == '_')
		length++;
	if (length == 0 || word[length] != '=' || isdigit((unsigned char)word[0]))
		return false;
	if (strncmp(word, path, strlen(path)) == 0)
		replace_string(&start->path, word + strlen(path));
	else if (strncmp(word, preload, strlen(preload)) == 0)
		replace_string(&start->preload, word + strlen(preload));
	return true;
}

/* Parses the command that a wrapper starts. Frees the strings of `start`. */
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

/* Returns the text of a shell's option -c, or NULL. */
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

/*
 * Appends a program, which `by` starts in the environment of `start`, and the programs that its
 * words start.
 */
static void
command_add(struct command *command, char *const *words, const char *by, struct command_start start)
{
	enum { MOST = 64 }; /* no person writes more */
	const char *name = name_of(words[0]);
	bool is_kept = !command->only_paths || words[0][0] == '/';

	if (command->count == MOST)
		return;
	struct command_start own = {
	    .name = xstrdup(words[0]),
	    .by = xstrdup(by),
	    .path = start.path != NULL ? xstrdup(start.path) : NULL,
	    .preload = start.preload != NULL ? xstrdup(start.preload) : NULL,
	    .is_guess = start.is_guess,
	};
	struct command_start next = own;
	next.path = own.path != NULL ? xstrdup(own.path) : NULL;
	next.preload = own.preload != NULL ? xstrdup(own.preload) : NULL;
	command->list = xgrow(command->list, command->count, sizeof(*command->list));
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
	char *all = xstrdup(list), *rest = all, *directory, *result = NULL;

	while ((directory = strsep(&rest, ":;")) != NULL) {
		if (directory[0] != '/')
			continue;
		char *longer =
		    result != NULL ? xasprintf("%s:%s", result, directory) : xstrdup(directory);
		free(result);
		result = longer;
	}
	free(all);
	return result;
}
