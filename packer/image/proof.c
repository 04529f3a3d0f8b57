/* SPDX-License-Identifier: MIT */
#include "image/proof.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "newc.h"
#include "plan/plan.h"

struct proof {
	const struct plan *plan;
	int fd;
	const char *image;
	uint64_t at;	/* offset of the current header */
	uint32_t files; /* number of assigned inode numbers */
	size_t seen;
	struct newc newc;
	char name[1 + PATH_MAX]; /* with a leading slash, like paths of the plan */
};

static int
report_difference(const struct proof *proof, const char *problem)
{
	message_warnx("cannot verify %s: %s (at byte %llu%s%s)", proof->image, problem,
		      (unsigned long long)proof->at, proof->name[0] != '\0' ? ", " : "",
		      proof->name);
	return -1;
}

/* Reads the header and the name at proof->at. */
static int
read_header(struct proof *proof)
{
	char bytes[NEWC_HEADER + PATH_MAX];
	ssize_t got = pread(proof->fd, bytes, sizeof(bytes), (off_t)proof->at);

	proof->name[0] = '\0';
	if (got < 0)
		return report_difference(proof, strerror(errno));
	if (got < NEWC_HEADER || newc_parse(bytes, &proof->newc) != 0)
		return report_difference(proof, "no valid header");
	uint32_t length = proof->newc.namesize;
	if (length == 0 || length > got - NEWC_HEADER || bytes[NEWC_HEADER + length - 1] != '\0' ||
	    strlen(bytes + NEWC_HEADER) != length - 1)
		return report_difference(proof, "invalid name");
	proof->name[0] = '/';
	memcpy(proof->name + 1, bytes + NEWC_HEADER, length);
	return 0;
}

/* Of the hard links of a file, the last one in the archive has the data. */
static uint64_t
expected_size(const struct plan_entry *entry)
{
	return entry->first->seen == entry->first->links ? plan_size(entry) : 0;
}

/*
 * Compares one header with the plan. Returns the difference, or NULL. The mode of a symbolic link
 * is 0777 on all file systems of Linux, and the kernel ignores it.
 */
static const char *
compare_entry(const struct proof *proof, const struct plan_entry *entry)
{
	const struct newc *newc = &proof->newc;

	if (newc->mode != (plan_type_bits(entry) | plan_disk_mode(entry)))
		return "type or mode differ from the plan";
	if (newc->filesize != expected_size(entry))
		return "the size differs from the plan";
	if (newc->rdev_major != entry->major || newc->rdev_minor != entry->minor)
		return "the device differs from the plan";
	return NULL;
}

/* Rewrites the header with the plan's values. All hard links of a file share the inode *ino. */
static int
write_header(struct proof *proof, const struct plan_entry *entry, uint32_t *ino)
{
	char bytes[NEWC_HEADER];

	if (*ino == 0)
		*ino = ++proof->files;
	proof->newc.ino = *ino;
	proof->newc.mode = plan_type_bits(entry) | entry->mode;
	proof->newc.uid = entry->uid;
	proof->newc.gid = entry->gid;
	proof->newc.nlink = entry->first->links;
	proof->newc.mtime = entry->time;
	proof->newc.dev_major = proof->newc.dev_minor = proof->newc.check = 0;
	newc_header(&proof->newc, bytes);
	if (pwrite(proof->fd, bytes, sizeof(bytes), (off_t)proof->at) == (ssize_t)sizeof(bytes))
		return 0;
	return report_difference(proof, strerror(errno));
}

static int
prove_entry(struct proof *proof)
{
	struct plan_entry *entry = plan_find(proof->plan, proof->name);

	if (entry == NULL || entry->early)
		return report_difference(proof, "it contains an entry that is not in the plan");
	if (entry->proved)
		return report_difference(proof, "it contains an entry twice");
	entry->proved = true;
	entry->first->seen++;
	proof->seen++;
	const char *problem = compare_entry(proof, entry);
	if (problem != NULL)
		return report_difference(proof, problem);
	return write_header(proof, entry, &entry->first->ino);
}

/* Checks that the end mark is last, after all entries of the plan but those of the early archive.
 */
static int
prove_end(struct proof *proof)
{
	struct stat stat;
	size_t expected = 0;

	for (size_t i = 0; i < proof->plan->count; i++)
		expected += !proof->plan->entries[i]->early;
	proof->at += newc_size(proof->newc.namesize, proof->newc.filesize);
	if (fstat(proof->fd, &stat) != 0)
		return report_difference(proof, strerror(errno));
	if ((uint64_t)stat.st_size != proof->at)
		return report_difference(proof, "something follows its end mark");
	if (proof->seen != expected)
		return report_difference(proof, "it lacks planned entries");
	return 0;
}

int
proof_run(const struct plan *plan, int fd, const char *name)
{
	struct proof proof = {.plan = plan, .fd = fd, .image = name};

	while (read_header(&proof) == 0) {
		if (strcmp(proof.name + 1, NEWC_TRAILER) == 0)
			return prove_end(&proof);
		if (prove_entry(&proof) != 0)
			return -1;
		proof.at += newc_size(proof.newc.namesize, proof.newc.filesize);
	}
	return -1;
}

/* Compares the data of the current entry with its file. Returns 0, or -1 after a warning. */
static int
compare_content(const struct proof *proof, const struct plan_entry *entry)
{
	static char read[2][64 * 1024];
	uint64_t start = proof->at + newc_data_offset(proof->newc.namesize),
		 size = proof->newc.filesize;
	int in = entry->content == NULL ? open(entry->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
					: -1,
	    result = 0;

	for (uint64_t at = 0; at < size && result == 0 && interrupt_signal() == 0;
	     at += sizeof(*read)) {
		size_t length = size - at < sizeof(*read) ? (size_t)(size - at) : sizeof(*read);
		const char *is = entry->content != NULL ? entry->content + at : read[1];
		if (entry->content == NULL &&
		    pread(in, read[1], length, (off_t)at) != (ssize_t)length) {
			message_warn("cannot read %s", entry->source);
			result = -1;
		} else if (pread(proof->fd, read[0], length, (off_t)(start + at)) !=
			       (ssize_t)length ||
			   memcmp(read[0], is, length) != 0) {
			result = report_difference(proof, "the content differs from the plan");
		}
	}
	if (in >= 0)
		close(in);
	return result;
}

int
proof_contents(const struct plan *plan, int fd, const char *name)
{
	struct proof proof = {.plan = plan, .fd = fd, .image = name};

	while (interrupt_signal() == 0 && read_header(&proof) == 0) {
		if (strcmp(proof.name + 1, NEWC_TRAILER) == 0)
			return 0;
		if (proof.newc.filesize > 0 &&
		    compare_content(&proof, plan_find(plan, proof.name)) != 0)
			return -1;
		proof.at += newc_size(proof.newc.namesize, proof.newc.filesize);
	}
	return -1;
}

int
proof_sources(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_entry *entry = plan->entries[i];
		struct stat now;
		if (entry->source == NULL)
			continue;
		if (stat(entry->source, &now) != 0) {
			message_warn("cannot pack %s", entry->source);
			return -1;
		}
		if (now.st_size != entry->stat.st_size ||
		    now.st_mtim.tv_sec != entry->stat.st_mtim.tv_sec ||
		    now.st_mtim.tv_nsec != entry->stat.st_mtim.tv_nsec ||
		    now.st_ino != entry->stat.st_ino) {
			message_warnx("cannot pack %s: it changed while packer ran", entry->source);
			return -1;
		}
	}
	return 0;
}
