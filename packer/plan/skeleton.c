/* SPDX-License-Identifier: MIT */
#include "plan/skeleton.h"

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "host/init_file.h"
#include "host/memory.h"
#include "plan/conflict.h"
#include "plan/plan.h"
#include "plan/reasons.h"
#include "plan/source.h"
#include "text.h"

enum { HASH_DIGITS = 2 * SHA256_DIGEST_SIZE };

static const struct plan_why why = {"skeleton", ""};

/* /usr comes first, since /bin and the others may be links into it. */
static const char *const as_in_source[] = {"/usr/bin", "/usr/sbin", "/usr/lib", "/bin",
					   "/sbin",    "/lib",	    "/lib64"};

/* Directories and links; `files` follow. Modes are those of Linux From Scratch (7.5 and 7.6). */
static const struct plan_entry directories[] = {
    {.path = "/boot", .type = PLAN_DIR, .mode = 0755},
    {.path = "/dev", .type = PLAN_DIR, .mode = 0755},
    {.path = "/etc", .type = PLAN_DIR, .mode = 0755},
    {.path = "/home", .type = PLAN_DIR, .mode = 0755},
    {.path = "/media", .type = PLAN_DIR, .mode = 0755},
    {.path = "/mnt", .type = PLAN_DIR, .mode = 0755},
    {.path = "/opt", .type = PLAN_DIR, .mode = 0755},
    {.path = "/proc", .type = PLAN_DIR, .mode = 0755},
    {.path = "/root", .type = PLAN_DIR, .mode = 0750},
    {.path = "/run", .type = PLAN_DIR, .mode = 0755},
    {.path = "/run/lock", .type = PLAN_DIR, .mode = 0755},
    {.path = "/srv", .type = PLAN_DIR, .mode = 0755},
    {.path = "/sys", .type = PLAN_DIR, .mode = 0755},
    {.path = "/tmp", .type = PLAN_DIR, .mode = 01777},
    {.path = "/usr/share", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/cache", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/lib", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/log", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/mail", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/opt", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/spool", .type = PLAN_DIR, .mode = 0755},
    {.path = "/var/tmp", .type = PLAN_DIR, .mode = 01777},
    {.path = "/var/run", .type = PLAN_LINK, .mode = 0777, .content = "/run"},
    {.path = "/var/lock", .type = PLAN_LINK, .mode = 0777, .content = "/run/lock"},
};

static const struct plan_entry files[] = {
    {.path = "/etc/mtab", .type = PLAN_LINK, .mode = 0777, .content = "../proc/self/mounts"},
    {.path = "/var/log/btmp", .type = PLAN_FILE, .mode = 0600, .content = ""},
    {.path = "/var/log/faillog", .type = PLAN_FILE, .mode = 0644, .content = ""},
    {.path = "/var/log/lastlog", .type = PLAN_FILE, .mode = 0664, .content = ""},
    {.path = "/var/log/wtmp", .type = PLAN_FILE, .mode = 0664, .content = ""},
    {.path = "/etc/group",
     .type = PLAN_FILE,
     .mode = 0644,
     .content =
	 "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nmail:x:8:\n"
	 "kmem:x:15:\nutmp:x:43:\nusers:x:100:\nnogroup:x:65534:\n"},
    {.path = "/etc/hosts",
     .type = PLAN_FILE,
     .mode = 0644,
     .content =
	 "127.0.0.1\tlocalhost\n127.0.1.1\tlull\n::1\tlocalhost ip6-localhost ip6-loopback\n"},
    {.path = "/etc/nsswitch.conf",
     .type = PLAN_FILE,
     .mode = 0644,
     .content = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\n"
		"protocols: files\nservices: files\n"},
    {.path = "/dev/console",
     .type = PLAN_NODE,
     .mode = 0600,
     .node = S_IFCHR,
     .major = 5,
     .minor = 1},
    {.path = "/dev/null", .type = PLAN_NODE, .mode = 0666, .node = S_IFCHR, .major = 1, .minor = 3},
    {.path = REASONS_FILE, .type = PLAN_FILE, .mode = 0644, .content = ""},
    {.path = INIT_FILE_END, .type = PLAN_FILE, .mode = 0644, .content = "", .last = true},
};

/* Adds an entry, following planned links in its path, unless another entry is given for it. */
static int
add_row(struct plan *plan, const struct plan_entry *row)
{
	struct plan_entry entry = *row;
	char *path = plan_locate(plan, row->path);

	entry.path = path;
	entry.rank = PLAN_SKELETON;
	int result = path != NULL && plan_add_parents(plan, path, why) == 0 &&
		     plan_add(plan, &entry, why) != NULL;
	if (!result)
		conflict_report(plan, "the skeleton", row->path);
	free(path);
	return result ? 0 : -1;
}

int
skeleton_start(struct plan *plan, const struct source *source)
{
	int result = 0;

	for (size_t i = 0; i < sizeof(as_in_source) / sizeof(*as_in_source); i++) {
		struct plan_entry dir = {.path = as_in_source[i], .type = PLAN_DIR, .mode = 0755};
		struct source_found found;
		bool is_there = source_find(source, plan, as_in_source[i], &found) == 0;
		if (is_there && (!S_ISDIR(found.stat.st_mode) ||
				 source_add(source, plan, &found, why) == NULL)) {
			message_warnx("cannot plan %s: in the source it is not a directory",
				      as_in_source[i]);
			result = -1;
		}
		if (is_there)
			source_release(&found);
		else if (add_row(plan, &dir) != 0)
			result = -1;
	}
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		result |= add_row(plan, &directories[i]);
	return result;
}

/* Returns root's root_shell: the first of the known shells that is planned, else /bin/sh. */
static const char *
root_shell(const struct plan *plan)
{
	static const char *const known[] = {"/bin/bash", "/bin/sh", "/bin/dash", "/bin/busybox"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		char *path = plan_locate(plan, known[i]);
		bool is_there = path != NULL && plan_find(plan, path) != NULL;
		free(path);
		if (is_there)
			return known[i];
	}
	return "/bin/sh";
}

int
skeleton_finish(struct plan *plan, const char *version, const char *const *links)
{
	char *users = xasprintf("root:x:0:0:root:/root:%s\n"
				"daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
				"bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
				"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
				root_shell(plan));
	/* The manifest contains this file's size, so zeros reserve the place of its hash. */
	char *mark = xasprintf("packer %s\nmanifest %0*d\n", version, HASH_DIGITS, 0);
	const struct plan_entry made[] = {
	    {.path = "/etc/passwd", .type = PLAN_FILE, .mode = 0644, .content = users},
	    {.path = INIT_FILE_IMAGE, .type = PLAN_FILE, .mode = 0644, .content = mark},
	};
	int result = add_row(plan, &made[0]) | add_row(plan, &made[1]);

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		result |= add_row(plan, &files[i]);
	for (; links != NULL && *links != NULL; links++)
		result |= add_row(
		    plan, &(struct plan_entry){
			      .path = *links, .type = PLAN_LINK, .mode = 0777, .content = "/init"});
	free(users);
	free(mark);
	return result;
}

static bool
is_below(const char *path, const char *top)
{
	size_t length = strlen(top);

	return strncmp(path, top, length) == 0 && path[length] == '/';
}

/*
 * Returns whether hiding the entry would lose something that the user requested. Directories that
 * no manifest names do not count, nor do links on the way to a file, whose own path is packed too,
 * nor entries of the skeleton.
 */
static bool
is_payload(const struct plan_entry *entry)
{
	bool is_wanted = entry->type == PLAN_FILE ||
			 (entry->type == PLAN_LINK && entry->followed) || entry->line != NULL;

	for (const struct plan_reason *reason = entry->reasons;
	     entry->type != PLAN_FILE && reason != NULL; reason = reason->next)
		is_wanted &= strcmp(reason->why.what, why.what) != 0;
	return entry->rank == PLAN_GIVEN && is_wanted;
}

int
skeleton_check(const struct plan *plan, bool init_is_own)
{
	static const char *const hidden[] = {"/proc", "/sys", "/dev",
					     "/run"}; /* init/setup/mounts.c */
	int result = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_entry *entry = plan->entries[i];
		bool is_moved = entry->type == PLAN_LINK && strcmp(entry->path, "/etc/lull") == 0;
		if (!is_moved && !is_payload(entry))
			continue;
		if (is_moved || is_below(entry->path, "/etc/lull")) {
			message_about(entry->line);
			message_warnx("cannot pack %s: /etc/lull is reserved for packer, bench "
				      "and init",
				      entry->path);
			result = -1;
		}
		for (size_t h = 0; init_is_own && h < sizeof(hidden) / sizeof(*hidden); h++) {
			if (!is_below(entry->path, hidden[h]))
				continue;
			message_about(entry->line);
			message_warnx(
			    "cannot pack %s: init mounts a file system over %s; put it elsewhere%s",
			    entry->path, hidden[h], entry->line == NULL ? ", with -f SRC:DST" : "");
			result = -1;
		}
		message_about(NULL);
	}
	return result;
}

/* Replaces the zeros in the image's mark by the manifest's hash. */
static void
mark_image(struct plan *plan, const char *manifest)
{
	struct plan_entry *image = plan_find(plan, INIT_FILE_IMAGE);
	unsigned char digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx hash;

	if (image == NULL || image->content == NULL || image->content_size <= HASH_DIGITS)
		return;
	char *mark = xstrdup(image->content);
	struct text digits = text_in(mark + image->content_size - 1 - HASH_DIGITS, HASH_DIGITS);
	sha256_init(&hash);
	sha256_update(&hash, strlen(manifest), (const uint8_t *)manifest);
	sha256_digest(&hash, sizeof(digest), digest);
	for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
		text_hex(&digits, digest[i], 2);
	plan_set_content(plan, image, mark);
	free(mark);
}

void
skeleton_explain(struct plan *plan)
{
	struct plan_entry *manifest = plan_find(plan, REASONS_FILE);
	char *text = reasons_write(plan);

	if (manifest != NULL) {
		plan_set_content(plan, manifest, text);
		mark_image(plan, text);
	}
	free(text);
}
