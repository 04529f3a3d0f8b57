/* SPDX-License-Identifier: MIT */
#include "companions.h"

#include <stddef.h>

static const char *const disks[] = {"sd_mod", NULL};
static const char *const usb_disks[] = {"xhci_pci", "ehci_pci", "uhci_hcd", "ohci_pci", "sd_mod", NULL};
static const char *const usb_hosts[] = {"xhci_pci", "ehci_pci", "uhci_hcd", "ohci_pci", NULL};
static const char *const virtio[] = {"virtio_pci", "virtio_mmio", NULL};
static const char *const virtio_disks[] = {"virtio_pci", "virtio_mmio", "sd_mod", "sr_mod", NULL};
static const char *const virtio_9p[] = {"9pnet_virtio", "virtio_pci", "virtio_mmio", NULL};

const struct companions companions[] = {
    {"virtio_scsi", virtio_disks},
    {"virtio_[bcgirs]*", virtio}, /* blk, balloon, console, crypto, gpu, input, rng, snd */
    {"virtio_net", virtio},
    {"virtio_fs", virtio},
    {"virtiofs", virtio},
    {"*virtio_transport", virtio}, /* vsock */
    {"9p", virtio_9p},
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
    {NULL, NULL},
};
