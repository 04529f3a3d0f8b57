/* SPDX-License-Identifier: MIT */
/* The identity of a file, independent of its name. */
#ifndef LULL_PACKER_FILE_ID_H
#define LULL_PACKER_FILE_ID_H

#include <stdbool.h>
#include <sys/stat.h>

struct file_id {
	dev_t device;
	ino_t inode; /* 0: no file */
};

static inline struct file_id
file_id(const struct stat *stat)
{
	return (struct file_id){stat->st_dev, stat->st_ino};
}

static inline bool
file_id_is(struct file_id id, const struct stat *stat)
{
	return id.inode != 0 && id.inode == stat->st_ino && id.device == stat->st_dev;
}

#endif
