# SPDX-License-Identifier: MIT
# The network as an experiment asks for it, on wires that lead nowhere but to QEMU, to a server of the tests, or into a
# namespace: each boot ends by itself, whatever is at the other end.

load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -k "$ROOT/build/kernel" -m virtio_net -b 'bash cat ip ls busybox' -o "$IMAGE"
	start_waiting
}

setup() {
	use_state "$BATS_TEST_TMPDIR"
}

teardown() {
	[ -z "${BESIDE-}" ] || kill "$BESIDE" 2>/dev/null || true
}

teardown_file() {
	[ -f "$BATS_FILE_TMPDIR/status" ] || kill "$(cat "$BATS_FILE_TMPDIR/pid")" || true
}

CARD='-device virtio-net-pci,netdev=n,id=card,romfile='
NOBODY='-netdev hubport,id=n,hubid=7'
QEMU_OWN='-netdev user,id=n,restrict=on'

# A boot that waits longer than bench does for a silent machine, beside the other tests.
start_waiting() {
	(
		"$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" -q "$NOBODY $CARD" -a 'lull.net=eth0%20dhcp%20deadline=70' \
			-- cat /dev/null >"$BATS_FILE_TMPDIR/out" 2>&1 &
		echo $! >"$BATS_FILE_TMPDIR/pid"
		wait $! && echo 0 >"$BATS_FILE_TMPDIR/status" || echo $? >"$BATS_FILE_TMPDIR/status"
	) 3>&- &
}

# boot_net WIRE WORDS ARGUMENT...: a boot with one card and one `net`, blanks and all.
boot_net() {
	local wire=$1 words=$2
	shift 2
	boot -q "$wire $CARD" -a "lull.net=${words// /%20}" "$@"
}

# expect_fail MESSAGE: the experiment did not run, for this reason, and the boot ended by itself.
expect_fail() {
	expect_status 125
	expect_equal "$output" ''
	expect_in "$stderr" "init failed: cannot set up $1"
}

# start_server MODE: a DHCP server (test/network/server.c); sets WIRE. What it hears is in $BATS_TEST_TMPDIR/heard.
start_server() {
	local at=$BATS_TEST_TMPDIR
	"$ROOT/build/asan/test/network/server" "$at/server" "$at/qemu" "$1" >"$at/heard" 3>&- &
	BESIDE=$!
	WIRE="-netdev dgram,id=n,local.type=unix,local.path=$at/qemu,remote.type=unix,remote.path=$at/server"
}

# expect_questions TYPE LEAST MOST: so many did the server hear: pauses, which double, are spread by chance.
expect_questions() {
	local count
	count=$(grep -c "^$1 " "$BATS_TEST_TMPDIR/heard")
	[ "$count" -ge "$2" ] && [ "$count" -le "$3" ] || fail "$count times $1"
}

# start_monitor: QEMU's monitor by files: commands to descriptor 8; sets MONITOR, arguments of QEMU
start_monitor() {
	mkfifo "$BATS_TEST_TMPDIR/monitor.in" "$BATS_TEST_TMPDIR/monitor.out"
	exec 8<>"$BATS_TEST_TMPDIR/monitor.in" 9<>"$BATS_TEST_TMPDIR/monitor.out"
	MONITOR="-chardev pipe,id=m,path=$BATS_TEST_TMPDIR/monitor -mon chardev=m,mode=readline"
}

# after_hello COMMAND: gives QEMU's monitor a command two seconds after init has begun to wait.
after_hello() {
	(
		for ((i = 0; i < 600; i++)); do
			if grep -aqs ' wait t ' "$XDG_STATE_HOME"/lull/*; then break; fi
			sleep 0.1
		done
		sleep 2
		echo "$1" >&8
	) 3>&- &
	BESIDE=$!
}

@test "QEMU's DHCP server gives an address, which works, and nothing of it stays with init" {
	boot_net "$QEMU_OWN" 'eth0 dhcp' --json -- bash -c \
		'cat /proc/net/fib_trie; ls -l /proc/1/fd; busybox ping -c 1 -W 5 10.0.2.2; cat /etc/resolv.conf'
	expect_in "$output" '|-- 10.0.2.15\n'
	expect_in "$output" '1 packets received'
	expect_not_in "$output" 'socket:'
	# It names no servers where it is told to keep the guest in.
	expect_in "$output" '/etc/resolv.conf: No such file'
	expect_equal "$(field interface)" eth0
	expect_equal "$(field driver)" virtio_net
	expect_equal "$(field mac)" 52:54:00:12:34:56
	expect_equal "$(field mtu)" 1500
	expect_equal "$(field address)" 10.0.2.15/24
	expect_equal "$(field server)" 10.0.2.2
	expect_in "$output" '"lease_s": 86400'
	expect_in "$output" '"warnings": []'
}

@test "an experiment file of the image names its network, and with it the driver" {
	printf 'run cat /proc/net/fib_trie\nmodule virtio_net\nnet eth0 dhcp deadline=20\n' >"$BATS_TEST_TMPDIR/experiment"
	packer -k "$ROOT/build/kernel" -x "$BATS_TEST_TMPDIR/experiment" -o "$BATS_TEST_TMPDIR/image"
	run --separate-stderr "$LULL_BIN/bench" boot -k "$KERNEL" -i "$BATS_TEST_TMPDIR/image" -q "$QEMU_OWN $CARD"
	expect_status 0
	expect_in "$output" '|-- 10.0.2.15'
}

@test "an address and routes as the experiment has them" {
	boot_net "$NOBODY" 'eth0 10.0.2.15/24 via=10.0.2.2 route=10.9.0.0/16,10.0.2.3 route=10.8.0.0/16,0.0.0.0' --json \
		-- bash -c 'while read -r name to by flags _ _ metric mask _; do echo "$name $to $by $flags $metric $mask"; done \
			</proc/net/route; cat /proc/net/fib_trie; ip -br link show eth0'
	expect_status 0
	expect_in "$output" 'eth0 00000000 0202000A 0003 0 00000000\n'
	expect_in "$output" 'eth0 0002000A 00000000 0001 0 00FFFFFF\n'
	expect_in "$output" 'eth0 0000080A 00000000 0001 0 0000FFFF\n'
	expect_in "$output" 'eth0 0000090A 0302000A 0003 0 0000FFFF\n'
	expect_in "$output" '|-- 10.0.2.15\n'
	expect_in "$output" '|-- 10.0.2.255\n'
	expect_in "$output" 'UP,LOWER_UP'
	expect_in "$(tr -d ' \n' <<<"$output")" \
		'"address":"10.0.2.15/24","routes":["0.0.0.0/010.0.2.2","10.9.0.0/1610.0.2.3","10.8.0.0/160.0.0.0"]'
	expect_equal "$(field server)" ''
}

@test "of two interfaces each has its own, and the first one's way out is used" {
	boot -q "$QEMU_OWN $CARD -netdev hubport,id=x,hubid=8 -device virtio-net-pci,netdev=x,romfile=" \
		-a 'lull.net=eth1%2010.5.0.1/24%20via=10.5.0.2 lull.net=eth0%2010.6.0.1/24%20via=10.6.0.2' \
		-- ip route
	expect_status 0
	expect_in "$output" 'default via 10.5.0.2 dev eth1'
	expect_in "$output" 'default via 10.6.0.2 dev eth0 metric 1'
}

@test "an interface can be up without an address" {
	boot_net "$NOBODY" 'eth0 up' --json -- cat /proc/net/route
	expect_status 0
	expect_not_in "$output" 'eth0\t'
	expect_equal "$(field interface)" eth0
	expect_equal "$(field address)" ''
}

@test "an interface that does not exist is told with those that do" {
	boot_net "$NOBODY" 'eth7 dhcp deadline=2' -- cat /dev/null
	expect_fail 'eth7: no such interface has appeared, only lo, eth0; packer -m packs drivers (waited 2 s)'
}

@test "without a carrier nothing runs, and the boot ends" {
	start_monitor
	echo 'set_link card off' >&8
	boot_net "$MONITOR $NOBODY" 'eth0 up deadline=2' -- cat /dev/null
	expect_fail 'eth0: it has no carrier: is it connected? (waited 2 s)'
}

@test "a carrier that comes later is waited for" {
	start_monitor
	echo 'set_link card off' >&8
	after_hello 'set_link card on'
	boot_net "$MONITOR $NOBODY" 'eth0 up deadline=60' -- ip link show eth0
	expect_status 0
	expect_in "$output" 'UP,LOWER_UP'
	expect_in "$output" 'state UP'
}

@test "an interface that is plugged in later is waited for" {
	start_monitor
	after_hello 'device_add virtio-net-pci,netdev=n,romfile='
	boot -q "$MONITOR $NOBODY" -a 'lull.net=eth0%2010.0.2.15/24%20deadline=60' -- ip -br address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15/24
}

@test "where no server answers nothing runs, and the boot ends" {
	boot_net "$NOBODY" 'eth0 dhcp deadline=2' -- cat /dev/null
	expect_fail 'eth0: no DHCP server offered an address (waited 2 s)'
}

@test "what cannot be set up is told with the reason" {
	boot_net "$NOBODY" 'eth0 10.0.2.15/24 via=10.0.3.1' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'cannot set up eth0: route to 0.0.0.0/0: its gateway is not in a local network'
	boot_net "$NOBODY" 'eth0 10.0.2.15/24 via=10.0.2.1 via=10.0.2.2' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'cannot set up eth0: route to 0.0.0.0/0: File exists'
	boot_net "$NOBODY" 'lo dhcp' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'cannot set up lo: DHCP requires Ethernet'
}

@test "options in all fields, classless routes, and servers of names" {
	start_server good
	boot_net "$WIRE" 'eth0 dhcp' --json -- bash -c 'ip route; cat /etc/resolv.conf; ip link show eth0'
	expect_status 0
	expect_in "$output" 'default via 10.0.2.1 dev eth0'
	expect_in "$output" '10.9.0.0/16 via 10.0.2.3 dev eth0'
	expect_in "$output" 'nameserver 10.0.2.3\nnameserver 10.0.2.4\ndomain lab\n'
	expect_in "$output" 'mtu 1400'
	expect_not_in "$output" 9.9.9.9
	expect_equal "$(field lease_s)" 4294967295
	expect_in "$output" '"warnings": []'
	expect_equal "$(cut -d ' ' -f 1 "$BATS_TEST_TMPDIR/heard")" $'discover\nrequest'
}

@test "resolv.conf is the image's own where it brings one" {
	start_server good
	echo 'nameserver 192.0.2.1' >"$BATS_TEST_TMPDIR/resolv.conf"
	packer -k "$ROOT/build/kernel" -m virtio_net -b cat -f "$BATS_TEST_TMPDIR/resolv.conf:/etc/resolv.conf" \
		-o "$BATS_TEST_TMPDIR/image"
	boot_net "$WIRE" 'eth0 dhcp' -i "$BATS_TEST_TMPDIR/image" -- cat /etc/resolv.conf
	expect_status 0
	expect_equal "$output" 'nameserver 192.0.2.1'
}

@test "a question that gets lost is put again" {
	start_server deaf
	boot_net "$WIRE" 'eth0 dhcp' -- ip -br address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15/24
	expect_equal "$(cut -d ' ' -f 1 "$BATS_TEST_TMPDIR/heard")" $'discover\ndiscover\nrequest'
	# How long it has been since the first, which some servers and relays wait for; a request has what its question had.
	local been
	read -ra been <<<"$(cut -d ' ' -f 3 "$BATS_TEST_TMPDIR/heard" | paste -sd ' ')"
	[ "${been[0]}" -eq 0 ] && [ "${been[1]}" -ge 1 ] && [ "${been[2]}" -eq "${been[1]}" ] || fail "seconds: ${been[*]}"
}

@test "a server that refuses what it offers is asked again, not without pause" {
	start_server nak
	boot_net "$WIRE" 'eth0 dhcp deadline=8' -- cat /dev/null
	expect_fail 'eth0: the DHCP server 10.0.2.2 offered 10.0.2.15, but refused the request (NAK) (waited 8 s)'
	expect_questions request 2 4
}

@test "a server that is silent after its offer" {
	start_server silent
	boot_net "$WIRE" 'eth0 dhcp deadline=8' -- cat /dev/null
	expect_fail 'eth0: the DHCP server 10.0.2.2 offered 10.0.2.15, but did not confirm it (waited 8 s)'
	expect_questions discover 1 2
	expect_questions request 2 3
}

@test "a route that cannot be is left out and told, and the others stand" {
	start_server router
	boot_net "$WIRE" 'eth0 dhcp' --json -- cat /dev/null
	expect_status 0
	expect_in "$output" 'eth0: cannot use a route of the DHCP server: Invalid argument'
	expect_in "$output" '10.9.0.0/16 10.0.2.3'
	expect_not_in "$output" 192.168.7.0
}

@test "a server whose offers are broken" {
	start_server broken
	boot_net "$WIRE" 'eth0 dhcp deadline=8' -- cat /dev/null
	expect_fail 'eth0: no DHCP server offered an address; invalid answers: '
	expect_questions discover 2 3
}

@test "an answer among thousands of packets that are none" {
	start_server flood
	boot_net "$WIRE" 'eth0 dhcp deadline=120' -- ip -br address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15/24
}

# beside_dnsmasq COMMAND...: in a namespace of its own, as test/network/with-dnsmasq says
beside_dnsmasq() {
	need_tap
	run --separate-stderr unshare -n "$ROOT/test/network/with-dnsmasq" "$BATS_TEST_TMPDIR" "$@"
}

@test "dnsmasq: routes of option 121, MTU, and a lease that is too short" {
	beside_dnsmasq "$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" --json -a lull.net=eth0%20dhcp \
		-q "-netdev tap,id=n,ifname=tap0,script=no,downscript=no $CARD" \
		-- bash -c 'busybox ping -c 1 -W 5 10.7.0.1; ip route; cat /etc/resolv.conf'
	expect_status 0
	expect_in "$output" '1 packets received'
	expect_in "$output" 'default via 10.7.0.1 dev eth0'
	expect_not_in "$output" 10.7.0.9
	expect_in "$(tr -d ' \n' <<<"$output")" '"routes":["10.9.0.0/1610.7.0.3","0.0.0.0/010.7.0.1"]'
	expect_equal "$(field address)" 10.7.0.50/24
	expect_equal "$(field mtu)" 1400
	expect_equal "$(field server)" 10.7.0.1
	expect_equal "$(field lease_s)" 120
	expect_equal "$(field domain)" lab.example
	expect_in "$output" 'eth0: its lease, which is not renewed, is shorter than the experiment may take'
	grep -q DHCPACK "$BATS_TEST_TMPDIR/dnsmasq.log"
}

# Between the ends of a veth nobody computes UDP's checksum, as on a card that does; QEMU's own would do it for us.
@test "dnsmasq, without checksums" {
	beside_dnsmasq "$ROOT/build/asan/test/network/client" veth1 30
	expect_status 0
	expect_in "$output" 'address 10.8.0.50/24'
	expect_in "$output" 'lease_s 4294967295'
	expect_in "$output" 'domain lab.example'
}

# A packet leaves the machine whose instructions are counted, so none is sent: IPv6 would send some by itself.
@test "boots with a network in exact mode give the same bytes" {
	for i in 1 2 3 4 5; do
		bench boot --exact --json -k "$KERNEL" -i "$IMAGE" -q "$NOBODY $CARD" \
			-a 'ipv6.disable=1 lull.net=eth0%2010.0.2.15/24' -- ip address \
			>"$BATS_TEST_TMPDIR/$i"
	done
	grep -q 10.0.2.15/24 "$BATS_TEST_TMPDIR/1"
	for i in 2 3 4 5; do
		cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/$i"
	done
}

@test "a wait that init announced is not a hang" {
	for ((i = 0; i < 6000; i++)); do
		[ ! -s "$BATS_FILE_TMPDIR/status" ] || break
		sleep 0.1
	done
	expect_equal "$(cat "$BATS_FILE_TMPDIR/status")" 125
	expect_in "$(cat "$BATS_FILE_TMPDIR/out")" 'init failed: cannot set up eth0: no DHCP server offered an address (waited 70 s)'
}
