# SPDX-License-Identifier: MIT
# Entries in the folder of pxe-serve, and errors that pxe-serve reports before it needs GRUB's files.
# test/long/boot_pxe.bats boots machines.

load ../helpers
load ../media_helpers

setup() {
	make_appliance
	DIR=$OUT
}

# run_entry ARGUMENT...: pxe-entry with the appliance
run_entry() {
	run --separate-stderr "$ROOT/scripts/lab/pxe-entry" "$DIR" "$@" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image"
}

content() {
	cat "$DIR/serve/entry/$1"
}

sum() {
	sha256sum <"$1" | cut -d ' ' -f 1
}

@test "an entry names copies by their checksums, for GRUB and iPXE" {
	run_entry 52-54-00-AB-cd-01 -a 'mitigations=off foo="b c"'
	expect_status 0
	kernel=files/$(sum "$APPLIANCE/kernel") image=files/$(sum "$APPLIANCE/image")
	expect_equal "$(content 52:54:00:ab:cd:01.cfg)" "lull_entry=52:54:00:ab:cd:01
if linux \$lull/$kernel rdinit=/init console=ttyS0,115200 panic=0 mitigations=off 'foo=b c'; then
if initrd \$lull/$image; then
lull_is_loaded=1
fi
fi"
	expect_equal "$(content 52-54-00-ab-cd-01.ipxe)" "#!ipxe
set lull_entry 52:54:00:ab:cd:01
initrd --name image ../$image
iseq \${platform} efi && set lull_image initrd=image ||
kernel ../$kernel \${lull_image} rdinit=/init console=ttyS0,115200 panic=0 mitigations=off \"foo=b c\"
boot"
	cmp "$APPLIANCE/kernel" "$DIR/serve/$kernel"
	cmp "$APPLIANCE/image" "$DIR/serve/$image"
	expect_equal "$(stat -c %a "$DIR/serve/$image" "$DIR/serve/entry/52:54:00:ab:cd:01.cfg" | uniq)" 644
}

@test "the default entry, a command, --list and --remove" {
	run "$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" -- sh -c 'echo "$HOME"'
	expect_status 0
	run_entry 52:54:00:00:00:02
	run "$ROOT/scripts/lab/pxe-entry" "$DIR" --list
	expect_equal "$(sed 's/[0-9a-f]\{64\}/SUM/' <<<"$output")" "52:54:00:00:00:02
	files/SUM rdinit=/init console=ttyS0,115200 panic=0
default
	files/SUM rdinit=/init console=ttyS0,115200 panic=0 'lull.run=sh%20-c%20%27echo%20%22\$HOME%22%27'"
	run "$ROOT/scripts/lab/pxe-entry" "$DIR" 52-54-00-00-00-02 --remove
	expect_status 0
	expect_equal "$(ls "$DIR/serve/entry")" $'default.cfg\ndefault.ipxe'
	run "$ROOT/scripts/lab/pxe-entry" "$DIR" 52-54-00-00-00-02 --remove
	expect_status 1
	expect_in "$output" 'pxe-entry: no entry 52:54:00:00:00:02 in '
}

@test "command lines that iPXE would alter are booted through GRUB" {
	for args in 'a="b  c"' 'a=${b}' '#x' 'a="b #c"' 'a="b && c"' 'a="b || c"' 'a="b ; c"'; do
		run_entry -a "$args"
		expect_status 0
		expect_in "$(content default.ipxe)" 'chain ../loader/bios.0'
		expect_not_in "$(content default.ipxe)" 'kernel '
	done
	for args in 'a=$b' 'a=b#c' 'a=b&&c' 'a=b;' 'a={b}'; do
		run_entry -a "$args"
		expect_in "$(content default.ipxe)" " $args
boot"
	done
}

@test "entries are replaced atomically, and old files stay for machines that read the old entry" {
	run_entry
	old=$(content default.cfg)
	{ printf 070701 && head -c 70001 /dev/urandom; } >"$APPLIANCE/other"
	(
		for _ in {1..10}; do
			"$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/other"
			"$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image"
		done
	) 3>&- &
	writer=$!
	while kill -0 "$writer" 2>/dev/null; do
		now=$(content default.cfg)
		[ "$now" = "$old" ] || expect_equal "$now" "${old/$(sum "$APPLIANCE/image")/$(sum "$APPLIANCE/other")}"
	done
	wait "$writer"
	expect_equal "$(ls "$DIR/serve/files" | wc -l)" 3
	touch -d '2 hours ago' "$DIR/serve/files/"*
	run_entry
	expect_equal "$(ls "$DIR/serve/files" | sort)" "$(printf '%s\n' "$(sum "$APPLIANCE/kernel")" "$(sum "$APPLIANCE/image")" | sort)"
	expect_equal "$(find "$DIR" -name '*~')" ''
	# Files of the old entry stay, as a machine may have read it just now; the leftover of an interrupted copy goes.
	touch -d '2 hours ago' "$DIR/serve/files/"*
	touch "$DIR/serve/entry/default.cfg.1~"
	: >"$DIR/serve/files/$(sum "$APPLIANCE/kernel")"
	run "$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/other"
	expect_status 0
	expect_equal "$(ls "$DIR/serve/files" | wc -l)" 3
	expect_equal "$(find "$DIR" -name '*~')" ''
	cmp "$APPLIANCE/kernel" "$DIR/serve/files/$(sum "$APPLIANCE/kernel")"
}

@test "a copy that is interrupted leaves nothing" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	# This mv takes long.
	printf '#!/bin/sh\nexec sleep 60\n' >"$BATS_TEST_TMPDIR/bin/mv"
	chmod +x "$BATS_TEST_TMPDIR/bin/mv"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH setsid env --default-signal=INT "$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/image" 3>&- &
	writer=$!
	until ls "$DIR/serve/files/" 2>/dev/null | grep -q '~$'; do sleep 0.05; done
	kill -INT "-$writer"
	! wait "$writer" || fail 'it was not interrupted'
	for _ in {1..600}; do
		[ -n "$(find "$DIR" -type f)" ] || break
		sleep 0.1
	done
	expect_equal "$(find "$DIR" -type f)" ''
}

@test "in another user's folder root writes as that user, also files that the user may not read" {
	need_root
	chown "nobody:$(id -gn nobody)" "$DIR"
	chmod o+x "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$BATS_RUN_TMPDIR"
	chmod 600 "$APPLIANCE/image"
	run_entry
	expect_status 0
	expect_equal "$(find "$DIR/serve" ! -user nobody)" ''
	cmp "$APPLIANCE/image" "$DIR/serve/files/$(sum "$APPLIANCE/image")"
}

@test "errors are reported on one line, and nothing is left" {
	expect_error() {
		expect_status 1
		expect_in "$stderr" "$1"
		expect_equal "$(wc -l <<<"$stderr")" 1
		expect_equal "$(find "$DIR" -type f)" ''
	}
	for mac in $'52:54:00:12:34:56\nx' 52:54:00:12:34 52:54:00:12:34:5g 52:54:00:12:34:56:78 ../../etc x; do
		run_entry "$mac"
		expect_status 1
		expect_in "$stderr" "pxe-entry: invalid MAC address '$mac'"
		expect_equal "$(find "$DIR" -type f)" ''
	done
	run_entry -a 'x=\'
	expect_error 'grub-line: boot loaders alter quotes'
	run_entry -a "$(printf '%01900d' 0)"
	expect_error 'the command line is too long: the kernel accepts 2047 bytes'
	run --separate-stderr "$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/image" -i "$APPLIANCE/image"
	expect_error "cannot use $APPLIANCE/image as a kernel: not a bzImage"
	run --separate-stderr "$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/kernel"
	expect_error "cannot use $APPLIANCE/kernel as an image: neither a cpio archive nor compressed"
	run --separate-stderr "$ROOT/scripts/lab/pxe-entry" "$DIR" -k "$APPLIANCE/kernel" -i "$APPLIANCE/none"
	expect_error "cannot read $APPLIANCE/none"
	ln -s /etc "$DIR/serve/files/out"
	run_entry
	expect_error "cannot use $DIR/serve/files/out: only files and folders are served"
	DIR=$DIR/none
	run_entry
	expect_status 1
	expect_in "$stderr" "cannot use $DIR: no such folder"
	mkdir "$OUT/a b"
	DIR="$OUT/a b" run_entry
	expect_status 1
	expect_in "$stderr" 'dnsmasq does not accept blanks'
}

@test "wrong usage" {
	for arguments in '' '-k x' 'dir -i' 'dir -x' 'dir 52:54:00:12:34:56 x' 'dir'; do
		# shellcheck disable=SC2086 # words
		LULL_IMAGE='' run --separate-stderr "$ROOT/scripts/lab/pxe-entry" ${arguments/dir/$DIR}
		expect_status 2
		expect_in "$stderr" 'usage: pxe-entry'
	done
	for arguments in '' '-i lo' '-i' '-i lo -d' '-i lo -I x --http-port no' '-i lo -I x --http-port 0' \
		'-i lo -I x --http-port 65536' '-i lo -I x --proxy --range 1.1.1.1,1.1.1.2' '-i lo -d x -k y' '-i lo -d x -- true' '-i lo -I x y'; do
		# shellcheck disable=SC2086
		run --separate-stderr "$ROOT/scripts/lab/pxe-serve" $arguments
		expect_status 2
		expect_in "$stderr" 'usage: pxe-serve'
	done
	for script in pxe-entry pxe-serve; do
		run --separate-stderr "$ROOT/scripts/lab/$script" --help
		expect_status 0
		expect_in "$output" "usage: $script"
	done
}

@test "interfaces that cannot be served" {
	need_network_namespaces
	# expect_refused_in MESSAGE COMMANDS ARGUMENT...: pxe-serve fails in a network that the commands make
	expect_refused_in() {
		local message=$1 commands=$2
		shift 2
		run --separate-stderr unshare -n sh -c "PATH=\$PATH:/usr/sbin:/sbin; $commands; exec \"\$@\"" sh \
			"$ROOT/scripts/lab/pxe-serve" -I "$APPLIANCE/image" "$@"
		expect_status 1
		expect_in "$stderr" "pxe-serve: $message"
		expect_equal "$(wc -l <<<"$stderr")" 1
	}
	pair='ip link add v0 type veth peer name v1'
	expect_refused_in 'no interface nope, only lo v0 v1' "$pair" -i nope 2>/dev/null ||
		expect_refused_in 'no interface nope, only lo v1 v0' "$pair" -i nope
	expect_refused_in "invalid interface name '../x'" : -i ../x
	expect_refused_in 'cannot serve on lo: it is a loopback interface' 'ip link set lo up' -i lo
	expect_refused_in 'cannot serve on v0: it is down; use `ip link set v0 up`' "$pair" -i v0
	pair="$pair; ip link set v0 up"
	expect_refused_in 'cannot serve on v0: it has no IPv4 address' "$pair" -i v0
	expect_refused_in 'cannot serve on v0: the network of 10.9.0.1/32 has no other address' "$pair; ip address add 10.9.0.1/32 dev v0" -i v0
	expect_refused_in 'cannot serve on v0: its address 10.9.0.1 is point-to-point' "$pair; ip address add 10.9.0.1 peer 10.9.0.2 dev v0" -i v0
	expect_refused_in 'the network of v0 has few addresses: give unused ones by --range' "$pair; ip address add 10.9.0.1/30 dev v0" -i v0
	pair="$pair; ip address add 10.9.0.1/24 dev v0"
	expect_refused_in 'invalid range 10.8.0.2,10.8.0.9: the network of v0 is 10.9.0.0, 255.255.255.0' "$pair" \
		-i v0 --range 10.8.0.2,10.8.0.9
	expect_refused_in "invalid range 10.9.0.1,10.9.0.9: 10.9.0.1 is this machine's address" "$pair" -i v0 --range 10.9.0.1,10.9.0.9
	expect_refused_in 'invalid range 10.9.0.9,10.9.0.3' "$pair" -i v0 --range 10.9.0.9,10.9.0.3
}

@test "bench's target pxe writes the entry of its machine, and reports errors" {
	packer -b true -o "$BATS_TEST_TMPDIR/image"
	lab() { # STATUS ARGUMENT...
		local wanted=$1
		shift
		run --separate-stderr bench boot -k "$APPLIANCE/kernel" -i "$BATS_TEST_TMPDIR/image" "$@"
		expect_status "$wanted"
	}
	lab 125 --console 'sleep 1000' --target "pxe $DIR 52-54-00-AB-cd-01" --power-cycle false -a 'foo="b c"' -- true 3
	expect_in "$stderr" 'the target failed: the power-cycle command false ended with status 1'
	expect_in "$(content 52:54:00:ab:cd:01.cfg)" " console=ttyS0,115200 panic=0 rdinit=/init 'foo=b c' lull."
	lab 125 --console 'sleep 1000' --target "pxe $DIR/none 52:54:00:ab:cd:01" -- true
	expect_in "$stderr" "ended with status 1: pxe-entry: cannot use $DIR/none: no such folder"
	lab 129 --target "pxe $DIR 52:54:00:ab:cd:01" -- true
	expect_in "$stderr" 'target: missing console or tty'
	lab 129 --console cat --boot-command true --target "pxe $DIR 52:54:00:ab:cd:01" -- true
	expect_in "$stderr" 'target: it sets its own boot command, so boot-command is not allowed'
	lab 129 --console cat --target "pxe $DIR" -- true
	expect_in "$stderr" '"pxe DIR MAC"'
}
