/* SPDX-License-Identifier: MIT */
#include "resolve/search.h"

#include <string.h>

#include "elf/ldcache.h"
#include "text.h"

/* The tokens' values for one object; `lib` and `platform` are NULL with musl, which knows $ORIGIN alone. */
struct tokens {
	const char *origin;
	const char *lib;
	const char *platform;
};

/* What ends a token without braces: no letter, digit or underscore (elf/dl-load.c is_dst()). */
static bool
goes_on(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/*
 * The length of the token at `at`, which is a dollar sign, and its value; 0 for anything else. musl looks at no more
 * than the name: $ORIGINAL is $ORIGIN and "AL" (ldso/dynlink.c fixup_rpath()).
 */
static size_t
token_at(const char *at, const struct tokens *tokens, bool musl, const char **value)
{
	const struct {
		const char *name;
		const char *value;
	} known[] = {{"ORIGIN", tokens->origin}, {"LIB", tokens->lib}, {"PLATFORM", tokens->platform}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t length = strlen(known[i].name);
		bool braces = at[1] == '{';
		if (known[i].value == NULL || strncmp(at + 1 + braces, known[i].name, length) != 0)
			continue;
		char next = at[1 + braces + length];
		if (braces ? next != '}' : !musl && goes_on(next))
			continue;
		*value = known[i].value;
		return 1 + length + (braces ? 2 : 0);
	}
	return 0;
}

/* Appends `length` bytes of `in` with its tokens replaced; false with musl for a token that it does not know. */
static bool
expand(struct text *out, const char *in, size_t length, const struct tokens *tokens, bool musl)
{
	const char *end = in + length, *value = NULL;

	while (in < end) {
		size_t token = *in == '$' ? token_at(in, tokens, musl, &value) : 0;
		if (token == 0 && *in == '$' && musl)
			return false;
		if (token == 0) {
			text_char(out, *in++);
			continue;
		}
		text_string(out, value);
		in += token;
	}
	return true;
}

/* Tries `name` in the directory that is in `t`, and before that in those below it for special processors. */
static int
try_directory(struct text *t, const char *name, const char *const *variants, enum search_place place, search_try *try,
	      void *context)
{
	size_t length = t->used;

	/* In the current directory the name alone tells more. */
	for (;; variants++) {
		const char *variant = variants != NULL && length > 0 ? *variants : NULL;
		t->used = length;
		if (variant != NULL) {
			text_string(t, variant);
			text_char(t, '/');
		}
		text_string(t, name);
		text_char(t, '\0');
		int result = t->full ? 0 : try(context, t->data, place);
		if (result != 0 || variant == NULL)
			return result;
	}
}

/* Tries `name` in each of the directories of `list`. */
static int
try_list(const struct search *search, const char *list, const char *separators, const struct tokens *tokens,
	 const char *name, enum search_place place, search_try *try, void *context)
{
	const bool musl = search->musl;
	char path[PATH_MAX];
	struct text t = text_in(path, sizeof(path));

	/* Nobody takes notice of an empty list, and musl not of one with a token that it does not know. */
	if (list[0] == '\0' || !expand(&t, list, strlen(list), tokens, musl))
		return 0;
	for (;;) {
		size_t length = strcspn(list, separators);
		t = text_in(path, sizeof(path));
		expand(&t, list, length, tokens, musl);
		if (t.used > 0 && t.data[t.used - 1] != '/')
			text_char(&t, '/');
		/* musl passes over an empty element; to glibc it is the current directory. */
		if (!(musl && length == 0)) {
			int result = try_directory(&t, name, search->variants, place, try, context);
			if (result != 0)
				return result;
		}
		if (list[length] == '\0')
			return 0;
		list += length + 1;
	}
}

/* Whether `path` begins with a default directory, be it in one below that: what NODEFLIB keeps the cache from. */
static bool
is_below_default(const struct search *search, const char *path)
{
	for (const char *const *d = search->directories; *d != NULL; d++)
		if (strncmp(*d, path, strlen(*d)) == 0 && path[strlen(*d)] == '/')
			return true;
	return false;
}

/* The cache has one answer: what is wrong with that is looked for in the default directories. */
static int
try_cache(const struct search *search, const struct search_object *by, const char *name, search_try *try, void *context)
{
	const char *path =
	    search->cache != NULL ? ldcache_find(search->cache, name, search->cache_flags, search->variants) : NULL;

	if (path == NULL || (by->nodeflib && is_below_default(search, path)))
		return 0;
	return try(context, path, SEARCH_CACHE);
}

static int
search_glibc(const struct search *search, const struct search_object *by, const char *name, search_try *try,
	     void *context)
{
	int result = 0;

	/* An RPATH beside a RUNPATH is ignored, also where it would be inherited. */
	for (const struct search_object *o = by; by->runpath == NULL && o != NULL && result == 0; o = o->loader) {
		struct tokens tokens = {o->origin, search->lib, search->platform};
		if (o->rpath != NULL && o->runpath == NULL)
			result = try_list(search, o->rpath, ":", &tokens, name, SEARCH_RPATH, try, context);
	}
	struct tokens tokens = {by->origin, search->lib, search->platform};
	if (result == 0 && search->given != NULL)
		result = try_list(search, search->given, ":", &tokens, name, SEARCH_GIVEN, try, context);
	if (result == 0 && by->runpath != NULL)
		result = try_list(search, by->runpath, ":", &tokens, name, SEARCH_RUNPATH, try, context);
	if (result == 0)
		result = try_cache(search, by, name, try, context);
	for (const char *const *d = search->directories; !by->nodeflib && *d != NULL && result == 0; d++)
		result = try_list(search, *d, "", &tokens, name, SEARCH_DEFAULT, try, context);
	return result;
}

static int
search_musl(const struct search *search, const struct search_object *by, const char *name, search_try *try,
	    void *context)
{
	const struct tokens none = {NULL, NULL, NULL};
	int result = 0;

	if (search->given != NULL)
		result = try_list(search, search->given, ":", &none, name, SEARCH_GIVEN, try, context);
	for (const struct search_object *o = by; o != NULL && result == 0; o = o->loader) {
		struct tokens tokens = {o->origin, NULL, NULL};
		const char *list = o->runpath != NULL ? o->runpath : o->rpath;
		if (list != NULL)
			result = try_list(search, list, ":\n", &tokens, name,
					  o->runpath != NULL ? SEARCH_RUNPATH : SEARCH_RPATH, try, context);
	}
	if (result == 0)
		result = try_list(search, search->path, ":\n", &none, name, SEARCH_DEFAULT, try, context);
	return result;
}

int
search_name(const struct search *search, const struct search_object *by, const char *name, char out[PATH_MAX])
{
	struct tokens tokens = {by->origin, search->lib, search->platform};
	struct text t = text_in(out, PATH_MAX);

	if (search->musl)
		text_string(&t, name);
	else
		expand(&t, name, strlen(name), &tokens, false);
	text_char(&t, '\0');
	return t.full ? -1 : 0;
}

int
search_library(const struct search *search, const struct search_object *by, const char *name, search_try *try,
	       void *context)
{
	char path[PATH_MAX];

	/* Tokens are replaced first: their values hold slashes. */
	if (search_name(search, by, name, path) != 0)
		return 0;
	if (strchr(path, '/') != NULL)
		return try(context, path, SEARCH_NAMED);
	return (search->musl ? search_musl : search_glibc)(search, by, path, try, context);
}

bool
search_is_default(const struct search *search, const char *path)
{
	const char *slash = strrchr(path, '/');

	for (const char *const *d = search->directories; d != NULL && *d != NULL && slash != NULL; d++)
		if (strlen(*d) == (size_t)(slash - path) && strncmp(*d, path, strlen(*d)) == 0)
			return true;
	return false;
}

bool
search_musl_is_loader(const char *name)
{
	static const char *const own[] = {"c", "pthread", "rt", "m", "dl", "util", "xnet"};

	if (strncmp(name, "lib", 3) != 0)
		return false;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		size_t length = strlen(own[i]);
		if (strncmp(name + 3, own[i], length) == 0 && name[3 + length] == '.')
			return true;
	}
	return false;
}
