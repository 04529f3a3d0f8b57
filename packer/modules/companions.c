/* SPDX-License-Identifier: MIT */
#include "modules/companions.h"

#include <stddef.h>

#define NEEDS(...)                                                                                                     \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

static const char *const disks[] = {"sd_mod", NULL};
static const char *const usb_disks[] = {"xhci_pci", "ehci_pci", "uhci_hcd", "ohci_pci", "sd_mod", NULL};
static const char *const usb_hosts[] = {"xhci_pci", "ehci_pci", "uhci_hcd", "ohci_pci", NULL};
static const char *const virtio[] = {"virtio_pci", "virtio_mmio", NULL};
static const char *const virtio_disks[] = {"virtio_pci", "virtio_mmio", "sd_mod", "sr_mod", NULL};

const struct companions companions[] = {
    /* What finds the devices of a bus, and what makes disks of what a controller finds. */
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
     * What the kernel requests by a name when the module is used as it is by default, by the source of Linux 6.1. What
     * only a command names is not here, as packer cannot know it: extensions of iptables and nft, types of ip link and
     * tc, targets of dmsetup, levels of mdadm, algorithms of a key or a socket.
     */
    /* load_nls() and load_nls_default(), fs/nls/nls_base.c: without its tables vfat cannot be mounted, others without
       theirs take names for ISO 8859-1. */
    {"vfat", NEEDS("nls_cp$FAT_DEFAULT_CODEPAGE:437", "nls_$FAT_DEFAULT_IOCHARSET:iso8859-1")}, /* fs/fat/inode.c */
    {"msdos", NEEDS("nls_cp$FAT_DEFAULT_CODEPAGE:437")},					  /* the same */
    {"exfat", NEEDS("nls_$EXFAT_DEFAULT_IOCHARSET:utf8")},					  /* fs/exfat/super.c */
    {"ntfs3", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},						  /* fs/ntfs3/super.c */
    {"ntfs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},						  /* fs/ntfs/super.c */
    {"isofs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},						  /* fs/isofs/inode.c */
    {"cifs", NEEDS("nls_$NLS_DEFAULT:iso8859-1", "nls_utf8")}, /* fs/smb/client/connect.c, dfs_cache.c */
    {"ksmbd", NEEDS("nls_utf8")},				/* fs/smb/server/connection.c */
    {"hfs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},		/* fs/hfs/super.c */
    {"hfsplus", NEEDS("nls_utf8")},				/* fs/hfsplus/options.c */
    {"befs", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},		/* fs/befs/linuxvfs.c */
    {"vboxsf", NEEDS("nls_$NLS_DEFAULT:iso8859-1")},		/* fs/vboxsf/super.c */
    /* crypto_alloc_*(), crypto/api.c. Of several drivers for one algorithm the one for all processors. */
    {"ext4", NEEDS("crc32c_generic")},					    /* metadata_csum, fs/ext4/super.c */
    {"jbd2", NEEDS("crc32c_generic")},					    /* fs/jbd2/journal.c */
    {"libcrc32c", NEEDS("crc32c_generic")},				    /* xfs and others, lib/libcrc32c.c */
    {"f2fs", NEEDS("crc32_generic")},					    /* fs/f2fs/super.c */
    {"btrfs", NEEDS("crc32c_generic")},					    /* fs/btrfs/disk-io.c */
    {"ubifs", NEEDS("lzo", "deflate", "zstd")},				    /* fs/ubifs/compress.c */
    {"cifs", NEEDS("md5", "hmac", "cmac", "aes_generic", "sha256_generic", "sha512_generic", "ccm", "gcm", "ctr",
		   "ghash_generic")}, /* fs/smb/client/misc.c, smb2transport.c */
    {"nfsd", NEEDS("md5", "sha256_generic")},				    /* fs/nfsd/nfs4recover.c */
    {"rpcsec_gss_krb5", NEEDS("cts", "cbc", "aes_generic", "hmac", "sha1_generic")}, /* net/sunrpc/auth_gss */
    {"libceph", NEEDS("cbc", "aes_generic", "hmac", "sha256_generic", "gcm", "ctr", "ghash_generic")}, /* net/ceph */
    {"zram", NEEDS("$ZRAM_DEF_COMP:lzo-rle")},				    /* drivers/block/zram/zram_drv.c */
    {"dm_crypt", NEEDS("xts", "ecb", "aes_generic", "cbc", "essiv", "sha256_generic", "algif_skcipher",
		       "algif_hash")},		 /* drivers/md/dm-crypt.c, with the defaults of cryptsetup(8) */
    {"dm_integrity", NEEDS("crc32c_generic")},	 /* the default of integritysetup(8) */
    {"dm_verity", NEEDS("sha256_generic")},	 /* the default of veritysetup(8) */
    {"dm_cache", NEEDS("dm-cache-default")},	 /* drivers/md/dm-cache-policy.c */
    {"dm_multipath", NEEDS("dm-service-time", "dm-round-robin", "scsi_dh_alua")}, /* drivers/md/dm-path-selector.c,
										     drivers/scsi/scsi_dh.c */
    {"nvme_tcp", NEEDS("crc32c_generic")},					  /* drivers/nvme/host/tcp.c */
    {"esp[46]", NEEDS("authenc", "echainiv", "seqiv", "cbc", "hmac", "aes_generic", "sha1_generic", "sha256_generic",
		      "gcm", "ctr", "ghash_generic")},		      /* net/ipv4/esp4.c, net/ipv6/esp6.c */
    {"ah[46]", NEEDS("hmac", "sha1_generic", "sha256_generic")},      /* net/ipv4/ah4.c, net/ipv6/ah6.c */
    {"macsec", NEEDS("gcm", "ctr", "aes_generic", "ghash_generic")},  /* drivers/net/macsec.c */
    {"tls", NEEDS("gcm", "ctr", "aes_generic", "ghash_generic")},     /* net/tls/tls_sw.c */
    {"sctp", NEEDS("hmac", "md5", "sha1_generic", "sha256_generic")}, /* net/sctp/socket.c, auth.c */
    {"rxrpc", NEEDS("pcbc", "fcrypt", "des_generic")},		      /* net/rxrpc/rxkad.c */
    {"mac80211", NEEDS("ccm", "gcm", "cmac", "ctr", "aes_generic", "ghash_generic")},	  /* net/mac80211 */
    {"bluetooth", NEEDS("cmac", "ecb", "aes_generic", "ecdh_generic")},			  /* net/bluetooth/smp.c */
    {"ppp_mppe", NEEDS("sha1_generic")},						  /* drivers/net/ppp/ppp_mppe.c */
    {"af_alg", NEEDS("algif_hash", "algif_skcipher", "algif_aead", "algif_rng")},	  /* crypto/af_alg.c */
    /* Protocols, transports and parts of a subsystem. */
    {"9p", NEEDS("9pnet_virtio", "9pnet_fd")},					 /* net/9p/mod.c */
    {"nfs", NEEDS("nfsv3", "nfsv4")},						 /* fs/nfs/client.c */
    {"nfsv4", NEEDS("nfs-layouttype4-1", "nfs-layouttype4-4")},			 /* fs/nfs/pnfs.c */
    {"auth_rpcgss", NEEDS("rpcsec_gss_krb5")},					 /* auth_gss/gss_mech_switch.c */
    {"ip_tables", NEEDS("iptable_filter")},					 /* net/netfilter/x_tables.c: */
    {"ip6_tables", NEEDS("ip6table_filter")},					 /* the default of iptables(8) */
    {"xt_physdev", NEEDS("br_netfilter")},					 /* net/netfilter/xt_physdev.c */
    {"nft_log", NEEDS("nf_log_syslog", "nfnetlink_log")},			 /* net/netfilter/nft_log.c */
    {"ebt_nflog", NEEDS("nfnetlink_log")},					 /* net/bridge/netfilter/ebt_nflog.c */
    {"nf_conntrack_netlink", NEEDS("nf_nat")},					 /* nf_conntrack_netlink.c */
    {"can", NEEDS("can_raw", "can_bcm")},					 /* net/can/af_can.c */
    {"vcan", NEEDS("can", "can_raw")},						 /* the same */
    {"iwlwifi", NEEDS("iwlmvm", "iwldvm")},					 /* iwlwifi/iwl-drv.c */
    {"mlx4_core", NEEDS("mlx4_en")},						 /* mellanox/mlx4/main.c */
    {"target_core_mod", NEEDS("target_core_iblock", "target_core_file")},	 /* target_core_transport.c */
    {NULL, NULL},
};
