/* SPDX-License-Identifier: MIT */
#include "base/places.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *
home_folder(void)
{
	const char *path = getenv("HOME");
	const struct passwd *user;

	if (path != NULL && *path != '\0')
		return path;
	user = getpwuid(getuid());
	return user != NULL ? user->pw_dir : "/";
}

/* Creates the folder and its missing parents. */
static int
create_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int result = mkdir(path, 0700);
		int error = errno;
		*slash = '/';
		if (result != 0 && error != EEXIST && error != EISDIR && error != EROFS &&
		    error != EACCES) {
			errno = error;
			return -1;
		}
	}
	return mkdir(path, 0700) != 0 && errno != EEXIST ? -1 : 0;
}

static int
create_lull_folder(const char *variable, const char *fallback, char *path, size_t size)
{
	const char *base = getenv(variable);
	int length;

	/* The specification says to ignore relative paths. */
	if (base != NULL && base[0] == '/')
		length = snprintf(path, size, "%s/lull", base);
	else
		length = snprintf(path, size, "%s/%s/lull", home_folder(), fallback);
	if (length < 0 || (size_t)length >= size) {
		errno = ENAMETOOLONG;
		warn("cannot use %s", variable);
		return -1;
	}
	if (create_folders(path) != 0) {
		warn("cannot create %s", path);
		return -1;
	}
	return 0;
}

int
places_state(char *path, size_t size)
{
	return create_lull_folder("XDG_STATE_HOME", ".local/state", path, size);
}

int
places_cache(char *path, size_t size)
{
	return create_lull_folder("XDG_CACHE_HOME", ".cache", path, size);
}

int
places_open_log(char *path, size_t size)
{
	char folder[4096];
	char stamp[32];
	time_t now = time(NULL);
	struct tm local;

	if (places_state(folder, sizeof(folder)) != 0)
		return -1;
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &local));
	int length = snprintf(path, size, "%s/boot-%s-%ld.log", folder, stamp, (long)getpid());
	if (length < 0 || (size_t)length >= size) {
		errno = ENAMETOOLONG;
		warn("cannot create a log in %s", folder);
		return -1;
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		warn("cannot create %s", path);
	return fd;
}
