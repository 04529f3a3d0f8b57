/* SPDX-License-Identifier: MIT */
#include "search.h"

#include <limits.h>
#include <string.h>

#include "ldcache.h"
#include "text.h"

/* The tokens' values for one object; `lib` and `platform` are NULL with musl, which knows $ORIGIN alone. */
struct tokens {
	const char *origin;
	const char *lib;
	const char *platform;
};

/* The length of the token at `at`, which is a dollar sign, and its value; 0 for anything else. */
static size_t
token_at(const char *at, const struct tokens *tokens, const char **value)
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
		if (braces ? next != '}' : next == '_' || ((next | 0x20) >= 'a' && (next | 0x20) <= 'z'))
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
		size_t token = *in == '$' ? token_at(in, tokens, &value) : 0;
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

/* Tries `name` in each of the directories of `list`. */
static int
try_list(const char *list, const char *separators, const struct tokens *tokens, bool musl, const char *name,
	 enum search_place place, search_try *try, void *context)
{
	char path[PATH_MAX];
	struct text t = text_in(path, sizeof(path));

	/* musl takes no notice of a list with a token that it does not know. */
	if (!expand(&t, list, strlen(list), tokens, musl))
		return 0;
	for (;;) {
		size_t length = strcspn(list, separators);
		t = text_in(path, sizeof(path));
		expand(&t, list, length, tokens, musl);
		if (t.used > 0 && t.data[t.used - 1] != '/')
			text_char(&t, '/');
		text_string(&t, name);
		text_char(&t, '\0');
		/* musl passes over an empty element; to glibc it is the current directory. */
		if (!t.full && !(musl && length == 0)) {
			int result = try(context, path, place);
			if (result != 0)
				return result;
		}
		if (list[length] == '\0')
			return 0;
		list += length + 1;
	}
}

static int
try_cache(const struct search *search, const struct search_object *by, const char *name, search_try *try, void *context)
{
	const char *path;
	uint32_t at = 0;

	while (search->cache != NULL && (path = ldcache_next(search->cache, name, &at)) != NULL) {
		if (by->nodeflib && search_is_default(search, path))
			continue;
		int result = try(context, path, SEARCH_CACHE);
		if (result != 0)
			return result;
	}
	return 0;
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
			result = try_list(o->rpath, ":", &tokens, false, name, SEARCH_RPATH, try, context);
	}
	struct tokens tokens = {by->origin, search->lib, search->platform};
	if (result == 0 && by->runpath != NULL)
		result = try_list(by->runpath, ":", &tokens, false, name, SEARCH_RUNPATH, try, context);
	if (result == 0)
		result = try_cache(search, by, name, try, context);
	for (const char *const *d = search->directories; !by->nodeflib && *d != NULL && result == 0; d++)
		result = try_list(*d, "", &tokens, false, name, SEARCH_DEFAULT, try, context);
	return result;
}

static int
search_musl(const struct search *search, const struct search_object *by, const char *name, search_try *try,
	    void *context)
{
	const struct tokens none = {NULL, NULL, NULL};
	int result = 0;

	for (const struct search_object *o = by; o != NULL && result == 0; o = o->loader) {
		struct tokens tokens = {o->origin, NULL, NULL};
		const char *list = o->runpath != NULL ? o->runpath : o->rpath;
		if (list != NULL)
			result = try_list(list, ":\n", &tokens, true, name,
					  o->runpath != NULL ? SEARCH_RUNPATH : SEARCH_RPATH, try, context);
	}
	if (result == 0)
		result = try_list(search->path, ":\n", &none, true, name, SEARCH_DEFAULT, try, context);
	return result;
}

int
search_library(const struct search *search, const struct search_object *by, const char *name, search_try *try,
	       void *context)
{
	struct tokens tokens = {by->origin, search->lib, search->platform};
	char path[PATH_MAX];
	struct text t = text_in(path, sizeof(path));

	if (search->musl && strchr(name, '/') != NULL)
		return try(context, name, SEARCH_NAMED);
	if (search->musl)
		return search_musl(search, by, name, try, context);
	/* Tokens are replaced first: their values hold slashes. */
	expand(&t, name, strlen(name), &tokens, false);
	text_char(&t, '\0');
	if (t.full)
		return 0;
	if (strchr(path, '/') != NULL)
		return try(context, path, SEARCH_NAMED);
	return search_glibc(search, by, path, try, context);
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
