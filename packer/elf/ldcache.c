/* SPDX-License-Identifier: MIT */
#include "elf/ldcache.h"

#include <errno.h>
#include <string.h>

/*
 * /etc/ld.so.conf, which ldconfig(8) reads but loaders do not: one directory a line, or `include`
 * and file patterns; `#` begins a comment (elf/ldconfig.c parse_conf()). Pure.
 */

static const char blanks[] = " \t\r\f\v";

/* The length of a line without its comment and trailing blanks. */
static size_t
line_length(const char *line)
{
	size_t length = strcspn(line, "\n#");

	while (length > 0 && strchr(blanks, line[length - 1]) != NULL)
		length--;
	return length;
}

bool
ldconf_next(const char **at, char out[PATH_MAX], bool *is_include)
{
	static const char word[] = "include";

	while (**at != '\0') {
		const char *line = *at + strspn(*at, blanks);
		size_t length = line_length(line);
		*at = line + strcspn(line, "\n");
		*at += **at == '\n';
		*is_include = length > strlen(word) && strncmp(line, word, strlen(word)) == 0 &&
			      strchr(blanks, line[strlen(word)]) != NULL;
		if (*is_include) {
			size_t skip = strlen(word) + strspn(line + strlen(word), blanks);
			line += skip;
			length -= skip;
		}
		if (length == 0 || length >= PATH_MAX || (!*is_include && line[0] != '/'))
			continue;
		memcpy(out, line, length);
		out[length] = '\0';
		return true;
	}
	return false;
}

static const char old_magic[] = "ld.so-1.7.0";
static const char new_magic[] = "glibc-ld.so.cache1.1";

enum {
	OLD_HEADER = 16, /* the magic with its NUL, and the number of entries */
	OLD_ENTRY = 12,
	NEW_HEADER = 48,
	NEW_COUNT = 20,
	NEW_FLAGS = 28,
	NEW_ENTRY = 24,
	KEY = 4,
	VALUE = 8,
	HWCAP = 16,
	BIG = 3, /* in the low two bits of the flags: 2 little-endian, 3 big-endian, 0 unknown
		    (glibc before 2.33) */
};

static uint32_t
read_number(const unsigned char *at, bool big)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | at[big ? i : 3 - i];
	return value;
}

/*
 * The offset of the new table after an old one, 0 if it is missing. The old table does not record
 * its byte order: try both.
 */
static size_t
skip_old_table(const unsigned char *data, size_t size)
{
	for (int big = 0; big <= 1 && size >= OLD_HEADER; big++) {
		uint64_t end = OLD_HEADER + (uint64_t)read_number(data + 12, big) * OLD_ENTRY;
		end = (end + 7) / 8 * 8;
		if (end <= size && size - end >= NEW_HEADER &&
		    memcmp(data + end, new_magic, strlen(new_magic)) == 0)
			return (size_t)end;
	}
	return 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
has_hwcap(const struct ldcache *cache, const unsigned char *entry)
{
	return read_number(entry + HWCAP, cache->big) != 0 ||
	       read_number(entry + HWCAP + 4, cache->big) != 0;
}

int
ldcache_open(struct ldcache *cache, const void *data, size_t size)
{
	size_t skip = 0;

	if (size >= sizeof(old_magic) && memcmp(data, old_magic, strlen(old_magic)) == 0)
		skip = skip_old_table(data, size);
	*cache = (struct ldcache){.data = (const unsigned char *)data + skip, .size = size - skip};
	if (cache->size < NEW_HEADER || memcmp(cache->data, new_magic, strlen(new_magic)) != 0)
		goto bad;
	cache->big = (cache->data[NEW_FLAGS] & 3) == BIG;
	cache->count = read_number(cache->data + NEW_COUNT, cache->big);
	if (cache->count > (cache->size - NEW_HEADER) / NEW_ENTRY)
		goto bad;
	for (uint32_t i = 0; i < cache->count && !cache->has_hwcaps; i++)
		cache->has_hwcaps =
		    has_hwcap(cache, cache->data + NEW_HEADER + (size_t)i * NEW_ENTRY);
	return 0;
bad:
	errno = EINVAL;
	return -1;
}

/*
 * Compares names in ldconfig's order, greatest first: consecutive digits are one number, so that
 * libx.so.01 equals libx.so.1 (elf/dl-cache.c _dl_cache_libcmp(), whose numbers wrap at 32 bits).
 */
static int
compare_names(const char *a, const char *b)
{
	for (; *a != '\0'; a++, b++) {
		uint32_t number_a = 0, number_b = 0;
		if (!is_digit(*a) || !is_digit(*b)) {
			if (is_digit(*a) != is_digit(*b))
				return is_digit(*a) ? 1 : -1;
			if (*a != *b)
				return (signed char)*a - (signed char)*b;
			continue;
		}
		for (; is_digit(*a); a++)
			number_a = number_a * 10 + (uint32_t)(*a - '0');
		for (; is_digit(*b); b++)
			number_b = number_b * 10 + (uint32_t)(*b - '0');
		if (number_a != number_b)
			return (int32_t)(number_a - number_b) > 0 ? 1 : -1;
		a--, b--;
	}
	return *b == '\0' ? 0 : -1;
}

static const unsigned char *
entry_at(const struct ldcache *cache, uint32_t index)
{
	return cache->data + NEW_HEADER + (size_t)index * NEW_ENTRY;
}

/* Returns a string of the file, or NULL if its offset or its end is outside the file. */
static const char *
string_at(const struct ldcache *cache, const unsigned char *offset)
{
	uint32_t at = read_number(offset, cache->big);

	if (at >= cache->size || memchr(cache->data + at, '\0', cache->size - at) == NULL)
		return NULL;
	return (const char *)cache->data + at;
}

/*
 * Compares `name` with the name of an entry. Returns false if the entry has no name, which ends
 * the search, as in the loader.
 */
static bool
compare_entry(const struct ldcache *cache, uint32_t index, const char *name, int *result)
{
	const char *key = string_at(cache, entry_at(cache, index) + KEY);

	*result = key != NULL ? compare_names(name, key) : 0;
	return key != NULL;
}

/* Returns the index of the first entry for `name`, or the number of entries. */
static uint32_t
first_entry(const struct ldcache *cache, const char *name)
{
	uint32_t left = 0, right = cache->count;
	int result;

	while (left < right) {
		uint32_t middle = left + (right - left) / 2;
		if (!compare_entry(cache, middle, name, &result))
			return cache->count;
		if (result < 0)
			left = middle + 1;
		else
			right = middle;
	}
	return left;
}

/* Returns the index of the subdirectory in `variants` that holds the path, or their number. */
static size_t
variant_rank(const char *path, const char *const *variants)
{
	const char *slash = strrchr(path, '/');
	size_t at = 0;

	for (; variants != NULL && variants[at] != NULL; at++) {
		size_t length = strlen(variants[at]);
		if (slash != NULL && (size_t)(slash - path) > length &&
		    slash[-(ptrdiff_t)length - 1] == '/' &&
		    memcmp(slash - length, variants[at], length) == 0)
			return at;
	}
	return at;
}

const char *
ldcache_find(const struct ldcache *cache, const char *name, uint32_t flags,
	     const char *const *variants)
{
	const char *best = NULL;
	size_t best_rank = SIZE_MAX, worst = variant_rank("", variants);
	int result;

	for (uint32_t i = first_entry(cache, name); i < cache->count; i++) {
		const unsigned char *entry = entry_at(cache, i);
		if (!compare_entry(cache, i, name, &result) || result != 0)
			break;
		const char *path = string_at(cache, entry + VALUE);
		if (path == NULL || (flags != 0 && read_number(entry, cache->big) != flags))
			continue;
		bool is_special = has_hwcap(cache, entry);
		size_t its = is_special ? variant_rank(path, variants) : worst;
		if (its < best_rank && (!is_special || its < worst)) {
			best = path;
			best_rank = its;
		}
	}
	return best;
}
