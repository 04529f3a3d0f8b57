/* SPDX-License-Identifier: MIT */
/*
 * `listing TOP...`: prints a line like `packer --list` for each file at and below TOP on its file
 * system; `listing -c TOP...`: prints the name, for regular files after the FNV-1a hash of the
 * content.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool content_only;

static void
print_name(const char *name)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;
		if (c < 0x20 || c > 0x7e || c == '\\')
			printf("\\%03o", c);
		else
			putchar(c);
	}
}

static void
print_mode(mode_t mode)
{
	static const char types[] = "?pc?d?b?-?l?s???";
	char text[] = "?rwxrwxrwx";

	text[0] = types[mode >> 12 & 15];
	for (int i = 0; i < 9; i++)
		if ((mode & 0400 >> i) == 0)
			text[1 + i] = '-';
	if (mode & S_ISUID)
		text[3] = mode & 0100 ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = mode & 010 ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = mode & 1 ? 't' : 'T';
	printf("%s ", text);
}

static uint64_t
hash(int directory, const char *name)
{
	static unsigned char bytes[65536];
	uint64_t value = 0xcbf29ce484222325;
	int fd = openat(directory, name, O_RDONLY);
	ssize_t got;

	if (fd < 0)
		err(1, "cannot open %s", name);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < got; i++)
			value = (value ^ bytes[i]) * 0x100000001b3;
	if (got < 0)
		err(1, "cannot read %s", name);
	close(fd);
	return value;
}

/*
 * Prints `path`; the file is `name` in `directory`, since paths may be too long for system calls.
 */
static void
print_file(int directory, const char *name, const char *path, const struct stat *stat)
{
	char target[4097] = "";

	if (!content_only) {
		print_mode(stat->st_mode);
		printf("%lu %u/%u ", (unsigned long)stat->st_nlink, stat->st_uid, stat->st_gid);
		if (S_ISCHR(stat->st_mode) || S_ISBLK(stat->st_mode))
			printf("%u,%u ", major(stat->st_rdev), minor(stat->st_rdev));
		else
			printf("%llu ",
			       S_ISDIR(stat->st_mode) ? 0ULL : (unsigned long long)stat->st_size);
	} else if (S_ISREG(stat->st_mode)) {
		printf("%016llx ", (unsigned long long)hash(directory, name));
	}
	print_name(path);
	if (S_ISLNK(stat->st_mode)) {
		if (readlinkat(directory, name, target, sizeof(target) - 1) < 0)
			err(1, "cannot read %s", path);
		printf(" -> ");
		print_name(target);
	}
	putchar('\n');
}

static void
list_tree(int directory, const char *name, const char *path, dev_t device)
{
	struct stat stat;
	struct dirent *entry;

	if (fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
		err(1, "cannot find %s", path);
	if (device != 0 && stat.st_dev != device)
		return;
	print_file(directory, name, path, &stat);
	if (!S_ISDIR(stat.st_mode))
		return;
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	if (stream == NULL)
		err(1, "cannot open %s", path);
	while ((entry = readdir(stream)) != NULL) {
		char *child;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (asprintf(&child, "%s/%s", strcmp(path, "/") == 0 ? "" : path, entry->d_name) <
		    0)
			err(1, "cannot get memory");
		list_tree(fd, entry->d_name, child, stat.st_dev);
		free(child);
	}
	closedir(stream);
}

int
main(int argc, char *argv[])
{
	content_only = argc > 1 && strcmp(argv[1], "-c") == 0;
	for (int i = 1 + content_only; i < argc; i++)
		list_tree(AT_FDCWD, argv[i], argv[i], 0);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
