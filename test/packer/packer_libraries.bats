# SPDX-License-Identifier: MIT
# Libraries that packer finds, compared with the loaders.
load ../helpers
load ../packer_helpers

# A program that needs liba, which needs libb; liba and libb are in separate directories.
make_chain() {
	mkdir "$WORK/a" "$WORK/b"
	compile "$WORK/b/libb.so" 'int b(void) { return 7; }' -shared -fPIC -Wl,-soname,libb.so
	compile "$WORK/a/liba.so" 'int b(void); int a(void) { return b(); }' -shared -fPIC -Wl,-soname,liba.so \
		-Wl,--no-as-needed -L"$WORK/b" -lb "${@:2}"
	compile "$WORK/prog" 'int a(void); int main(void) { return a(); }' -Wl,--no-as-needed -L"$WORK/a" -la \
		-Wl,-rpath-link,"$WORK/b" "$1"
}

expect_as_loader() {
	expect_equal "$(planned_for "$1")" "$(loaded_by "$1")"
}

@test "DT_RPATH is inherited, and \$ORIGIN is the directory of each object" {
	make_chain '-Wl,--disable-new-dtags,-rpath,$ORIGIN/a:$ORIGIN/b'
	expect_as_loader "$WORK/prog"
	expect_in "$(planned_for "$WORK/prog")" "$WORK/b/libb.so"
	rm -r "$WORK/a" "$WORK/b"
	make_chain '-Wl,--enable-new-dtags,-rpath,${ORIGIN}/a' '-Wl,--enable-new-dtags,-rpath,$ORIGIN/../b'
	expect_as_loader "$WORK/prog"
	mkdir "$WORK/links"
	ln -s ../prog "$WORK/links/prog"
	expect_as_loader "$WORK/links/prog"
	pack -b "$WORK/links/prog"
	expect_packed
	need_namespaces
	extract
	in_root "$WORK/links/prog"
	expect_status 7
}

@test "DT_RUNPATH is not inherited" {
	make_chain "-Wl,--enable-new-dtags,-rpath,$WORK/a:$WORK/b"
	expect_in "$(LD_TRACE_LOADED_OBJECTS=1 "$WORK/prog")" 'libb.so => not found'
	pack -b "$WORK/prog"
	expect_refused "cannot find libb.so, a library of $WORK/a/liba.so"
}

@test "a library for another machine is skipped" {
	mkdir "$WORK/32"
	make_chain "-Wl,--disable-new-dtags,-rpath,$WORK/32:$WORK/a:$WORK/b"
	compile "$WORK/32/liba.so" 'int a(void) { return 1; }' -m32 -shared -nostdlib
	expect_as_loader "$WORK/prog"
	expect_not_in "$(planned_for "$WORK/prog")" "$WORK/32"
	rm "$WORK/a/liba.so"
	pack -b "$WORK/prog"
	expect_refused 'cannot find liba.so'
}

@test "an empty element of a search path is refused" {
	make_chain "-Wl,--disable-new-dtags,-rpath,:$WORK/a:$WORK/b"
	pack -b "$WORK/prog"
	expect_refused "cannot pack $WORK/prog: it looks for liba.so in its current directory"
}

# prog needs liba, libmiddle and libend, found by -rpath. libmiddle needs libalias, a second name of liba's file in its
# own RUNPATH; libend needs libalias too, but has no path to it.
make_alias() {
	local cc=$1
	mkdir "$WORK/a" "$WORK/b"
	printf 'int a(void) { return 7; }\n' >"$WORK/a.c"
	"$cc" -shared -fPIC -o "$WORK/a/liba.so" "$WORK/a.c" "${@:3}"
	ln ${2:+"$2"} "$WORK/a/liba.so" "$WORK/b/libalias.so"
	printf 'int none;\n' >"$WORK/none.c"
	"$cc" -shared -fPIC -o "$WORK/stub.so" "$WORK/none.c" -Wl,-soname,libalias.so
	"$cc" -shared -fPIC -o "$WORK/a/libmiddle.so" "$WORK/none.c" -Wl,--no-as-needed "$WORK/stub.so" \
		-Wl,--enable-new-dtags,-rpath,"$WORK/b" -Wl,-soname,libmiddle.so
	"$cc" -shared -fPIC -o "$WORK/a/libend.so" "$WORK/none.c" -Wl,--no-as-needed "$WORK/stub.so" \
		-Wl,-soname,libend.so
	printf 'int a(void); int main(void) { return a(); }\n' >"$WORK/prog.c"
	"$cc" -o "$WORK/prog" "$WORK/prog.c" -Wl,--no-as-needed -L"$WORK/a" -la -lmiddle -lend \
		-Wl,--allow-shlib-undefined,--unresolved-symbols=ignore-in-shared-libs \
		-Wl,--enable-new-dtags,-rpath,"$WORK/a"
}

@test "a file with two names is one library, and later lookups find it by either name" {
	need_namespaces
	for symbolic in -s ''; do
		make_alias gcc "$symbolic" -Wl,-soname,liba.so
		status=0
		"$WORK/prog" || status=$?
		expect_status 7
		pack -b "$WORK/prog"
		expect_packed
		extract
		in_root "$WORK/prog"
		expect_status 7
		rm -r "$WORK/a" "$WORK/b" "$WORK/root" "$OUT/image"
	done
}

@test "musl ignores DT_SONAME" {
	command -v musl-gcc || skip 'no musl-gcc'
	mkdir "$WORK/l" "$WORK/none"
	printf 'int m(void) { return 9; }\n' >"$WORK/m.c"
	printf 'int none;\n' >"$WORK/none.c"
	# libx.so has the DT_SONAME liby.so, which does not exist.
	musl-gcc -shared -fPIC -o "$WORK/l/libx.so" "$WORK/m.c" -Wl,-soname,libx.so
	musl-gcc -shared -fPIC -o "$WORK/none/liby.so" "$WORK/none.c" -Wl,-soname,liby.so
	printf 'int m(void); int main(void) { return m(); }\n' >"$WORK/prog.c"
	musl-gcc -o "$WORK/prog" "$WORK/prog.c" -Wl,--no-as-needed "$WORK/l/libx.so" "$WORK/none/liby.so" \
		-Wl,-rpath,"$WORK/l"
	musl-gcc -shared -fPIC -o "$WORK/l/libx.so" "$WORK/m.c" -Wl,-soname,liby.so
	! "$WORK/prog" 2>/dev/null || fail 'musl uses the DT_SONAME'
	pack -b "$WORK/prog"
	expect_refused "cannot find liby.so, a library of $WORK/prog"
}

@test "an ld.so.cache with other directories is packed and works in the image" {
	need_namespaces
	make_chain '-Wl,-O1'
	printf '%s\n' "$WORK/a" "$WORK/b" >"$WORK/conf"
	PATH=$PATH:/sbin:/usr/sbin ldconfig -X -f "$WORK/conf" -C "$WORK/cache"
	run --separate-stderr unshare -rm sh -c 'mount --bind "$1/cache" /etc/ld.so.cache &&
		"$2/packer" -b "$1/prog" -o "$1/out/image"' sh "$WORK" "$LULL_BIN"
	expect_packed
	expect_in "$(paths)" etc/ld.so.cache
	extract
	in_root "$WORK/prog"
	expect_status 7
	pack -b ls
	expect_status 0
	expect_not_in "$(paths)" etc/ld.so.cache
}

@test "musl programs follow musl's rules" {
	command -v musl-gcc || skip 'no musl-gcc'
	mkdir "$WORK/l"
	printf 'int m(void) { return 9; }' | musl-gcc -x c - -shared -fPIC -o "$WORK/l/libm9.so" -Wl,-soname,libm9.so
	printf 'int m(void); int main(void) { return m(); }' | musl-gcc -x c - -o "$WORK/prog" -L"$WORK/l" -lm9 \
		-Wl,-rpath,'$ORIGIN/l'
	pack -b "$WORK/prog"
	expect_packed
	need_namespaces
	extract
	in_root "$WORK/prog"
	expect_status 9
}

# make_hostile FILE COUNT FORMAT: a program with COUNT times DT_NEEDED, whose names FORMAT makes of the numbers from 0,
# and a DT_RUNPATH of 30000 directories
make_hostile() {
	compile "$WORK/make" '
		#include <elf.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		int main(int argc, char *argv[]) {
			size_t count = strtoul(argv[1], NULL, 10), lists = 60000, names = 16 * count;
			static const char loader[] = "/lib64/ld-linux-x86-64.so.2";
			size_t dynamic = sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr), entries = count + 4;
			size_t strings = dynamic + entries * sizeof(Elf64_Dyn), size = strings + lists + names + sizeof(loader);
			char *file = calloc(1, size);
			*(Elf64_Ehdr *)file = (Elf64_Ehdr){.e_ident = {0x7f, 69, 76, 70, ELFCLASS64, ELFDATA2LSB, 1},
				.e_type = ET_DYN, .e_machine = EM_X86_64, .e_phoff = sizeof(Elf64_Ehdr),
				.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 3};
			Elf64_Phdr *p = (void *)(file + sizeof(Elf64_Ehdr));
			p[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_filesz = size};
			p[1] = (Elf64_Phdr){.p_type = PT_INTERP, .p_offset = size - sizeof(loader), .p_filesz = sizeof(loader)};
			p[2] = (Elf64_Phdr){.p_type = PT_DYNAMIC, .p_offset = dynamic,
				.p_filesz = entries * sizeof(Elf64_Dyn)};
			strcpy(file + size - sizeof(loader), loader);
			Elf64_Dyn *d = (void *)(file + dynamic);
			*d++ = (Elf64_Dyn){DT_STRTAB, {strings}};
			*d++ = (Elf64_Dyn){DT_STRSZ, {lists + names}};
			*d++ = (Elf64_Dyn){DT_RUNPATH, {0}};
			for (size_t i = 0; i + 1 < lists; i++)
				file[strings + i] = i % 2 ? 58 : 47;
			for (size_t i = 0; i < count; i++) {
				snprintf(file + strings + lists + 16 * i, 16, argv[2], (int)i);
				*d++ = (Elf64_Dyn){DT_NEEDED, {lists + 16 * i}};
			}
			fwrite(file, 1, size, stdout);
		}'
	"$WORK/make" "$2" "$3" >"$1"
	chmod 755 "$1"
}

@test "files crafted to take long do not, or packer can be interrupted" {
	need_x86_64 'its ELF file is one for that'
	make_hostile "$WORK/same" 60000 gone.so
	# Limit the CPU time, which hardly depends on the machine's load.
	run --separate-stderr bash -c 'ulimit -t 60; exec "$@"' bash "$LULL_BIN/packer" -b "$WORK/same" -o "$OUT/image"
	expect_refused "cannot find gone.so, a library of $WORK/same: looked in "
	expect_equal "$(printf '%s\n' "$stderr" | wc -l)" 1
	[ "${#stderr}" -lt 4000 ] || fail 'the message is too long'
	make_hostile "$WORK/other" 60000 'gone%d.so'
	"$LULL_BIN/packer" -b "$WORK/other" -o "$OUT/image" 2>"$WORK/err" 3>&- &
	pid=$!
	wait_until has_cpu_time "$pid" 100
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	expect_status 143
	expect_nothing_left
}
