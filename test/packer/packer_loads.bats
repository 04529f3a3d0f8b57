# SPDX-License-Identifier: MIT
# Files that programs load and read at run time: the note .note.dlopen and the table of rules.
load ../helpers
load ../packer_helpers

# compile_noted OUT JSON ARGUMENT...: builds a program with a note that loads the libraries named by its arguments
compile_noted() {
	local out=$1 json=${2//\"/\\\"}
	shift 2
	compile "$out" "#include <dlfcn.h>
#include <stdio.h>
__attribute__((used, section(\".note.dlopen\"), aligned(4))) static const struct {
	unsigned name_size, size, type;
	char name[4], text[sizeof(\"$json\")];
} note = {4, sizeof(\"$json\"), 0x407c0c0a, \"FDO\", \"$json\"};
int main(int argc, char *argv[]) {
	for (int i = 1; i < argc; i++)
		if (dlopen(argv[i], RTLD_NOW) == NULL) { puts(dlerror()); return 1; }
	return 0;
}" "$@"
}

# library NAME: builds $WORK/lib/NAME
library() {
	mkdir -p "$WORK/lib"
	compile "$WORK/lib/$1" 'int f(void) { return 0; }' -shared -fPIC -Wl,-soname,"$1"
}

# sysroot NAME...: creates $WORK/sys with the named programs and their dependencies
sysroot() {
	packer -b "$*" --tree "$WORK/sys"
	LIB=$(dirname "$(find "$WORK/sys/usr" -name 'libc.so.6*')")
}

@test "the first existing library of a note is packed, by the RUNPATH of its loading object, with its dependencies" {
	need_namespaces
	library libneeded.so
	compile "$WORK/lib/libtwo.so" 'int f(void); int g(void) { return f(); }' -shared -fPIC -Wl,-soname,libtwo.so \
		-L"$WORK/lib" -lneeded -Wl,-rpath,"$WORK/lib"
	library libthree.so
	compile_noted "$WORK/prog" '[{"soname":["libone.so","libtwo.so","libthree.so"],"feature":"numbers"}]' \
		-Wl,-rpath,"$WORK/lib"
	run --separate-stderr packer --plan -b "$WORK/prog"
	expect_status 0
	expect_equal "$stderr" ''
	grep -q "^file .*$WORK/lib/libtwo.so <- loaded by $WORK/prog\$" <<<"$output" || fail 'no libtwo'
	grep -q "^file .*$WORK/lib/libneeded.so <- library of $WORK/lib/libtwo.so\$" <<<"$output" || fail 'no libneeded'
	expect_not_in "$output" libthree.so
	pack -b "$WORK/prog"
	expect_packed
	extract
	in_root "$WORK/prog" libtwo.so
	expect_status 0
}

@test "notes of libraries that are loaded at run time are read, also without section headers" {
	library libinner.so
	compile_noted "$WORK/lib/libouter.so" '[{"soname":["libinner.so"]}]' -shared -fPIC -Wl,-soname,libouter.so \
		-Wl,-rpath,'$ORIGIN'
	compile_noted "$WORK/prog" '[{"soname":["libouter.so"],"priority":"required"}]' -Wl,-rpath,"$WORK/lib"
	# Clear the section table's offset, number and name index in the header.
	printf '\0\0\0\0\0\0\0\0' | dd of="$WORK/prog" bs=1 seek=40 conv=notrunc status=none
	printf '\0\0\0\0' | dd of="$WORK/prog" bs=1 seek=60 conv=notrunc status=none
	run --separate-stderr packer --plan -b "$WORK/prog"
	expect_status 0
	expect_in "$output" "$WORK/lib/libouter.so <- loaded by $WORK/prog"
	expect_in "$output" "$WORK/lib/libinner.so <- loaded by $WORK/lib/libouter.so"
}

@test "priorities: a missing required library is an error; recommended and suggested ones are skipped with a note" {
	library libthere.so
	compile_noted "$WORK/prog" '[{"soname":["libgone.so","libgone2.so"],"feature":"x","priority":"required"}]' \
		-Wl,-rpath,"$WORK/lib"
	pack -b "$WORK/prog"
	expect_refused "cannot find libgone.so, loaded by $WORK/prog: looked in $WORK/lib, "
	expect_in "$stderr" "cannot find libgone2.so, loaded by $WORK/prog"
	compile_noted "$WORK/prog" '[{"soname":["libgone.so"],"feature":"x","priority":"recommended"}, {"soname":["libthere.so",'\
'"libother.so"],"priority":"suggested"}]' -Wl,-rpath,"$WORK/lib"
	pack -b "$WORK/prog"
	expect_packed
	expect_not_in "$(paths)" libthere.so
	run --separate-stderr packer --plan -b "$WORK/prog"
	expect_status 0
	expect_in "$stderr" \
		"leaving out libgone.so, which $WORK/prog loads at run time for x: it is recommended, but not found"
	expect_in "$stderr" "leaving out libthere.so and its alternatives, which $WORK/prog loads at run time: it is only suggested"
	expect_equal "$(wc -l <<<"$stderr")" 2
	rm "$OUT/image"
	pack -b "$WORK/prog" -f "$WORK/lib/libthere.so"
	expect_packed
	expect_in "$(paths)" libthere.so
}

@test "a recommended library with a missing dependency is an error, since it would not load" {
	library libgone.so
	compile "$WORK/lib/libhalf.so" 'int f(void); int g(void) { return f(); }' -shared -fPIC -L"$WORK/lib" -lgone
	rm "$WORK/lib/libgone.so"
	compile_noted "$WORK/prog" '[{"soname":["libhalf.so"]}]' -Wl,-rpath,"$WORK/lib"
	pack -b "$WORK/prog"
	expect_refused "cannot find libgone.so, a library of $WORK/lib/libhalf.so"
}

@test "an invalid note is reported, but the program is packed" {
	compile_noted "$WORK/prog" '[{"soname":'
	pack -b "$WORK/prog"
	expect_status 0
	expect_equal "$stderr" "packer: cannot read what $WORK/prog loads at run time: its note .note.dlopen is invalid"
	expect_in "$(paths)" prog
}

@test "libgcc_s is packed for programs that call pthread_exit or cancel threads" {
	need_namespaces
	compile "$WORK/prog" '#include <pthread.h>
static void *run(void *x) { pthread_exit(x); }
int main(void) {
	pthread_t thread;
	void *result = NULL;
	pthread_create(&thread, NULL, run, &thread);
	pthread_join(thread, &result);
	return result != &thread;
}' -pthread
	run --separate-stderr packer --plan -b "$WORK/prog"
	expect_in "$output" "<- rule libgcc for $WORK/prog"
	pack -b "$WORK/prog"
	expect_packed
	extract
	in_root "$WORK/prog"
	expect_status 0
	# Without libgcc_s the program fails.
	find "$WORK/root" -name 'libgcc_s.so*' -delete
	in_root "$WORK/prog"
	[ "$status" -ne 0 ] || fail 'it runs without libgcc_s'
}

@test "a missing libgcc_s is an error, but not for backtrace() or musl" {
	sysroot true
	find "$WORK/sys" -name 'libgcc_s.so*' -delete
	compile "$WORK/sys/usr/bin/prog" '#include <pthread.h>
int main(void) { pthread_exit(NULL); }' -pthread
	pack -r "$WORK/sys" -b prog
	expect_refused 'cannot find libgcc_s.so.1, by rule libgcc for /usr/bin/prog: looked in '
	compile "$WORK/sys/usr/bin/prog" '#include <execinfo.h>
int main(void) { void *at[9]; return backtrace(at, 9) == 0; }'
	pack -r "$WORK/sys" -b prog
	expect_packed
	printf '#include <pthread.h>\nint main(void) { pthread_exit(0); }\n' >"$WORK/prog.c"
	musl-gcc -o "$WORK/prog" "$WORK/prog.c" -pthread
	run --separate-stderr packer --plan -b "$WORK/prog"
	expect_status 0
	expect_not_in "$output" libgcc_s
}

@test "nsswitch.conf modules are packed for programs that use them, except those built into glibc" {
	need_namespaces
	sysroot getent true
	compile "$LIB/libnss_lull.so.2" '#include <nss.h>
#include <pwd.h>
#include <string.h>
enum nss_status _nss_lull_getpwnam_r(const char *name, struct passwd *user, char *b, size_t n, int *e) {
	if (strcmp(name, "lulluser") != 0) return NSS_STATUS_NOTFOUND;
	*user = (struct passwd){"lulluser", "x", 4242, 4242, "", "/", "/bin/sh"};
	return NSS_STATUS_SUCCESS;
}' -shared -fPIC -Wl,-soname,libnss_lull.so.2
	printf 'passwd: files [NOTFOUND=continue] lull gone # other\n' >"$WORK/switch"
	# The image's own nsswitch.conf is used, and it names no such modules.
	run --separate-stderr packer --plan -r "$WORK/sys" -b getent
	expect_not_in "$output" libnss_
	cd "$WORK"
	run --separate-stderr packer --plan -r "$WORK/sys" -b true -f ./switch:/etc/nsswitch.conf
	expect_in "$output" /etc/nsswitch.conf
	expect_not_in "$output" libnss_
	pack -r "$WORK/sys" -b getent -f ./switch:/etc/nsswitch.conf
	expect_packed
	expect_in "$(paths)" libnss_lull.so.2
	expect_not_in "$(paths)" libnss_files
	run --separate-stderr packer --why "${LIB#"$WORK/sys"}/libnss_lull.so.2" "$OUT/image"
	expect_in "$output" ': rule nss for /usr/bin/getent; /usr/bin/getent: asked for by -b getent'
	extract
	in_root /usr/bin/getent passwd lulluser
	expect_equal "$output" 'lulluser:x:4242:4242::/:/bin/sh'
}

@test "an older glibc, without built-in modules, gets its modules" {
	sysroot getent
	name=$(find "$LIB" -name 'libc.so.6*' -type f)
	sed -i 's/GLIBC_2\.34/GLIBC_1.34/g' "$name"
	for module in files dns; do
		compile "$LIB/libnss_$module.so.2" 'int f(void) { return 0; }' -shared -fPIC -Wl,-soname,"libnss_$module.so.2"
	done
	run --separate-stderr packer --plan -r "$WORK/sys" -b getent
	expect_in "$output" '/libnss_files.so.2 <- rule nss for /usr/bin/getent'
	expect_in "$output" '/libnss_dns.so.2 <- rule nss for /usr/bin/getent'
}

@test "three gconv converters are packed for programs that use iconv" {
	need_namespaces
	pack -b iconv
	expect_packed
	expect_equal "$(paths | grep -c 'gconv/.*\.so$')" 3
	extract
	printf 'gr\303\274n' >"$WORK/root/text"
	in_root /usr/bin/iconv -f UTF-8 -t ISO-8859-1 /text
	expect_equal "$(printf '%s' "$output" | od -An -tx1)" ' 67 72 fc 6e'
	in_root /usr/bin/iconv -f UTF-8 -t UTF-32LE /text
	expect_status 0
	in_root /usr/bin/iconv -f UTF-8 -t KOI8-R /text
	expect_status 1
	rm "$OUT/image"
	pack -b true
	expect_not_in "$(paths)" gconv
}

@test "terminal descriptions are packed once for programs that need them" {
	need_namespaces
	pack -b "bash tput"
	expect_packed
	for name in l/linux v/vt220 x/xterm d/dumb; do
		expect_equal "$(paths | grep -c "terminfo/$name\$")" 1
	done
	expect_not_in "$(paths)" terminfo/s/screen
	extract
	TERM=linux in_root /usr/bin/tput colors
	expect_equal "$output" 8
}

# linked NAME: builds a program /usr/bin/prog in $WORK/sys, linked with a library of that DT_SONAME
linked() {
	compile "$LIB/$1" 'int f(void) { return 0; }' -shared -fPIC -Wl,-soname,"$1"
	compile "$WORK/sys/usr/bin/prog" 'int f(void); int main(void) { return f(); }' "$LIB/$1"
	run --separate-stderr packer --plan -r "$WORK/sys" -b prog
	expect_status 0
	expect_equal "$stderr" ''
}

@test "certificates, openssl.cnf and pci.ids are packed with the library that reads them, unless filtered" {
	sysroot true
	mkdir -p "$WORK/sys/etc/ssl/certs" "$WORK/sys/usr/lib/ssl" "$WORK/sys/usr/share/misc"
	touch "$WORK/sys/etc/ssl/certs/ca-certificates.crt" "$WORK/sys/etc/ssl/certs/one.pem" "$WORK/sys/etc/ssl/openssl.cnf"
	ln -s /etc/ssl/certs/ca-certificates.crt "$WORK/sys/usr/lib/ssl/cert.pem"
	ln -s /etc/ssl/openssl.cnf "$WORK/sys/usr/lib/ssl/openssl.cnf"
	touch "$WORK/sys/usr/share/misc/pci.ids" "$WORK/sys/usr/share/misc/pci.ids.gz"
	linked libssl.so.9
	expect_in "$output" "/etc/ssl/certs/ca-certificates.crt <- rule certificates for ${LIB#"$WORK/sys"}/libssl.so.9"
	expect_in "$output" '/usr/lib/ssl/cert.pem -> /etc/ssl/certs/ca-certificates.crt <- rule certificates for'
	expect_not_in "$output" one.pem
	expect_not_in "$output" openssl.cnf
	linked libcrypto.so.9
	expect_in "$output" '/etc/ssl/openssl.cnf <- rule openssl for'
	expect_in "$output" '/usr/lib/ssl/openssl.cnf -> /etc/ssl/openssl.cnf <- rule openssl for'
	linked libpci.so.3
	expect_in "$output" '/usr/share/misc/pci.ids <- rule pci.ids for'
	expect_not_in "$output" pci.ids.gz
	manifest 'bin prog' 'filter *.ids'
	run --separate-stderr packer --plan -r "$WORK/sys" --manifest "$WORK/m/list"
	expect_status 0
	expect_not_in "$output" 'misc/pci.ids'
	rm "$WORK/sys/usr/share/misc/pci.ids"
	linked libpci.so.3
	expect_in "$output" '/usr/share/misc/pci.ids.gz <- rule pci.ids for'
	# Optional files may be missing.
	rm -r "$WORK/sys/usr/share/misc" "$WORK/sys/etc/ssl"
	linked libpci.so.3
	linked libssl.so.9
}

@test "PAM: all services are packed with their modules, from the machine's module directory" {
	sysroot true
	mkdir -p "$WORK/sys/etc/pam.d" "$WORK/sys/etc/security" "$LIB/security"
	printf 'auth [success=1] pam_one.so\n@include common\n# pam_no.so\n' >"$WORK/sys/etc/pam.d/su"
	printf -- '-session optional pam_gone.so\naccount required pam_two.so\n' >"$WORK/sys/etc/pam.d/common"
	touch "$WORK/sys/etc/security/limits.conf" "$LIB/security/pam_no.so"
	compile "$WORK/lib.so" 'int f(void) { return 0; }' -shared -fPIC -Wl,-soname,libneeded.so
	cp "$WORK/lib.so" "$LIB/libneeded.so"
	for name in one two; do
		compile "$LIB/security/pam_$name.so" 'int f(void); int g(void) { return f(); }' -shared -fPIC "$WORK/lib.so"
	done
	linked libpam.so.0
	for name in etc/pam.d/su etc/pam.d/common etc/security/limits.conf security/pam_one.so security/pam_two.so; do
		expect_in "$output" "$name <- rule pam for ${LIB#"$WORK/sys"}/libpam.so.0"
		case $name in
		*.so) expect_in "$(grep '/libneeded.so <-' <<<"$output")" "library of ${LIB#"$WORK/sys"}/$name" ;;
		esac
	done
	expect_not_in "$output" pam_no
}

@test "C.UTF-8 is packed for programs that require it, zones for programs that use their names, /etc/localtime never" {
	sysroot true date
	mkdir -p "$WORK/sys/usr/lib/locale/C.utf8/LC_MESSAGES" "$WORK/sys/usr/share/zoneinfo/Etc"
	touch "$WORK/sys/usr/lib/locale/C.utf8/LC_CTYPE" "$WORK/sys/usr/lib/locale/C.utf8/LC_MESSAGES/SYS_LC_MESSAGES" \
		"$WORK/sys/usr/lib/locale/locale-archive" "$WORK/sys/etc/localtime" "$WORK/sys/usr/share/zoneinfo/Etc/UTC"
	cp "$WORK/sys/usr/bin/true" "$WORK/sys/usr/bin/tmux"
	cp "$WORK/sys/usr/bin/true" "$WORK/sys/usr/bin/postgres"
	run --separate-stderr packer --plan -r "$WORK/sys" -b "date true"
	expect_not_in "$output" 'rule '
	run --separate-stderr packer --plan -r "$WORK/sys" -b "tmux date postgres"
	expect_in "$output" '/usr/lib/locale/C.utf8/LC_CTYPE <- rule locale for /usr/bin/tmux'
	expect_in "$output" '/LC_MESSAGES/SYS_LC_MESSAGES <- rule locale for /usr/bin/tmux'
	expect_in "$output" '/usr/share/zoneinfo/Etc/UTC <- rule zoneinfo for /usr/bin/postgres'
	expect_not_in "$output" locale-archive
	expect_not_in "$output" localtime
}

@test "files packed by rules are less than 128 KiB" {
	run --separate-stderr packer --plan -b "bash ls grep ps ip mount"
	expect_status 0
	bytes=$(awk '$1 == "file" && / <- rule / { sum += $3 } END { print sum + 0 }' <<<"$output")
	[ "$bytes" -lt 131072 ] || fail "rules bring in $bytes bytes"
}
