/* SPDX-License-Identifier: MIT */
#include "image/archive.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/output.h"
#include "host/memory.h"
#include "image/finish.h"
#include "image/proof.h"
#include "image/tree.h"
#include "newc.h"
#include "plan/plan.h"
#include "plan/source.h"

static int archive_write(const struct archive *archive);

/*
 * Makes an image: stages files, runs GNU cpio, verifies the archive, compresses it. Each step
 * around cpio does what cpio cannot do. A run takes 0.9 ms of CPU time, and 0.9 ms for each MiB.
 * - Staging: cpio reads only files that the disk has under their path in the image.
 * - A run ends after each file that has more links on the disk than in the image: cpio writes such
 *   files last, and the order of an image must not depend on the disk.
 * - packer cuts off the end mark of each run, and writes device nodes, which only root could stage.
 * - The verification rewrites each header that it reads: cpio takes modes, times and inode numbers
 *   from the disk, and one owner for all.
 */

int
image_make(const struct plan *plan, const struct source *source, struct output *output,
	   const struct compress_method *method, uint32_t time)
{
	char *staging = tree_staging(plan);
	struct finish finish = {.archive = -1};
	bool has_messages = false;
	int result = -1;

	if (staging == NULL)
		return -1;
	if (tree_make(plan, staging, false) == 0 && output_open(output) == 0 &&
	    finish_start(&finish, plan, output, method) == 0) {
		const struct archive archive = {plan,		source->root, staging,
						finish.archive, output->name, &has_messages};
		result = archive_write(&archive);
		/* If a file changed, report that rather than its consequences. */
		if (interrupt_signal() == 0 && proof_sources(plan) != 0)
			result = -1;
		if (result == 0)
			result = proof_run(plan, finish.archive, output->name);
		if (result == 0 && has_messages)
			result = proof_contents(plan, finish.archive, output->name);
		if (result == 0)
			result = finish_run(&finish, time);
	}
	finish_end(&finish);
	tree_remove(plan, staging);
	free(staging);
	return interrupt_signal() == 0 ? result : -1;
}

/* Returns whether a component exceeds NAME_MAX, the limit of all file systems of Linux. */
static bool
has_long_name(const char *path)
{
	for (const char *at = path; *at != '\0'; at += strcspn(at, "/")) {
		at += strspn(at, "/");
		if (strcspn(at, "/") > NAME_MAX)
			return true;
	}
	return false;
}

int
archive_check(const struct plan *plan)
{
	int result = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_entry *entry = plan->entries[i];
		const char *problem = NULL;
		if (strlen(entry->path) > PATH_MAX - 1 || has_long_name(entry->path))
			problem = "its name is too long for the kernel";
		else if (strcmp(entry->path + 1, NEWC_TRAILER) == 0)
			problem = "its name is the end mark of archives";
		else if (plan_size(entry) > UINT32_MAX)
			problem = "newc archives hold files of less than 4 GiB";
		if (problem == NULL)
			continue;
		message_about(entry->line);
		message_warnx("cannot pack %s: %s", entry->path, problem);
		message_about(NULL);
		result = -1;
	}
	return result;
}

/* Entries that one run of cpio writes. */
struct run {
	const struct plan_entry **entries;
	size_t count;
	const char *directory;
	uint64_t size; /* of these entries in the archive, in bytes */
};

static void
append_entry(struct run *run, const struct plan_entry *entry, uint64_t data)
{
	run->entries[run->count++] = entry;
	run->size += newc_size((uint32_t)strlen(entry->path), data);
}

/* Returns a memory file with the names for cpio -0, or -1 with errno. A pipe could fill up. */
static int
make_name_list(const struct run *run)
{
	int fd = memfd_create("names", MFD_CLOEXEC);
	size_t length = 0, used = 0;

	if (fd < 0)
		return -1;
	for (size_t i = 0; i < run->count; i++)
		length += strlen(run->entries[i]->path);
	char *names = xcalloc(length, 1);
	for (size_t i = 0; i < run->count; i++) {
		size_t with_nul = strlen(run->entries[i]->path);
		memcpy(names + used, run->entries[i]->path + 1, with_nul);
		used += with_nul;
	}
	int result = copy_bytes(fd, names, length);
	free(names);
	if (result == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

/*
 * Runs cpio and prints its messages. They may come from a library that is loaded into cpio
 * (/etc/ld.so.preload), or report a read error, after which cpio pads with zeros and exits with
 * status 0. So any message makes packer compare the archive with the files.
 */
static int
run_cpio(const struct archive *archive, const struct run *run)
{
	/*
	 * The plus signs stop cpio from looking up users, which would load NSS modules. Blocks of
	 * the default size, 512 bytes, nearly double its time.
	 */
	char *const argv[] = {"cpio",		"-0",	   "-o", "-H",	   "newc", "-R", "+0:+0",
			      "--reproducible", "--quiet", "-C", "262144", NULL};
	static char *const environment[] = {"LC_ALL=C", NULL};
	struct interrupt_program program = {argv,	    environment,
					    run->directory, make_name_list(run),
					    archive->fd,    memfd_create("errors", MFD_CLOEXEC)};
	int status = 0, problem = errno;

	if (program.input >= 0 && program.errors >= 0)
		problem = interrupt_run(&program, &status);
	if (program.errors >= 0 && interrupt_signal() == 0 &&
	    message_pass_on(program.errors, "cpio"))
		*archive->has_messages = true;
	if (program.input >= 0)
		close(program.input);
	if (program.errors >= 0)
		close(program.errors);
	if (interrupt_signal() != 0)
		return -1;
	errno = problem;
	if (problem != 0)
		message_warn("cannot run cpio");
	else if (WIFSIGNALED(status))
		message_warnx("cannot write %s: cpio was killed by signal %d", archive->name,
			      WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		message_warnx("cannot write %s: cpio failed with status %d", archive->name,
			      WEXITSTATUS(status));
	else
		return 0;
	return -1;
}

/*
 * Returns false if something other than an archive begins at `start`, because another program or
 * library printed to cpio's output.
 */
static bool
is_started(const struct archive *archive, off_t start)
{
	char header[NEWC_HEADER];
	struct newc newc;

	return pread(archive->fd, header, sizeof(header), start) != (ssize_t)sizeof(header) ||
	       newc_parse(header, &newc) == 0;
}

/* Cuts off the end mark, which must follow the entries at `end`, with cpio's padding. */
static int
cut_end_mark(const struct archive *archive, off_t end)
{
	char header[NEWC_HEADER + sizeof(NEWC_TRAILER)];
	struct newc newc;

	if (pread(archive->fd, header, sizeof(header), end) != (ssize_t)sizeof(header) ||
	    newc_parse(header, &newc) != 0 || newc.namesize != sizeof(NEWC_TRAILER) ||
	    memcmp(header + NEWC_HEADER, NEWC_TRAILER, sizeof(NEWC_TRAILER)) != 0) {
		message_warnx("cannot write %s: cpio's output does not have the planned size",
			      archive->name);
		return -1;
	}
	if (ftruncate(archive->fd, end) != 0 || lseek(archive->fd, end, SEEK_SET) != end) {
		message_warn("cannot write %s", archive->name);
		return -1;
	}
	return 0;
}

/* Writes the entries of `run`, if any, and empties it. */
static int
flush_run(const struct archive *archive, struct run *run)
{
	if (run->count == 0)
		return 0;
	off_t start = lseek(archive->fd, 0, SEEK_CUR);
	int result = run_cpio(archive, run);
	if (result == 0 && !is_started(archive, start)) {
		message_warnx("cannot write %s: something prints to the standard output of cpio, "
			      "in front of the archive; see "
			      "/etc/ld.so.preload",
			      archive->name);
		result = -1;
	}
	if (result == 0)
		result = cut_end_mark(archive, start + (off_t)run->size);
	run->count = 0;
	run->size = 0;
	return result;
}

static int
write_staged(const struct archive *archive, struct run *run)
{
	run->directory = archive->staging;
	for (size_t i = 0; i < archive->plan->count; i++)
		if (plan_is_staged(archive->plan->entries[i]))
			append_entry(run, archive->plan->entries[i],
				     plan_size(archive->plan->entries[i]));
	return flush_run(archive, run);
}

/* Appends all hard links of the file `first`, last first; one of them carries the data. */
static void
append_links(const struct archive *archive, struct run *run, const struct plan_entry *first)
{
	uint64_t data = plan_size(first);

	if (first->links == 1) {
		append_entry(run, first, data);
		return;
	}
	for (size_t i = archive->plan->count; i-- > 0;) {
		const struct plan_entry *entry = archive->plan->entries[i];
		if (!entry->in_place || entry->first != first)
			continue;
		append_entry(run, entry, data);
		data = 0;
	}
}

/*
 * Writes files in the order of their paths, independent of their number of links on the disk. cpio
 * defers a file with several links. When it has seen all links, it writes the others, last first,
 * without data, then the last seen one with the data. If it does not see all, it writes the
 * deferred ones at its end, last first, the data with the last written: therefore the run ends
 * there. The names are passed so that they come out sorted.
 */
static int
write_in_place(const struct archive *archive, struct run *run)
{
	run->directory = archive->root[0] != '\0' ? archive->root : "/";
	for (size_t i = 0; i < archive->plan->count; i++) {
		const struct plan_entry *entry = archive->plan->entries[i];
		size_t before = run->count;
		if (!entry->in_place || entry->first != entry)
			continue;
		append_links(archive, run, entry);
		if (entry->links != entry->stat.st_nlink) {
			if (flush_run(archive, run) != 0)
				return -1;
		} else if (entry->links > 1) {
			const struct plan_entry *last = run->entries[before];
			memmove(run->entries + before, run->entries + before + 1,
				(run->count - before - 1) * sizeof(*run->entries));
			run->entries[run->count - 1] = last;
		}
	}
	return flush_run(archive, run);
}

static int
write_own_entry(const struct archive *archive, const char *name, const struct plan_entry *entry)
{
	char bytes[NEWC_HEADER + PATH_MAX + NEWC_ALIGN + 1024];
	const char *content = entry != NULL && entry->content != NULL ? entry->content : "";
	struct newc newc = {.nlink = 1};

	if (entry != NULL) {
		newc.mode = plan_type_bits(entry) | entry->mode;
		newc.rdev_major = entry->major;
		newc.rdev_minor = entry->minor;
	}
	size_t length = newc_entry(newc, name, content, strlen(content), bytes, sizeof(bytes));
	if (length == 0)
		errno = ENAMETOOLONG;
	if (length > 0 && copy_bytes(archive->fd, bytes, length) == 0)
		return 0;
	message_warn("cannot write %s", archive->name);
	return -1;
}

/* Writes device nodes, then the last entries, then the end mark. */
static int
write_own_entries(const struct archive *archive)
{
	for (int last = 0; last <= 1; last++) {
		for (size_t i = 0; i < archive->plan->count; i++) {
			const struct plan_entry *entry = archive->plan->entries[i];
			if (!plan_is_staged(entry) && !entry->in_place && !entry->early &&
			    entry->last == last &&
			    write_own_entry(archive, entry->path + 1, entry) != 0)
				return -1;
		}
	}
	return write_own_entry(archive, NEWC_TRAILER, NULL);
}

/* Returns 0, or -1 after a warning. The caller verifies the archive (proof.h). */
static int
archive_write(const struct archive *archive)
{
	struct run run = {.entries = xcalloc(archive->plan->count, sizeof(*run.entries))};
	int result = write_staged(archive, &run);

	if (result == 0)
		result = write_in_place(archive, &run);
	if (result == 0)
		result = write_own_entries(archive);
	free(run.entries);
	return result;
}
