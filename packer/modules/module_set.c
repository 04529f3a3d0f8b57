/* SPDX-License-Identifier: MIT */
#include "modules/module_set.h"

#include <errno.h>
#include <fnmatch.h>
#include <search.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/scratch.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "modules/libkmod.h"
#include "plan/source.h"

static bool module_set_depends(const struct module_set *set, const char *name, const char *other);

/*
 * Modules that are useless without others, although modules.dep does not list these. On a running
 * system udev loads drivers when a device appears, and the kernel runs modprobe(8) for modules that
 * it needs (request_module() in kernel/kmod.c); neither happens in an image. Data, not code.
 */

#define NEEDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static const char *const disks[] = {"sd_mod", NULL};
static const char *const usb_disks[] = {"xhci_pci", "ehci_pci", "uhci_hcd",
					"ohci_pci", "sd_mod",	NULL};
static const char *const usb_hosts[] = {"xhci_pci", "ehci_pci", "uhci_hcd", "ohci_pci", NULL};
static const char *const virtio[] = {"virtio_pci", "virtio_mmio", NULL};
static const char *const virtio_disks[] = {"virtio_pci", "virtio_mmio", "sd_mod", "sr_mod", NULL};

const struct companions companions[] = {
    /* Modules that find the devices of a bus, and those that provide disks on a controller. */
    {"virtio_scsi", virtio_disks},
    {"virtio_[bcgirs]*", virtio}, /* blk, balloon, console, crypto, gpu, input, rng, snd */
    {"virtio_net", virtio},
    {"virtio_fs", virtio},
    {"virtiofs", virtio},
    {"*virtio_transport", virtio}, /* vsock */
    {"9pnet_virtio", virtio},
    {"ahci*", disks},
    {"ata_*", disks},
    {"sata_*", disks},
    {"pata_*", disks},
    {"megaraid_sas", disks},
    {"mpt[23]sas", disks},
    {"mptspi", disks},
    {"aacraid", disks},
    {"hpsa", disks},
    {"smartpqi", disks},
    {"vmw_pvscsi", disks},
    {"hv_storvsc", disks},
    {"sym53c8xx", disks},
    {"usb_storage", usb_disks},
    {"uas", usb_disks},
    {"usbhid", usb_hosts},
    {"usbnet", usb_hosts},
    /*
     * Modules that the kernel requests by name in the default use of a module, from the source of
     * Linux 6.1. Modules that only a command names are unknown to packer and not listed: extensions
     * of iptables and nft, types of ip link and tc, targets of dmsetup, levels of mdadm, algorithms
     * of a key or a socket.
     */
    /*
     * load_nls() and load_nls_default(), fs/nls/nls_base.c: vfat cannot be mounted without its
     * tables; others read names as ISO 8859-1.
     */
    {"vfat", NEEDS("nls_cp$FAT_DEFAULT_CODEPAGE:437",
		   "nls_$FAT_DEFAULT_IOCHARSET:iso8859-1")}, /* fs/fat/inode.c */
    {"msdos", NEEDS("nls_cp$FAT_DEFAULT_CODEPAGE:437")},     /* the same */
    {"exfat", NEEDS("nls_$EXFAT_DEFAULT_IOCHARSET:utf8")},   /* fs/exfat/super.c */
    {"ntfs3", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},	     /* fs/ntfs3/super.c */
    {"ntfs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},	     /* fs/ntfs/super.c */
    {"isofs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},	     /* fs/isofs/inode.c */
    {"cifs",
     NEEDS("nls_$NLS_DEFAULT:iso8859-1", "nls_utf8")}, /* fs/smb/client/connect.c, dfs_cache.c */
    {"ksmbd", NEEDS("nls_utf8")},		       /* fs/smb/server/connection.c */
    {"hfs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},      /* fs/hfs/super.c */
    {"hfsplus", NEEDS("nls_utf8")},		       /* fs/hfsplus/options.c */
    {"befs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},     /* fs/befs/linuxvfs.c */
    {"vboxsf", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},   /* fs/vboxsf/super.c */
    /* crypto_alloc_*(), crypto/api.c. Of several drivers for an algorithm, the generic one. */
    {"ext4", NEEDS("crc32c_generic")},		/* metadata_csum, fs/ext4/super.c */
    {"jbd2", NEEDS("crc32c_generic")},		/* fs/jbd2/journal.c */
    {"libcrc32c", NEEDS("crc32c_generic")},	/* xfs and others, lib/libcrc32c.c */
    {"f2fs", NEEDS("crc32_generic")},		/* fs/f2fs/super.c */
    {"btrfs", NEEDS("crc32c_generic")},		/* fs/btrfs/disk-io.c */
    {"ubifs", NEEDS("lzo", "deflate", "zstd")}, /* fs/ubifs/compress.c */
    {"cifs", NEEDS("md5", "hmac", "cmac", "aes_generic", "sha256_generic", "sha512_generic", "ccm",
		   "gcm", "ctr", "ghash_generic")}, /* fs/smb/client/misc.c, smb2transport.c */
    {"nfsd", NEEDS("md5", "sha256_generic")},	    /* fs/nfsd/nfs4recover.c */
    {"rpcsec_gss_krb5",
     NEEDS("cts", "cbc", "aes_generic", "hmac", "sha1_generic")}, /* net/sunrpc/auth_gss */
    {"libceph", NEEDS("cbc", "aes_generic", "hmac", "sha256_generic", "gcm", "ctr",
		      "ghash_generic")},       /* net/ceph */
    {"zram", NEEDS("$ZRAM_DEF_COMP:lzo-rle")}, /* drivers/block/zram/zram_drv.c */
    {"dm_crypt",
     NEEDS("xts", "ecb", "aes_generic", "cbc", "essiv", "sha256_generic", "algif_skcipher",
	   "algif_hash")}, /* drivers/md/dm-crypt.c, with the defaults of cryptsetup(8) */
    {"dm_integrity", NEEDS("crc32c_generic")}, /* the default of integritysetup(8) */
    {"dm_verity", NEEDS("sha256_generic")},    /* the default of veritysetup(8) */
    {"dm_cache", NEEDS("dm-cache-default")},   /* drivers/md/dm-cache-policy.c */
    {"dm_multipath",
     NEEDS("dm-service-time", "dm-round-robin", "scsi_dh_alua")}, /* drivers/md/dm-path-selector.c,
								     drivers/scsi/scsi_dh.c */
    {"nvme_tcp", NEEDS("crc32c_generic")},			  /* drivers/nvme/host/tcp.c */
    {"esp[46]",
     NEEDS("authenc", "echainiv", "seqiv", "cbc", "hmac", "aes_generic", "sha1_generic",
	   "sha256_generic", "gcm", "ctr", "ghash_generic")}, /* net/ipv4/esp4.c, net/ipv6/esp6.c */
    {"ah[46]",
     NEEDS("hmac", "sha1_generic", "sha256_generic")}, /* net/ipv4/ah4.c, net/ipv6/ah6.c */
    {"macsec", NEEDS("gcm", "ctr", "aes_generic", "ghash_generic")}, /* drivers/net/macsec.c */
    {"tls", NEEDS("gcm", "ctr", "aes_generic", "ghash_generic")},    /* net/tls/tls_sw.c */
    {"sctp",
     NEEDS("hmac", "md5", "sha1_generic", "sha256_generic")}, /* net/sctp/socket.c, auth.c */
    {"rxrpc", NEEDS("pcbc", "fcrypt", "des_generic")},	      /* net/rxrpc/rxkad.c */
    {"mac80211",
     NEEDS("ccm", "gcm", "cmac", "ctr", "aes_generic", "ghash_generic")}, /* net/mac80211 */
    {"bluetooth", NEEDS("cmac", "ecb", "aes_generic", "ecdh_generic")},	  /* net/bluetooth/smp.c */
    {"ppp_mppe", NEEDS("sha1_generic")}, /* drivers/net/ppp/ppp_mppe.c */
    {"af_alg",
     NEEDS("algif_hash", "algif_skcipher", "algif_aead", "algif_rng")}, /* crypto/af_alg.c */
    /* Protocols, transports and parts of a subsystem. */
    {"9p", NEEDS("9pnet_virtio", "9pnet_fd")},			/* net/9p/mod.c */
    {"nfs", NEEDS("nfsv3", "nfsv4")},				/* fs/nfs/client.c */
    {"nfsv4", NEEDS("nfs-layouttype4-1", "nfs-layouttype4-4")}, /* fs/nfs/pnfs.c */
    {"auth_rpcgss", NEEDS("rpcsec_gss_krb5")},			/* auth_gss/gss_mech_switch.c */
    {"ip_tables", NEEDS("iptable_filter")},			/* net/netfilter/x_tables.c: */
    {"ip6_tables", NEEDS("ip6table_filter")},			/* the default of iptables(8) */
    {"xt_physdev", NEEDS("br_netfilter")},			/* net/netfilter/xt_physdev.c */
    {"nft_log", NEEDS("nf_log_syslog", "nfnetlink_log")},	/* net/netfilter/nft_log.c */
    {"ebt_nflog", NEEDS("nfnetlink_log")},     /* net/bridge/netfilter/ebt_nflog.c */
    {"nf_conntrack_netlink", NEEDS("nf_nat")}, /* nf_conntrack_netlink.c */
    {"can", NEEDS("can_raw", "can_bcm")},      /* net/can/af_can.c */
    {"vcan", NEEDS("can", "can_raw")},	       /* the same */
    {"iwlwifi", NEEDS("iwlmvm", "iwldvm")},    /* iwlwifi/iwl-drv.c */
    {"mlx4_core", NEEDS("mlx4_en")},	       /* mellanox/mlx4/main.c */
    {"target_core_mod",
     NEEDS("target_core_iblock", "target_core_file")}, /* target_core_transport.c */
    {NULL, NULL},
};

/*
 * Optional modules loaded together with a module: soft dependencies, from the module itself and
 * from modprobe.d(5); weak dependencies, which nothing in an image would load later; companions
 * (above). All may fail.
 */

/*
 * Adds soft dependencies of `by`, before or after it, in the matching pass. A module that depends
 * on `by` always comes after it.
 */
static void
add_soft_list(struct module_set *set, const struct module *by, struct kmod_list *list, bool behind,
	      bool pass_behind)
{
	struct kmod_list *at;

	for (at = list; at != NULL; at = libkmod.list_next(list, at)) {
		struct kmod_module *kmod = libkmod.module_get_module(at);
		const char *name = libkmod.module_get_name(kmod);
		if ((behind || module_set_depends(set, name, by->name)) == pass_behind)
			module_set_add(set, name, false,
				       (struct plan_why){"soft dependency of", by->place});
		libkmod.module_unref(kmod);
	}
}

/*
 * The same for the words of a module: "pre: A B post: C", or names alone for weak dependencies,
 * which come before.
 */
static void
add_soft_names(struct module_set *set, const struct module *by, const char *value, bool pass_behind)
{
	char *words = xstrdup(value), *rest = words, *word;
	bool behind = false;

	while ((word = strsep(&rest, " \t")) != NULL) {
		if (strcmp(word, "pre:") == 0 || strcmp(word, "post:") == 0) {
			behind = word[1] == 'o';
		} else if (word[0] != '\0') {
			struct kmod_list *found = module_set_lookup(set, word);
			add_soft_list(set, by, found, behind, pass_behind);
			libkmod.module_unref_list(found);
		}
	}
	free(words);
}

/* The name of a companion, to be freed; NULL: none, as the kernel's configuration has no value. */
static char *
companion_name(const struct kernel_config *config, const char *need)
{
	size_t before = strcspn(need, "$");
	const char *option = need + before, *otherwise = strchr(option, ':');

	if (*option == '\0')
		return xstrdup(need);
	char *name = xasprintf("%.*s", (int)(otherwise - option - 1), option + 1);
	size_t length = strlen(otherwise + 1);
	const char *value =
	    config->size > 0 ? kernel_config_find(config, name, &length) : otherwise + 1;
	free(name);
	if (value != NULL && length >= 2 && value[0] == '"') {
		value++;
		length -= 2;
	}
	return value != NULL && length > 0
		   ? xasprintf("%.*s%.*s", (int)before, need, (int)length, value)
		   : NULL;
}

/* Adds the companions of a driver, after it. */
static void
add_companions(struct module_set *set, const struct module *module)
{
	const struct plan_why why = {"companion of", module->place};

	for (const struct companions *row = companions; row->driver != NULL; row++) {
		/* Most rows differ in the first letter, and fnmatch() is slow. */
		bool may_match = row->driver[0] == '*' || row->driver[0] == module->name[0];
		if (!may_match || fnmatch(row->driver, module->name, 0) != 0)
			continue;
		for (const char *const *need = row->needs; *need != NULL; need++) {
			char *name = companion_name(&set->kernel->config, *need);
			struct kmod_list *found =
			    name != NULL ? module_set_lookup(set, name) : NULL;
			module_set_add_list(set, found, false, why, NULL);
			libkmod.module_unref_list(found);
			free(name);
		}
	}
}

/* Adds soft dependencies from the module itself and from modprobe.d. */
static void
add_soft(struct module_set *set, const struct module *module, bool pass_behind)
{
	static const char *const keys[] = {"softdep=", "weakdep="};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *at = NULL, *value;
		while ((value = module_info_value(&module->info, keys[i], &at)) != NULL)
			add_soft_names(set, module, value, pass_behind);
	}
	add_soft_list(set, module, module->soft_before, false, pass_behind);
	add_soft_list(set, module, module->soft_behind, true, pass_behind);
}

/* Adds the modules that come before the module or, in the other pass, after it. */
static void
add_soft_dependencies(struct module_set *set, const struct module *module, bool pass_behind)
{
	if (module->path != NULL)
		add_soft(set, module, pass_behind);
	if (pass_behind)
		add_companions(set, module);
}

/* Discards libkmod's messages: module_tree.h detects unusable entries and names them. */
static void
discard_log(void *data, int priority, const char *file, int line, const char *function,
	    const char *format, va_list arguments)
{
	(void)data, (void)priority, (void)file, (void)line, (void)function, (void)format,
	    (void)arguments;
}

/* Without its lists libkmod finds nothing and reports success. */
static int
report_index(const struct kernel *kernel, const char *name)
{
	const char *end = strstr(kernel->modules, "/lib/modules/");

	message_warn(
	    "cannot read %s/%s, the index of its modules: make it with `depmod -b %.*s %s`",
	    kernel->modules, name,
	    end != NULL && end > kernel->modules ? (int)(end - kernel->modules) : 1,
	    end != NULL && end > kernel->modules ? kernel->modules : "/", kernel->release);
	return -1;
}

/*
 * libkmod parses modprobe.d in kmod_new() and accepts a log function only afterwards;
 * module_stage() has already reported problems.
 */
static struct kmod_ctx *
open_silently(const char *lists, const char *const *paths)
{
	const char *level = getenv("KMOD_LOG");
	char *kept = level != NULL ? xstrdup(level) : NULL;

	setenv("KMOD_LOG", "0", 1);
	struct kmod_ctx *ctx = libkmod.new(lists, paths);
	if (kept != NULL)
		setenv("KMOD_LOG", kept, 1);
	else
		unsetenv("KMOD_LOG");
	free(kept);
	return ctx;
}

/*
 * Opens libkmod on the kernel's lists and the source's modprobe.d(5). libkmod follows links on this
 * machine, so for the tree of another system it gets links to the resolved files.
 */
static int
open_kmod(struct module_set *set, const struct source *source)
{
	static const char *const folders[] = {"/etc/modprobe.d", "/run/modprobe.d",
					      "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
					      "/lib/modprobe.d"};
	enum { FOLDERS = sizeof(folders) / sizeof(*folders) };
	char *paths[FOLDERS + 1] = {NULL}, *lists = NULL;
	int result = 0;

	libkmod_load(); /* exits without the library, before anything is on the disk */
	if (source->root[0] != '\0' && (set->staged = scratch_make("/tmp")) == NULL)
		return -1;
	for (size_t i = 0; i < FOLDERS; i++) {
		char *folder = source_path(source, folders[i]),
		     *name = xasprintf("modprobe.d.%zu", i);
		result |= module_stage(source, folder, "*.conf", set->staged, name, &paths[i]);
		free(name);
		free(folder);
	}
	result |=
	    module_stage(source, set->kernel->modules, "modules.*", set->staged, "modules", &lists);
	if (result == 0 && (set->ctx = open_silently(lists, (const char *const *)paths)) == NULL) {
		message_warn("cannot read the modules of %s", set->kernel->modules);
		result = -1;
	}
	for (size_t i = 0; i < FOLDERS; i++)
		free(paths[i]);
	free(lists);
	return result;
}

int
module_set_start(struct module_set *set, const struct kernel *kernel, const struct source *source,
		 struct plan *plan)
{
	*set = (struct module_set){.kernel = kernel, .plan = plan};
	if (kernel->modules == NULL) {
		message_warnx(
		    "cannot find modules for the kernel %s: no lib/modules/%s next to it%s",
		    kernel->name, kernel->release,
		    kernel->release[0] == '\0' ? ", and its release is not known" : "");
		return -1;
	}
	if ((set->tree = kernel_module_tree(kernel)) == NULL)
		return report_index(kernel, "modules.dep");
	if (open_kmod(set, source) != 0)
		return -1;
	libkmod.set_log_fn(set->ctx, discard_log, NULL);
	int problem = libkmod.load_resources(set->ctx);
	if (problem != 0) {
		errno = -problem;
		return report_index(kernel, "modules.*.bin");
	}
	module_config_start(&set->config, set->ctx);
	return 0;
}

static void
free_nothing(void *unused)
{
	(void)unused;
}

void
module_set_end(struct module_set *set)
{
	tdestroy(set->by_name, free_nothing);
	for (size_t i = 0; i < set->count; i++) {
		libkmod.module_unref_list(set->order[i]->soft_before);
		libkmod.module_unref_list(set->order[i]->soft_behind);
		libkmod.module_unref(set->order[i]->kmod);
		plain_release(&set->order[i]->plain);
		free(set->order[i]->path);
		free(set->order[i]->options);
		free(set->order[i]->whys);
		free(set->order[i]);
	}
	free(set->order);
	prefetch_end(&set->prefetch);
	if (set->ctx != NULL) {
		module_config_end(&set->config);
		libkmod.unref(set->ctx);
	}
	if (set->staged != NULL)
		scratch_remove(set->staged);
	*set = (struct module_set){.ctx = NULL};
}

struct kmod_list *
module_set_lookup(const struct module_set *set, const char *name)
{
	struct kmod_list *list = NULL;

	return libkmod.module_new_from_lookup(set->ctx, name, &list) >= 0 ? list : NULL;
}

static int
compare_modules(const void *a, const void *b)
{
	return strcmp(((const struct module *)a)->name, ((const struct module *)b)->name);
}

/* Looks up a module in the set; NULL: not found. */
static struct module *
module_set_find(const struct module_set *set, const char *name)
{
	const struct module key = {.name = name};
	void **node = tfind(&key, &set->by_name, compare_modules);

	return node != NULL ? *node : NULL;
}

/* The path of a listed file on this machine, to be freed, whether it exists or not. */
static char *
listed_path(const struct module_set *set, const char *listed)
{
	if (listed[0] == '/')
		return source_path(set->kernel->source, listed);
	return xasprintf("%s/%s", set->kernel->modules, listed);
}

static void
report_missing(const struct module_set *set, const char *name, struct plan_why why)
{
	message_warnx("cannot find the module %s (%s %s): it is neither below %s nor built in",
		      name, why.what, why.of, set->kernel->modules);
}

/* Adds a module that must be loaded before. */
static void
add_dependency(struct module_set *set, const struct module *module, const char *name)
{
	const struct plan_why why = {"dependency of", module->place};

	if (module_set_add(set, name, module->need, why) != NULL)
		return;
	if (!module->need)
		report_missing(set, name, why);
	set->failed = true;
}

/*
 * Adds all modules that must be loaded before: from modules.dep and, as that may be older, from the
 * module itself.
 */
static void
add_dependencies(struct module_set *set, struct module *module)
{
	const struct module_tree_file *file = module_tree_find(set->tree, module->name);
	const char *end = NULL, *at = NULL, *value;
	char *path;

	while (module->path != NULL && file != NULL && file->needs != NULL &&
	       (path = module_tree_need(file, &end)) != NULL) {
		char *name = module_tree_name(path);
		if (name != NULL)
			add_dependency(set, module, name);
		free(name);
		free(path);
	}
	while (module->path != NULL &&
	       (value = module_info_value(&module->info, "depends=", &at)) != NULL) {
		char *copy = xstrdup(value), *rest = copy, *word;
		module_tree_normalize(copy);
		while ((word = strsep(&rest, ",")) != NULL)
			if (word[0] != '\0')
				add_dependency(set, module, word);
		free(copy);
	}
}

/* The path in the image of a module in the list. */
static const char *
path_in_image(const struct module_set *set, const char *listed)
{
	const char *below = listed[0] == '/' ? strrchr(listed, '/') + 1 : listed;
	char *wanted = xasprintf("/lib/modules/%s/%.*s", set->kernel->release,
				 (int)(strlen(below) - plain_suffix(below)), below);
	char *at = plan_locate(set->plan, wanted);
	const char *kept = plan_string(set->plan, at != NULL ? at : wanted);

	free(at);
	free(wanted);
	return kept;
}

static void
add_why(const struct module_set *set, struct module *module, struct plan_why why)
{
	module->whys = xgrow(module->whys, module->why_count, sizeof(*module->whys));
	module->whys[module->why_count++] =
	    (struct plan_why){plan_string(set->plan, why.what), plan_string(set->plan, why.of)};
}

/* Reads the file of a module. On failure the module is not loadable. */
static void
read_file(struct module_set *set, struct module *module, const char *listed, struct plan_why why)
{
	char *named = listed_path(set, listed);

	module->path = source_resolve(set->kernel->source, named);
	if (module->path == NULL)
		message_warn("cannot find the module %s (%s %s): %s, which modules.dep lists",
			     module->name, why.what, why.of, named);
	if (module->path == NULL ||
	    prefetch_read(&set->prefetch, &module->plain, set->plan, module->path) != 0) {
		set->failed = true;
		free(module->path);
		module->path = NULL;
	} else {
		size_t folder = strlen(set->kernel->modules);
		/* In the tree of another system, a link may have led elsewhere. */
		module->plain.real =
		    strncmp(module->path, set->kernel->modules, folder) == 0 ? folder : 0;
		module_info_read(&module->info, module->plain.bytes, module->plain.size);
	}
	free(named);
}

/* Makes a module that is not in the set yet; NULL if the name is unknown. */
static struct module *
module_new(struct module_set *set, const char *name, bool need, struct plan_why why)
{
	const struct module_tree_file *file = module_tree_find(set->tree, name);
	bool is_loadable = file != NULL && file->needs != NULL;
	struct kmod_module *kmod = NULL;

	if (libkmod.module_new_from_name(set->ctx, name, &kmod) != 0)
		return NULL;
	if (file == NULL && libkmod.module_get_initstate(kmod) != KMOD_MODULE_BUILTIN) {
		libkmod.module_unref(kmod);
		return NULL;
	}
	struct module *module = xcalloc(1, sizeof(*module));
	*module =
	    (struct module){.kmod = kmod, .name = libkmod.module_get_name(kmod), .need = need};
	module->place =
	    is_loadable ? path_in_image(set, file->path) : plan_string(set->plan, module->name);
	if (is_loadable)
		read_file(set, module, file->path, why);
	if (module->path != NULL)
		libkmod.module_get_softdeps(kmod, &module->soft_before, &module->soft_behind);
	module->options =
	    is_loadable ? module_config_options(&set->config, module->name) : xstrdup("");
	return module;
}

struct module *
module_set_add(struct module_set *set, const char *name, bool need, struct plan_why why)
{
	struct module *module = module_set_find(set, name);

	if (module != NULL) {
		add_why(set, module, why);
		/* All dependencies of a required module are required. */
		if (need && !module->need) {
			module->need = true;
			add_dependencies(set, module);
		}
		return module;
	}
	if ((module = module_new(set, name, need, why)) == NULL) {
		if (need)
			report_missing(set, name, why);
		return NULL;
	}
	add_why(set, module, why);
	xtsearch(&set->by_name, module, compare_modules);
	add_soft_dependencies(set, module, false);
	add_dependencies(set, module);
	set->order = xgrow(set->order, set->count, sizeof(*set->order));
	set->order[set->count++] = module;
	add_soft_dependencies(set, module, true);
	return module;
}

int
module_set_add_list(struct module_set *set, const struct kmod_list *list, bool need,
		    struct plan_why why, struct module **last)
{
	const struct kmod_list *at;
	int result = 0;

	for (at = list; at != NULL; at = libkmod.list_next(list, at)) {
		struct kmod_module *kmod = libkmod.module_get_module(at);
		struct module *module =
		    module_set_add(set, libkmod.module_get_name(kmod), need, why);
		libkmod.module_unref(kmod);
		if (module == NULL)
			result = -1;
		else if (last != NULL)
			*last = module;
	}
	return result;
}

void
module_set_prefetch(struct module_set *set, const char *name)
{
	const struct module_tree_file *file = module_tree_find(set->tree, name);
	const char *end = NULL, *listed = file != NULL && file->needs != NULL ? file->path : NULL;
	char *need = NULL;

	while (listed != NULL) {
		if (plain_suffix(listed) > 0) {
			char *named = listed_path(set, listed),
			     *path = source_resolve(set->kernel->source, named);
			if (path != NULL)
				prefetch_want(&set->prefetch, path);
			free(path);
			free(named);
		}
		free(need);
		listed = need = module_tree_need(file, &end);
	}
}

/* Returns whether a module depends on the other. */
static bool
module_set_depends(const struct module_set *set, const char *name, const char *other)
{
	const struct module_tree_file *file = module_tree_find(set->tree, name);
	const char *end = NULL;
	bool does = false;
	char *path;

	while (!does && file != NULL && file->needs != NULL &&
	       (path = module_tree_need(file, &end)) != NULL) {
		char *its = module_tree_name(path);
		does = its != NULL && strcmp(its, other) == 0;
		free(its);
		free(path);
	}
	return does;
}

void
module_add_option(struct module *module, const char *option)
{
	char *longer =
	    xasprintf("%s%s%s", module->options, module->options[0] != '\0' ? " " : "", option);

	free(module->options);
	module->options = longer;
}
