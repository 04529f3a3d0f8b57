# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Shared by the tests of command lines and boots: `load helpers`.
#
# ROOT      the repository
# LULL_BIN  the folder of the tested packer and bench; default build/asan
# KERNEL    the kernel to boot
# GUEST     the folder of static programs for guests, from test/guest

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LULL_BIN=${LULL_BIN:-$ROOT/build/asan}
KERNEL=${KERNEL:-$ROOT/build/kernel/vmlinuz}
GUEST=$ROOT/build/test/guest
export ROOT LULL_BIN KERNEL GUEST
# The PATH of Debian's users lacks these folders of chroot, debugfs, mkfs and others.
PATH=$PATH:/usr/sbin:/sbin

# use_state DIR: puts console logs into the test's folder: BATS_FILE_TMPDIR in setup_file, else BATS_TEST_TMPDIR
use_state() {
	export XDG_STATE_HOME=$1/state
}

packer() {
	"$LULL_BIN/packer" "$@"
}

bench() {
	"$LULL_BIN/bench" "$@"
}

# boot ARGUMENT...: `bench boot` with $IMAGE and the kernel; sets status, output (standard output), stderr and lines.
# The last -i or -k wins, so a test may give others.
boot() {
	run --separate-stderr bench boot -k "$KERNEL" -i "$IMAGE" "$@"
}

# fail MESSAGE...: fails, and prints the results of the last `run`
fail() {
	printf '%s\n' "$@"
	printf 'status: %s\noutput: %.3000s\nstderr: %.3000s\n' "${status-}" "${output-}" "${stderr-}"
	return 1
}

expect_status() {
	[ "$status" -eq "$1" ] || fail "expected status $1"
}

# expect_in TEXT NEEDLE: NEEDLE is not a pattern
expect_in() {
	[[ $1 == *"$2"* ]] || fail "expected to find: $2"
}

expect_not_in() {
	[[ $1 != *"$2"* ]] || fail "expected not to find: $2"
}

expect_equal() {
	[ "$1" = "$2" ] || fail "expected: $2" "got: $1"
}

# wait_until COMMAND...: polls until it succeeds; the limit of ten minutes ends a hang
wait_until() {
	for ((tries = 0; tries < 12000; tries++)); do
		! "$@" || return 0
		sleep 0.05
	done
	fail "never: $*"
}

# has_cpu_time PROCESS TICKS: the process has used that much CPU time (a tick is 10 ms), or has ended
has_cpu_time() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
	awk -v ticks="$2" '{ exit !($12 + $13 >= ticks) }' <<<"${stat##*) }"
}

# Probes of the machine. Each may skip the test; test/run counts and lists skipped tests.
need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root${1:+: $1}"
}

# can_run: succeeds if `possible`, the probes of a file, do not skip. For setup_file of files with a teardown_file, where
# bats 1.8 takes a skip for a failure; setup calls `possible` itself.
can_run() (
	skip() {
		exit 1
	}
	possible
)

need_namespaces() {
	unshare -rm true 2>/dev/null || skip 'no user namespaces here'
}

need_network_namespaces() {
	unshare -n true 2>/dev/null || skip 'no permission to make a network namespace (unshare -n)'
}

need_tap() {
	[ -c /dev/net/tun ] || skip 'no /dev/net/tun'
	need_network_namespaces
}

need_x86_64() {
	[ "$(uname -m)" = x86_64 ] || skip "needs x86-64${1:+: $1}"
}

# The tools make 32-bit programs, and the kernel runs them.
need_32_bit() {
	local program=$BATS_TEST_TMPDIR/narrow
	printf '.globl _start\n_start: mov $1, %%eax\nmov $0, %%ebx\nint $0x80\n' | as --32 -o "$program.o" - &&
		ld -m elf_i386 -o "$program" "$program.o" && "$program" 2>/dev/null || skip 'no 32-bit programs run here'
}

need_kvm() {
	true 2>/dev/null 3<>/dev/kvm || skip 'no /dev/kvm here'
}

# field KEY: prints the value of a scalar KEY of the JSON in $output, without jq
field() {
	printf '%s' "$output" | tr -d '\n' | sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"}]*\).*/\1/p"
}

# write_image IMAGE TREE: archives the tree by GNU cpio, with root as owner
write_image() {
	(cd "$2" && find . -mindepth 1 -print0 | LC_ALL=C sort -z | cpio -0 --quiet -o -H newc -R 0:0) >"$1"
}

# add_broken_init IMAGE: adds /broken, which bench takes for Lull's init and no kernel can execute. With rdinit=/broken the
# kernel panics before init starts, and bench has no reason to refuse the boot.
add_broken_init() {
	mkdir "$1.broken"
	printf '\177ELF/etc/lull/end\0' >"$1.broken/broken"
	chmod 755 "$1.broken/broken"
	write_image "$1.more" "$1.broken"
	cat "$1.more" >>"$1"
}
