# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Trees of kernel modules for the tests of packer: `load module_helpers`.
#
# SYS      a tree with lib/modules/$RELEASE
# RELEASE  a kernel that does not exist

RELEASE=9.9.9-test
PATH=$PATH:/usr/sbin:/sbin

# start_modules: makes $SYS with modules.builtin and the files that depmod needs
start_modules() {
	SYS=$WORK/sys
	TREE=$SYS/lib/modules/$RELEASE
	mkdir -p "$TREE/kernel" "$SYS/etc/modprobe.d" "$SYS/lib/firmware"
	printf 'kernel/inside.ko\n' >"$TREE/modules.builtin"
	printf 'inside.file=kernel/inside\0inside.firmware=inside.bin\0inside.alias=dev:inside\0' >"$TREE/modules.builtin.modinfo"
	: >"$TREE/modules.order"
	cp -L "$ROOT/build/kernel/config" "$TREE/config" # packer needs that kernel's configuration
}

# ko NAME WORD...: makes kernel/NAME.ko; WORD is `export=SYMBOL`, `use=SYMBOL`, or a string of .modinfo
ko() {
	local name=$1 word n=0
	shift
	{
		for word in "$@" "name=$name" license=GPL "vermagic=$RELEASE SMP mod_unload "; do
			n=$((n + 1))
			case $word in
			export=*) printf 'const char s%d[] __attribute__((section("__ksymtab_strings"), used)) = "%s";\n' $n "${word#*=}" ;;
			use=*) printf 'extern int %s; int *u%d = &%s;\n' "${word#*=}" $n "${word#*=}" ;;
			*) printf 'const char i%d[] __attribute__((section(".modinfo"), used)) = "%s";\n' $n "$word" ;;
			esac
		done
	} | gcc -c -x c -o "$TREE/kernel/$name.ko" -
}

end_modules() {
	depmod -b "$SYS" "$RELEASE" 2>&1 | grep -v 'needs unknown symbol' || true
}

# module_list: prints the image's list on one line: need or try, the module's name, its options
module_list() {
	cpio -i --quiet --to-stdout etc/lull/modules <"$OUT/image" |
		sed -nE 's#^(need|try) [^ ]*/([^/ ]*)\.ko( .*)?$#\1 \2\3#p' | paste -sd , -
}
