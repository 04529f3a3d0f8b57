/* SPDX-License-Identifier: MIT */
#include "image/early.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mapped.h"
#include "base/message.h"
#include "host/memory.h"
#include "host/unpack.h"
#include "newc.h"
#include "plan/conflict.h"
#include "plan/plan.h"
#include "plan/source.h"

/*
 * Microcode in the kernel's format (Documentation/x86/microcode.rst,
 * arch/x86/kernel/cpu/microcode). Intel: a sequence of updates, each a header of 48 bytes and data,
 * whose 32-bit words sum to 0, and an optional table, which does too (Software Developer's Manual,
 * volume 3A, 9.11). AMD: a sequence of containers, each a magic number, a table of processors, and
 * patches. The kernel silently stops reading at the first invalid one. Pure.
 */

/* Where the kernel looks for microcode in the first archive, without a leading slash. */
static const char *const microcode_paths[] = {
    [MICROCODE_INTEL] = "kernel/x86/microcode/GenuineIntel.bin",
    [MICROCODE_AMD] = "kernel/x86/microcode/AuthenticAMD.bin"};

/* Bytes of headers, and where in them 32-bit words are. */
enum {
	INTEL_HEADER = 48,
	INTEL_VERSION_AT = 0,
	INTEL_LOADER_AT = 20,
	INTEL_DATA_AT = 28,
	INTEL_TOTAL_AT = 32,
	INTEL_DATA = 2000, /* if the header's size is 0 */
	AMD_MAGIC = 0x00414d44,
	AMD_HEADER = 12,
	AMD_SECTION = 8,
	AMD_TABLE_ENTRY = 16,
	AMD_PATCH_HEADER = 64,
};

static const char truncated[] = "it is truncated";

static uint32_t
word_at(const unsigned char *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

enum microcode_maker
microcode_maker(const unsigned char *bytes, size_t size)
{
	if (size >= AMD_HEADER && word_at(bytes) == AMD_MAGIC)
		return MICROCODE_AMD;
	if (size >= INTEL_HEADER && word_at(bytes + INTEL_VERSION_AT) == 1 &&
	    word_at(bytes + INTEL_LOADER_AT) == 1)
		return MICROCODE_INTEL;
	return MICROCODE_NONE;
}

/* Checks the update at the start of `bytes`. Returns its problem, or NULL with its length *used. */
static const char *
check_intel(const unsigned char *bytes, size_t size, size_t *used)
{
	uint32_t data, total, sum = 0;

	if (microcode_maker(bytes, size) != MICROCODE_INTEL)
		return "other data follow an update";
	data = word_at(bytes + INTEL_DATA_AT);
	total = data != 0 ? word_at(bytes + INTEL_TOTAL_AT) : INTEL_DATA + INTEL_HEADER;
	if (data == 0)
		data = INTEL_DATA;
	if (total % 4 != 0 || total < INTEL_HEADER || data % 4 != 0 || data > total - INTEL_HEADER)
		return "the sizes in an update's header are wrong";
	if (total > size)
		return truncated;
	/* Each of the two parts must sum to 0. */
	for (size_t at = 0; at < total; at += 4) {
		if (at == INTEL_HEADER + (size_t)data && sum != 0)
			break;
		sum += word_at(bytes + at);
	}
	if (sum != 0)
		return "an update has an invalid checksum";
	*used = total;
	return NULL;
}

/* The same for the container at the start of `bytes`, which ends after its last patch. */
static const char *
check_amd(const unsigned char *bytes, size_t size, size_t *used)
{
	enum { TABLE, PATCH };
	size_t at = AMD_HEADER;

	if (microcode_maker(bytes, size) != MICROCODE_AMD || word_at(bytes + 4) != TABLE)
		return "other data follow a container";
	if (word_at(bytes + 8) < AMD_TABLE_ENTRY || word_at(bytes + 8) > size - at)
		return truncated;
	at += word_at(bytes + 8);
	while (size - at >= AMD_SECTION && word_at(bytes + at) == PATCH) {
		uint32_t length = word_at(bytes + at + 4);
		at += AMD_SECTION;
		if (length < AMD_PATCH_HEADER || length > size - at)
			return truncated;
		at += length;
	}
	*used = at;
	return NULL;
}

const char *
microcode_problem(enum microcode_maker maker, const unsigned char *bytes, size_t size)
{
	const char *problem = NULL;
	size_t used = 0;

	for (size_t at = 0; at < size && problem == NULL; at += used)
		problem = maker == MICROCODE_INTEL ? check_intel(bytes + at, size - at, &used)
						   : check_amd(bytes + at, size - at, &used);
	return problem;
}

static const char directory[] = "kernel/x86/microcode";

/* The concatenated microcode of one maker. */
struct collected {
	unsigned char *bytes;
	size_t size;
	char **origins; /* paths of its files on this machine */
	size_t origin_count;
	bool *is_of; /* for each argument: whether it provided a file */
};

struct collection {
	const struct source *source;
	struct collected makers[MICROCODE_MAKERS];
	size_t name; /* index of the current argument */
	size_t name_count;
	size_t files; /* found in the current argument */
};

/* Returns the path on this machine, with links followed, to be freed; or NULL with errno. */
static char *
locate(const struct source *source, const char *path, struct stat *found)
{
	return source_is_here(source, path) ? source_there(source, path, found)
					    : source_real(source, path, found);
}

static void
append_microcode(struct collection *collection, enum microcode_maker maker,
		 const unsigned char *bytes, size_t size, char *origin)
{
	struct collected *collected = &collection->makers[maker];

	collected->bytes = xrealloc(collected->bytes, collected->size + size);
	memcpy(collected->bytes + collected->size, bytes, size);
	collected->size += size;
	collected->origins =
	    xgrow(collected->origins, collected->origin_count, sizeof(*collected->origins));
	collected->origins[collected->origin_count++] = xstrdup(origin);
	if (collected->is_of == NULL)
		collected->is_of = xcalloc(collection->name_count, sizeof(*collected->is_of));
	collected->is_of[collection->name] = true;
	collection->files++;
}

/* Adds the file `real`, `name` in messages. Skips other files than microcode unless `named`. */
static int
add_file(struct collection *collection, const char *name, char *real, bool named)
{
	enum { MOST = 256 << 20 };
	size_t size = 0;
	const unsigned char *bytes = mapped_file(real, &size), *map = bytes;
	struct unpacked unpacked = {.problem = NULL};
	const char *problem = NULL;

	if (map == NULL && errno != 0) {
		message_warn("cannot read %s", name);
		return -1;
	}
	if (map != NULL && unpack_method(map, size) != NULL) {
		unpacked = unpack(map, size, MOST);
		problem = named ? unpacked.problem : NULL;
		bytes = unpacked.bytes;
		size = unpacked.size;
	}
	enum microcode_maker maker = microcode_maker(bytes, size);
	if (problem == NULL && maker == MICROCODE_NONE)
		problem = named ? "it is not microcode of Intel or AMD" : NULL;
	else if (problem == NULL)
		problem = unpacked.problem != NULL ? unpacked.problem
						   : microcode_problem(maker, bytes, size);
	if (problem != NULL)
		message_warnx("cannot use microcode %s: %s", name, problem);
	else if (maker != MICROCODE_NONE)
		append_microcode(collection, maker, bytes, size, real);
	mapped_release(map);
	free(unpacked.bytes);
	return problem == NULL ? 0 : -1;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_microcode(struct collection *collection, const char *name, bool named);

static int
add_directory(struct collection *collection, const char *name, const char *real)
{
	static const char *const makers[] = {"intel-ucode", "amd-ucode"};
	struct dirent **entries;
	bool has_makers = false;
	int result = 0;

	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
		char *below = xasprintf("%s/%s", name, makers[i]), *path;
		struct stat found;
		if ((path = locate(collection->source, below, &found)) != NULL &&
		    S_ISDIR(found.st_mode)) {
			has_makers = true;
			result |= add_directory(collection, below, path);
		}
		free(path);
		free(below);
	}
	if (has_makers)
		return result;
	int count = scandir(real, &entries, NULL, by_name);
	if (count < 0) {
		message_warn("cannot read %s", name);
		return -1;
	}
	for (int i = 0; i < count; i++) {
		char *below = xasprintf("%s/%s", name, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			result |= add_microcode(collection, below, false);
		free(below);
		free(entries[i]);
	}
	free(entries);
	return result;
}

/* Adds the file `name`, or the directory if `named`. */
static int
add_microcode(struct collection *collection, const char *name, bool named)
{
	struct stat found;
	char *real = locate(collection->source, name, &found);
	int problem = 0, result = 0;

	if (real == NULL) {
		message_warn("cannot find %s", name);
		return -1;
	}
	if (S_ISDIR(found.st_mode)) {
		result = named ? add_directory(collection, name, real) : 0;
	} else if ((problem = source_check(collection->source, real, &found)) != 0) {
		message_warnx("cannot use microcode %s: %s", name, source_problem(problem));
		result = -1;
	} else {
		result = add_file(collection, name, real, named);
	}
	free(real);
	return result;
}

/* Plans one maker's file and its missing parent directories, in the early archive. */
static int
plan_maker(struct plan *plan, struct collection *collection, enum microcode_maker maker,
	   const char *const *names)
{
	struct collected *collected = &collection->makers[maker];
	char *path = xasprintf("/%s", microcode_paths[maker]);
	struct plan_entry wanted = {.path = path,
				    .type = PLAN_FILE,
				    .rank = PLAN_GIVEN,
				    .mode = 0644,
				    .early = true},
			  *entry = NULL;
	size_t before = plan->count;
	int result = 0;

	wanted.content_size = collected->size;
	wanted.content = plan_own(plan, collected->bytes);
	collected->bytes = NULL;
	for (size_t i = 0; i < collection->name_count && result == 0; i++) {
		const struct plan_why why = {"--microcode", names[i]};
		if (!collected->is_of[i])
			continue;
		if (plan_add_parents(plan, path, why) != 0 ||
		    (entry = plan_add(plan, &wanted, why)) == NULL)
			result = conflict_report(plan, "microcode", path);
	}
	for (size_t i = 0; i < collected->origin_count && entry != NULL; i++)
		plan_add_origin(plan, entry, collected->origins[i]);
	for (size_t i = before; i < plan->count; i++)
		plan->entries[i]->early = true;
	free(path);
	return result;
}

int
early_plan(struct plan *plan, const struct source *source, const char *const *names, size_t count)
{
	struct collection collection = {.source = source, .name_count = count};
	int result = 0;

	for (; collection.name < count; collection.name++) {
		const char *name = names[collection.name];
		collection.files = 0;
		int taken = add_microcode(&collection, name, true);
		if (taken == 0 && collection.files == 0) {
			message_warnx("cannot use --microcode %s: it contains no microcode of "
				      "Intel or AMD",
				      name);
			taken = -1;
		}
		result |= taken;
	}
	for (int maker = 0; maker < MICROCODE_MAKERS; maker++) {
		struct collected *collected = &collection.makers[maker];
		if (result == 0 && collected->size > 0)
			result = plan_maker(plan, &collection, maker, names);
		for (size_t i = 0; i < collected->origin_count; i++)
			free(collected->origins[i]);
		free(collected->origins);
		free(collected->is_of);
		free(collected->bytes);
	}
	return result;
}

bool
early_is_planned(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->entries[i]->early)
			return true;
	return false;
}

/* Appends an entry to the archive and reallocates it. */
static void
append_entry(unsigned char **archive, size_t *size, struct newc newc, const char *name,
	     const struct plan_entry *entry)
{
	size_t length = entry != NULL ? entry->content_size : 0;
	size_t room = (size_t)newc_size((uint32_t)strlen(name) + 1, length);

	*archive = xrealloc(*archive, *size + room);
	*size += newc_entry(newc, name, entry != NULL ? entry->content : "", length,
			    (char *)*archive + *size, room);
}

/*
 * The early kernel code looks up files by their full names; unpacking the archive later also needs
 * the directories. Intel's file comes first, and its directory is named ./kernel/..., so that its
 * data start at a multiple of 16 bytes without padding, as the processor requires (Software
 * Developer's Manual, volume 3A, 9.11.6).
 */
unsigned char *
early_archive(const struct plan *plan, uint32_t time, size_t *size)
{
	struct newc newc = {.mode = S_IFDIR | 0755, .nlink = 1, .mtime = time};
	unsigned char *archive = NULL;

	*size = 0;
	for (const char *at = strchr(directory, '/'); at != NULL; at = strchr(at + 1, '/')) {
		char *name = xasprintf("%.*s", (int)(at - directory), directory);
		newc.ino++;
		append_entry(&archive, size, newc, name, NULL);
		free(name);
	}
	char *last = xasprintf("./%s", directory);
	newc.ino++;
	append_entry(&archive, size, newc, last, NULL);
	free(last);
	newc.mode = S_IFREG | 0644;
	for (int maker = 0; maker < MICROCODE_MAKERS; maker++) {
		char *path = xasprintf("/%s", microcode_paths[maker]);
		const struct plan_entry *entry = plan_find(plan, path);
		newc.ino++;
		if (entry != NULL && entry->early)
			append_entry(&archive, size, newc, path + 1, entry);
		free(path);
	}
	append_entry(&archive, size, (struct newc){.nlink = 1}, NEWC_TRAILER, NULL);
	return archive;
}
