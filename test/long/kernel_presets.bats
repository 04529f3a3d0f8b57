# SPDX-License-Identifier: MIT
# Every preset and fragment with a real source; no kernel is compiled. test/scripts/kernel_config.bats tests the messages
# of configure-kernel.

load ../helpers
load ../kernel_helpers

setup_file() {
	prepare_configure
}

count_set() {
	grep -c '=y$' "$OUT/.config"
}

@test "every preset can be configured completely, and is small enough" {
	for preset in $(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$ROOT/kconfig/presets"); do
		configure "$preset"
		expect_status 0
		case $preset in
		hardware) [ "$(count_set)" -le 700 ] ;;
		distro-like) [ "$(count_set)" -gt 700 ] ;;
		*) [ "$(count_set)" -le 560 ] ;;
		esac || fail "$preset: $(count_set) options are set"
	done
}

@test "every fragment can be added to the preset qemu" {
	cd "$ROOT/kconfig"
	# The paper's causes: first a kernel without them, then one with them.
	configure qemu ./*-off.config debug.config perf.config disk.config modules.config
	expect_status 0
	configure qemu ./*-on.config thp-always.config disk.config screen.config hw.config hw-intel.config \
		hw-amd.config hw-server.config isolation.config fast-boot.config
	expect_status 0
	configure qemu thp-madvise.config nohz.config
	expect_status 0
	expect_in "$stderr" 'kconfig/nohz.config:3: CONFIG_NO_HZ_IDLE=n replaces y of kconfig/base.config'
	grep -q '^CONFIG_NO_HZ_FULL=y' "$OUT/.config"
}

@test "every preset and cause can be configured with 6.12; renamed options are reported" {
	SOURCE=$("$ROOT/scripts/kernel/kernel-source" 6.12) OUT=$BATS_TEST_TMPDIR/out
	for preset in $(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$ROOT/kconfig/presets"); do
		configure "$preset"
		expect_status 0
	done
	cd "$ROOT/kconfig"
	configure qemu ./*-on.config
	expect_status 0
	expect_in "$stderr" 'CONFIG_PAGE_TABLE_ISOLATION is called CONFIG_MITIGATION_PAGE_TABLE_ISOLATION in this kernel'
	expect_in "$stderr" 'CONFIG_RANDOM_TRUST_CPU is dropped: this kernel has no such option'
}
