# SPDX-License-Identifier: MIT
# Sticks and unified kernel images made by the real tools, of a tiny kernel and image: their contents, their
# reproducibility, and what is left after a failure.

load ../helpers
load ../media_helpers

setup() {
	make_appliance
	MEDIA=("$ROOT/scripts/media/make-media" -o "$OUT/iso" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" -e one)
	UKI=("$ROOT/scripts/media/make-uki" -o "$OUT/uki" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image")
}

# Arguments with characters that a shell and GRUB interpret.
ARGS='a=$HOME b="c d" "e=f  $g" h={i};j&k|l<m># n=*.x o=~ p=[q] r=%20 lull.env=A="it'\''s \"q\" \\ 5%25" -- sh -c "echo $0"'

# with_mounts MOUNTS COMMAND...: runs the command as root of a namespace in which the commands MOUNTS ran first
with_mounts() {
	run --separate-stderr unshare -rm sh -euc "$1"'; exec "$@"' sh "${@:2}"
}

@test "an image has each kernel and each image once, and the requested menu" {
	cp "$APPLIANCE/kernel" "$APPLIANCE/again"
	{ printf 070701 && head -c 5000 /dev/urandom; } >"$APPLIANCE/other"
	media --timeout 3 -a quiet -e one -k "$APPLIANCE/again" -a "$ARGS" -e odd -i "$APPLIANCE/other" -a '' -e three
	expect_status 0
	expect_equal "$output$stderr" ''
	expect_equal "$(ls -A "$OUT")" iso
	menu "$OUT/iso" >"$OUT/menu"
	files=$(xorriso -indev "$OUT/iso" -find /lull -type f 2>/dev/null | tr -d "'" | sort)
	expect_equal "$(grep -v cfg <<<"$files")" "$(sha256sum "$APPLIANCE"/{kernel,image,other} | sed 's|^\([^ ]*\).*|/lull/\1|' | sort)"
	for file in $(grep -v cfg <<<"$files"); do
		xorriso -osirrox on -indev "$OUT/iso" -extract "$file" "$OUT/file" 2>/dev/null
		expect_equal "$(sha256sum <"$OUT/file" | cut -d ' ' -f 1)" "${file#/lull/}"
		rm -f "$OUT/file"
	done
	kernel=$(sha256sum <"$APPLIANCE/kernel" | cut -d ' ' -f 1)
	other=$(sha256sum <"$APPLIANCE/other" | cut -d ' ' -f 1)
	line="linux /lull/$kernel rdinit=/init console=tty0 console=ttyS0,115200 panic=0"
	expect_equal "$(grep '^menuentry' "$OUT/menu")" "menuentry 'one' --id 'one' {
menuentry 'odd' --id 'odd' {
menuentry 'three' --id 'three' {"
	expect_in "$(cat "$OUT/menu")" 'set timeout=3'
	expect_in "$(cat "$OUT/menu")" "$line quiet; then"
	expect_in "$(cat "$OUT/menu")" "$line 'a=\$HOME' 'b=c d' 'e=f  \$g' 'h={i};j&k|l<m>#' 'n=*.x' 'o=~' 'p=[q]' r=%20 lull.env="
	expect_in "$(tail -n 12 "$OUT/menu")" "$line; then"
	expect_in "$(tail -n 12 "$OUT/menu")" "initrd /lull/$other"
	grub-script-check "$OUT/menu" || grub2-script-check "$OUT/menu"
}

@test "arguments replace the defaults for console, panic and finish" {
	media -a 'console=ttyS1 panic=10 lull.finish=reboot' -e one
	expect_in "$(menu "$OUT/iso")" ' rdinit=/init console=ttyS1 panic=10 lull.finish=reboot; then'
}

@test "a command line that the kernel would truncate" {
	media -a "$(printf 'x%.0s' {1..1950})" -e one
	expect_refused 'the command line of one is too long: the kernel accepts 2047 bytes'
	media -e one -a "a='b'" -e two
	expect_refused 'boot loaders alter quotes'
}

@test "the same bytes for any user, time and folder" {
	media -e one
	uki -- true
	sleep 1.1
	mkdir "$OUT/b"
	cp "$APPLIANCE/kernel" "$OUT/b/kernel"
	chmod 600 "$OUT/b/kernel"
	for last in 'media -e one' 'uki -- true'; do
		# shellcheck disable=SC2086 # words
		set -- $last
		run unshare -U env TZ=Asia/Tokyo LANG=de_DE.UTF-8 TMPDIR=/nowhere sh -euc 'umask 077; cd "$1/b"; shift; "$@"' sh "$OUT" \
			"$ROOT/scripts/media/make-$1" -o "$1" -k kernel -i "$APPLIANCE/image" "${@:2}"
		expect_status 0
	done
	cmp "$OUT/iso" "$OUT/b/media"
	cmp "$OUT/uki" "$OUT/b/uki"
	media -e two
	run ! cmp -s "$OUT/iso" "$OUT/b/media"
	expect_equal "$(stat -c %a "$OUT/b/media")" 600
}

@test "missing tools are named with their packages" {
	while read -r path package; do
		with_mounts "mount --bind /dev/null $path" "${MEDIA[@]}"
		expect_refused "Debian's package $package has it"
	done <<-END
		$(command -v grub-mkimage) grub-common
		$(command -v xorriso) xorriso
		$(readlink -f "$(command -v mformat)") mtools
	END
	with_mounts 'mount -t tmpfs none /usr/lib/grub/i386-pc' "${MEDIA[@]}"
	expect_refused "GRUB for BIOS (i386-pc) is missing: Debian's package grub-pc-bin has it"
	with_mounts 'mount -t tmpfs none /usr/lib/grub/x86_64-efi' "${MEDIA[@]}"
	expect_refused "GRUB for UEFI (x86_64-efi) is missing: Debian's package grub-efi-amd64-bin has it"
	with_mounts 'mount -t tmpfs none /usr/lib/systemd/boot/efi' "${UKI[@]}"
	expect_refused "Debian's package systemd-boot-efi has it"
	with_mounts "mount --bind /dev/null $(command -v sbsign)" "${UKI[@]}" \
		--key "$APPLIANCE/kernel" --cert "$APPLIANCE/kernel"
	expect_refused "Debian's package sbsigntool has it"
}

@test "GRUB as Fedora calls it" {
	program=$(command -v grub-mkimage)
	with_mounts "mount -t tmpfs none /usr/local/bin; cp $program /usr/local/bin/grub2-mkimage; mount --bind /dev/null $program" \
		"${MEDIA[@]}"
	expect_status 0
	[ -s "$OUT/iso" ] || fail 'no image'
}

@test "a disk that fills at any time" {
	{ printf 070701 && head -c 2000000 /dev/urandom; } >"$APPLIANCE/image"
	for script in 'make-media -e one' make-uki; do
		for size in 8k 40k 1m 2100k 3m 4m 6m 9m; do
			# shellcheck disable=SC2086 # words
			set -- $script
			with_mounts "mount -t tmpfs -o size=$size none $OUT" sh -uc 'script=$1 out=$2; shift 2; "$script" -o "$out/file" "$@"
				status=$?; ls -A "$out"; exit $status' sh "$ROOT/scripts/media/$1" "$OUT" -k "$APPLIANCE/kernel" \
				-i "$APPLIANCE/image" "${@:2}"
			if [ "$status" -eq 0 ]; then
				expect_equal "$output" file
			else
				expect_equal "$output" ''
				expect_in "$stderr" "$1: cannot create $OUT/file: "
				[[ $stderr == *'No space left'* || $stderr == *'exceeds free space'* || $stderr == *'full'* ]] ||
					fail "$size: the message does not mention space"
				expect_equal "$(wc -l <<<"$stderr")" 1
			fi
		done
		expect_status 0
	done
}

@test "a failure keeps the old file; success replaces it" {
	echo old >"$OUT/iso"
	media -k "$APPLIANCE/kernel" -e one -a "a='b'" -e two
	expect_status 1
	expect_equal "$(cat "$OUT/iso")" old
	media -e one
	expect_status 0
	[ "$(wc -c <"$OUT/iso")" -gt 1000000 ] || fail 'it is still the old one'
	expect_equal "$(ls -A "$OUT")" iso
}

@test "a signal at any time leaves the complete file or none" {
	media -e one
	mv "$OUT/iso" "$BATS_TEST_TMPDIR/iso"
	uki
	mv "$OUT/uki" "$BATS_TEST_TMPDIR/uki"
	stopped=0
	for signal in TERM HUP INT; do
		for delay in 0.0{1..9..2} 0.{10..40..5}; do
			for name in iso uki; do
				entry='-e one' script=make-media
				[ "$name" != uki ] || entry='' script=make-uki
				# shellcheck disable=SC2086 # words
				timeout --foreground -s "$signal" "$delay" "$ROOT/scripts/media/$script" -o "$OUT/$name" -k "$APPLIANCE/kernel" \
					-i "$APPLIANCE/image" $entry 2>/dev/null || stopped=$((stopped + 1))
				[ ! -e "$OUT/$name" ] || cmp "$OUT/$name" "$BATS_TEST_TMPDIR/$name"
				rm -f "$OUT/$name"
				expect_nothing
			done
		done
	done
	[ "$stopped" -gt 10 ] || fail "only $stopped runs were interrupted"
}

# sections: prints names, addresses and sizes of the unified kernel image's sections
sections() {
	objdump -h "$OUT/uki" | awk '$1 ~ /^[0-9]+$/ { print $2, $3, $4 }' | while read -r name size address; do
		echo "$name $((0x$address)) $((0x$size))"
	done
}

# expect_section NAME FILE: the section holds FILE, and zeros up to the alignment
expect_section() {
	objcopy -O binary --dump-section "$1=$BATS_TEST_TMPDIR/section" "$OUT/uki" /dev/null
	cmp -n "$(wc -c <"$2")" "$2" "$BATS_TEST_TMPDIR/section"
	expect_equal "$(tail -c +"$(($(wc -c <"$2") + 1))" "$BATS_TEST_TMPDIR/section" | tr -d '\0' | wc -c)" 0
}

@test "the sections of a unified kernel image do not overlap, however large they are" {
	uki -a "${ARGS% -- *}" -- sh -c 'echo $0'
	expect_status 0
	expect_equal "$output$stderr" ''
	expect_section .linux "$APPLIANCE/kernel"
	expect_section .initrd "$APPLIANCE/image"
	printf 1.2-test >"$BATS_TEST_TMPDIR/uname"
	expect_section .uname "$BATS_TEST_TMPDIR/uname"
	printf '%s' 'rdinit=/init console=tty0 console=ttyS0,115200 panic=0 a=$HOME "b=c d" "e=f  $g" h={i};j&k|l<m># n=*.x o=~ '\
'p=[q] r=%20 lull.env=A=%22it%27s%20%5c%22q%5c%22%20%5c%5c%205%25%22 lull.run=sh%20-c%20%27echo%20$0%27' \
		>"$BATS_TEST_TMPDIR/cmdline"
	expect_section .cmdline "$BATS_TEST_TMPDIR/cmdline"
	truncate -s 70M "$APPLIANCE/kernel"
	truncate -s 90M "$APPLIANCE/image"
	uki
	expect_status 0
	sections | sort -n -k 2 | awk '$2 < end || $2 % 512 && $1 != ".sdmagic" { print; bad = 1 } { end = $2 + $3 } END { exit bad }'
	expect_equal "$(sections | grep -c -e ' 73400320$' -e ' 94371840$')" 2
}

# make_key NAME
make_key() {
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout "$APPLIANCE/$1.key" \
		-out "$APPLIANCE/$1.crt" 2>/dev/null
}

@test "signing: a key, one of another certificate, a locked one, an invalid one" {
	make_key mine
	make_key other
	uki --key "$APPLIANCE/mine.key" --cert "$APPLIANCE/mine.crt"
	expect_status 0
	expect_equal "$output$stderr" ''
	sbverify --cert "$APPLIANCE/mine.crt" "$OUT/uki"
	run ! sbverify --cert "$APPLIANCE/other.crt" "$OUT/uki"
	rm "$OUT/uki"
	uki --key "$APPLIANCE/mine.key" --cert "$APPLIANCE/other.crt"
	expect_refused 'key values mismatch'
	uki --key "$APPLIANCE/kernel" --cert "$APPLIANCE/mine.crt"
	expect_refused "Can't load key from file"
	uki --key "$APPLIANCE/mine.key" --cert "$APPLIANCE/none"
	expect_refused "cannot read $APPLIANCE/none"
	for kind in '' -traditional; do
		# shellcheck disable=SC2086 # none, or one
		openssl rsa -aes128 -passout pass:secret $kind -in "$APPLIANCE/mine.key" -out "$APPLIANCE/locked.key" 2>/dev/null
		uki --key "$APPLIANCE/locked.key" --cert "$APPLIANCE/mine.crt"
		expect_refused 'it has a pass phrase'
	done
}
