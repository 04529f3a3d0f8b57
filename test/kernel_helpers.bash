# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Kernels made for tests of packer -k, and the configuration of real ones: `load kernel_helpers`.
#
# prepare_configure: sets SOURCE, the source of the default version, and OUT, the folder in which all tests of a file
# configure
prepare_configure() {
	export OUT=$BATS_FILE_TMPDIR/out
	SOURCE=$("$ROOT/scripts/kernel/kernel-source")
	export SOURCE
}

configure() {
	run --separate-stderr "$ROOT/scripts/kernel/configure-kernel" -s "$SOURCE" -o "$OUT" "$@"
}

# lock_kernels: keeps other files from building these kernels until the calling shell ends. Not on descriptor 9, which
# build-kernel uses.
lock_kernels() {
	exec 8>"$KERNELS/lock"
	flock 8
}

# build_kernels: builds the two kernels of the long tests. The first file that calls it compiles them, the others wait;
# the cache keeps them. QEMU_KERNEL: the preset qemu. LACKING: the same of 6.12, without options that images need, and
# with the kernel's crash test driver. Each file has its own folders of links, since kernels.bats rebuilds in KERNELS.
build_kernels() {
	export KERNELS=$ROOT/build/test/kernels QEMU_KERNEL=$BATS_FILE_TMPDIR/qemu LACKING=$BATS_FILE_TMPDIR/lacking
	{
		printf '# CONFIG_%s is not set\n' BINFMT_SCRIPT RD_GZIP EPOLL FUTEX DEVTMPFS SYSVIPC
		printf 'CONFIG_%s=y\n' DEBUG_FS RUNTIME_TESTING_MENU LKDTM SOFTLOCKUP_DETECTOR DETECT_HUNG_TASK
	} >"$BATS_FILE_TMPDIR/lacking.config"
	mkdir -p "$KERNELS" "$QEMU_KERNEL" "$LACKING"
	(
		lock_kernels
		"$ROOT/scripts/kernel/build-kernel" -o "$KERNELS/qemu" qemu
		"$ROOT/scripts/kernel/build-kernel" -s 6.12 -o "$KERNELS/lacking" qemu "$BATS_FILE_TMPDIR/lacking.config"
		for kernel in qemu lacking; do
			find "$KERNELS/$kernel" -maxdepth 1 -type l -exec cp -P -t "$BATS_FILE_TMPDIR/$kernel" {} +
		done
	)
}

# put FILE OFFSET BYTES: writes the bytes, a format of printf(1)
put() {
	printf "$3" | dd of="$1" bs=1 seek="$(($2))" conv=notrunc status=none
}

# make_bzimage FILE RELEASE [PACKED]: makes the header of an x86-64 kernel, with the file PACKED or without payload
make_bzimage() {
	head -c 4096 /dev/zero >"$1"
	put "$1" 0x1f1 '\001'
	put "$1" 0x202 'HdrS\017\002'
	put "$1" 0x20e '\000\001'
	put "$1" 0x236 '\001'
	put "$1" 0x300 "$2 (gcc) #1 SMP\\000"
	[ $# -gt 2 ] || return 0
	local size
	size=$(wc -c <"$3")
	# The payload starts after the first two sectors.
	put "$1" 0x248 '\000\014\000\000'
	put "$1" 0x24c "$(printf '\\%03o\\%03o\\%03o\\000' $((size % 256)) $((size / 256 % 256)) $((size / 65536)))"
	cat "$3" >>"$1"
}

# make_vmlinux FILE RELEASE CONFIG: makes an ELF file with the parts of a vmlinux that packer reads, and a configuration
make_vmlinux() {
	gzip -c "$3" >"$WORK/ikconfig.gz"
	printf '%s\n' '.globl _start' '_start: hlt' '.section .rodata' ".asciz \"Linux version $2 (gcc)\"" \
		'.ascii "IKCFG_ST"' ".incbin \"$WORK/ikconfig.gz\"" '.ascii "IKCFG_ED"' |
		gcc -x assembler -nostdlib -static -no-pie -Wl,--build-id=none -o "$1" -
}

# full_config FILE [OPTION]...: copies the configuration of `make kernel`, without the options
full_config() {
	local file=$1 option
	cp -L "$ROOT/build/kernel/config" "$file"
	chmod u+w "$file"
	shift
	for option; do
		grep -q "^CONFIG_$option=" "$file" || fail "$option is not set"
		sed -i "s/^CONFIG_$option=.*/# CONFIG_$option is not set/" "$file"
	done
}

# make_kernel FOLDER [OPTION]...: makes a kernel of release 6.1.0-made, whose configuration lacks the options
make_kernel() {
	mkdir -p "$1"
	make_bzimage "$1/vmlinuz" 6.1.0-made
	full_config "$1/config" "${@:2}"
}
