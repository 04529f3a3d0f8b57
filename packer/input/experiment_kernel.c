/* SPDX-License-Identifier: MIT */
#include "input/experiments.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/message.h"
#include "experiment.h"
#include "host/memory.h"
#include "input/items.h"
#include "kernel/kernel.h"
#include "kernel/needs.h"
#include "modules/modules.h"
#include "mount_words.h"
#include "net_words.h"

/* The modules that create devices of these names. */
static const struct {
	const char *pattern, *module;
} devices[] = {
    {"/dev/vd*", "virtio_blk"},	   {"/dev/nvme*", "nvme"},   {"/dev/sd*", "sd_mod"},
    {"/dev/sr*", "sr_mod"},	   {"/dev/loop*", "loop"},   {"/dev/ram*", "brd"},
    {"/dev/nbd*", "nbd"},	   {"/dev/md*", "md_mod"},   {"/dev/mmcblk*", "mmc_block"},
    {"/dev/xvd*", "xen_blkfront"}, {"/dev/pmem*", "nd_pmem"}};

/*
 * Files that a module creates, or whose value makes the kernel request a module: %s is the value.
 * From Linux 6.1: block/elevator.c, net/ipv4/tcp_cong.c, net/sched/sch_api.c,
 * drivers/cpufreq/cpufreq.c, mm/zswap.c, mm/zpool.c, drivers/block/zram/zcomp.c.
 */
static const struct {
	const char *pattern, *module;
} knobs[] = {{"/sys/block/*/queue/scheduler", "%s-iosched"},
	     {"/proc/sys/net/ipv4/tcp_congestion_control", "tcp_%s"},
	     {"/proc/sys/net/core/default_qdisc", "sch_%s"},
	     {"/sys/devices/system/cpu/*/scaling_governor", "cpufreq_%s"},
	     {"/sys/module/zswap/parameters/compressor", "crypto-%s"},
	     {"/sys/module/zswap/parameters/zpool", "zpool-%s"},
	     {"/sys/block/zram*", "zram"},
	     {"/sys/block/zram*/comp_algorithm", "crypto-%s"},
	     {"/proc/sys/net/bridge/*", "br_netfilter"},
	     {"/proc/sys/net/netfilter/nf_conntrack*", "nf_conntrack"}};

struct requests {
	struct items *items;
	const struct kernel *kernel;
	struct needs needs;
};

/*
 * Adds the modules of a name or alias. Returns 1 if there are some or they are built in, 0 if there
 * are none, -1 after a warning.
 */
static int
add_module(struct requests *requests, const char *name, bool need, const char *key)
{
	char *of = xasprintf("%s %s", key, name);
	int found = modules_imply(requests->items->modules, requests->items->closure, name, need,
				  (struct plan_why){"-x", of});

	free(of);
	return found;
}

/*
 * Returns 0 if the row has no known missing kernel options or the modules exist, else 1 after a
 * warning.
 */
static size_t
check_row(const struct requests *requests, const char *kind, const char *name, bool has_module)
{
	const struct kernel *kernel = requests->kernel;
	const struct needs_row *row = needs_find(&requests->needs, kind, name);
	bool are_modules = false;
	char *lacking = row != NULL ? needs_lacking(&requests->needs, row, &are_modules) : NULL;
	bool is_there = lacking == NULL || (are_modules && has_module);

	if (!is_there && are_modules)
		message_warnx(
		    "%s %s needs %s, which %s has as a module, but the module is not %s%s: %s",
		    kind, name, lacking, kernel->config_name,
		    kernel->modules != NULL ? "below " : "next to it",
		    kernel->modules != NULL ? kernel->modules : "", row->consequence);
	else if (!is_there)
		message_warnx(
		    "%s %s needs %s, which %s does not set: %s; set it and rebuild the kernel",
		    kind, name, lacking, kernel->config_name, row->consequence);
	free(lacking);
	return !is_there;
}

/*
 * Returns 1 after a warning if no module and nothing built in has the file system's alias. Disk
 * file systems have one (include/linux/fs.h, MODULE_ALIAS_FS); some without a device have none.
 * Built-in aliases are known only if depmod has listed them.
 */
static size_t
check_alias(const struct requests *requests, const struct mount_words *mount)
{
	if (strncmp(mount->source, "/dev/", strlen("/dev/")) != 0 ||
	    !kernel_has_list(requests->kernel, "modules.builtin.alias.bin"))
		return 0;
	message_warnx("filesystem %s: there is no such module below %s, and none is built in: "
		      "mount(2) will fail with ENODEV",
		      mount->type, requests->kernel->modules);
	return 1;
}

static size_t
add_mount(struct requests *requests, char *const *words)
{
	struct mount_words mount;
	int found = 0;

	if (mount_words_read(&mount, words) != NULL ||
	    (mount.flags & (MS_BIND | MS_REMOUNT | MS_MOVE)) != 0)
		return 0;
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (fnmatch(devices[i].pattern, mount.source, 0) == 0)
			found = add_module(requests, devices[i].module, false, "mount");
	if (found < 0)
		return 1;
	char *alias = xasprintf("fs-%s", mount.type);
	found = add_module(requests, alias, true, "mount");
	free(alias);
	if (found < 0)
		return 1;
	if (requests->needs.count > 0 &&
	    needs_find(&requests->needs, "filesystem", mount.type) != NULL)
		return check_row(requests, "filesystem", mount.type, found > 0);
	return found > 0 ? 0 : check_alias(requests, &mount);
}

static size_t
add_net(struct requests *requests, char *const *words)
{
	struct net_words net;

	if (net_words_read(&net, words) != NULL || net.kind != NET_DHCP)
		return 0;
	int found = add_module(requests, "net-pf-17", true, "net"); /* AF_PACKET */
	if (found < 0)
		return 1;
	return requests->needs.count > 0 ? check_row(requests, "socket", "packet", found > 0) : 0;
}

static size_t
add_write(struct requests *requests, char *const *words)
{
	static const char modules[] = "/sys/module/";
	const char *path = words[0], *value = words[1] != NULL ? words[1] : "";
	int found = 0;

	for (size_t i = 0; i < sizeof(knobs) / sizeof(*knobs) && found >= 0; i++) {
		if (fnmatch(knobs[i].pattern, path, 0) != 0)
			continue;
		const char *module = knobs[i].module, *percent = strchr(module, '%');
		char *name = percent == NULL ? xstrdup(module)
					     : xasprintf("%.*s%s%s", (int)(percent - module),
							 module, value, percent + strlen("%s"));
		found = add_module(requests, name, false, "write");
		free(name);
	}
	if (found >= 0 && strncmp(path, modules, strlen(modules)) == 0) {
		const char *name = path + strlen(modules);
		char *copy = xasprintf("%.*s", (int)strcspn(name, "/"), name);
		found = add_module(requests, copy, false, "write");
		free(copy);
	}
	return found < 0;
}

size_t
experiment_kernel_add(struct items *items, const struct experiment *experiment, const char *file,
		      const char *text)
{
	const struct {
		const char *key;
		const struct experiment_list *list;
		size_t (*add)(struct requests *, char *const *);
	} keys[] = {{"mount", &experiment->mount, add_mount},
		    {"net", &experiment->net, add_net},
		    {"write", &experiment->write, add_write}};
	struct requests requests = {items, items->modules->kernel, {.count = 0}};
	size_t failed = 0, line;

	if (requests.kernel == NULL)
		return 0;
	if (requests.kernel->config.size > 0 &&
	    needs_read(&requests.needs, needs_table, strlen(needs_table), &line) == 0)
		needs_judge(&requests.needs, &requests.kernel->config);
	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++)
		for (size_t i = 0; i < keys[k].list->count; i++) {
			char *place = experiment_enter(file, text, keys[k].key, i);
			failed += keys[k].add(&requests, keys[k].list->values[i]);
			experiment_leave(place);
		}
	needs_free(&requests.needs);
	return failed;
}
