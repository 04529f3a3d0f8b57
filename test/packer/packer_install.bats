# SPDX-License-Identifier: MIT
# Installing packer, and rebuilding it.
load ../helpers
load ../packer_helpers

# A copy of the sources, so that the build under test does not change.
copy_sources() {
	mkdir "$WORK/src"
	cp -R "$ROOT"/{Makefile,packer,bench,init,lib,experiments,kconfig,scripts} "$WORK/src"
	unset MAKEFLAGS MAKELEVEL MFLAGS CC CPPFLAGS CFLAGS LDFLAGS WERROR
}

# bats test_tags=slow
@test "make install installs programs and manual pages, and the installed packer finds its init" {
	copy_sources
	run make -C "$WORK/src" -j2 install PREFIX=/opt/lull DESTDIR="$WORK/dest" CFLAGS=-O0 MUSL_CFLAGS=-O0
	expect_status 0
	at=$WORK/dest/opt/lull
	expect_equal "$(cd "$WORK/dest" && find . -type f | sort)" './opt/lull/bin/bench
./opt/lull/bin/packer
./opt/lull/lib/lull/99_lull
./opt/lull/lib/lull/dhcp-offers
./opt/lull/lib/lull/grub-entry
./opt/lull/lib/lull/grub-line
./opt/lull/lib/lull/grub-once
./opt/lull/lib/lull/grub-remove
./opt/lull/lib/lull/grub-target
./opt/lull/lib/lull/grub-there
./opt/lull/lib/lull/init
./opt/lull/lib/lull/lib-entry
./opt/lull/lib/lull/lib-environment
./opt/lull/lib/lull/lib-grub
./opt/lull/lib/lull/lib-kernel
./opt/lull/lib/lull/lib-menu.awk
./opt/lull/lib/lull/lib-output
./opt/lull/lib/lull/lib-undo
./opt/lull/lib/lull/pxe-entry
./opt/lull/lib/lull/pxe-serve
./opt/lull/share/man/man1/bench.1
./opt/lull/share/man/man1/packer.1
./opt/lull/share/man/man5/lull-plan.5
./opt/lull/share/man/man5/lull-report.5
./opt/lull/share/man/man8/lull-init.8'
	run --separate-stderr "$at/bin/packer" -b ls -o "$OUT/image"
	expect_packed
	extract || true
	cmp "$WORK/root/init" "$at/lib/lull/init"
	script "$WORK/ssh" '#!/bin/sh\necho no such host >&2; exit 255\n'
	LULL_SSH=$WORK/ssh run --separate-stderr "$at/bin/bench" boot -k "$KERNEL" -i "$OUT/image" --console 'sleep 1000' \
		--target 'grub nowhere.invalid' -- ls
	expect_status 125
	expect_in "$stderr" "the wait command $at/lib/lull/grub-target ended with status 1: grub-target: cannot reach nowhere.invalid: no such host"
}

@test "a file init in packer's directory is used only in the build tree" {
	mkdir -p "$WORK/lone/bin"
	cp "$LULL_BIN/packer" "$WORK/lone/bin"
	script "$WORK/lone/bin/init" '#!/bin/bash\n'
	run --separate-stderr "$WORK/lone/bin/packer" -o "$OUT/image"
	if [ "$status" -eq 3 ]; then
		expect_refused "cannot find init: looked in $WORK/lone/bin/../lib/lull, "
		expect_in "$stderr" 'name one with --init'
	else # one that is installed here
		expect_packed
		extract || true
		! cmp -s "$WORK/root/init" "$WORK/lone/bin/init" || fail 'the wrong init was packed'
	fi
}

@test "objects are rebuilt only if flags or headers change; the user's flags are added" {
	copy_sources
	object=build/obj/packer/base/copy.o
	run make -C "$WORK/src" "$object" V=1
	expect_in "$output" -O2
	run make -C "$WORK/src" "$object" V=1
	expect_not_in "$output" copy.c
	run make -C "$WORK/src" -q "$object"
	expect_status 0
	# A header that was moved.
	mkdir "$WORK/src/lib/base" && mv "$WORK/src/packer/base/copy.h" "$WORK/src/lib/base/copy.h"
	run make -C "$WORK/src" "$object" V=1
	expect_in "$output" copy.c
	CPPFLAGS=-DUSERS run make -C "$WORK/src" "$object" V=1 CFLAGS=-O0
	expect_in "$output" -O0
	expect_in "$output" -DUSERS
	expect_in "$output" -std=c11
	expect_not_in "$output" -Werror
	CPPFLAGS=-DUSERS run make -C "$WORK/src" "$object" V=1 CFLAGS=-O0
	expect_not_in "$output" copy.c
}

# bats test_tags=slow
@test "goals that start a second make do not run in parallel" {
	copy_sources
	script "$WORK/src/scripts/setup" '#!/bin/sh\nexit 0\n'
	script "$WORK/src/scripts/demo" '#!/bin/sh\nmkdir "$WORK/one" && sleep 1 && rmdir "$WORK/one"\n'
	mkdir "$WORK/src/test"
	script "$WORK/src/test/run" '#!/bin/sh\nmkdir "$WORK/one" && sleep 1 && rmdir "$WORK/one"\n'
	export WORK
	# MAKE=: prevents the builds themselves.
	run make -C "$WORK/src" -j4 demo check MAKE=:
	expect_status 0
}
