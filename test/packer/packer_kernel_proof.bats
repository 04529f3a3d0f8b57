# SPDX-License-Identifier: MIT
# packer -k and --check -k: check an image against the kernel that will boot it.
load ../helpers
load ../packer_helpers
load ../kernel_helpers

K() {
	make_kernel "$WORK/k" "$@"
}

pack_for() {
	pack -k "$WORK/k" "$@"
}

# Expects an image and exactly one line that contains all words.
expect_reported() {
	local word
	expect_status 0
	expect_equal "$(ls -A "$OUT")" image
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 1
	for word; do expect_in "$stderr" "$word"; done
}

# Expects no image and exactly one error that contains all words.
expect_one_error() {
	local word
	expect_refused "packer: cannot pack for $WORK/k: "
	expect_equal "$(printf '%s\n' "$stderr" | grep -c 'cannot pack')" 1
	for word; do expect_in "$stderr" "$word"; done
}

# from_assembly FILE TEXT LDARGUMENT...: builds a file, for 32-bit x86 unless AS_FLAGS differs
from_assembly() {
	printf '%b\n' "$2" | as ${AS_FLAGS---32} -o "$WORK/part.o" -
	ld "${@:3}" -o "$1" "$WORK/part.o"
}

# asks FILE NAME ARGUMENT...: builds a program or library that imports a function
asks() {
	compile "$1" "void $2(void); void f(void) { $2(); } int main(void) { f(); return 0; }" -w "${@:3}"
}

# module NAME: copies a module of the kernel of `make kernel` to $WORK/tree/NAME
module() {
	mkdir -p "$WORK/tree"
	find -L "$ROOT/build/kernel/lib/modules" -name dummy.ko -exec cp {} "$WORK/tree/$1" \;
	[ -f "$WORK/tree/$1" ]
}

@test "the demo's programs pass for the kernel of make kernel without messages" {
	PATH=/usr/sbin:/usr/bin:/sbin:/bin pack -k "$ROOT/build/kernel" -b "ls cat ip bash lsblk mount" -f /etc/passwd
	expect_packed
	run --separate-stderr packer --check "$OUT/image" -k "$ROOT/build/kernel"
	expect_status 0
	expect_equal "$output$stderr" ''
	gzip "$OUT/image"
	run --separate-stderr packer --check -k "$KERNEL" "$OUT/image.gz"
	expect_status 0
	expect_equal "$output$stderr" ''
}

@test "no image is written if the kernel lacks what booting or Lull's init requires" {
	local option rest
	while read -r option rest; do
		# shellcheck disable=SC2086 # several options
		K ${option//,/ }
		pack_for -b "$GUEST/args"
		expect_one_error "CONFIG_${option%,*}=y" "which $WORK/k/config does not set: $rest" 'rebuild the kernel'
	done <<-'END'
		BLK_DEV_INITRD panic: no root device is found
		BINFMT_ELF panic: init cannot be executed (error -8)
		TTY no /dev/console: no output
		PROC_FS init cannot read the command line
		TMPFS no memory files for results
		SHMEM,TMPFS no memory files for results
	END
}

@test "options that Lull's init can do without are warnings" {
	local option rest
	while read -r option rest; do
		rm -f "$OUT/image"
		K "$option"
		pack_for -b "$GUEST/args"
		expect_reported 'packer: warning: /init: ' "Lull's init needs CONFIG_$option=y, which $WORK/k/config does not set: $rest"
	done <<-'END'
		PRINTK no output before init
		SYSFS no devices' attributes
		DEVTMPFS only the device nodes
		UNIX98_PTYS no /dev/pts: no terminal for programs
		SERIAL_8250_CONSOLE console=ttyS0 shows nothing
		ACPI the machine halts
	END
	rm "$OUT/image"
	K
	sed -i 's/^CONFIG_SERIAL_8250=y/CONFIG_SERIAL_8250=m/' "$WORK/k/config"
	pack_for -b "$GUEST/args"
	expect_reported "CONFIG_SERIAL_8250=y, which $WORK/k/config has as a module, but it is needed before any can be loaded"
}

@test "another init requires only what every image requires" {
	K PROC_FS SYSFS DEVTMPFS TTY
	pack_for --init "$GUEST/args"
	expect_packed
	rm "$OUT/image"
	K BLK_DEV_INITRD
	pack_for --init "$GUEST/args"
	expect_one_error 'an image needs CONFIG_BLK_DEV_INITRD=y'
}

@test "scripts require kernel support: as programs, in a tree, as /init" {
	mkdir "$WORK/tree"
	script "$WORK/tree/one" "#!$GUEST/args\n"
	cp "$WORK/tree/one" "$WORK/tree/two"
	K BINFMT_SCRIPT
	pack_for -b "$WORK/tree/one $WORK/tree/two"
	expect_one_error "$WORK/tree/one and 1 more: a script needs CONFIG_BINFMT_SCRIPT=y" '"Exec format error"'
	pack_for -f "$WORK/tree"
	expect_reported "packer: warning: $WORK/tree/one and 1 more: a script needs CONFIG_BINFMT_SCRIPT=y"
	rm "$OUT/image"
	chmod -x "$WORK"/tree/*
	pack_for -f "$WORK/tree"
	expect_packed
	rm "$OUT/image"
	chmod +x "$WORK"/tree/*
	sed -i 's/^# CONFIG_BINFMT_SCRIPT is.*/CONFIG_BINFMT_SCRIPT=m/' "$WORK/k/config"
	pack_for -b "$WORK/tree/one"
	expect_reported 'packer: warning: ' "$WORK/k/config has as a module, until that is loaded: \"Exec format error\""
	rm "$OUT/image"
	pack_for --init "$WORK/tree/one"
	expect_one_error '/init: a script needs' 'has as a module, but it is needed before any can be loaded'
}

@test "programs for another machine, 32-bit and x32 programs are checked" {
	local start='.globl _start\n_start: hlt'
	K
	AS_FLAGS=--32 from_assembly "$WORK/narrow" "$start" -m elf_i386
	pack_for -b "$WORK/narrow"
	expect_packed
	K IA32_EMULATION
	rm "$OUT/image"
	pack_for -b "$WORK/narrow"
	expect_one_error "$WORK/narrow: a 32-bit program needs CONFIG_IA32_EMULATION=y"
	AS_FLAGS=--x32 from_assembly "$WORK/x32" "$start" -m elf32_x86_64
	pack_for -b "$WORK/x32"
	expect_one_error "$WORK/x32: an x32 program needs CONFIG_X86_X32_ABI=y or CONFIG_X86_X32=y" '; set one and rebuild'
	mkdir "$WORK/tree"
	cp "$GUEST/args" "$WORK/tree/arm64"
	put "$WORK/tree/arm64" 18 '\267'
	pack_for -f "$WORK/tree:/data"
	expect_reported "packer: warning: /data/arm64: it is for aarch64-linux-gnu, but the kernel is for x86_64-linux-gnu"
	rm "$OUT/image"
	# Such as firmware.
	chmod -x "$WORK/tree/arm64"
	pack_for -f "$WORK/tree:/data"
	expect_packed
	rm "$OUT/image"
	chmod +x "$WORK/tree/arm64"
	pack_for --init "$WORK/tree/arm64"
	expect_one_error '/init: it is for aarch64-linux-gnu, but the kernel is for x86_64-linux-gnu'
}

@test "an arm64 kernel is detected by its header, and 32-bit programs on it are checked" {
	K
	head -c 4096 /dev/zero >"$WORK/k/vmlinuz"
	put "$WORK/k/vmlinuz" 56 'ARM\144'
	put "$WORK/k/vmlinuz" 512 'Linux version 6.1.0-arm (x)'
	pack_for -b "$GUEST/args"
	local first
	first=$(printf '%s\n' /init "$GUEST/args" | LC_ALL=C sort | head -n 1)
	expect_one_error "$first and 1 more: it is for x86_64-linux-gnu, but the kernel is for aarch64-linux-gnu"
	cp "$GUEST/args" "$WORK/arm64"
	put "$WORK/arm64" 18 '\267'
	pack_for --init "$WORK/arm64"
	expect_packed
	rm "$OUT/image"
	AS_FLAGS=--32 from_assembly "$WORK/arm" '.globl _start\n_start: hlt' -m elf_i386
	put "$WORK/arm" 18 '\050'
	sed -i '/^CONFIG_COMPAT=/d' "$WORK/k/config"
	pack_for --init "$WORK/arm64" -b "$WORK/arm"
	expect_one_error "$WORK/arm: a 32-bit program needs CONFIG_COMPAT=y"
}

@test "functions that programs and libraries import are checked" {
	asks "$WORK/one" epoll_create1
	asks "$WORK/two" epoll_create
	asks "$WORK/libasks.so" inotify_init -shared -fPIC -Wl,-soname,libasks.so
	compile "$WORK/user" 'void f(void); int main(void) { f(); return 0; }' -w "$WORK/libasks.so" "-Wl,-rpath,$WORK"
	K EPOLL INOTIFY_USER
	pack_for -b "$WORK/one $WORK/two"
	expect_reported "packer: warning: $WORK/one and 1 more: epoll_create1, epoll_create need CONFIG_EPOLL=y" ': ENOSYS;'
	rm "$OUT/image"
	pack_for -b "$WORK/user"
	expect_reported "packer: note: $WORK/libasks.so: inotify_init needs CONFIG_INOTIFY_USER=y"
	rm "$OUT/image"
	asks "$WORK/three" inotify_init
	pack_for -b "$WORK/user $WORK/three"
	expect_reported "packer: warning: $WORK/three and 1 more: inotify_init needs"
	rm "$OUT/image"
	compile "$WORK/static" 'int epoll_create1(int); int main(void) { return epoll_create1(0); }' -static
	pack_for -b "$WORK/static"
	expect_packed
	rm "$OUT/image"
	K
	sed -i 's/^CONFIG_UNIX=y/CONFIG_UNIX=m/' "$WORK/k/config"
	asks "$WORK/four" socketpair
	pack_for -b "$WORK/four"
	expect_reported "socketpair needs CONFIG_UNIX=y, which $WORK/k/config has as a module, until that is loaded: ENOSYS, or EAFNO"
}

@test "symbols are found with either hash table and without" {
	local style
	K EPOLL
	for style in gnu sysv both; do
		asks "$WORK/program" epoll_create "-Wl,--hash-style=$style"
		pack_for -b "$WORK/program"
		expect_reported 'epoll_create needs CONFIG_EPOLL=y'
		rm "$OUT/image"
		strip --strip-section-headers "$WORK/program" 2>/dev/null || strip "$WORK/program"
		pack_for -b "$WORK/program"
		expect_reported 'epoll_create needs CONFIG_EPOLL=y'
		rm "$OUT/image"
	done
}

@test "a program for a later kernel is a warning, or an error if its loader would refuse it" {
	local note='.section .note.ABI-tag,"a",@note\n.long 4, 16, 1\n.asciz "GNU"\n.long 0, 99, 1, 2'
	K
	AS_FLAGS=--64 from_assembly "$WORK/late" ".globl _start\n_start: hlt\n$note"
	pack_for -b "$WORK/late"
	expect_reported "packer: warning: $WORK/late: it requires Linux 99.1.2 or later, but the kernel is 6.1.0-made"
	rm "$OUT/image"
	AS_FLAGS=--64 from_assembly "$WORK/strict" ".globl _start\n_start: hlt\n.asciz \"FATAL: kernel too old\"\n$note"
	pack_for -b "$WORK/strict"
	expect_one_error "$WORK/strict: it requires Linux 99.1.2"
	AS_FLAGS=--64 from_assembly "$WORK/ld-made.so" '.globl x\nx: .asciz "FATAL: kernel too old"' -shared -soname ld-made.so
	AS_FLAGS=--64 from_assembly "$WORK/dynamic" ".globl _start\n_start: hlt\n$note" -pie --no-dynamic-linker \
		--dynamic-linker "$WORK/ld-made.so"
	pack_for -b "$WORK/dynamic"
	expect_one_error "$WORK/dynamic: it requires Linux 99.1.2"
}

@test "a program for a newer processor is reported, but not a library variant" {
	K
	compile "$WORK/v3" 'int main(void) { return 0; }' -Wl,-z,x86-64-v3
	compile "$WORK/v2" 'int main(void) { return 0; }' -Wl,-z,x86-64-v2
	pack_for -b "$WORK/v3"
	expect_reported "packer: warning: $WORK/v3: it requires an x86-64-v3 processor" 'and that of bench boot --exact; compile'
	rm "$OUT/image"
	pack_for -b "$WORK/v2"
	expect_reported "packer: warning: $WORK/v2: it requires an x86-64-v2 processor" "such as QEMU's default; compile"
	rm "$OUT/image"
	mkdir -p "$WORK/lib/glibc-hwcaps/x86-64-v3"
	compile "$WORK/lib/libmade.so" 'int f(void) { return 0; }' -shared -Wl,-soname,libmade.so
	compile "$WORK/lib/glibc-hwcaps/x86-64-v3/libmade.so" 'int f(void) { return 0; }' -shared -Wl,-soname,libmade.so \
		-Wl,-z,x86-64-v3
	compile "$WORK/user" 'int f(void); int main(void) { return f(); }' "$WORK/lib/libmade.so" "-Wl,-rpath,$WORK/lib"
	pack_for -b "$WORK/user"
	expect_packed
	expect_in "$(paths)" glibc-hwcaps/x86-64-v3/libmade.so
}

# bats test_tags=boot
@test "a program for a newer processor fails under bench boot --exact, as reported" {
	compile "$WORK/v3" 'int main(void) { return 0; }' -Wl,-z,x86-64-v3
	compile "$WORK/v2" 'int main(void) { return 0; }' -Wl,-z,x86-64-v2
	pack -b "$WORK/v2 $WORK/v3"
	expect_packed
	use_state "$WORK"
	IMAGE=$OUT/image
	boot --exact -- v2
	expect_status 0
	boot --exact -- v3
	expect_status 127
	expect_in "$stderr$output" 'CPU ISA level is lower than required'
}

@test "modules of this kernel are accepted, those of others refused" {
	local name=$WORK/tree/dummy.ko release
	module dummy.ko
	cp "$name" "$WORK/tree/.ko" # it has no name, so nothing can need it
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	expect_packed
	rm "$WORK/tree/.ko"
	rm "$OUT/image"
	# With checksums the release is not compared.
	sed -i 's/vermagic=6\./vermagic=5./' "$name"
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	expect_packed
	rm "$OUT/image"
	put "$name" "$(($(grep -abo module_layout "$name" | head -n 1 | cut -d : -f 1) - 8))" '\001\002'
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	expect_refused '/lib/modules/dummy.ko: it cannot be loaded: it is for another kernel than'
	expect_in "$stderr" 'the checksums of module_layout differ'
	sed -i 's/ SMP / UMP /' "$name"
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	release=$(cd "$ROOT/build/kernel/lib/modules" && echo *)
	expect_refused "it cannot be loaded: it is for \"5.${release#*.} UMP "
	expect_in "$stderr" ", but the kernel is \"$release SMP "
	put "$name" 18 '\267'
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	expect_refused 'it cannot be loaded: it is for aarch64-linux-gnu, but the kernel is for x86_64-linux-gnu'
	echo none >"$name"
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	expect_refused '/lib/modules/dummy.ko: it is not a kernel module, or has no vermagic'
	# Outside /lib/modules a file named .ko may be a text in Korean.
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/usr/share/doc"
	expect_packed
}

# bats test_tags=boot
@test "the kernel of make kernel executes and loads as packer predicted" {
	local layout
	AS_FLAGS=--32 from_assembly "$WORK/narrow" '.globl _start\n_start: mov $1, %eax\nmov $7, %ebx\nint $0x80' -m elf_i386
	AS_FLAGS=--x32 from_assembly "$WORK/x32" '.globl _start\n_start: hlt' -m elf32_x86_64
	module signed.ko
	# objcopy drops the signature, which would no longer be valid.
	objcopy "$WORK/tree/signed.ko" "$WORK/tree/dummy.ko"
	rm "$WORK/tree/signed.ko"
	layout=$(($(grep -abo module_layout "$WORK/tree/dummy.ko" | head -n 1 | cut -d : -f 1) - 8))
	sed 's/vermagic=6\./vermagic=5./' "$WORK/tree/dummy.ko" >"$WORK/tree/release.ko"
	sed 's/ SMP / UMP /' "$WORK/tree/dummy.ko" >"$WORK/tree/flags.ko"
	cp "$WORK/tree/dummy.ko" "$WORK/tree/sums.ko"
	put "$WORK/tree/sums.ko" "$layout" '\001\002'
	PATH=/usr/sbin:/usr/bin:/sbin:/bin pack -b "bash insmod rmmod $WORK/narrow $WORK/x32" -f "$WORK/tree:/m"
	expect_packed
	run --separate-stderr packer --check "$OUT/image" -k "$KERNEL"
	expect_status 1
	expect_in "$stderr" "$WORK/x32: an x32 program needs"
	expect_in "$stderr" '/m/flags.ko: it cannot be loaded'
	expect_in "$stderr" '/m/sums.ko: it cannot be loaded'
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 3
	use_state "$WORK"
	IMAGE=$OUT/image
	boot -- bash -c "$WORK/narrow; echo narrow \$?; $WORK/x32; echo x32 \$?
		for m in dummy release flags sums; do insmod /m/\$m.ko && rmmod dummy; echo \$m \$?; done"
	expect_status 0
	expect_equal "$(paste -sd ' ' <<<"$output")" 'narrow 7 x32 126 dummy 0 release 0 flags 1 sums 1'
	expect_in "$stderr" 'Invalid module format'
}

@test "modules are checked with only a release and a configuration" {
	local name=$WORK/tree/dummy.ko
	module dummy.ko
	K
	pack_for -f "$WORK/tree"
	expect_reported "packer: warning: $name: it can be loaded only if all checksums match: it is for \"" 'the kernel is "6.1.0-made SMP'
	rm "$OUT/image"
	K MODVERSIONS
	pack_for -f "$WORK/tree"
	expect_one_error "$name: it cannot be loaded: it is for \"" 'but the kernel is "6.1.0-made SMP preempt mod_unload"'
	make_bzimage "$WORK/k/vmlinuz" "$(cd "$ROOT/build/kernel/lib/modules" && echo *)"
	K2=$WORK/k
	full_config "$K2/config"
	pack_for -f "$WORK/tree"
	expect_packed
	rm "$OUT/image"
	full_config "$K2/config" SMP
	pack_for -f "$WORK/tree"
	expect_one_error 'it cannot be loaded'
	full_config "$K2/config" PREEMPT_BUILD
	pack_for -f "$WORK/tree"
	expect_one_error 'but the kernel is "' ' SMP mod_unload modversions"'
	full_config "$K2/config" MODULES
	pack_for -f "$WORK/tree"
	expect_one_error "$name: a module needs CONFIG_MODULES=y"
}

@test "compressed modules must suit init, and broken modules are refused" {
	local method
	for method in gzip:gz 'xz --check=crc32:xz' 'zstd -q:zst'; do
		rm -rf "$WORK/tree" "$OUT/image"
		module dummy.ko
		${method%:*} -c <"$WORK/tree/dummy.ko" >"$WORK/tree/dummy.ko.${method#*:}"
		rm "$WORK/tree/dummy.ko"
		pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
		expect_reported "packer: warning: /usr/lib/modules/dummy.ko.${method#*:}: a packed module needs CONFIG_MODULE_DECOMPRESS=y and"
	done
	head -c 100 "$WORK/tree/dummy.ko.zst" >"$WORK/cut"
	mv "$WORK/cut" "$WORK/tree/dummy.ko.zst"
	rm "$OUT/image"
	pack -k "$ROOT/build/kernel" -f "$WORK/tree:/lib/modules"
	expect_refused '/lib/modules/dummy.ko.zst: the compressed data are truncated'
}

@test "--check -k checks the compression of all members" {
	local method option
	pack -b "$GUEST/args"
	mkdir "$WORK/more"
	echo x >"$WORK/more/x"
	write_image "$WORK/second" "$WORK/more"
	for method in 'gzip:GZIP' 'bzip2:BZIP2' 'xz --check=crc32:XZ' 'lzma:LZMA' 'lz4 -l:LZ4' 'zstd -q:ZSTD'; do
		option=RD_${method#*:}
		K "$option"
		{ cat "$OUT/image"; ${method%:*} -c <"$WORK/second"; } >"$WORK/image"
		run --separate-stderr packer --check "$WORK/image" -k "$WORK/k"
		expect_status 1
		expect_in "$stderr" "packer: $WORK/image: compression by $(echo "${method#*:}" | tr A-Z a-z) needs CONFIG_$option=y"
		expect_in "$stderr" 'not configured", then a panic'
		run --separate-stderr packer --check "$OUT/image" -k "$WORK/k"
		expect_status 0
	done
}

@test "--check -k checks any image; warnings do not change the status" {
	local tree=$WORK/any
	mkdir -p "$tree/bin" "$tree/dev"
	cp "$GUEST/args" "$tree/init"
	script "$tree/bin/one" '#!/init\n'
	script "$tree/bin/two" '#!/init\n'
	K BINFMT_SCRIPT TTY PROC_FS
	write_image "$WORK/image" "$tree"
	run --separate-stderr packer --check "$WORK/image" -k "$WORK/k/vmlinuz"
	expect_status 1
	expect_equal "$stderr" "packer: $WORK/image: /bin/one and 1 more: a script needs CONFIG_BINFMT_SCRIPT=y, which \
$WORK/k/config does not set: \"Exec format error\"; for /init \"error -8\" and a panic; set it and rebuild the kernel"
	cp "$ROOT/build/init" "$tree/init"
	rm "$tree/bin/one" "$tree/bin/two"
	write_image "$WORK/image" "$tree"
	run --separate-stderr packer --check -k "$WORK/k" "$WORK/image"
	expect_status 1
	expect_in "$stderr" "packer: $WORK/image: /init: Lull's init needs CONFIG_TTY=y"
	expect_in "$stderr" "packer: $WORK/image: /init: Lull's init needs CONFIG_PROC_FS=y"
	K DEVTMPFS
	run --separate-stderr packer --check -k "$WORK/k" "$WORK/image"
	expect_status 0
	expect_in "$stderr" "packer: $WORK/image: warning: /init: Lull's init needs CONFIG_DEVTMPFS=y"
	run --separate-stderr packer --check "$WORK/image" -k "$WORK/nowhere"
	expect_status 3
	expect_in "$stderr" "cannot use -k $WORK/nowhere"
	for wrong in "$WORK/image -k" "-k $WORK/k" "$WORK/image $WORK/k" "$WORK/image -k $WORK/k more" "$WORK/image more $WORK/k"; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr packer --check $wrong
		expect_status 2
	done
	run --separate-stderr packer --list "$WORK/image" -k "$WORK/k"
	expect_status 2
}

@test "a block device node is reported for a kernel without block devices" {
	manifest 'node /srv/disk b 8 0' 'node /srv/null c 1 3'
	K BLOCK
	pack_for --manifest "$WORK/m/list" -b "$GUEST/args"
	expect_reported 'packer: warning: /srv/disk: a block device needs CONFIG_BLOCK=y'
}
