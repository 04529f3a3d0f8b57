# SPDX-License-Identifier: MIT
# Machines that boot over a network, from pxe-serve. They are QEMUs on a bridge in new network namespaces
# (test/network/machines), so that this machine's own network is not touched.

load ../helpers

possible() {
	need_x86_64 'the firmware of a PC'
	need_root 'pxe-serve'
	need_tap
	[ -f /usr/lib/grub/i386-pc/pxe.mod ] || skip "no GRUB: scripts/setup boot"
}

setup_file() {
	can_run || return 0
	use_state "$BATS_FILE_TMPDIR"
	export LAB=$BATS_FILE_TMPDIR/lab IMAGE=$BATS_FILE_TMPDIR/image DIR=$BATS_FILE_TMPDIR/dir
	export TMPDIR=$BATS_FILE_TMPDIR/tmp
	mkdir "$LAB" "$TMPDIR"
	# pxe-serve runs as user nobody, who needs access.
	for folder in "$TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_FILE_TMPDIR/.." "$BATS_RUN_TMPDIR"; do chmod o+x "$folder"; done
	packer -b 'sh cat sleep' -o "$IMAGE"
	unshare -n "$ROOT/test/network/machines" "$LAB" 4 3>&- &
	until [ -s "$LAB/net" ]; do sleep 0.1; done
	for i in 0 1 2 3; do
		"$GUEST/null_modem" "$LAB/ours$i" "$LAB/theirs$i" 3>&- &
		echo $! >>"$LAB/cables"
	done
	cp /usr/share/OVMF/OVMF_VARS_4M.fd "$LAB/variables"
	# on NUMBER KIND, off NUMBER: a machine of kind bios, uefi, http (UEFI HTTP boot) or ipxe (on UEFI; the network card of
	# bios has iPXE too); its MAC address ends with its number
	cat >"$LAB/on" <<-END
		#!/bin/bash
		LAB=$LAB i=\$1 network="-netdev tap,id=n,ifname=tap\$1,script=no,downscript=no"
		card="-device virtio-net-pci,netdev=n,mac=52:54:00:00:00:0\$1"
		if [ "\$2" = bios ]; then
			set -- -M pc -boot n
		else
			cp "\$LAB/variables" "\$LAB/variables\$i"
			set -- "\$2" -M q35 -drive if=pflash,unit=0,readonly=on,format=raw,file=/usr/share/OVMF/OVMF_CODE_4M.fd \\
				-drive "if=pflash,unit=1,format=raw,file=\$LAB/variables\$i" \\
				-fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n
			[ "\$1" != http ] || set -- "\$@" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n
			[ "\$1" = ipxe ] || card="\$card,romfile="
			shift
		fi
		nsenter -t "\$(cat "\$LAB/net")" -n qemu-system-x86_64 -accel tcg -m 384 -nodefaults -no-user-config -display none \\
			-no-reboot -chardev "serial,id=line,path=\$LAB/theirs\$i" -serial chardev:line \$network \$card "\$@" \\
			</dev/null >"\$LAB/qemu\$i" 2>&1 3>&- &
		echo \$! >"\$LAB/pid\$i"
	END
	cat >"$LAB/off" <<-END
		#!/bin/sh
		[ -f "$LAB/pid\$1" ] || exit 0
		pid=\$(cat "$LAB/pid\$1")
		kill -9 "\$pid" 2>/dev/null
		while [ -d "/proc/\$pid" ]; do sleep 0.1; done
		rm "$LAB/pid\$1"
	END
	chmod +x "$LAB/on" "$LAB/off"
}

setup() {
	possible
	rm -rf "$DIR"
	mkdir "$DIR"
}

teardown() {
	can_run || return 0
	for i in 0 1 2 3; do "$LAB/off" "$i"; done
	if [ -n "${server-}" ] && kill "$server" 2>/dev/null; then wait "$server" || true; fi
	if [ -n "${rival-}" ] && kill "$rival" 2>/dev/null; then wait "$rival" || true; fi
	expect_equal "$(network_processes)" ''
	expect_equal "$(ls "$TMPDIR")" ''
}

teardown_file() {
	can_run || return 0
	[ ! -f "$LAB/net" ] || kill "$(cat "$LAB/net")"
	# shellcheck disable=SC2046 # words
	[ ! -f "$LAB/cables" ] || kill $(cat "$LAB/cables")
}

# at PLACE COMMAND...: net, neighbour or stranger
at() {
	nsenter -t "$(cat "$LAB/$1")" -n "${@:2}"
}

# become PLACE COMMAND...: for the background, so that $! is the command itself
become() {
	exec nsenter -t "$(cat "$LAB/$1")" -n "${@:2}"
}

# Prints the processes in the served network, except those that keep it.
network_processes() {
	local own
	own=$(readlink "/proc/$(cat "$LAB/net")/ns/net")
	for process in /proc/[0-9]*; do
		if [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$own" ]; then
			tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -v -e '^sleep 1000000' -e 'network/machines' || true
		fi
	done
}

# soon COMMAND...: polls until it succeeds; the limit ends a hang
soon() {
	for _ in {1..6000}; do
		! "$@" || return 0
		sleep 0.1
	done
	fail "never: $*" "$(cat "$LAB/fetched" "$LAB/errors")"
}

# serve ARGUMENT...: starts pxe-serve and waits until it serves
serve() {
	start "$@"
	kill -0 "$server" || fail 'pxe-serve has ended'
}

# start ARGUMENT...: starts pxe-serve and waits until it serves, or has ended; then sets status
start() {
	status=0
	: >"$LAB/errors" # removes the messages of an earlier server
	become net env --default-signal=INT "$ROOT/scripts/lab/pxe-serve" -i br0 "$@" >"$LAB/fetched" 2>"$LAB/errors" 3>&- &
	server=$!
	until grep -q '^pxe-serve: serving ' "$LAB/errors"; do
		if ! kill -0 "$server" 2>/dev/null; then
			wait "$server" || status=$?
			output=$(cat "$LAB/fetched") stderr=$(cat "$LAB/errors")
			return
		fi
		sleep 0.1
	done
}

connected() { at net ss -Hnt state established 'sport = :80' | grep -q .; }
listens() { at net ss -Hlnt | grep -q :80; }

# refused MESSAGE ARGUMENT...
refused() {
	start "${@:2}"
	expect_status 1
	expect_equal "$(grep -c . <<<"$stderr")" 1
	expect_in "$stderr" "pxe-serve: $1"
}

# machine NUMBER KIND ARGUMENT...: bench boot on the machine, by target pxe
machine() {
	timeout 900 "$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" --tty "$LAB/ours$1" --target "pxe $DIR 52:54:00:00:00:0$1" \
		--power-on "$LAB/on $1 $2" --power-off "$LAB/off $1" "${@:3}"
}

# watch_machine NUMBER KIND: runs a machine without bench until it is off; its console is in $LAB/console, decoded in output
watch_machine() {
	cat <"$LAB/ours$1" >"$LAB/console" 3>&- &
	local reader=$!
	"$LAB/on" "$1" "$2"
	for _ in {1..6000}; do
		kill -0 "$(cat "$LAB/pid$1")" 2>/dev/null || break
		sleep 0.1
	done
	kill -0 "$(cat "$LAB/pid$1")" 2>/dev/null && fail "the machine does not end: $(tail -c 1000 "$LAB/console")"
	sleep 0.5
	kill "$reader"
	run --separate-stderr bench decode "$LAB/console"
}

@test "four machines at once, each with its own command line and result: iPXE on BIOS and UEFI, UEFI, its HTTP boot" {
	chown "nobody:$(id -gn nobody)" "$DIR"
	serve -d "$DIR"
	(machine 0 bios -a 'a=b mitigations=off' -- sh -c 'cat /proc/cmdline; exit 3' >"$LAB/out0" 2>"$LAB/err0" && false || echo $? >"$LAB/status0") 3>&- &
	first=$!
	(machine 1 uefi -a 'foo="b  c" bar=${x}' -- sh -c 'cat /proc/cmdline; exit 4' >"$LAB/out1" 2>"$LAB/err1" && false || echo $? >"$LAB/status1") 3>&- &
	second=$!
	(machine 2 http -- sh -c 'ls /sys/firmware; cat /proc/cmdline; exit 5' >"$LAB/out2" 2>"$LAB/err2" && false || echo $? >"$LAB/status2") 3>&- &
	third=$!
	(machine 3 ipxe -a 'c="d e"' -- sh -c 'cat /proc/cmdline; exit 6' >"$LAB/out3" 2>"$LAB/err3" && false || echo $? >"$LAB/status3") 3>&- &
	wait "$first" "$second" "$third" $!
	expect_equal "$(cat "$LAB"/status? "$LAB"/err[13])" $'3\n4\n5\n6'
	expect_in "$(cat "$LAB/out0")" ' a=b mitigations=off '
	expect_in "$(cat "$LAB/out1")" ' "foo=b  c" bar=${x} '
	expect_in "$(cat "$LAB/out1" "$LAB/out2")" 'BOOT_IMAGE=(tftp,10.7.0.1)/files/'
	kernel=files/$(sha256sum <"$KERNEL" | cut -d ' ' -f 1)
	expect_in "$(cat "$LAB/fetched")" "52:54:00:00:00:00 http $kernel $(stat -Lc %s "$KERNEL")"
	expect_in "$(cat "$LAB/fetched")" "52:54:00:00:00:01 tftp $kernel $(stat -Lc %s "$KERNEL")"
	expect_in "$(cat "$LAB/fetched")" '52:54:00:00:00:02 http loader/x64.efi '
	expect_in "$(cat "$LAB/out3")" ' "c=d e" '
	expect_in "$(cat "$LAB/out3")" 'initrd=image '
	expect_in "$(cat "$LAB/fetched")" "52:54:00:00:00:03 http $kernel $(stat -Lc %s "$KERNEL")"
	expect_equal "$(find "$DIR/serve" ! -user nobody)" ''
}

@test "two machines are nodes of one plan" {
	serve -d "$DIR"
	{
		printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'args a a=1' 'args b b=2' 'boots 2' "run r sh -c 'cat /proc/cmdline >&2'"
		for i in 0 1; do
			printf '%s\n' "node rack$i" "tty $LAB/ours$i" "target pxe $DIR 52:54:00:00:00:0$i" "power-on $LAB/on $i bios" \
				"power-off $LAB/off $i"
		done
	} >"$LAB/plan"
	timeout 900 "$LULL_BIN/bench" run "$LAB/plan" -o "$LAB/study" >"$LAB/out" 2>"$LAB/err" || status=$?
	expect_equal "${status-0} $(jq -cs 'map(.outcome) | unique' "$LAB/study/journal")" '0 ["ok"]'
	expect_equal "$(jq -cs 'map([.node, .block, .cell]) | sort' "$LAB/study/journal")" \
		'[["rack0",0,"k/i/a/r"],["rack0",0,"k/i/b/r"],["rack1",1,"k/i/a/r"],["rack1",1,"k/i/b/r"]]'
	for i in 1 2 3 4; do
		cell=$(jq -r "select(.boot == $i) | .cell" "$LAB/study/journal")
		run --separate-stderr bench decode "$LAB/study/consoles/000000$i.zst"
		expect_in "$stderr" "$([ "$cell" = k/i/a/r ] && echo ' a=1 ' || echo ' b=2 ')"
	done
}

@test "GRUB for BIOS boots the default entry, while its files change" {
	cp "$IMAGE" "$LAB/changing"
	serve --no-ipxe -d "$DIR" -k "$KERNEL" -I "$LAB/changing" -a 'a=$HOME b="c d" e={f};g&h|i<j># k=~' -- sh -c 'cat /proc/cmdline; echo "$0"' 'x "y" \ $z'
	"$ROOT/scripts/lab/pxe-entry" "$DIR" 52:54:00:00:00:07 -k "$KERNEL" -i "$LAB/changing" -a never
	(
		soon grep -q loader/menu.cfg "$LAB/fetched"
		head -c 3000000 /dev/urandom >"$LAB/changing"
	) 3>&- &
	watch_machine 0 bios
	grep -aq 'blksize.1468' "$DIR/serve/loader/x64.efi" || fail 'GRUB would request small blocks'
	expect_equal "${lines[1]}" 'x "y" \ $z'
	expect_in "$output" ' rdinit=/init console=ttyS0,115200 panic=0 a=$HOME "b=c d" e={f};g&h|i<j># k=~ '
	expect_equal "$(cut -d ' ' -f 2,3 "$LAB/fetched" | sed 's/[0-9a-f]\{64\}/SUM/')" "dhcp 10.7.0.$(sed -n 's/.* dhcp 10.7.0.\([0-9]*\) .*/\1/p' "$LAB/fetched")
tftp loader/bios.0
tftp loader/menu.cfg
tftp entry/52:54:00:00:00:00.cfg
tftp entry/default.cfg
tftp files/SUM
tftp files/SUM"
}

# start_rival: a DHCP server on the neighbour
start_rival() {
	become neighbour dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=eth0 --bind-interfaces --no-ping \
		--user=root --pid-file= --dhcp-leasefile="$LAB/leases" --log-facility="$LAB/rival.log" \
		--dhcp-range=10.7.0.50,10.7.0.60,255.255.255.0,1h 3>&- &
	rival=$!
	until grep -qs 'sockets bound' "$LAB/rival.log"; do sleep 0.1; done
}

@test "another DHCP server: refused, then with --proxy; iPXE that has to load GRUB, UEFI, its HTTP boot" {
	rm -f "$LAB/rival.log"
	start_rival
	refused 'cannot give addresses on br0: DHCP server 10.7.0.2 does; use --proxy' -k "$KERNEL" -I "$IMAGE"
	serve --proxy -d "$DIR"
	(machine 0 bios -a 'foo="b  c"' -- sh -c 'cat /proc/cmdline; exit 3' >"$LAB/out0" 2>"$LAB/err0" && false || echo $? >"$LAB/status0") 3>&- &
	first=$!
	(machine 1 uefi -- sh -c 'exit 4' >"$LAB/out1" 2>"$LAB/err1" && false || echo $? >"$LAB/status1") 3>&- &
	second=$!
	(machine 2 http -- sh -c 'exit 5' >"$LAB/out2" 2>"$LAB/err2" && false || echo $? >"$LAB/status2") 3>&- &
	wait "$first" "$second" $!
	expect_equal "$(cat "$LAB"/status[012] "$LAB/err0")" $'3\n4\n5'
	expect_in "$(cat "$LAB/out0")" ' "foo=b  c" '
	expect_in "$(cat "$LAB/fetched")" '52:54:00:00:00:00 http loader/bios.0 '
	expect_in "$(cat "$LAB/fetched")" '52:54:00:00:00:00 tftp files/'
	expect_in "$(cat "$LAB/fetched")" '52:54:00:00:00:02 http loader/x64.efi '
	expect_equal "$(wc -l <"$LAB/leases")" 3
	expect_not_in "$(cat "$LAB/fetched")" ' dhcp '
}

@test "a machine without an entry tries its next device, one whose kernel is missing retries" {
	serve -d "$DIR"
	cat <"$LAB/ours1" >"$LAB/console" 3>&- &
	reader=$!
	"$LAB/on" 1 uefi
	soon grep -q 'No entry for 52:54:00:00:00:01: trying the next device' "$LAB/console"
	"$LAB/off" 1
	"$ROOT/scripts/lab/pxe-entry" "$DIR" 52:54:00:00:00:01 -k "$KERNEL" -i "$IMAGE"
	rm "$DIR"/serve/files/*
	"$LAB/on" 1 uefi
	soon grep -q 'Cannot load the entry of 52:54:00:00:00:01: restarting in 10 s' "$LAB/console"
	kill "$reader"
	expect_in "$(cat "$LAB/fetched")" '52:54:00:00:00:01 tftp entry/default.cfg missing'
}

@test "it answers only its own network, and serves only its folder" {
	serve -d "$DIR" -k "$KERNEL" -I "$IMAGE"
	kernel=files/$(sha256sum <"$KERNEL" | cut -d ' ' -f 1)
	# A client that sends a TFTP request and then disappears; dnsmasq retries for 40 s.
	at neighbour bash -c 'exec 5<>/dev/udp/10.7.0.1/69; printf "\0\1$0\0octet\0" >&5; sleep 0.5' "$kernel"
	get() { at "$1" busybox wget -q -O - "http://10.7.0.1/$2"; }
	tftp() { (cd "$BATS_TEST_TMPDIR" && at "$1" timeout 6 busybox tftp -g -r "$2" -l got 10.7.0.1); }
	expect_in "$(get neighbour boot.ipxe)" '#!ipxe'
	tftp neighbour loader/menu.cfg
	expect_in "$(cat "$BATS_TEST_TMPDIR/got")" 'net_default_mac'
	echo secret >"$DIR/secret"
	echo secret >"$LAB/secret"
	for path in ../secret %2e%2e/secret loader/../../secret loader/%2e%2e/%2e%2e/secret "..$LAB/secret" "/$LAB/secret" $'x\e[31m%1b%0ax'; do
		rm -f "$BATS_TEST_TMPDIR/got"
		run tftp neighbour "$path"
		! grep -qs secret "$BATS_TEST_TMPDIR/got" || fail "TFTP: $path"
		run get neighbour "$path"
		[ "$output" != secret ] || fail "HTTP: $path"
	done
	# A name with a newline forges no line.
	run get neighbour 'x%0adnsmasq:%20FORGED%1b[31m%0ahttpd:%20%1b]0;x%07'
	expect_not_in "$(cat "$LAB/fetched" "$LAB/errors")" $'\e'
	expect_not_in "$(cat "$LAB/errors")" FORGED
	# The stranger can reach the host, but not its servers.
	at stranger busybox ping -c 1 -W 5 10.7.0.1
	run get stranger boot.ipxe
	expect_not_in "$output" ipxe$'\n'
	expect_in "$output" '403 Forbidden'
	run tftp stranger loader/menu.cfg
	[ "$status" -ne 0 ] || fail 'TFTP answers a stranger'
	expect_equal "$(at stranger "$ROOT/build/dhcp-offers" wire1 2)" ''
	# A client that stops in the middle, while another is answered.
	at neighbour bash -c 'exec 5<>/dev/tcp/10.7.0.1/80; printf "GET /$0 HTTP/1.0\r\n\r\n" >&5; head -c 1000 <&5 >/dev/null
		busybox wget -q -O /dev/null http://10.7.0.1/boot.ipxe' "$kernel"
	soon grep -q " http $kernel stopped$" "$LAB/fetched"
	expect_in "$(get neighbour boot.ipxe)" '#!ipxe'
	soon grep -q " tftp $kernel stopped$" "$LAB/fetched"
	for id in "$server" "$(pgrep -P "$server" dnsmasq)"; do
		expect_equal "$(awk '/^Uid/ { print $2, $3, $4 }' "/proc/$id/status")" "$(id -u nobody) $(id -u nobody) $(id -u nobody)"
	done
}

gone() { [ -z "$(network_processes)$(ls "$TMPDIR")" ]; }

network() {
	at net sh -c 'ip -4 address; ip link; ip route; sysctl -a 2>/dev/null | grep "^net.ipv[46].conf" | sha256sum'
}

@test "it leaves nothing at its end, and reports conflicts with other servers" {
	before=$(network)
	kernel=files/$(sha256sum <"$KERNEL" | cut -d ' ' -f 1)
	for signal in TERM INT HUP; do
		serve -d "$DIR" -k "$KERNEL" -I "$IMAGE"
		# A client is being answered.
		become neighbour bash -c 'exec 5<>/dev/tcp/10.7.0.1/80; printf "GET /$0 HTTP/1.0\r\n\r\n" >&5; exec sleep 100' "$kernel" 3>&- &
		client=$!
		soon connected
		kill -s "$signal" "$server"
		wait "$server" || status=$?
		expect_status 0
		kill "$client" 2>/dev/null || true
		wait "$client" 2>/dev/null || true
		expect_equal "$(network_processes)" ''
		expect_equal "$(ls "$DIR" "$TMPDIR")" "$DIR:
serve

$TMPDIR:"
	done
	expect_equal "$(network)" "$before"
	# KILL cannot be handled, but the keeper ends all processes and removes all files.
	serve -d "$DIR"
	kill -9 "$server"
	wait "$server" || true
	soon gone
	# When dnsmasq ends, pxe-serve ends.
	serve -d "$DIR"
	kill -9 "$(pgrep -P "$server" dnsmasq)"
	wait "$server" || status=$?
	expect_status 1
	expect_in "$(cat "$LAB/errors")" 'dnsmasq has ended'
	expect_equal "$(network_processes)" ''
	serve -d "$DIR"
	rival=$server
	refused 'cannot serve DHCP on br0: udp port 67 is in use by "dnsmasq",pid=' -I "$IMAGE"
	kill "$rival"
	wait "$rival" || true
	become net busybox nc -l -p 80 3>&- &
	rival=$!
	soon listens
	refused 'cannot serve HTTP on br0: tcp port 80 is in use by "' -k "$KERNEL" -I "$IMAGE"
	kill "$rival"
	wait "$rival" || true
	mkdir -p "$DIR/closed/dir"
	chmod 700 "$DIR/closed"
	refused "cannot serve $DIR/closed/dir: user nobody cannot enter $DIR/closed; use \`chmod o+x $DIR/closed\`" -d "$DIR/closed/dir"
	refused "cannot use $DIR/none: no such folder" -d "$DIR/none"
	# A system in which dnsmasq is an empty file.
	: >"$LAB/empty"
	status=0
	# shellcheck disable=SC2016 # that shell's
	at net unshare -m sh -c 'mount --bind "$0" "$(command -v dnsmasq)" && exec "$@"' "$LAB/empty" \
		"$ROOT/scripts/lab/pxe-serve" -i br0 -I "$IMAGE" >"$LAB/fetched" 2>"$LAB/errors" || status=$?
	expect_status 1
	expect_in "$(cat "$LAB/errors")" "dnsmasq is missing: Debian's package dnsmasq-base has it"
}
