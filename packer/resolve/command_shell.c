/* SPDX-License-Identifier: MIT */
#include "resolve/command_shell.h"

#include <stdlib.h>
#include <string.h>

#include "host/memory.h"

enum { WORDS = 32 }; /* that are kept of a simple command */

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
	struct command_start *start; /* what all are given from here on */
	const char *at;
	char *words[WORDS + 1]; /* of the simple command */
	bool is_literal[WORDS]; /* no expansion is in it */
	size_t count;
	bool is_target; /* the next word belongs to a redirection */
};

static bool
is_in(const char *list, const char *word)
{
	char *padded = memory_format(" %s ", word);
	bool is = strchr(word, ' ') == NULL && strstr(list, padded) != NULL;

	free(padded);
	return is;
}

/* The end of what begins with a bracket at `at`, both ends counted. */
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

/* Passes over an expansion: the dollar sign or the backquote is the next byte. */
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

/* Reads a word, quotes taken off. */
static char *
read_word(struct shell *shell, bool *is_literal)
{
	char *word = memory_get(strlen(shell->at) + 1, 1);
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

/* Takes what is exported, from `at` on. */
static void export(struct shell *shell, size_t at)
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

	own.path = own.path != NULL ? memory_copy(own.path) : NULL;
	own.preload = own.preload != NULL ? memory_copy(own.preload) : NULL;
	own.is_guess = true;
	shell->words[shell->count] = NULL;
	while (at < shell->count && shell->is_literal[at] && is_in(keywords, shell->words[at]))
		at++;
	while (at < shell->count && command_assign(&own, shell->words[at]))
		at++;
	const char *name = at < shell->count && shell->is_literal[at] ? shell->words[at] : "";
	if (at == shell->count || strcmp(name, "export") == 0)
		export(shell, strcmp(name, "export") == 0 ? at + 1 : 0);
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

/* Takes a redirection; its descriptor is the word before it. */
static void
redirect(struct shell *shell)
{
	const char *number = shell->count > 0 ? shell->words[shell->count - 1] : "x";

	if (strspn(number, "0123456789") == strlen(number) && shell->at[-1] != ' ')
		free(shell->words[--shell->count]);
	shell->at += strspn(shell->at, "<>&|");
	shell->is_target = true;
}

/* Passes over a document: `<<` is next. */
static void
skip_document(struct shell *shell)
{
	bool is_literal;

	shell->at += 2;
	if (*shell->at == '<') { /* a word as a document */
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

/* Passes over the rest of a case. */
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

void
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
			redirect(&shell);
		} else if (c == '(' && shell.count == 1) {
			drop_words(&shell); /* of a function, its name */
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
