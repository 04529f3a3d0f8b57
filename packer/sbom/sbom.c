/* SPDX-License-Identifier: MIT */
#include "sbom/sbom.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/output.h"
#include "host/memory.h"
#include "image/parallel.h"
#include "image/proof.h"
#include "plan/own_init.h"
#include "plan/plan.h"
#include "plan/print.h"
#include "plan/source.h"
#include "sbom/digest.h"
#include "sbom/spdx.h"

/* A file to hash. */
struct wanted {
	const struct plan_entry *entry; /* NULL: the kernel */
	const char *path;
	uint64_t size;
	struct digest *digest;
	int problem; /* errno of the read error, or 0 */
};

/* The paths whose owners to look up. */
struct lookups {
	struct owners_file *files;
	size_t count;
};

static void *
make_digest(void *context, size_t i)
{
	struct wanted *wanted = &((struct wanted *)context)[i];
	const struct plan_entry *entry = wanted->entry;

	if (entry != NULL && entry->content != NULL)
		digest_bytes(wanted->digest, entry->content, entry->content_size);
	else if (digest_file(wanted->digest, wanted->path, wanted->size) != 0)
		wanted->problem = errno;
	return xcalloc(1, 1); /* NULL would mean failure */
}

static int
check_digest(void *context, size_t i, void *made)
{
	const struct wanted *wanted = &((const struct wanted *)context)[i];

	(void)made;
	if (wanted->problem == 0)
		return 0;
	if (interrupt_signal() == 0 && wanted->problem == ESTALE)
		message_warnx("cannot pack %s: it changed while packer ran", wanted->path);
	else if (interrupt_signal() == 0)
		message_warnx("cannot read %s: %s", wanted->path, strerror(wanted->problem));
	errno = EIO; /* already reported */
	return -1;
}

/* Appends the path of a file of this machine, if it is in the source. */
static void
append_lookup(struct lookups *lookups, const struct source *source, const char *path, size_t number)
{
	char *real = realpath(path, NULL);
	size_t root = strlen(source->root);

	if (real != NULL && strncmp(real, source->root, root) == 0 && real[root] == '/') {
		lookups->files = xgrow(lookups->files, lookups->count, sizeof(*lookups->files));
		lookups->files[lookups->count++] =
		    (struct owners_file){xstrdup(real + root), number};
	}
	free(real);
}

static int
find_owners(struct sbom *sbom, const struct source *source, const struct wanted *wanted,
	    size_t count)
{
	struct lookups lookups = {.count = 0};

	for (size_t i = 0; i < count; i++) {
		const struct plan_entry *entry = wanted[i].entry;
		if (wanted[i].path != NULL)
			append_lookup(&lookups, source, wanted[i].path, i);
		for (const struct plan_origin *at = entry != NULL ? entry->origins : NULL;
		     at != NULL; at = at->next)
			append_lookup(&lookups, source, at->path, i);
	}
	int result = owners_find(&sbom->owners, source, lookups.files, lookups.count);
	for (size_t i = 0; i < lookups.count; i++)
		free((char *)lookups.files[i].path);
	free(lookups.files);
	return result;
}

/* Returns whether a path is in /lib/modules of this kernel release. */
static bool
is_of_kernel(const char *path, const char *release)
{
	static const char modules[] = "/lib/modules/";
	const char *at = strstr(path, modules);
	size_t length = strlen(release);

	return at != NULL && length > 0 && strncmp(at + strlen(modules), release, length) == 0 &&
	       at[strlen(modules) + length] == '/';
}

/* Returns the maker of a file without package. */
static enum spdx_maker
maker_of(const struct sbom *sbom, const struct plan_entry *entry)
{
	if (entry->content != NULL && entry->origins == NULL)
		return SPDX_LULL;
	if (is_of_kernel(entry->path, sbom->kernel_release))
		return SPDX_LINUX;
	return entry->content == NULL && strcmp(entry->path, "/init") == 0 &&
		       own_init_is(entry->source)
		   ? SPDX_LULL
		   : SPDX_UNKNOWN;
}

/*
 * Fills sbom->files, and `wanted` with the files to hash. Returns their number, or 0 after a
 * warning.
 */
static size_t
list_files(struct sbom *sbom, struct wanted *wanted, const char *kernel)
{
	size_t count = 0;
	struct stat found;

	for (size_t i = 0; i < sbom->plan->count; i++) {
		const struct plan_entry *entry = sbom->plan->entries[i];
		if (entry->type != PLAN_FILE)
			continue;
		wanted[count] = (struct wanted){entry, entry->source, plan_size(entry),
						&sbom->digests[count], 0};
		sbom->files[count] = (struct spdx_file){entry->path, &sbom->digests[count], count,
							maker_of(sbom, entry)};
		count++;
	}
	sbom->count = count;
	if (kernel == NULL)
		return count;
	if (stat(kernel, &found) != 0) {
		message_warn("cannot read %s", kernel);
		return 0;
	}
	const char *slash = strrchr(kernel, '/');
	sbom->kernel_name = xasprintf("/%s", slash != NULL ? slash + 1 : kernel);
	wanted[count] =
	    (struct wanted){NULL, kernel, (uint64_t)found.st_size, &sbom->digests[count], 0};
	sbom->files[count] =
	    (struct spdx_file){sbom->kernel_name, &sbom->digests[count], count, SPDX_LINUX};
	return count + 1;
}

int
sbom_start(struct sbom *sbom, const struct plan *plan, const struct source *source,
	   const char *kernel, const char *kernel_release)
{
	struct wanted *wanted = xcalloc(plan->count + 1, sizeof(*wanted));
	int result = -1;

	*sbom = (struct sbom){.plan = plan, .kernel_release = kernel_release};
	sbom->files = xcalloc(plan->count + 1, sizeof(*sbom->files));
	sbom->digests = xcalloc(plan->count + 1, sizeof(*sbom->digests));
	const size_t count = list_files(sbom, wanted, kernel);
	const struct parallel digests = {count, wanted, make_digest, check_digest};
	if (count > 0 && find_owners(sbom, source, wanted, count) == 0)
		result = parallel_run(&digests);
	free(wanted);
	if (result == 0)
		return 0;
	sbom_end(sbom);
	return -1;
}

/* Returns the planned entries other than files, as --plan prints them, to be freed. */
static char *
list_others(const struct plan *plan)
{
	char *lines = NULL;
	size_t length;
	FILE *file = open_memstream(&lines, &length);

	for (size_t i = 0; file != NULL && i < plan->count; i++) {
		if (plan->entries[i]->type == PLAN_FILE)
			continue;
		print_planned(file, plan->entries[i]);
		putc('\n', file);
	}
	if (file == NULL || fclose(file) != 0)
		memory_die();
	return lines;
}

int
sbom_write(const struct sbom *sbom, const char *name, int image, uint32_t time,
	   struct output *output)
{
	const char *slash = strrchr(name, '/');
	struct digest digest;
	int result;

	if (proof_sources(sbom->plan) != 0 || output_open(output) != 0)
		return -1;
	if (image >= 0 && digest_descriptor(&digest, image) != 0) {
		if (interrupt_signal() == 0)
			message_warn("cannot read %s", name);
		return -1;
	}
	char *others = list_others(sbom->plan);
	const struct spdx spdx = {.name = slash != NULL && slash[1] != '\0' ? slash + 1 : name,
				  .image = image >= 0 ? &digest : NULL,
				  .time = time,
				  .version = LULL_VERSION,
				  .files = sbom->files,
				  .count = sbom->count,
				  .owners = &sbom->owners,
				  .others = others,
				  .kernel =
				      sbom->kernel_name != NULL ? &sbom->files[sbom->count] : NULL,
				  .kernel_release = sbom->kernel_release};
	char *document = spdx_write(&spdx);
	if ((result = copy_bytes(output->fd, document, strlen(document))) == 0)
		result = copy_bytes(output->fd, "\n", 1);
	if (result != 0)
		message_warn("cannot write %s", output->name);
	free(document);
	free(others);
	return result;
}

void
sbom_end(struct sbom *sbom)
{
	owners_free(&sbom->owners);
	free(sbom->files);
	free(sbom->digests);
	free(sbom->kernel_name);
	*sbom = (struct sbom){.files = NULL};
}
