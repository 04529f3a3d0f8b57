# SPDX-License-Identifier: MIT
# setup, downloads of kernels and packages, with stand-ins for apt that record their calls, and .ci/run.

load ../helpers

setup() {
	command -v dpkg-deb >/dev/null || skip "no dpkg here"
	STAND_INS=$BATS_TEST_TMPDIR/bin
	mkdir "$STAND_INS"
	PATH=$STAND_INS:$PATH
	unset LULL_SETUP
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
}

# stand_in NAME SCRIPT
stand_in() {
	printf '#!/bin/sh\n%s\n' "$2" >"$STAND_INS/$1"
	chmod +x "$STAND_INS/$1"
}

# Makes a tiny kernel package, which the stand-in for apt offers by the name of a meta package.
make_package() {
	mkdir -p "$BATS_TEST_TMPDIR/package"/{DEBIAN,boot,lib/modules/1.2/kernel}
	printf 'Package: linux-image-1.2\nVersion: 1\nArchitecture: all\nMaintainer: none\nDescription: none\n' \
		>"$BATS_TEST_TMPDIR/package/DEBIAN/control"
	for part in vmlinuz config System.map; do
		echo "$part" >"$BATS_TEST_TMPDIR/package/boot/$part-1.2"
	done
	dpkg-deb --build --root-owner-group "$BATS_TEST_TMPDIR/package" "$BATS_TEST_TMPDIR/kernel.deb" >/dev/null
	sum=$(sha256sum "$BATS_TEST_TMPDIR/kernel.deb" | cut -d ' ' -f 1)
	stand_in apt-cache "case \$1 in
		depends) ! echo \"\$*\" | grep -q meta || echo '  Depends: linux-image-1.2' ;;
		show) echo 'SHA256: $sum' ;;
		esac"
	stand_in apt-get "echo asked >>'$BATS_TEST_TMPDIR/asked'; cp '$BATS_TEST_TMPDIR/kernel.deb' linux-image-1.2_1_all.deb"
}

@test "setup on another distribution prints its packages and fails" {
	echo 'ID=fedora' >"$BATS_TEST_TMPDIR/os-release"
	LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release run --separate-stderr "$ROOT/scripts/setup"
	expect_status 1
	expect_in "$stderr" qemu-system-x86-core
	expect_in "$stderr" 'Arch: '
	LULL_SETUP=done LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release run "$ROOT/scripts/setup"
	expect_status 0
}

@test "setup prints missing packages with reasons, and installs only these" {
	echo 'ID_LIKE="ubuntu debian"' >"$BATS_TEST_TMPDIR/os-release"
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' | grep -v -e ' cpio$' -e ' busybox' >"$BATS_TEST_TMPDIR/packages"
	stand_in dpkg-query "cat '$BATS_TEST_TMPDIR/packages'"
	stand_in apt-get "echo \"apt-get \$*\""
	stand_in sudo '"$@"'
	LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release run --separate-stderr "$ROOT/scripts/setup"
	expect_status 0
	expect_in "$stderr" 'cpio             writes the initramfs'
	expect_in "$output" $'apt-get update\napt-get install -y --no-install-recommends '
	expect_in "$output" ' cpio busybox-static'
	LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release SETUP=no run --separate-stderr "$ROOT/scripts/setup"
	expect_status 1
	expect_equal "$output" ''
	expect_in "$stderr" 'cpio             writes the initramfs'
	expect_in "$stderr" 'apt-get install --no-install-recommends cpio busybox-static'
}

@test "setup continues if package lists cannot be updated, and reports packages that it cannot install" {
	echo 'ID=debian' >"$BATS_TEST_TMPDIR/os-release"
	export LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release
	stand_in dpkg-query 'exit 0'
	stand_in sudo '"$@"'
	stand_in apt-get "[ \$1 = install ] && echo \"\$*\" >'$BATS_TEST_TMPDIR/asked'"
	run --separate-stderr "$ROOT/scripts/setup" fresh
	expect_status 0
	expect_in "$stderr" 'cannot update all package lists'
	expect_in "$(cat "$BATS_TEST_TMPDIR/asked")" ' mmdebstrap git util-linux'
	stand_in apt-get 'exit 100'
	run --separate-stderr "$ROOT/scripts/setup" fresh
	expect_status 1
	expect_equal "${stderr##*$'\n'}" 'setup: cannot install mmdebstrap git util-linux'
}

@test "setup prints the packages of the requested group, and refuses unknown groups" {
	echo 'ID=fedora' >"$BATS_TEST_TMPDIR/os-release"
	export LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release
	run "$ROOT/scripts/setup"
	expect_not_in "$output" compiler-rt
	expect_not_in "$output" elfutils-libelf-devel
	run "$ROOT/scripts/setup" fuzz
	expect_in "$output" compiler-rt
	expect_not_in "$output" elfutils-libelf-devel
	run "$ROOT/scripts/setup" kernel
	expect_in "$output" elfutils-libelf-devel
	expect_not_in "$output" compiler-rt
	expect_not_in "$output" sbsigntool
	run "$ROOT/scripts/setup" boot
	expect_in "$output" sbsigntool
	run "$ROOT/scripts/setup" fuzzing
	expect_status 2
	expect_equal "$output" 'usage: setup [kernel | programs | boot | fuzz | fresh]'
}

@test "either of two alternative packages is enough" {
	echo 'ID=debian' >"$BATS_TEST_TMPDIR/os-release"
	{
		dpkg-query -W -f '${db:Status-Status} ${Package}\n' | grep -v ' busybox'
		echo 'installed busybox'
	} >"$BATS_TEST_TMPDIR/packages"
	stand_in dpkg-query "cat '$BATS_TEST_TMPDIR/packages'"
	stand_in apt-get 'exit 1'
	LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release run "$ROOT/scripts/setup"
	expect_status 0
	expect_not_in "$output" busybox
}

@test "a kernel is downloaded once, unpacked and linked" {
	make_package
	run --separate-stderr "$ROOT/scripts/kernel/fetch-kernel" -o "$BATS_TEST_TMPDIR/out" linux-image-meta
	expect_status 0
	expect_equal "$output" "$XDG_CACHE_HOME/lull/kernels/$sum"
	expect_equal "$(cat "$BATS_TEST_TMPDIR/out/vmlinuz" "$BATS_TEST_TMPDIR/out/config")" $'vmlinuz\nconfig'
	[ -f "$BATS_TEST_TMPDIR/out/lib/modules/1.2/modules.dep" ] || fail 'no modules.dep'
	run "$ROOT/scripts/kernel/fetch-kernel" -o "$BATS_TEST_TMPDIR/out" linux-image-meta
	expect_status 0
	expect_equal "$(wc -l <"$BATS_TEST_TMPDIR/asked")" 1
	expect_equal "$(ls "$XDG_CACHE_HOME/lull")" $'kernels\npackages'
}

@test "without network and lists the cached kernel is used" {
	make_package
	"$ROOT/scripts/kernel/fetch-kernel" linux-image-meta
	stand_in apt-cache 'exit 100'
	stand_in apt-get 'exit 100'
	run --separate-stderr "$ROOT/scripts/kernel/fetch-kernel" -o "$BATS_TEST_TMPDIR/out" linux-image-meta
	expect_status 0
	expect_equal "$output" "$XDG_CACHE_HOME/lull/kernels/$sum"
	run "$ROOT/scripts/kernel/fetch-kernel" linux-image-other
	expect_status 1
	expect_in "$output" 'cannot fetch linux-image-other: no network'
}

@test "missing or old package lists are updated in the cache, without root" {
	make_package
	mv "$STAND_INS/apt-cache" "$STAND_INS/apt-cache.new"
	mv "$STAND_INS/apt-get" "$STAND_INS/apt-get.new"
	# The mirror no longer has the packages of this machine's lists.
	stand_in apt-cache '[ -n "${APT_CONFIG-}" ] && exec "$0.new" "$@"
		[ "$1" != show ] || echo "SHA256: 00"'
	stand_in apt-get '[ -n "${APT_CONFIG-}" ] || exit 100
		[ "$*" != "-q update" ] || exit 0
		exec "$0.new" "$@"'
	for had in old none; do
		run --separate-stderr "$ROOT/scripts/kernel/fetch-package" linux-image-meta
		expect_status 0
		expect_equal "$output" "$XDG_CACHE_HOME/lull/packages/$sum.deb"
		rm -r "$XDG_CACHE_HOME"
		stand_in apt-cache '[ -n "${APT_CONFIG-}" ] && exec "$0.new" "$@"'
	done
}

@test "missing programs are reported before the work begins" {
	mkdir "$BATS_TEST_TMPDIR/programs"
	ln -s /usr/bin/* "$BATS_TEST_TMPDIR/programs/"
	(cd "$BATS_TEST_TMPDIR/programs" && rm -f flex ld xz dpkg-deb apt-get)
	while read -r setup command; do
		read -r missing
		# shellcheck disable=SC2086 # words
		PATH=$BATS_TEST_TMPDIR/programs run --separate-stderr "$ROOT/scripts"/$command
		expect_status 1
		expect_equal "$output" ''
		name=${command%% *} name=${name##*/}
		[ "$setup" != base ] && setup=" $setup" || setup=''
		expect_equal "$stderr" "$name: missing: $missing; run scripts/setup$setup to install what is missing"
		[ ! -e "$BATS_TEST_TMPDIR/out" ] || fail "$name began to work"
		[ ! -e "$XDG_CACHE_HOME" ] || fail "$name fetched"
	done <<-END
		kernel kernel/build-kernel -o $BATS_TEST_TMPDIR/out qemu
		flex (Debian's package flex), ld (Debian's package binutils)
		kernel kernel/configure-kernel -o $BATS_TEST_TMPDIR/out qemu
		flex (Debian's package flex)
		kernel kernel/kernel-source
		dpkg-deb (Debian's package dpkg), xz (Debian's package xz-utils)
		base kernel/fetch-kernel -o $BATS_TEST_TMPDIR/out
		dpkg-deb (Debian's package dpkg)
		base kernel/fetch-package cpio
		apt-get (Debian's package apt)
		base fetch-sysroot amd64 $BATS_TEST_TMPDIR/out cpio
		apt-get (Debian's package apt), dpkg-deb (Debian's package dpkg)
	END
}

@test "setup installs the packages that scripts report as missing" {
	echo 'ID=debian' >"$BATS_TEST_TMPDIR/os-release"
	stand_in dpkg-query 'exit 0'
	for group in '' kernel boot; do
		# shellcheck disable=SC2086 # no word or one
		SETUP=no LULL_OS_RELEASE=$BATS_TEST_TMPDIR/os-release run "$ROOT/scripts/setup" $group
		expect_status 1
		installed=" ${output##*--no-install-recommends } "
		if [ "$group" = boot ]; then
			packages=$(sed -n 's/.*\<need [^#]* \([a-z0-9-]*\).*/\1/p' "$ROOT"/scripts/media/* "$ROOT"/scripts/grub/lib-grub)
		else
			packages=$(find "$ROOT/scripts" -type f -exec sed -n "s/^\t*need_tools ${group:-''} //p" {} + | tr ' ' '\n' | grep -v '[$]')
			[ "$group" != kernel ] || packages+=" $(sed -n 's/^\t\t[A-Z0-9_]* \([a-z].*\)/\1/p' "$ROOT/scripts/kernel/build-kernel")"
		fi
		[ -n "$packages" ] || fail "no packages of '$group'"
		for package in $packages; do
			package=${package#*:}
			case $package in apt | dpkg) continue ;; esac # of every Debian
			[[ $installed == *" $package "* ]] || fail "setup $group: $package is missing in:$installed"
		done
	done
}

# make_arm64_package NAME DEPENDS [FILE]: makes a package in the cache of fetch-sysroot
make_arm64_package() {
	local tree=$BATS_TEST_TMPDIR/tree packages=$XDG_CACHE_HOME/lull/sysroot-arm64/packages
	rm -rf "$tree"
	mkdir -p "$tree/DEBIAN" "$tree/usr/share/doc/$1" "$packages"
	printf '%s\n' "Package: $1" 'Version: 1' 'Architecture: arm64' 'Maintainer: a <a@example.invalid>' "Depends: $2" \
		'Description: a' | sed '/: $/d' >"$tree/DEBIAN/control"
	echo text >"$tree/usr/share/doc/$1/copyright"
	[ $# -lt 3 ] || install -D -m 644 /dev/null "$tree/$3"
	dpkg-deb --root-owner-group -b "$tree" "$packages/$1.deb" >/dev/null
}

@test "a second fetch-sysroot waits for the first" {
	command -v dpkg-deb >/dev/null || skip 'no dpkg here'
	make_arm64_package one '' boot/vmlinuz-9
	mv "$XDG_CACHE_HOME/lull/sysroot-arm64/packages/one.deb" "$BATS_TEST_TMPDIR/one.deb"
	# Like apt, it fails if another one runs.
	stand_in apt-get "mkdir '$BATS_TEST_TMPDIR/busy' || exit 100
		case \$* in *' download '*) cp '$BATS_TEST_TMPDIR/one.deb' . ;; esac
		sleep 0.3
		rmdir '$BATS_TEST_TMPDIR/busy'"
	for number in 1 2; do
		"$ROOT/scripts/fetch-sysroot" arm64 "$BATS_TEST_TMPDIR/arm$number" one &
		pids[number]=$!
	done
	for number in 1 2; do
		wait "${pids[number]}"
		[ -f "$BATS_TEST_TMPDIR/arm$number/boot/vmlinuz-9" ] || fail 'the file is missing'
	done
}

@test "fetch-sysroot follows the dependencies of meta packages only" {
	command -v dpkg-deb >/dev/null || skip 'no dpkg here'
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	make_arm64_package linux-image-arm64 'linux-image-9-arm64 (= 1) | other, more:any'
	make_arm64_package linux-image-9-arm64 'kmod, libc6' boot/vmlinuz-9
	make_arm64_package more ''
	run --separate-stderr "$ROOT/scripts/fetch-sysroot" arm64 "$BATS_TEST_TMPDIR/arm" linux-image-arm64
	expect_status 0
	[ -f "$BATS_TEST_TMPDIR/arm/boot/vmlinuz-9" ] || fail 'there is no kernel'
	expect_equal "$stderr" 'fetch-sysroot: linux-image-arm64 contains only documentation: fetching linux-image-9-arm64, which it depends on
fetch-sysroot: linux-image-arm64 contains only documentation: fetching more, which it depends on
fetch-sysroot: warning: more contains only documentation'
}

@test "a package with a wrong checksum is refused" {
	make_package
	stand_in apt-get 'echo forged >linux-image-1.2_1_all.deb'
	run "$ROOT/scripts/kernel/fetch-kernel" linux-image-meta
	expect_status 1
	expect_in "$output" 'the checksum differs'
	[ -z "$(find "$XDG_CACHE_HOME" -type f)" ] || fail 'files are left'
}

@test "each duty of init/PID1 has a test, and tests refer only to existing duties" {
	local numbers used
	numbers=$(sed -n 's/^ *\([0-9]\{1,\}\)  .*/\1/p' "$ROOT/init/PID1" | sort)
	used=$(grep -rhoE '\(pid1 [0-9, ]+\)' "$ROOT/test" --include=*.bats | sed 's/(pid1//' | grep -oE '[0-9]+' | sort -u)
	expect_equal "$used" "$numbers"
}

# run_ci COMMAND...: runs .ci/run in a tree whose goals check, check-kernel, check-long and fuzz are these commands
run_ci() {
	local tree=$BATS_TEST_TMPDIR/tree goal
	mkdir -p "$tree/.ci" "$tree/test/fuzz/some" "$tree/scripts"
	cp "$ROOT/.ci/run" "$tree/.ci"
	touch "$tree/test/fuzz/some/fuzz_x.c"
	for goal in check check-kernel check-long fuzz; do
		printf '%s:\n\t@%s\n' "$goal" "$1" && shift
	done >"$tree/Makefile"
	# This test/fresh runs the goal of its last argument.
	printf '#!/bin/sh\n' >"$tree/scripts/setup"
	printf '#!/bin/sh\nfor goal; do :; done\nexec make "$goal"\n' >"$tree/test/fresh"
	chmod +x "$tree/scripts/setup" "$tree/test/fresh"
	unset MAKEFLAGS MAKELEVEL MFLAGS
	run --separate-stderr "$tree/.ci/run"
}

@test ".ci/run counts the tests of all goals, and a goal that dies as one failure" {
	run_ci "echo '3 passed, 0 failed, 0 skipped'" "echo '2 passed, 0 failed, 1 skipped'" "echo '1 passed, 0 failed, 0 skipped'" \
		"echo '4 passed, 0 failed, 0 skipped'"
	expect_status 0
	expect_equal "${lines[-1]}" '10 passed, 0 failed, 1 skipped'
	run_ci "printf 'failed:\n  a.bats: not ok 1 it\n3 passed, 1 failed, 0 skipped\n'; exit 1" \
		"echo '2 passed, 0 failed, 1 skipped'; exit 3" "echo '1 passed, 0 failed, 0 skipped' >/dev/null; kill -9 \$\$\$\$" \
		"echo '4 passed, 0 failed, 0 skipped'"
	expect_status 1
	expect_equal "${lines[-1]}" '9 passed, 3 failed, 1 skipped'
	expect_in "$output" $'failed:\n  a.bats: not ok 1 it\n  make check-kernel: exit status 2\n  make check-long: exit status 2\n'
}
