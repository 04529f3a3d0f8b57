# SPDX-License-Identifier: MIT
# Merging and checking fragments with a real source: the preset qemu and errors. test/long/kernel_presets.bats tests all
# presets and fragments. No kernel is compiled.
# bats file_tags=slow

load ../helpers
load ../kernel_helpers

setup_file() {
	prepare_configure
}

# write_fragment LINE...: writes the user's fragment, my.config
write_fragment() {
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/my.config"
}

@test "the user's fragments come last in their order, and strings and numbers are compared" {
	write_fragment '# mine' '' 'CONFIG_LOCALVERSION="-mine"' 'CONFIG_NR_CPUS=4' '# CONFIG_UNIX is not set  ' 'CONFIG_HZ_1000=y'
	echo 'CONFIG_HZ_100=y' >"$BATS_TEST_TMPDIR/last.config"
	configure qemu "$BATS_TEST_TMPDIR/my.config" "$BATS_TEST_TMPDIR/last.config"
	expect_status 0
	expect_in "$stderr" 'last.config:1: CONFIG_HZ_100=y replaces CONFIG_HZ_1000=y of '
	grep -qx 'CONFIG_HZ=100' "$OUT/.config"
	expect_in "$stderr" 'my.config:4: CONFIG_NR_CPUS=4 replaces 64 of kconfig/smp.config'
	grep -qx 'CONFIG_LOCALVERSION="-mine"' "$OUT/.config"
	grep -qx 'CONFIG_NR_CPUS=4' "$OUT/.config"
	! grep -q '^CONFIG_UNIX=' "$OUT/.config"
}

@test "an unmet dependency is reported, with the options that would select it, and so are two options of one choice and an unknown option" {
	write_fragment 'CONFIG_NUMA=y' 'CONFIG_FUNCTION_TRACER=y' 'CONFIG_FRAME_POINTER=y' 'CONFIG_HZ_100=y' 'CONFIG_HZ_1000=y' \
		'CONFIG_VIRTIO_BLKK=y'
	configure base "$BATS_TEST_TMPDIR/my.config"
	expect_status 1
	expect_in "$stderr" 'my.config:1: CONFIG_NUMA=y was requested, but is n'
	expect_in "$stderr" 'has unmet dependencies: SMP [=n]'
	expect_in "$stderr" 'my.config:2: CONFIG_FUNCTION_TRACER=y was requested, but is n'
	expect_in "$stderr" 'my.config:4: CONFIG_HZ_100=y was requested, but is n'
	expect_in "$stderr" 'belongs to a choice'
	expect_in "$stderr" 'my.config:5 requests CONFIG_HZ_1000=y of the same choice: remove one of the two lines'
	expect_in "$stderr" 'my.config:6: CONFIG_VIRTIO_BLKK: this kernel has no such option; did you mean CONFIG_VIRTIO_BLK?'
	write_fragment 'CONFIG_FTRACE=y' 'CONFIG_FUNCTION_TRACER=y' 'CONFIG_FUNCTION_GRAPH_TRACER=y'
	configure base "$BATS_TEST_TMPDIR/my.config"
	expect_status 1
	expect_in "$stderr" 'HAVE_FUNCTION_GRAPH_TRACER cannot be set directly: other options set it'
	expect_in "$stderr" 'DYNAMIC_FTRACE [=n]'
}

@test "a choice replaces that of an earlier fragment; strings hold quotes, backslashes and signs" {
	write_fragment 'CONFIG_HZ_1000=y' 'CONFIG_CMDLINE_BOOL=y' 'CONFIG_CMDLINE="a=\"b c\" # x \\ y"'
	configure qemu "$BATS_TEST_TMPDIR/my.config"
	expect_status 0
	expect_in "$stderr" 'my.config:1: CONFIG_HZ_1000=y replaces CONFIG_HZ_100=y of kconfig/measure.config:3'
	grep -qx 'CONFIG_HZ=1000' "$OUT/.config"
	grep -qxF 'CONFIG_CMDLINE="a=\"b c\" # x \\ y"' "$OUT/.config"
	configure qemu "$BATS_TEST_TMPDIR/my.config" measure
	expect_status 0
	grep -qx 'CONFIG_HZ=1000' "$OUT/.config"
}

@test "an invalid line is an error" {
	write_fragment 'CONFIG_SMP=y' 'CONFG_NUMA=y' 'CONFIG_X' 'CONFIG_PCI ='
	configure qemu "$BATS_TEST_TMPDIR/my.config"
	expect_status 1
	for line in 2 3 4; do expect_in "$stderr" "my.config:$line: neither CONFIG_NAME=value nor"; done
	expect_not_in "$stderr" 'my.config:1:'
}

@test "unknown names and invalid sources" {
	configure qemuu
	expect_status 1
	expect_in "$stderr" 'unknown preset, fragment or file qemuu. Presets: qemu '
	run --separate-stderr "$ROOT/scripts/kernel/build-kernel" -s "$SOURCE" -o "$BATS_TEST_TMPDIR/out" qemu nosuch
	expect_status 1
	expect_in "$stderr" 'unknown preset, fragment or file nosuch.'
	expect_not_in "$stderr" building
	run --separate-stderr "$ROOT/scripts/kernel/configure-kernel" -s "$BATS_TEST_TMPDIR" -o "$OUT" qemu
	expect_status 1
	expect_in "$stderr" 'is not a kernel source: Kconfig or '
	run --separate-stderr "$ROOT/scripts/kernel/configure-kernel" -s /nowhere -o "$OUT" qemu
	expect_status 1
	expect_in "$stderr" 'cannot find /nowhere: give a folder, a tarball, or a version'
	head -c 1000 /dev/zero >"$BATS_TEST_TMPDIR/zeros.tar"
	XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache run --separate-stderr "$ROOT/scripts/kernel/configure-kernel" \
		-s "$BATS_TEST_TMPDIR/zeros.tar" -o "$OUT" qemu
	expect_status 1
	expect_in "$stderr" 'kernel-source:'
	expect_equal "$(ls -A "$BATS_TEST_TMPDIR/cache/lull/sources")" ''
	run --separate-stderr "$ROOT/scripts/kernel/configure-kernel" -o "$OUT"
	expect_status 2
	mkdir "$BATS_TEST_TMPDIR/with blank"
	run --separate-stderr "$ROOT/scripts/kernel/configure-kernel" -s "$SOURCE" -o "$BATS_TEST_TMPDIR/with blank" qemu
	expect_status 1
	expect_in "$stderr" 'blanks or colons'
}

@test "a tarball is a source" {
	# An empty Kconfig is enough for kernel-source, which does not configure.
	mkdir -p "$BATS_TEST_TMPDIR/linux-0/scripts/kconfig"
	touch "$BATS_TEST_TMPDIR/linux-0/Kconfig" "$BATS_TEST_TMPDIR/linux-0/scripts/kconfig/merge_config.sh"
	chmod +x "$BATS_TEST_TMPDIR/linux-0/scripts/kconfig/merge_config.sh"
	tar -C "$BATS_TEST_TMPDIR" -czf "$BATS_TEST_TMPDIR/linux.tar.gz" linux-0
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	run --separate-stderr "$ROOT/scripts/kernel/kernel-source" "$BATS_TEST_TMPDIR/linux.tar.gz"
	expect_status 0
	[ -f "$output/Kconfig" ]
	expect_equal "$(ls "$XDG_CACHE_HOME/lull/sources")" "$(basename "$output")"
}

@test "kconfig-why reports requests, selecting options and unmet dependencies" {
	why() { run --separate-stderr "$ROOT/scripts/kernel/kconfig-why" -s "$SOURCE" "$@"; }
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	why CONFIG_X86_X2APIC qemu
	expect_status 0
	expect_in "$output" 'kconfig/virtio.config:'
	expect_in "$output" 'microvm (virtio)'
	expect_in "$output" 'HYPERVISOR_GUEST [=y]'
	why NUMA qemu
	expect_status 0
	expect_in "$output" 'distro-like (hw, distro-like)'
	expect_in "$output" 'nothing prevents it: a fragment can request it'
	why RETPOLINE qemu
	expect_in "$output" 'has unmet dependencies: CPU_MITIGATIONS [=n]'
	why MITIGATION_RETPOLINE qemu
	expect_status 0
	expect_in "$output" 'CONFIG_MITIGATION_RETPOLINE is called CONFIG_RETPOLINE in this kernel'
	expect_in "$output" 'kconfig/retpoline-on.config'
	why VIRTIO_BLKK qemu
	expect_status 1
	expect_in "$output" 'did you mean CONFIG_VIRTIO_BLK?'
	why
	expect_status 2
}

@test "the options in kconfig/needs exist" {
	awk '!/^#/ && NF { if (NF < 4) exit 1; n = split($3, o, "[,|]"); for (i = 1; i <= n; i++) print "CONFIG_" o[i] "=y" }' \
		"$ROOT/kconfig/needs" | sort -u | grep -v -e X86_X32= >"$BATS_TEST_TMPDIR/my.config"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/my.config")" -gt 60 ]
	configure qemu "$BATS_TEST_TMPDIR/my.config"
	expect_not_in "$stderr" 'no such option'
}

@test "the preset qemu has the options that init and the demo need" {
	configure qemu
	expect_status 0
	awk '$1 ~ /^(boot|init|wanted|pc)$/ || $1 == "program" && /elf64|script/ { n = split($3, o, ","); for (i = 1; i <= n; i++) print o[i] }' \
		"$ROOT/kconfig/needs" | sort -u | while read -r option; do
		grep -qx "CONFIG_$option=y" "$OUT/.config" || fail "CONFIG_$option is not set"
	done
}
