/* SPDX-License-Identifier: MIT */
#include "ldcache.h"

#include <errno.h>
#include <string.h>

static const char old_magic[] = "ld.so-1.7.0";
static const char new_magic[] = "glibc-ld.so.cache1.1";

enum {
	OLD_HEADER = 16, /* the magic with its NUL, the number of entries */
	OLD_ENTRY = 12,
	NEW_HEADER = 48,
	NEW_COUNT = 20,
	NEW_FLAGS = 28,
	NEW_ENTRY = 24,
	KEY = 4,
	VALUE = 8,
	HWCAP = 16,
	BIG =
	    3, /* in the flags' low two bits: 2 little-endian, 3 big-endian, 0 unknown in files of glibc before 2.33 */
};

static uint32_t
number(const unsigned char *at, bool big)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | at[big ? i : 3 - i];
	return value;
}

/* Where the new table begins behind an old one; its own byte order is not told, so the one that fits is taken. */
static size_t
skip_old(const unsigned char *data, size_t size)
{
	for (int big = 0; big <= 1 && size >= OLD_HEADER; big++) {
		uint64_t end = OLD_HEADER + (uint64_t)number(data + 12, big) * OLD_ENTRY;
		end = (end + 7) / 8 * 8;
		if (end <= size && size - end >= NEW_HEADER && memcmp(data + end, new_magic, strlen(new_magic)) == 0)
			return (size_t)end;
	}
	return 0;
}

static bool
has_hwcap(const struct ldcache *cache, const unsigned char *entry)
{
	return number(entry + HWCAP, cache->big) != 0 || number(entry + HWCAP + 4, cache->big) != 0;
}

int
ldcache_open(struct ldcache *cache, const void *data, size_t size)
{
	size_t skip = 0;

	if (size >= sizeof(old_magic) && memcmp(data, old_magic, strlen(old_magic)) == 0)
		skip = skip_old(data, size);
	*cache = (struct ldcache){.data = (const unsigned char *)data + skip, .size = size - skip};
	if (cache->size < NEW_HEADER || memcmp(cache->data, new_magic, strlen(new_magic)) != 0)
		goto bad;
	cache->big = (cache->data[NEW_FLAGS] & 3) == BIG;
	cache->count = number(cache->data + NEW_COUNT, cache->big);
	if (cache->count > (cache->size - NEW_HEADER) / NEW_ENTRY)
		goto bad;
	for (uint32_t i = 0; i < cache->count && !cache->has_hwcaps; i++)
		cache->has_hwcaps = has_hwcap(cache, cache->data + NEW_HEADER + (size_t)i * NEW_ENTRY);
	return 0;
bad:
	errno = EINVAL;
	return -1;
}

/* Which of `hwcaps` the path is for, or `worst`. */
static size_t
rank(const char *path, const char *const *hwcaps, size_t worst)
{
	static const char below[] = "/glibc-hwcaps/";
	const char *name = strstr(path, below), *slash = strrchr(path, '/');

	for (size_t i = 0; name != NULL && i < worst; i++) {
		size_t length = strlen(hwcaps[i]);
		if (name + strlen(below) + length == slash && memcmp(name + strlen(below), hwcaps[i], length) == 0)
			return i;
	}
	return worst;
}

/* The path of an entry for `name`, or NULL. */
static const char *
path_of(const struct ldcache *cache, const unsigned char *entry, const char *name, size_t length)
{
	uint32_t key = number(entry + KEY, cache->big), value = number(entry + VALUE, cache->big);

	if (key >= cache->size || cache->size - key < length || value >= cache->size ||
	    memcmp(cache->data + key, name, length) != 0 ||
	    memchr(cache->data + value, '\0', cache->size - value) == NULL)
		return NULL;
	return (const char *)cache->data + value;
}

const char *
ldcache_find(const struct ldcache *cache, const char *name, uint32_t flags, const char *const *hwcaps)
{
	const char *best = NULL;
	size_t length = strlen(name) + 1, worst = 0, best_rank;

	while (hwcaps != NULL && hwcaps[worst] != NULL)
		worst++;
	best_rank = worst + 1;
	for (uint32_t i = 0; i < cache->count; i++) {
		const unsigned char *entry = cache->data + NEW_HEADER + (size_t)i * NEW_ENTRY;
		const char *path = path_of(cache, entry, name, length);
		if (path == NULL || (flags != 0 && number(entry, cache->big) != flags))
			continue;
		bool is_special = has_hwcap(cache, entry);
		size_t its = is_special ? rank(path, hwcaps, worst) : worst;
		if (is_special ? its < worst && its < best_rank : its < best_rank) {
			best = path;
			best_rank = its;
		}
	}
	return best;
}
