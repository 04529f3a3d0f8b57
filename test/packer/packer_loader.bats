# SPDX-License-Identifier: MIT
# Loader features other than DT_NEEDED: variants for processors, filters, audit libraries, files that end a search.
load ../helpers
load ../packer_helpers

# bare FILE ARGUMENT...: builds a shared object that needs only the libraries among the arguments
bare() {
	local out=$1
	shift
	mkdir -p "${out%/*}"
	gcc -nostdlib -shared -fPIC -o "$out" -x c /dev/null -x none -Wl,-soname,"${out##*/}",--no-as-needed "$@"
}

# program ARGUMENT...: builds $WORK/prog, which exits with status 5
program() {
	printf 'int main(void) { return 5; }\n' | gcc -o "$WORK/prog" -x c - -x none -Wl,--no-as-needed "$@"
}

x86_64() {
	need_x86_64 'it is about variants for its processors'
}

planned() {
	packer --plan -b "$WORK/prog" | sed -n "s|^file [0-9]* [0-9]* $WORK/\\([^ ]*\\) .*|\\1|p" | grep -vx prog | sort |
		paste -sd ' ' -
}

@test "library variants for processors are packed with the baseline and their dependencies" {
	x86_64
	bare "$WORK/n/libneed.so"
	bare "$WORK/l/glibc-hwcaps/x86-64-v3/liba.so" "$WORK/n/libneed.so" -Wl,-rpath,'$ORIGIN/../../../n'
	bare "$WORK/l/glibc-hwcaps/x86-64-v9/liba.so"
	bare "$WORK/b/liba.so"
	bare "$WORK/b/glibc-hwcaps/x86-64-v2/liba.so"
	bare "$WORK/c/glibc-hwcaps/x86-64-v2/liba.so"
	program "$WORK/b/liba.so" -Wl,-rpath,"$WORK/l:$WORK/b:$WORK/c"
	expect_equal "$(planned)" \
		'b/glibc-hwcaps/x86-64-v2/liba.so b/liba.so l/glibc-hwcaps/x86-64-v3/liba.so n/libneed.so'
	rm "$WORK/n/libneed.so"
	pack -b "$WORK/prog"
	expect_refused "cannot find libneed.so, a library of $WORK/l/glibc-hwcaps/x86-64-v3/liba.so"
}

@test "a library that exists only for some processors is an error with that reason" {
	x86_64
	bare "$WORK/liba.so"
	bare "$WORK/l/glibc-hwcaps/x86-64-v3/liba.so"
	program "$WORK/liba.so" -Wl,-rpath,"$WORK/l"
	pack -b "$WORK/prog"
	expect_refused "a library of $WORK/prog: only $WORK/l/glibc-hwcaps/x86-64-v3/liba.so, for some processors, exists"
}

@test "the capability directories of old loaders are packed too" {
	x86_64
	/lib64/ld-linux-x86-64.so.2 --help | grep -q '^Legacy HWCAP' || skip 'the loader here has no capability directories'
	bare "$WORK/l/tls/x86_64/liba.so"
	bare "$WORK/l/tls/liba.so"
	bare "$WORK/l/x86_64/libb.so" "$WORK/l/tls/x86_64/liba.so"
	bare "$WORK/l/libb.so"
	program "$WORK/l/x86_64/libb.so" "$WORK/l/tls/liba.so" -Wl,-rpath,"$WORK/l"
	expect_equal "$(planned_for "$WORK/prog")" "$(loaded_by "$WORK/prog")"
	expect_equal "$(planned)" 'l/tls/x86_64/liba.so l/x86_64/libb.so'
	rm -r "$WORK/l/tls/x86_64"
	expect_equal "$(planned_for "$WORK/prog")" "$(loaded_by "$WORK/prog")"
	expect_equal "$(planned)" 'l/tls/liba.so l/x86_64/libb.so'
}

@test "old loaders' variants for other platforms are packed with their dependencies" {
	x86_64
	/lib64/ld-linux-x86-64.so.2 --help | grep -q '^Legacy HWCAP' || skip 'the loader here has no capability directories'
	bare "$WORK/n/libneed.so"
	bare "$WORK/l/haswell/avx512_1/liba.so" "$WORK/n/libneed.so" -Wl,-rpath,'$ORIGIN/../../../n'
	bare "$WORK/l/tls/xeon_phi/liba.so"
	bare "$WORK/l/i686/liba.so"
	bare "$WORK/l/liba.so"
	program "$WORK/l/liba.so" -Wl,-rpath,"$WORK/l"
	expect_equal "$(planned)" 'l/haswell/avx512_1/liba.so l/liba.so l/tls/xeon_phi/liba.so n/libneed.so'
	rm "$WORK/n/libneed.so"
	pack -b "$WORK/prog"
	expect_refused "cannot find libneed.so, a library of $WORK/l/haswell/avx512_1/liba.so"
}

@test "libraries for the values of \$PLATFORM on other processors are packed if they exist" {
	x86_64
	bare "$WORK/x86_64/liba.so"
	bare "$WORK/haswell/liba.so"
	program "$WORK/x86_64/liba.so" -Wl,-rpath,"$WORK/\$PLATFORM"
	expect_equal "$(planned)" 'haswell/liba.so x86_64/liba.so'
}

@test "filters and audit libraries are packed, and some may be missing" {
	bare "$WORK/f/libf.so"
	bare "$WORK/f/libx.so"
	bare "$WORK/f/libd.so"
	bare "$WORK/f/libaudit1.so" "$WORK/f/libd.so" -Wl,-rpath,"$WORK/f"
	bare "$WORK/a/liba.so" -Wl,-F,libf.so,-f,libx.so,-f,libnone.so -Wl,-rpath,"$WORK/f"
	program "$WORK/a/liba.so" -Wl,-rpath,"$WORK/a:$WORK/f" -Wl,--audit,libaudit1.so:libnone.so
	expect_equal "$(planned)" 'a/liba.so f/libaudit1.so f/libd.so f/libf.so f/libx.so'
	rm "$WORK/f/libf.so"
	pack -b "$WORK/prog"
	expect_refused "cannot find libf.so, a library of $WORK/a/liba.so"
}

@test "a name with a token is a separate library for each object that needs it" {
	for d in a b; do
		bare "$WORK/$d/libn.so"
		bare "$WORK/libn.so" -Wl,-soname,'$ORIGIN/libn.so'
		bare "$WORK/$d/lib$d.so" "$WORK/libn.so"
	done
	program "$WORK/a/liba.so" "$WORK/b/libb.so" -Wl,-rpath,"$WORK/a:$WORK/b" -Wl,--allow-shlib-undefined
	expect_equal "$(planned)" 'a/liba.so a/libn.so b/libb.so b/libn.so'
}

@test "files that end the loader's search with an error are refused" {
	bare "$WORK/b/liba.so"
	mkdir "$WORK/a"
	program "$WORK/b/liba.so" -Wl,-rpath,"$WORK/a:$WORK/b"
	mkdir "$WORK/a/liba.so"
	pack -b "$WORK/prog"
	expect_refused "its library $WORK/a/liba.so is not a regular file"
	rmdir "$WORK/a/liba.so"
	printf 'text\n' >"$WORK/a/liba.so"
	pack -b "$WORK/prog"
	expect_refused 'is not a sound ELF file'
	printf 'int a;\n' | gcc -c -x c -o "$WORK/a/liba.so" -
	pack -b "$WORK/prog"
	expect_refused 'is not a shared library'
	ln -sf liba.so "$WORK/a/liba.so"
	pack -b "$WORK/prog"
	expect_refused "its library $WORK/a/liba.so: Too many levels"
}

@test "musl loads the first file of a name, even for another machine" {
	command -v musl-gcc || skip 'no musl-gcc'
	bare "$WORK/b/liba.so"
	printf 'int main(void) { return 5; }\n' |
		musl-gcc -o "$WORK/prog" -x c - -x none -Wl,--no-as-needed "$WORK/b/liba.so" -Wl,-rpath,"$WORK/a:$WORK/b"
	expect_equal "$(planned)" b/liba.so
	bare "$WORK/a/liba.so" -m32
	pack -b "$WORK/prog"
	expect_refused "its library $WORK/a/liba.so is for another machine"
}

@test "a 32-bit program gets 32-bit libraries in addition to the 64-bit ones" {
	[ -e /lib/ld-linux.so.2 ] || skip 'no C library of 32 bits here'
	need_32_bit
	bare "$WORK/64/liba.so"
	bare "$WORK/32/liba.so" -m32
	printf 'void _start(void) { __asm__("mov $1, %%eax; mov $6, %%ebx; int $0x80"); }\n' | gcc -m32 -nostdlib -fPIE -pie \
		-o "$WORK/prog" -x c - -x none -Wl,--no-as-needed "$WORK/32/liba.so" -Wl,-rpath,"$WORK/64:$WORK/32" \
		-Wl,--dynamic-linker,/lib/ld-linux.so.2 -L/lib32 -l:libc.so.6
	local all
	all=$(packer --plan -b "$WORK/prog ls" | sed -n 's/^file .* \(\/[^ ]*\) <- lib.*/\1/p')
	expect_in "$all" "$WORK/32/liba.so"
	expect_not_in "$all" "$WORK/64/liba.so"
	expect_equal "$(printf '%s\n' "$all" | grep -c '/libc.so.6$')" 2
	pack -b "$WORK/prog ls"
	expect_packed
	need_namespaces
	extract
	in_root "$WORK/prog"
	expect_status 6
}

@test "a static PIE needs nothing" {
	printf 'void _start(void) { for (;;) ; }\n' | gcc -nostdlib -static-pie -o "$WORK/prog" -x c -
	expect_equal "$(planned)" ''
	expect_not_in "$(packer --plan -b "$WORK/prog")" 'loader of'
}
