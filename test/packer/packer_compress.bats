# SPDX-License-Identifier: MIT
# packer -z and --microcode: images of several members. The compression programs are the reference.
load ../helpers
load ../packer_helpers

METHODS='none zstd lz4 gzip xz'

# unpack METHOD: writes the archive in a compressed image to standard output
unpack() {
	case $1 in
	none) cat ;;
	*) "$1" -dc ;;
	esac
}

# bats test_tags=slow
@test "every method: other programs unpack the image; --list, --diff and --why read it" {
	pack -b "ls bash"
	expect_packed
	mv "$OUT/image" "$WORK/plain"
	packer --list "$WORK/plain" >"$WORK/listed"
	for method in $METHODS; do
		pack -b "ls bash" -z "$method"
		expect_packed
		unpack "$method" <"$OUT/image" | cmp - "$WORK/plain"
		packer --list "$OUT/image" | diff "$WORK/listed" -
		run --separate-stderr packer --diff "$WORK/plain" "$OUT/image"
		expect_status 0
		expect_equal "$output$stderr" ''
		run --separate-stderr packer --check "$OUT/image"
		expect_status 0
		expect_equal "$stderr" ''
		run --separate-stderr packer --why /usr/bin/bash "$OUT/image"
		expect_in "$output" 'asked for by -b bash'
		[ "$method" = none ] || [ "$(stat -c %s "$OUT/image")" -lt $(($(stat -c %s "$WORK/plain") * 2 / 3)) ] || fail "$method"
	done
}

# bats test_tags=slow
@test "the compressed image does not depend on the number of processors or the user, and stays within the kernel's limits: zstd window, xz check and dictionary, lz4 legacy format, gzip header" {
	other_packer
	local first
	first=$(taskset -pc $$ | sed 's/.*: \([0-9]*\).*/\1/')
	{ head -c 2000000 /dev/urandom && head -c 7000000 /dev/zero; } >"$WORK/data"
	for method in zstd lz4 gzip xz; do
		run --separate-stderr "$WORK/bin/packer" -b "ls bash" -f "$WORK/data:/srv/data" -z "$method" -o "$OUT/image"
		expect_packed
		mv "$OUT/image" "$WORK/$method"
		(umask 077 && as_other env TMPDIR=/tmp LC_ALL=tr_TR.UTF-8 taskset -c "$first" "$WORK/bin/packer" -b bash -b ls \
			-f "$WORK/data:/srv/data" -z "$method" -o "$OUT/second")
		cmp "$WORK/$method" "$OUT/second"
		expect_equal "$(stat -c %a "$OUT/second")" 644
		rm "$OUT"/*
	done
	window=$(zstd -lv "$WORK/zstd" 2>&1 | sed -n 's/.*Window Size: .*(\([0-9]*\) B).*/\1/p')
	[ "$window" -le $((8 << 20)) ] || fail "window $window"
	expect_in "$(xz -lv "$WORK/xz")" 'CRC32'
	expect_in "$(xz -lvv "$WORK/xz")" 'dict=8MiB'
	# A magic number, then the first block's length; no block unpacks to more than 8 MiB.
	expect_equal "$(head -c 4 "$WORK/lz4" | od -An -tx1)" ' 02 21 4c 18'
	expect_equal "$(head -c 10 "$WORK/gzip" | od -An -tx1)" ' 1f 8b 08 00 00 00 00 00 00 03'
	gzip -tv "$WORK/gzip"
}

@test "every method has a row in the table of kernel options" {
	for method in zstd lz4 gzip xz; do
		grep -q "^image  *$method  *RD_${method^^} " "$ROOT/kconfig/needs" || fail "no row for $method"
	done
}

@test "a method whose program is not installed is refused by name and leaves no files" {
	mkdir "$WORK/path"
	ln -s "$(command -v cpio)" "$WORK/path/cpio"
	run --separate-stderr env PATH="$WORK/path" "$LULL_BIN/packer" -b "$(command -v ls)" -z lz4 -o "$OUT/image"
	expect_status 3
	expect_in "$stderr" "cannot write $OUT/image: -z lz4 needs the program lz4; install it"
	expect_nothing_left
}

@test "an unknown method is a usage error" {
	for method in '' lzma ZSTD zstd:19; do
		run --separate-stderr packer -b ls -z "$method" -o "$OUT/image"
		expect_status 2
		expect_in "$stderr" "unknown method -z $method; use none, zstd, lz4, gzip, xz"
		expect_nothing_left
	done
	run --separate-stderr packer -z
	expect_status 2
}

@test "a disk that gets full during compression leaves no files" {
	need_namespaces
	for room in 6m 9m; do
		run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size="$3" none "$1/out" && head -c 4000000 /dev/urandom >"$1/data" &&
			{ "$2/packer" -b bash -f "$1/data:/data" -z zstd -o "$1/out/image"; status=$?; ls -A "$1/out" "$1/tmp"; exit $status; }' \
			sh "$WORK" "$LULL_BIN" "$room"
		expect_status 3
		expect_equal "$output" "$OUT:

$WORK/tmp:"
		expect_in "$stderr" "cannot write $OUT/image"
	done
	# The disk gets full while the compressed image is written, after the plain archive.
	expect_in "$stderr" 'zstd: error 70 : Write error : cannot write block : No space left on device'
	expect_in "$stderr" "cannot write $OUT/image: zstd failed with status 70"
	run --separate-stderr bash -c 'ulimit -f 3000; exec "$@"' bash "$LULL_BIN/packer" -b bash -z xz -o "$OUT/image"
	expect_status 3
	expect_nothing_left
}

# bats test_tags=slow
@test "INT during compression ends packer and leaves no files, with any method" {
	head -c 10000000 /dev/urandom | od -v -An -tx1 >"$WORK/data"
	compresses() { pgrep -P "$pid" -x "$method" >/dev/null || ! kill -0 "$pid"; }
	for method in zstd lz4 gzip xz; do
		# Repeat if packer finished before the signal.
		for ((turn = 0; turn < 50; turn++)); do
			env --default-signal=INT "$ROOT/build/packer" -f "$WORK/data:/data" -z "$method" -o "$OUT/image" 2>"$WORK/err" &
			pid=$!
			wait_until compresses
			kill -INT "$pid" 2>/dev/null || true
			status=0
			wait "$pid" || status=$?
			[ "$status" -eq 0 ] || break
			rm "$OUT/image"
		done
		expect_equal "$method $status" "$method 130"
		expect_equal "$(cat "$WORK/err")" ''
		expect_nothing_left
	done
}

# firmware: creates $WORK/firmware, a directory like /lib/firmware
firmware() {
	mkdir -p "$WORK/firmware/intel-ucode/old" "$WORK/firmware/amd-ucode" "$WORK/firmware/other"
	microcode "$WORK/firmware/intel-ucode/06-0f-02" 0x6f2
	microcode "$WORK/firmware/intel-ucode/06-01-01" 0x611
	microcode "$WORK/firmware/intel-ucode/old/06-01-01" 0x610
	microcode_amd "$WORK/firmware/amd-ucode/microcode_amd.bin"
	printf 'signature' >"$WORK/firmware/amd-ucode/microcode_amd.bin.asc"
	microcode "$WORK/firmware/.hidden" 1
	printf 'x' >"$WORK/firmware/other/file"
	cat "$WORK/firmware/intel-ucode/06-01-01" "$WORK/firmware/intel-ucode/06-0f-02" >"$WORK/intel"
	cp "$WORK/firmware/amd-ucode/microcode_amd.bin" "$WORK/amd"
}

# data_at FILE IMAGE: prints the offset of the file's data
data_at() {
	LC_ALL=C grep -obUaP -m 1 "$(head -c 48 "$1" | od -v -An -tx1 | tr -d '\n' | sed 's/ /\\x/g')" "$2" | cut -d : -f 1 | head -n 1
}

# bats test_tags=slow
@test "--microcode writes an uncompressed first archive with the kernel's names, with each method" {
	firmware
	pack -b ls
	mv "$OUT/image" "$WORK/without"
	for method in $METHODS; do
		pack -b ls --microcode "$WORK/firmware" -z "$method"
		expect_packed
		# GNU cpio reads the first archive and prints its length.
		mkdir "$WORK/first"
		(cd "$WORK/first" && cpio -idm --quiet --no-preserve-owner <"$OUT/image")
		cmp "$WORK/intel" "$WORK/first/kernel/x86/microcode/GenuineIntel.bin"
		cmp "$WORK/amd" "$WORK/first/kernel/x86/microcode/AuthenticAMD.bin"
		expect_equal "$(cd "$WORK/first" && find . -type f | wc -l)" 2
		rm -r "$WORK/first"
		at=$(data_at "$WORK/intel" "$OUT/image")
		expect_equal "$((at % 16))" 0
		[ "$at" -lt 600 ] || fail "microcode at byte $at"
		# The next archive starts at a multiple of 4 bytes.
		end=$(LC_ALL=C grep -obUa -m 1 'TRAILER!!!' "$OUT/image" | head -n 1 | cut -d : -f 1)
		end=$(((end + 11 + 3) / 4 * 4))
		[ "$method" = none ] || expect_equal "$(tail -c +$((end + 1)) "$OUT/image" | head -c 2 | od -An -tx1)" \
			"$(printf x | { case $method in lz4) lz4 -l -q ;; *) "$method" -qc ;; esac; } | head -c 2 | od -An -tx1)"
		tail -c +$((end + 1)) "$OUT/image" | unpack "$method" >"$WORK/main"
		run --separate-stderr packer --diff "$WORK/without" "$WORK/main"
		expect_equal "$output" $'differs: /etc/lull/image: content\ndiffers: /etc/lull/manifest: size '"$(packer --list "$WORK/without" | awk '$5 == "/etc/lull/manifest" { print $4 }') $(
			packer --list "$WORK/main" | awk '$5 == "/etc/lull/manifest" { print $4 }')"
		run --separate-stderr packer --check "$OUT/image"
		expect_status 0
		run --separate-stderr packer --why /kernel/x86/microcode/AuthenticAMD.bin "$OUT/image"
		expect_equal "$output" "/kernel/x86/microcode/AuthenticAMD.bin: asked for by --microcode $WORK/firmware"
		packer --list "$OUT/image" | grep -q -- "-rw-r--r-- 1 0/0 4096 /kernel/x86/microcode/GenuineIntel.bin"
	done
}

@test "--microcode accepts files, directories, compressed files, several arguments, and -r" {
	firmware
	pack --microcode "$WORK/firmware/amd-ucode" --microcode "$WORK/firmware/intel-ucode/06-01-01"
	expect_packed
	cmp "$WORK/amd" <(cpio -i --quiet --to-stdout kernel/x86/microcode/AuthenticAMD.bin <"$OUT/image")
	cmp "$WORK/firmware/intel-ucode/06-01-01" <(cpio -i --quiet --to-stdout kernel/x86/microcode/GenuineIntel.bin <"$OUT/image")
	xz --check=crc32 "$WORK/firmware/amd-ucode/microcode_amd.bin"
	zstd -q --rm "$WORK/firmware/intel-ucode/06-01-01"
	mkdir -p "$WORK/sys/lib" "$WORK/sys/usr/bin"
	mv "$WORK/firmware" "$WORK/sys/lib/firmware"
	cp "$ROOT/build/init" "$WORK/sys/init"
	pack -r "$WORK/sys" --init /init --microcode /lib/firmware
	expect_status 0
	cmp "$WORK/amd" <(cpio -i --quiet --to-stdout kernel/x86/microcode/AuthenticAMD.bin <"$OUT/image")
	cmp "$WORK/intel" <(cpio -i --quiet --to-stdout kernel/x86/microcode/GenuineIntel.bin <"$OUT/image")
	run --separate-stderr packer --plan -r "$WORK/sys" --init /init --microcode /lib/firmware
	expect_in "$output" 'file 0644 4096 /kernel/x86/microcode/GenuineIntel.bin <- --microcode /lib/firmware'
	# A tree gets no microcode: it is for chroot.
	run --separate-stderr packer --tree "$WORK/tree" -r "$WORK/sys" --init /init --microcode /lib/firmware
	expect_status 0
	[ ! -e "$WORK/tree/kernel" ]
}

@test "missing or invalid microcode is refused" {
	firmware
	pack --microcode "$WORK/none"
	expect_refused "cannot find $WORK/none: No such file"
	pack --microcode "$WORK/firmware/other"
	expect_refused "cannot use --microcode $WORK/firmware/other: it contains no microcode of Intel or AMD"
	pack --microcode "$WORK/firmware/other/file"
	expect_refused "cannot use microcode $WORK/firmware/other/file: it is not microcode of Intel or AMD"
	head -c 2000 "$WORK/intel" >"$WORK/firmware/intel-ucode/06-01-01"
	pack --microcode "$WORK/firmware"
	expect_refused "cannot use microcode $WORK/firmware/intel-ucode/06-01-01: it is truncated"
	{ head -c 1000 "$WORK/intel" && printf 'x' && tail -c +1002 "$WORK/intel"; } >"$WORK/firmware/intel-ucode/06-01-01"
	pack --microcode "$WORK/firmware"
	expect_refused "an update has an invalid checksum"
	mkdir -p "$WORK/given" && printf 'x' >"$WORK/given/f"
	pack --microcode "$WORK/amd" -f "$WORK/given/f:/kernel/x86/microcode/AuthenticAMD.bin"
	expect_refused 'something else is planned there'
	# Other files below kernel/ are allowed: they are in the second archive.
	pack --microcode "$WORK/amd" -f "$WORK/given/f:/kernel/x86/other"
	expect_packed
	packer --list "$OUT/image" | grep -q ' /kernel/x86/other$'
}

@test "a compressed image that --list could not read is reported" {
	truncate -s 2200M "$WORK/large"
	run --separate-stderr packer --plan -z gzip -f "$WORK/large"
	expect_status 0
	expect_equal "$stderr" 'packer: note: the image unpacks to more than 2 GiB: packer can write it, but --list and --check cannot read it; without -z they can'
	run --separate-stderr packer --plan -f "$WORK/large"
	expect_equal "$stderr" ''
}
