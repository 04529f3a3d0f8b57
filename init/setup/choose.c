/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/join.h"
#include "report/report.h"

enum { FILE_MAX = 16 << 20 };

static int
read_line(struct experiment *e, const char *path, enum experiment_layer layer, struct text *problem)
{
	size_t length;
	char *line = file_read_all(path, FILE_MAX, &length);
	int result;

	if (line == NULL) {
		if (problem->used == 0) {
			text_string(problem, "cannot read ");
			text_string(problem, path);
		}
		return -1;
	}
	result = experiment_read_line(e, layer, line, length, problem);
	free(line);
	return result;
}

/* Reads all sources but experiment files. */
static int
read_lines(struct experiment *e, struct text *problem)
{
	int result = 0;

	if (access(EXPERIMENT_FILE, F_OK) == 0)
		result = read_line(e, EXPERIMENT_FILE, LAYER_ARCHIVE, problem);
	return read_line(e, "/proc/cmdline", LAYER_COMMAND_LINE, problem) != 0 ? -1 : result;
}

/* Counts the experiment files; the last name is in `name`, all names in `names`. */
static size_t
find_files(char name[EXPERIMENT_NAME_MAX + 1], struct text *names)
{
	/* Most images have none, and access(2) is cheaper. */
	DIR *folder = access(EXPERIMENT_FOLDER, F_OK) == 0 ? opendir(EXPERIMENT_FOLDER) : NULL;
	struct dirent *entry;
	size_t count = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		size_t length = strlen(entry->d_name);
		if (entry->d_name[0] == '.')
			continue;
		if (length > EXPERIMENT_NAME_MAX) {
			report_warning(JOIN("cannot read ", EXPERIMENT_FOLDER "/", entry->d_name),
				       ENAMETOOLONG);
			continue;
		}
		memcpy(name, entry->d_name, length + 1);
		text_string(names, count++ > 0 ? ", " : "");
		text_string(names, entry->d_name);
	}
	if (folder != NULL)
		closedir(folder);
	return count;
}

static int
read_file(struct experiment *e, const char *name, struct text *problem)
{
	char path[sizeof(EXPERIMENT_FOLDER) + EXPERIMENT_NAME_MAX + 1];
	struct text t = text_in(path, sizeof(path));
	size_t length;

	text_string(&t, EXPERIMENT_FOLDER "/");
	text_string(&t, name);
	text_char(&t, '\0');
	char *text = file_read_all(path, FILE_MAX, &length);
	if (text == NULL)
		return -1;
	int result = experiment_read_file(e, name, text, length, problem);
	free(text);
	return result;
}

/* Reads the file named by the other sources, which are parsed first, or the only one. */
static int
read_named(struct experiment *e, char name[EXPERIMENT_NAME_MAX + 1], size_t count,
	   const struct text *known, struct text *problem)
{
	struct experiment lines = experiment_default();
	struct text unused = text_in(name, 0);
	int result = 0;

	read_lines(&lines, &unused);
	if (lines.name[0] != '\0')
		memcpy(name, lines.name, sizeof(lines.name));
	/* Without a command or a name, choosing one of several would be a guess. */
	if (lines.name[0] != '\0' || count == 1) {
		result = read_file(e, name, problem);
	} else if (lines.run.count == 0) {
		text_string(problem,
			    "this image has several experiments; name one with lull.experiment=: ");
		text_bytes(problem, known->data, known->used);
		result = -1;
	}
	if (result != 0 && problem->used == 0) {
		text_string(problem, "this image has no experiment ");
		text_string(problem, name);
		text_string(problem, "; it has ");
		text_bytes(problem, known->data, known->used);
	}
	experiment_free(&lines);
	return result;
}

const char *
choose_experiment(struct experiment *e)
{
	static char why[512], known[256];
	struct text problem = text_in(why, sizeof(why) - 1),
		    names = text_in(known, sizeof(known) - 1);
	char name[EXPERIMENT_NAME_MAX + 1] = "";
	size_t count = find_files(name, &names);
	int result = 0;

	if (count > 0)
		result = read_named(e, name, count, &names, &problem);
	if (read_lines(e, &problem) != 0)
		result = -1;
	if (count == 0 && e->name[0] != '\0' && problem.used == 0) {
		text_string(&problem, "this image has no experiment ");
		text_string(&problem, e->name);
		result = -1;
	}
	if (!e->has_session && getrandom(&e->session, sizeof(e->session), GRND_NONBLOCK) < 0) {
		e->session = clock_now_ns();
		report_warning("the session can be guessed: no random numbers yet", 0);
	}
	return result == 0 ? NULL : why;
}
