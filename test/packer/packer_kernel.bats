# SPDX-License-Identifier: MIT
# packer -k: finds the kernel and its configuration.
load ../helpers
load ../packer_helpers
load ../kernel_helpers

# plan_for KERNEL ARGUMENT...: plans the smallest image for a kernel
plan_for() {
	run --separate-stderr packer --plan -b "$GUEST/args" -k "$@"
}

# Expects that packer read the configuration $1: like all here, it lacks DEVTMPFS.
expect_config() {
	expect_status 0
	expect_in "$stderr" "Lull's init needs CONFIG_DEVTMPFS=y, which $1 does not set"
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 1
}

# packer's warnings about a program for Linux 99 and one for another machine show the kernel's version and machine.
expect_release() {
	[ -f "$WORK/late" ] || printf '%s\n' '.globl _start' '_start: hlt' '.section .note.ABI-tag,"a",@note' \
		'.long 4, 16, 1' '.asciz "GNU"' '.long 0, 99, 0, 0' | gcc -x assembler -nostdlib -static -o "$WORK/late" -
	run --separate-stderr packer --plan -b "$WORK/late" -k "$1"
	expect_status 0
	expect_in "$stderr" "it requires Linux 99.0.0 or later, but the kernel is $2;"
}

@test "packer identifies the kernel of make kernel as file(1) does" {
	local release
	[[ $(file -bL "$KERNEL") =~ version\ ([^ ]+) ]]
	release=${BASH_REMATCH[1]}
	plan_for "$KERNEL"
	expect_status 0
	expect_equal "$stderr" ''
	expect_release "$KERNEL" "$release"
	expect_release "$ROOT/build/kernel" "$release"
}

@test "-k FILE reads the configuration in the same directory" {
	make_kernel "$WORK/k" DEVTMPFS
	plan_for "$WORK/k/vmlinuz"
	expect_config "$WORK/k/config"
	expect_release "$WORK/k/vmlinuz" 6.1.0-made
	plan_for "$WORK/k"
	expect_config "$WORK/k/config"
	mkdir "$WORK/boot"
	mv "$WORK/k/vmlinuz" "$WORK/boot/vmlinuz-6.1.0-made"
	mv "$WORK/k/config" "$WORK/boot/config-6.1.0-made"
	plan_for "$WORK/boot/vmlinuz-6.1.0-made"
	expect_config "$WORK/boot/config-6.1.0-made"
	cd "$WORK/boot"
	plan_for vmlinuz-6.1.0-made
	expect_config ./config-6.1.0-made
	ln -s boot/vmlinuz-6.1.0-made "$WORK/vmlinuz"
	plan_for "$WORK/vmlinuz"
	expect_config "$WORK/boot/config-6.1.0-made"
}

@test "-k RELEASE finds the kernel in another system's tree" {
	local sys=$WORK/sys
	mkdir -p "$sys/boot" "$sys/usr/lib/modules/6.1.0-made"
	ln -s usr/lib "$sys/lib"
	make_kernel "$WORK/k" DEVTMPFS
	mv "$WORK/k/vmlinuz" "$sys/boot/vmlinuz-6.1.0-made"
	mv "$WORK/k/config" "$sys/boot/config-6.1.0-made"
	touch "$sys/lib/modules/6.1.0-made/modules.order"
	run --separate-stderr packer --plan -r "$sys" -b "$GUEST/args" -k 6.1.0-made
	expect_status 3
	expect_in "$stderr" "looked for $sys$GUEST/args"
	cd "$WORK"
	cp "$GUEST/args" .
	plan_for() { run --separate-stderr packer --plan -r "$sys" -b ./args -k "$@"; }
	plan_for 6.1.0-made
	expect_config "$sys/boot/config-6.1.0-made"
	plan_for /boot/vmlinuz-6.1.0-made
	expect_config "$sys/boot/config-6.1.0-made"
	ln -s boot/vmlinuz-6.1.0-made "$sys/vmlinuz"
	plan_for /vmlinuz
	expect_config "$sys/boot/config-6.1.0-made"
	plan_for /lib/modules/6.1.0-made
	expect_config "$sys/boot/config-6.1.0-made"
	plan_for 6.1.0-other
	expect_status 3
	expect_in "$stderr" "cannot find the kernel 6.1.0-other: no $sys/boot/vmlinuz-6.1.0-other, no $sys/lib/modules/"
	plan_for /boot/vmlinuz-6.1.0-other
	expect_status 3
	expect_in "$stderr" 'cannot use -k /boot/vmlinuz-6.1.0-other: No such file or directory'
}

@test "links do not lead out of another system's tree" {
	local sys=$WORK/sys
	mkdir -p "$sys/boot" "$sys/k"
	make_kernel "$WORK/k" DEVTMPFS
	cp "$GUEST/args" "$WORK"
	cd "$WORK"
	plan_for() { run --separate-stderr packer --plan -r "$sys" -b ./args -k "$@"; }
	ln -s "$WORK/k/vmlinuz" "$sys/boot/vmlinuz-1"
	for name in / 1 /boot/vmlinuz-1; do
		plan_for "$name"
		expect_status 3
	done
	cp "$WORK/k/vmlinuz" "$sys/k/vmlinuz-1"
	ln -s "$WORK/k/config" "$sys/k/config-1"
	plan_for /k/vmlinuz-1
	expect_status 0
	expect_in "$stderr" 'the image is not checked against these unknown facts about /k/vmlinuz-1: configuration;'
	mkdir -p "$sys$WORK/k"
	cp "$WORK/k/config" "$sys$WORK/k/"
	plan_for /k/vmlinuz-1
	expect_config "$sys$WORK/k/config"
}

@test "-k accepts an unpacked package, and refuses one with several kernels" {
	mkdir -p "$WORK/p/boot" "$WORK/p/lib/modules/6.1.0-made"
	make_kernel "$WORK/k" DEVTMPFS
	mv "$WORK/k/vmlinuz" "$WORK/p/boot/vmlinuz-6.1.0-made"
	mv "$WORK/k/config" "$WORK/p/boot/config-6.1.0-made"
	touch "$WORK/p/lib/modules/6.1.0-made/modules.dep"
	plan_for "$WORK/p"
	expect_config "$WORK/p/boot/config-6.1.0-made"
	cp "$WORK/p/boot/vmlinuz-6.1.0-made" "$WORK/p/boot/vmlinuz-6.2"
	plan_for "$WORK/p"
	expect_status 3
	expect_in "$stderr" "there are several kernels in it; name one of $WORK/p/boot/vmlinuz-*"
	plan_for "$WORK/p/boot/vmlinuz-6.1.0-made"
	expect_config "$WORK/p/boot/config-6.1.0-made"
	rm -r "$WORK/p/boot"
	plan_for "$WORK/p"
	expect_status 0
	expect_equal "$stderr" "packer: warning: the image is not checked against these unknown facts about $WORK/p: \
configuration, machine; there is no config next to it"
	mkdir "$WORK/p/lib/modules/6.2"
	plan_for "$WORK/p"
	expect_status 3
	expect_in "$stderr" "name one of $WORK/p/lib/modules/*"
	mkdir "$WORK/a*b" "$WORK/a1b"
	cp -r "$WORK/p/lib" "$WORK/a1b/"
	plan_for "$WORK/a*b"
	expect_status 3
	expect_in "$stderr" 'it has no vmlinuz, boot/vmlinuz-* or modules.dep'
}

@test "a configuration compressed by gzip, like /proc/config.gz, is read" {
	make_kernel "$WORK/k" DEVTMPFS
	gzip "$WORK/k/config"
	mv "$WORK/k/config.gz" "$WORK/k/config"
	plan_for "$WORK/k"
	expect_config "$WORK/k/config"
	head -c 1000 "$WORK/k/config" >"$WORK/cut"
	mv "$WORK/cut" "$WORK/k/config"
	plan_for "$WORK/k"
	expect_status 3
	expect_in "$stderr" "cannot use $WORK/k/config as a kernel configuration: it has no line CONFIG_NAME=VALUE"
	echo 'no configuration' >"$WORK/k/config"
	plan_for "$WORK/k"
	expect_status 3
	: >"$WORK/k/config"
	plan_for "$WORK/k"
	expect_status 3
	expect_in "$stderr" "cannot use $WORK/k/config"
}

@test "a configuration inside the kernel is read, plain and compressed by each method" {
	full_config "$WORK/without" DEVTMPFS
	make_vmlinux "$WORK/vmlinux" 6.1.0-within "$WORK/without"
	plan_for "$WORK/vmlinux"
	expect_config "$WORK/vmlinux"
	expect_release "$WORK/vmlinux" 6.1.0-within
	local method
	for method in 'gzip' 'zstd' 'xz --check=crc32' 'lzma' 'bzip2' 'lz4 -l'; do
		$method -c <"$WORK/vmlinux" >"$WORK/packed"
		make_bzimage "$WORK/vmlinuz" 6.1.0-made "$WORK/packed"
		plan_for "$WORK/vmlinuz"
		expect_config "$WORK/vmlinuz"
		expect_release "$WORK/vmlinuz" 6.1.0-made
	done
	# The configuration next to the kernel takes precedence.
	full_config "$WORK/config"
	plan_for "$WORK/vmlinuz"
	expect_status 0
	expect_equal "$stderr" ''
}

@test "a kernel that is just a compressed file is accepted" {
	full_config "$WORK/without" DEVTMPFS
	make_vmlinux "$WORK/vmlinux" 6.1.0-within "$WORK/without"
	gzip "$WORK/vmlinux"
	plan_for "$WORK/vmlinux.gz"
	expect_config "$WORK/vmlinux.gz"
	gzip -c "$WORK/without" >"$WORK/none.gz"
	plan_for "$WORK/none.gz"
	expect_status 3
	expect_in "$stderr" "cannot use $WORK/none.gz as a kernel: it is not a bzImage, Image or vmlinux"
}

@test "invalid and unreadable kernels are errors" {
	local name
	: >"$WORK/empty"
	echo text >"$WORK/text"
	mkdir "$WORK/folder"
	for name in empty text; do
		plan_for "$WORK/$name"
		expect_status 3
		expect_equal "$stderr" "packer: cannot use $WORK/$name as a kernel: it is not a bzImage, Image or vmlinux"
	done
	plan_for /bin/true
	expect_status 3
	expect_in "$stderr" 'cannot use /bin/true as a kernel'
	plan_for "$WORK/folder"
	expect_status 3
	expect_in "$stderr" "cannot use -k $WORK/folder: it has no vmlinuz"
	plan_for "$WORK/nowhere"
	expect_status 3
	expect_in "$stderr" "cannot use -k $WORK/nowhere: No such file or directory"
	plan_for 9.9.9
	expect_status 3
	expect_in "$stderr" 'cannot find the kernel 9.9.9: no /boot/vmlinuz-9.9.9, no /lib/modules/9.9.9, no file or directory'
	make_kernel "$WORK/k"
	chmod 0 "$WORK/k/vmlinuz"
	other_packer
	cp "$GUEST/args" "$WORK/args"
	run --separate-stderr as_user "$WORK/bin/packer" --plan -b "$WORK/args" -k "$WORK/k"
	expect_status 3
	expect_in "$stderr" "cannot read the kernel $WORK/k/vmlinuz: Permission denied"
	chmod 644 "$WORK/k/vmlinuz"
	chmod 0 "$WORK/k/config"
	run --separate-stderr as_user "$WORK/bin/packer" --plan -b "$WORK/args" -k "$WORK/k"
	expect_status 3
	expect_in "$stderr" "cannot read the configuration $WORK/k/config: Permission denied"
}

@test "a missing configuration is reported, and everything else is checked" {
	make_bzimage "$WORK/vmlinuz" 6.1.0-made
	plan_for "$WORK/vmlinuz"
	expect_status 0
	expect_equal "$stderr" "packer: warning: the image is not checked against these unknown facts about $WORK/vmlinuz: \
configuration; there is no config next to it or in it (CONFIG_IKCONFIG)"
	expect_release "$WORK/vmlinuz" 6.1.0-made
}
