/* SPDX-License-Identifier: MIT */
#include "sbom/owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"
#include "plan/source.h"
#include "sbom/dpkg.h"

/*
 * The names under which packages list the requested files. If /bin is a link to /usr/bin, a package
 * may list a file of /usr/bin as one of /bin; it lists a diverted file by its original name. Pure.
 */

/* Hashes the last 8 bytes, where paths differ most: lists have hundreds of thousands of paths. */
static uint64_t
hash_of(const char *name, size_t length)
{
	uint64_t end = 0;
	size_t taken = length < sizeof(end) ? length : sizeof(end);

	memcpy(&end, name + length - taken, taken);
	end = (end ^ length) * UINT64_C(0x9e3779b97f4a7c15);
	return end ^ end >> 29;
}

void
owner_names_start(struct owner_names *names, size_t files)
{
	*names = (struct owner_names){.bucket_count = 256};
	while (names->bucket_count < 4 * files)
		names->bucket_count *= 2;
	names->buckets = xcalloc(names->bucket_count, sizeof(struct owner_name *));
}

void
owner_names_free(struct owner_names *names)
{
	for (size_t i = 0; i < names->bucket_count; i++) {
		for (struct owner_name *name = names->buckets[i], *next; name != NULL;
		     name = next) {
			next = name->next;
			free(name->name);
			free(name);
		}
	}
	for (size_t i = 0; i < names->link_count; i++) {
		free(names->links[i].from);
		free(names->links[i].to);
	}
	for (size_t i = 0; i < names->diversion_count; i++) {
		free(names->diversions[i].from);
		free(names->diversions[i].to);
		free(names->diversions[i].package);
	}
	free(names->buckets);
	free(names->links);
	free(names->diversions);
	*names = (struct owner_names){.buckets = NULL};
}

void
owner_names_add_link(struct owner_names *names, const char *from, const char *to)
{
	names->links = xgrow(names->links, names->link_count, sizeof(*names->links));
	names->links[names->link_count++] = (struct owner_link){xstrdup(from), xstrdup(to)};
}

/* Returns `path` with its prefix `from` replaced by `to`, to be freed; NULL if not below `from`. */
static char *
replace_prefix(const char *path, const char *from, const char *to)
{
	size_t length = strlen(from);

	return strncmp(path, from, length) == 0 && path[length] == '/'
		   ? xasprintf("%s%s", to, path + length)
		   : NULL;
}

/* Returns the path with a leading link replaced by its target, to be freed. */
static char *
resolve_links(const struct owner_names *names, struct dpkg_text text)
{
	char *path = xasprintf("%.*s", (int)text.length, text.at), *real = NULL;

	for (size_t i = 0; i < names->link_count && real == NULL; i++)
		real = replace_prefix(path, names->links[i].from, names->links[i].to);
	if (real == NULL)
		return path;
	free(path);
	return real;
}

void
owner_names_add_diversion(struct owner_names *names, const struct dpkg_diversion *diversion)
{
	names->diversions =
	    xgrow(names->diversions, names->diversion_count, sizeof(*names->diversions));
	names->diversions[names->diversion_count++] = (struct owner_diversion){
	    resolve_links(names, diversion->from), resolve_links(names, diversion->to),
	    xasprintf("%.*s", (int)diversion->package.length, diversion->package.at)};
}

/* Adds a name; takes ownership of `string`. */
static void
add_name(struct owner_names *names, char *string, struct owner_name like)
{
	struct owner_name *name = xcalloc(1, sizeof(*name)), **bucket;

	*name = like;
	name->name = string;
	name->length = strlen(string);
	name->hash = hash_of(string, name->length);
	bucket = &names->buckets[name->hash & (names->bucket_count - 1)];
	name->next = *bucket;
	*bucket = name;
}

/* Adds a path and its aliases through links. */
static void
add_forms(struct owner_names *names, const char *path, struct owner_name like)
{
	add_name(names, xstrdup(path), like);
	for (size_t i = 0; i < names->link_count; i++) {
		char *form = replace_prefix(path, names->links[i].to, names->links[i].from);
		if (form != NULL)
			add_name(names, form, like);
	}
}

void
owner_names_add(struct owner_names *names, const char *path, size_t file)
{
	struct owner_name like = {.file = file};

	for (size_t i = 0; i < names->diversion_count; i++) {
		const struct owner_diversion *diversion = &names->diversions[i];
		if (strcmp(diversion->from, path) == 0)
			like = (struct owner_name){
			    .file = file, .package = diversion->package, .is_only = true};
		if (strcmp(diversion->to, path) == 0)
			add_forms(names, diversion->from,
				  (struct owner_name){.file = file, .package = diversion->package});
	}
	add_forms(names, path, like);
}

const struct owner_name *
owner_names_find(const struct owner_names *names, struct dpkg_text line, struct dpkg_text package,
		 const struct owner_name *last)
{
	uint64_t hash = hash_of(line.at, line.length);
	const struct owner_name *name =
	    last != NULL ? last->next : names->buckets[hash & (names->bucket_count - 1)];

	for (; name != NULL; name = name->next)
		if (name->hash == hash && name->length == line.length &&
		    memcmp(name->name, line.at, line.length) == 0 &&
		    (name->package == NULL ||
		     dpkg_text_is(package, name->package) == name->is_only))
			return name;
	return NULL;
}

/* A buffer for the bytes of a file; it is reused and only grows. */
struct bytes {
	char *at;
	size_t room;
	size_t length;
};

/* Reads the file `name` in the directory `at`. Returns 0, or -1 with errno. */
static int
read_file(struct bytes *bytes, int at, const char *name)
{
	/* O_NOFOLLOW: no link leads out of the tree. O_NONBLOCK: do not wait for a pipe. */
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t got = -1;

	bytes->length = 0;
	if (fd < 0)
		return -1;
	do {
		if (bytes->room - bytes->length < 4096)
			bytes->at = xrealloc(bytes->at, bytes->room = 2 * bytes->room + 65536);
		got = read(fd, bytes->at + bytes->length, bytes->room - bytes->length);
		bytes->length += got > 0 ? (size_t)got : 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	int problem = errno;
	close(fd);
	errno = problem;
	return got == 0 ? 0 : -1;
}

/* The same for a path in the source. Returns 1 if it does not exist, -1 after a warning. */
static int
read_path(struct bytes *bytes, const struct source *source, const char *path)
{
	struct stat found;
	char *real = source_real(source, path, &found);
	int result = -1;

	bytes->length = 0;
	if (real != NULL)
		result = read_file(bytes, AT_FDCWD, real);
	else if (errno == ENOENT)
		result = 1;
	if (result < 0)
		message_warn("cannot read %s%s", source->root, path);
	free(real);
	return result;
}

/* The same for a package's list in the open `directory`. Only few lists are links. */
static int
read_list(struct bytes *bytes, const struct source *source, int directory, const char *name)
{
	if (read_file(bytes, directory, name) == 0)
		return 0;
	char *path = xasprintf("/var/lib/dpkg/info/%s", name);
	int result = 1;
	if (errno == ELOOP)
		result = read_path(bytes, source, path);
	if (result > 0)
		message_warn("cannot read %s%s", source->root, path);
	free(path);
	return result == 0 ? 0 : -1;
}

static struct dpkg_text
text_of(const struct bytes *bytes)
{
	return (struct dpkg_text){bytes->at, bytes->length};
}

/* Returns a copy_text of a text, to be freed; NULL if it is missing or empty. */
static char *
copy_text(struct dpkg_text text)
{
	return text.at != NULL && text.length > 0 ? xasprintf("%.*s", (int)text.length, text.at)
						  : NULL;
}

/* Adds the links in the root directory, as with merged /usr. */
static void
add_links(struct owner_names *names, const struct source *source)
{
	char *root = source_path(source, "/"), target[PATH_MAX];
	DIR *directory = opendir(root);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		ssize_t length =
		    readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);
		if (length <= 0)
			continue;
		target[length] = '\0';
		char *from = xasprintf("/%s", entry->d_name);
		char *to = xasprintf("/%s", target + strspn(target, "/"));
		owner_names_add_link(names, from, to);
		free(from);
		free(to);
	}
	if (directory != NULL)
		closedir(directory);
	free(root);
}

/* Records which of the requested files are in a package's list. */
static void
search_list(struct owners *owners, const struct owner_names *names, struct dpkg_text list,
	    struct dpkg_text package, struct dpkg_text architecture)
{
	struct dpkg_text line;
	bool is_any = false;

	while (dpkg_line(&list, &line)) {
		const struct owner_name *name = NULL;
		while ((name = owner_names_find(names, line, package, name)) != NULL) {
			owners->pairs =
			    xgrow(owners->pairs, owners->pair_count, sizeof(*owners->pairs));
			owners->pairs[owners->pair_count++] =
			    (struct owners_pair){name->file, owners->count};
			is_any = true;
		}
	}
	if (!is_any)
		return;
	owners->packages = xgrow(owners->packages, owners->count, sizeof(*owners->packages));
	owners->packages[owners->count++] = (struct owners_package){
	    .name = copy_text(package), .architecture = copy_text(architecture)};
}

static int
is_list(const struct dirent *entry)
{
	struct dpkg_text package, architecture;

	return dpkg_list_name(entry->d_name, &package, &architecture);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
search_lists(struct owners *owners, const struct source *source, const struct owner_names *names,
	     struct bytes *bytes)
{
	struct dpkg_text package, architecture;
	struct dirent **entries = NULL;
	struct stat found;
	char *path = source_real(source, "/var/lib/dpkg/info", &found);
	int directory = path != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int count = directory >= 0 ? scandirat(directory, ".", &entries, is_list, by_name) : -1;
	int result = count >= 0 ? 0 : -1;

	if (result != 0)
		message_warn("cannot read %s/var/lib/dpkg/info", source->root);
	for (int i = 0; i < count; i++) {
		if (result == 0)
			result = read_list(bytes, source, directory, entries[i]->d_name);
		if (result == 0 && dpkg_list_name(entries[i]->d_name, &package, &architecture))
			search_list(owners, names, text_of(bytes), package, architecture);
		free(entries[i]);
	}
	free(entries);
	if (directory >= 0)
		close(directory);
	free(path);
	return result;
}

static int
by_file(const void *a, const void *b)
{
	const struct owners_pair *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return x->package < y->package ? -1 : x->package > y->package;
}

/* Sorts the pairs by file and removes duplicates. */
static void
sort_pairs(struct owners *owners)
{
	size_t kept = 0;

	if (owners->pair_count > 0)
		qsort(owners->pairs, owners->pair_count, sizeof(*owners->pairs), by_file);
	for (size_t i = 0; i < owners->pair_count; i++)
		if (kept == 0 || by_file(&owners->pairs[kept - 1], &owners->pairs[i]) != 0)
			owners->pairs[kept++] = owners->pairs[i];
	owners->pair_count = kept;
}

/* Copies the fields of a stanza to the packages that it describes. */
static void
apply_stanza(struct owners *owners, const struct dpkg_stanza *stanza)
{
	for (size_t i = 0; i < owners->count; i++) {
		struct owners_package *package = &owners->packages[i];
		if (package->version != NULL || !dpkg_text_is(stanza->package, package->name) ||
		    (package->architecture != NULL &&
		     !dpkg_text_is(stanza->architecture, package->architecture)))
			continue;
		if (package->architecture == NULL)
			package->architecture = copy_text(stanza->architecture);
		package->version = copy_text(stanza->version);
		package->source = copy_text(stanza->source);
		package->maintainer = copy_text(stanza->maintainer);
	}
}

static void
read_release(struct owners *owners, struct dpkg_text text)
{
	owners->vendor = copy_text(dpkg_os_release(text, "ID"));
	owners->release = copy_text(dpkg_os_release(text, "VERSION_ID"));
}

/* Collects all names under which packages may list the files. */
static int
make_names(struct owner_names *names, const struct source *source, const struct owners_file *files,
	   size_t count, struct bytes *bytes)
{
	struct dpkg_diversion diversion;

	owner_names_start(names, count);
	add_links(names, source);
	if (read_path(bytes, source, "/var/lib/dpkg/diversions") < 0)
		return -1;
	struct dpkg_text rest = text_of(bytes);
	while (dpkg_diversion(&rest, &diversion))
		owner_names_add_diversion(names, &diversion);
	for (size_t i = 0; i < count; i++)
		owner_names_add(names, files[i].path, files[i].number);
	return 0;
}

int
owners_find(struct owners *owners, const struct source *source, const struct owners_file *files,
	    size_t count)
{
	struct bytes status = {.at = NULL}, bytes = {.at = NULL};
	struct owner_names names = {.buckets = NULL};
	struct dpkg_stanza stanza;

	*owners = (struct owners){.count = 0};
	int result = read_path(&status, source, "/var/lib/dpkg/status");
	if (result != 0)
		goto out;
	if ((result = make_names(&names, source, files, count, &bytes)) != 0 ||
	    (result = search_lists(owners, source, &names, &bytes)) != 0)
		goto out;
	sort_pairs(owners);
	struct dpkg_text rest = text_of(&status);
	while (dpkg_stanza(&rest, &stanza))
		apply_stanza(owners, &stanza);
	if ((result = read_path(&bytes, source, "/etc/os-release")) == 0)
		read_release(owners, text_of(&bytes));
out:
	owner_names_free(&names);
	free(status.at);
	free(bytes.at);
	if (result >= 0)
		return 0;
	owners_free(owners);
	return -1;
}

void
owners_free(struct owners *owners)
{
	for (size_t i = 0; i < owners->count; i++) {
		struct owners_package *package = &owners->packages[i];
		free(package->name);
		free(package->architecture);
		free(package->version);
		free(package->source);
		free(package->maintainer);
	}
	free(owners->packages);
	free(owners->pairs);
	free(owners->vendor);
	free(owners->release);
	*owners = (struct owners){.count = 0};
}
