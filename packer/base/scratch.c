/* SPDX-License-Identifier: MIT */
#include "base/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"
#include "host/memory.h"

char *
scratch_make(const char *otherwise)
{
	const char *where = getenv("TMPDIR");
	char *top =
	    xasprintf("%s/lull.XXXXXX", where != NULL && where[0] == '/' ? where : otherwise);

	if (mkdtemp(top) != NULL)
		return top;
	message_warn("cannot create a directory %s", top);
	free(top);
	return NULL;
}

static int
remove_one(const char *path, const struct stat *stat, int type, struct FTW *walk)
{
	(void)stat;
	(void)type;
	(void)walk;
	return remove(path);
}

void
scratch_remove(char *top)
{
	enum { DIRECTORIES_AT_ONCE = 16 };

	if (nftw(top, remove_one, DIRECTORIES_AT_ONCE, FTW_DEPTH | FTW_PHYS) != 0)
		message_warn("cannot remove %s", top);
	free(top);
}
