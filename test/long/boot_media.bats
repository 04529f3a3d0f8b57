# SPDX-License-Identifier: MIT
# Boots sticks, CDs and unified kernel images with BIOS, UEFI and Secure Boot in QEMU. A machine that refuses to boot
# waits for a person, so the test ends it.

load ../helpers
load ../media_helpers

setup_file() {
	need_x86_64 'the firmware of a PC'
	use_state "$BATS_FILE_TMPDIR"
	export W=$BATS_FILE_TMPDIR
	packer -b 'sh cat' -o "$W/image"
	"$ROOT/scripts/media/make-media" -o "$W/iso" --timeout 1 -k "$KERNEL" -i "$W/image" -a "$ARGS -- $COMMAND" -e odd
	find_uefi OVMF_CODE_4M.fd OVMF_CODE.fd OVMF_CODE.4m.fd >"$W/uefi" || true
}

teardown() {
	[ ! -f "$W/pid" ] || power_off
}

# Arguments with characters that shells, GRUB and the kernel interpret, and a command that prints what it received.
ARGS='a=$HOME b="c d" "e=f  $g" h={i};j&k|l<m># n=*.x o=~ p=[q] r=%20 lull.env=A="it'\''s \"q\" \\ 5%25"'
COMMAND='sh -c "cat /proc/cmdline; printf \"%s|\" \"$A\" '\''$x'\''"'
DEFAULTS='rdinit=/init console=tty0 console=ttyS0,115200 panic=0'

# find_uefi NAME...: prints the first file that exists in the folder of Debian, Fedora or Arch
find_uefi() {
	local name
	for name; do
		for folder in /usr/share/OVMF /usr/share/edk2/ovmf /usr/share/edk2/x64; do
			[ ! -f "$folder/$name" ] || { echo "$folder/$name" && return 0; }
		done
	done
	return 1
}

# power_on OPTION...: sets machine, its process; descriptor 8 sends keys to its serial line
power_on() {
	: >"$W/console"
	rm -f "$W/keys"
	mkfifo "$W/keys"
	exec 8<>"$W/keys"
	qemu-system-x86_64 -accel tcg -m 512 -nodefaults -display none -no-reboot -serial stdio "$@" <"$W/keys" \
		>"$W/console" 2>"$W/qemu" 3>&- 8>&- &
	machine=$!
	echo "$machine" >"$W/pid"
}

power_off() {
	kill "$(cat "$W/pid")" 2>/dev/null || true
	wait "$(cat "$W/pid")" 2>/dev/null || true
	rm -f "$W/pid"
	exec 8>&-
}

# wait_for_end: until the machine ends by itself; the limit ends a hang
wait_for_end() {
	for _ in {1..6000}; do
		kill -0 "$machine" 2>/dev/null || { power_off && return 0; }
		sleep 0.1
	done
	fail 'the machine does not end' "$(tail -c 2000 "$W/console")" "$(cat "$W/qemu")"
}

# wait_for TEXT [TIMES]: until it is on the serial line; the limit ends a hang
wait_for() {
	for _ in {1..6000}; do
		[ "$(grep -aoF "$1" "$W/console" | wc -l)" -lt "${2-1}" ] || return 0
		sleep 0.1
	done
	fail "not on the serial line: $1" "$(tail -c 2000 "$W/console")" "$(cat "$W/qemu")"
}

bios() {
	power_on -M "$@"
}

# uefi OPTION...: without Secure Boot
uefi() {
	[ -s "$W/uefi" ] || skip "no UEFI: install Debian's package ovmf"
	local code
	code=$(cat "$W/uefi")
	cp "${code/CODE/VARS}" "$W/vars"
	power_on -M q35 -drive "if=pflash,format=raw,readonly=on,file=$code" -drive "if=pflash,format=raw,file=$W/vars" "$@"
}

# stick FILE: sets STICK, options of QEMU
stick() {
	STICK=(-device qemu-xhci -drive "if=none,id=stick,format=raw,readonly=on,file=$1" -device 'usb-storage,drive=stick')
}

# expect_odd [BOOT_IMAGE]: the machine ends, and the odd entry's command line was passed to the byte
expect_odd() {
	wait_for_end
	expect_equal "$(bench decode "$W/console")" "$1$("$ROOT/scripts/grub/grub-line" -d "$DEFAULTS" -a "$ARGS -- $COMMAND")
it's \"q\" \\ 5%|\$x|"
	expect_in "$(cat "$W/console")" 'Power down'
}

expect_boot_from_media() {
	expect_odd "BOOT_IMAGE=/lull/$(sha256sum <"$KERNEL" | cut -d ' ' -f 1) "
}

@test "BIOS, a CD" {
	bios pc -cdrom "$W/iso"
	expect_boot_from_media
}

@test "BIOS, a stick" {
	stick "$W/iso"
	bios q35 "${STICK[@]}"
	expect_boot_from_media
}

@test "UEFI, a CD" {
	uefi -cdrom "$W/iso"
	expect_boot_from_media
}

@test "UEFI, a stick" {
	stick "$W/iso"
	uefi "${STICK[@]}"
	expect_boot_from_media
}

@test "of two sticks in one machine, each boots its own files" {
	"$ROOT/scripts/media/make-media" -o "$W/other" --timeout 1 -k "$KERNEL" -i "$W/image" -a '-- echo the other' -e other
	stick "$W/other"
	uefi "${STICK[@]}" -drive "if=none,id=second,format=raw,readonly=on,file=$W/iso" \
		-device usb-storage,drive=second,bootindex=0
	expect_boot_from_media
	bios q35 "${STICK[@]}" -drive "if=none,id=second,format=raw,readonly=on,file=$W/iso" \
		-device usb-storage,drive=second,bootindex=0
	expect_boot_from_media
}

# make_menu TIMEOUT: a kernel that cannot be loaded, one that panics, and a third entry
make_menu() {
	head -c 20000 "$KERNEL" >"$W/short"
	"$ROOT/scripts/media/make-media" -o "$W/menu" --timeout "$1" -k "$W/short" -i "$W/image" -e short \
		-k "$KERNEL" -a 'rdinit=/none' -e panics -a '-- cat /proc/version' -e third
}

@test "the menu: a kernel that cannot be loaded, and another entry" {
	make_menu -1
	bios pc -cdrom "$W/menu"
	wait_for 'GNU GRUB'
	printf '\r' >&8
	wait_for 'The kernel of short cannot be loaded'
	printf ' ' >&8
	wait_for 'GNU GRUB' 2
	printf 'vv\r' >&8
	wait_for_end
	expect_equal "$(bench decode "$W/console")" "$(strings "$W/console" | sed -n 's/^.*] \(Linux version .*\)/\1/p' | tr -d '\r')"
}

@test "a default that cannot be loaded is not retried forever; the machine stops after a panic" {
	make_menu 0
	uefi -cdrom "$W/menu"
	wait_for 'The kernel of short cannot be loaded'
	wait_for 'GNU GRUB'
	sleep 2
	printf 'v\r' >&8
	wait_for 'end Kernel panic'
	sleep 2
	kill -0 "$machine"
	power_off
	expect_not_in "$(cat "$W/console")" 'Power down'
}

# make_esp UKI: makes a stick as in the README
make_esp() {
	rm -f "$W/esp"
	truncate -s 64M "$W/esp"
	mformat -i "$W/esp" ::
	mmd -i "$W/esp" ::/EFI ::/EFI/BOOT
	mcopy -i "$W/esp" "$1" ::/EFI/BOOT/BOOTX64.EFI
}

# make_odd NAME OPTION...: makes a unified kernel image with the odd arguments
make_odd() {
	"$ROOT/scripts/media/make-uki" -o "$W/$1" -k "$KERNEL" -i "$W/image" -a "$ARGS -- $COMMAND" "${@:2}"
	make_esp "$W/$1"
}

@test "a unified kernel image on a stick" {
	make_odd plain
	stick "$W/esp"
	uefi "${STICK[@]}"
	expect_odd ''
}

# secure_boot: boots the stick on a machine that has Debian's test key enrolled
secure_boot() {
	local code
	code=$(find_uefi OVMF_CODE_4M.secboot.fd) || skip 'no UEFI with Secure Boot'
	cp "$(find_uefi OVMF_VARS_4M.snakeoil.fd)" "$W/vars" || skip 'no UEFI with a known test key'
	stick "$W/esp"
	power_on -M q35,smm=on -global driver=cfi.pflash01,property=secure,value=on \
		-drive "if=pflash,format=raw,readonly=on,file=$code" -drive "if=pflash,format=raw,file=$W/vars" \
		"${STICK[@]}"
}

@test "Secure Boot: an image signed by the enrolled key boots" {
	[ -f /usr/share/ovmf/PkKek-1-snakeoil.key ] || skip 'no UEFI with a known test key'
	openssl pkey -in /usr/share/ovmf/PkKek-1-snakeoil.key -passin pass:snakeoil -out "$W/key"
	make_odd signed --key "$W/key" --cert /usr/share/ovmf/PkKek-1-snakeoil.pem
	secure_boot
	expect_odd ''
	expect_in "$(cat "$W/console")" 'secureboot: Secure boot enabled'
}

# expect_no_boot: the firmware refuses the stick
expect_no_boot() {
	wait_for 'Access Denied'
	wait_for 'No bootable option or device was found'
	power_off
	expect_not_in "$(cat "$W/console")" 'Linux version'
}

@test "Secure Boot: an unsigned image, and one signed by another key, are refused" {
	make_odd plain
	secure_boot
	expect_no_boot
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=other -keyout "$W/other.key" -out "$W/other.crt" \
		2>/dev/null
	make_odd other --key "$W/other.key" --cert "$W/other.crt"
	secure_boot
	expect_no_boot
}

@test "Secure Boot: a stick with GRUB is refused" {
	cp "$W/iso" "$W/esp"
	secure_boot
	expect_no_boot
}
