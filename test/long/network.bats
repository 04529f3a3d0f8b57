# SPDX-License-Identifier: MIT
# The network that an experiment requests, connected only to QEMU, to a server of the tests, or to a namespace: each boot
# ends by itself, even if the other side misbehaves.

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

# A boot that waits longer than bench waits for a silent machine, in parallel with the other tests.
start_waiting() {
	(
		"$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" -q "$NOBODY $CARD" -a 'lull.net=eth0%20dhcp%20deadline=70' \
			-- cat /dev/null >"$BATS_FILE_TMPDIR/out" 2>&1 &
		echo $! >"$BATS_FILE_TMPDIR/pid"
		wait $! && echo 0 >"$BATS_FILE_TMPDIR/status" || echo $? >"$BATS_FILE_TMPDIR/status"
	) 3>&- &
}

# boot_net WIRE WORDS ARGUMENT...: a boot with one card and one lull.net=WORDS, blanks encoded
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

# start_server MODE: starts a DHCP server (test/network/server.c); sets WIRE. $BATS_TEST_TMPDIR/heard lists its requests.
start_server() {
	local at=$BATS_TEST_TMPDIR
	"$ROOT/build/asan/test/network/server" "$at/server" "$at/qemu" "$1" >"$at/heard" 3>&- &
	BESIDE=$!
	WIRE="-netdev dgram,id=n,local.type=unix,local.path=$at/qemu,remote.type=unix,remote.path=$at/server"
}

# expect_questions TYPE LEAST MOST: the number of requests that the server got; pauses double and are randomized
expect_questions() {
	local count
	count=$(grep -c "^$1 " "$BATS_TEST_TMPDIR/heard")
	[ "$count" -ge "$2" ] && [ "$count" -le "$3" ] || fail "$count times $1"
}

# start_monitor: QEMU's monitor reads commands from descriptor 8; sets MONITOR, arguments of QEMU
start_monitor() {
	mkfifo "$BATS_TEST_TMPDIR/monitor.in" "$BATS_TEST_TMPDIR/monitor.out"
	exec 8<>"$BATS_TEST_TMPDIR/monitor.in" 9<>"$BATS_TEST_TMPDIR/monitor.out"
	MONITOR="-chardev pipe,id=m,path=$BATS_TEST_TMPDIR/monitor -mon chardev=m,mode=readline"
}

# after_hello COMMAND: sends QEMU's monitor a command two seconds after init has begun to wait
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

@test "the address of QEMU's DHCP server works, and init keeps no socket open" {
	boot_net "$QEMU_OWN" 'eth0 dhcp' --json -- bash -c \
		'cat /proc/net/fib_trie; ls -l /proc/1/fd; busybox ping -c 1 -W 5 10.0.2.2; cat /etc/resolv.conf'
	expect_in "$output" '|-- 10.0.2.15\n'
	expect_in "$output" '1 packets received'
	expect_not_in "$output" 'socket:'
	# With restrict=on it gives no name servers.
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

@test "an experiment file in the image names its network and its driver" {
	printf 'run cat /proc/net/fib_trie\nmodule virtio_net\nnet eth0 dhcp deadline=20\n' >"$BATS_TEST_TMPDIR/experiment"
	packer -k "$ROOT/build/kernel" -x "$BATS_TEST_TMPDIR/experiment" -o "$BATS_TEST_TMPDIR/image"
	run --separate-stderr "$LULL_BIN/bench" boot -k "$KERNEL" -i "$BATS_TEST_TMPDIR/image" -q "$QEMU_OWN $CARD"
	expect_status 0
	expect_in "$output" '|-- 10.0.2.15'
}

@test "address and routes of the experiment" {
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

@test "two interfaces have separate addresses, and the first default route is used" {
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

@test "a missing interface is reported with the existing ones" {
	boot_net "$NOBODY" 'eth7 dhcp deadline=2' -- cat /dev/null
	expect_fail 'eth7: no such interface has appeared, only lo, eth0; packer -m packs drivers (waited 2 s)'
}

@test "without a carrier the experiment does not run, and the boot ends" {
	start_monitor
	echo 'set_link card off' >&8
	boot_net "$MONITOR $NOBODY" 'eth0 up deadline=2' -- cat /dev/null
	expect_fail 'eth0: it has no carrier: is it connected? (waited 2 s)'
}

@test "init waits for a carrier that comes later" {
	start_monitor
	echo 'set_link card off' >&8
	after_hello 'set_link card on'
	boot_net "$MONITOR $NOBODY" 'eth0 up deadline=60' -- ip link show eth0
	expect_status 0
	expect_in "$output" 'UP,LOWER_UP'
	expect_in "$output" 'state UP'
}

@test "init waits for an interface that is plugged in later" {
	start_monitor
	after_hello 'device_add virtio-net-pci,netdev=n,romfile='
	boot -q "$MONITOR $NOBODY" -a 'lull.net=eth0%2010.0.2.15/24%20deadline=60' -- ip -br address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15/24
}

@test "without a DHCP server the experiment does not run, and the boot ends" {
	boot_net "$NOBODY" 'eth0 dhcp deadline=2' -- cat /dev/null
	expect_fail 'eth0: no DHCP server offered an address (waited 2 s)'
}

@test "set-up failures are reported with the reason" {
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

@test "options in all fields, classless routes, and name servers" {
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

@test "the image's own resolv.conf is kept" {
	start_server good
	echo 'nameserver 192.0.2.1' >"$BATS_TEST_TMPDIR/resolv.conf"
	packer -k "$ROOT/build/kernel" -m virtio_net -b cat -f "$BATS_TEST_TMPDIR/resolv.conf:/etc/resolv.conf" \
		-o "$BATS_TEST_TMPDIR/image"
	boot_net "$WIRE" 'eth0 dhcp' -i "$BATS_TEST_TMPDIR/image" -- cat /etc/resolv.conf
	expect_status 0
	expect_equal "$output" 'nameserver 192.0.2.1'
}

@test "a lost request is sent again" {
	start_server deaf
	boot_net "$WIRE" 'eth0 dhcp' -- ip -br address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15/24
	expect_equal "$(cut -d ' ' -f 1 "$BATS_TEST_TMPDIR/heard")" $'discover\ndiscover\nrequest'
	# `secs`, which some servers and relays wait for, counts from the first discover; a request repeats its discover's.
	local been
	read -ra been <<<"$(cut -d ' ' -f 3 "$BATS_TEST_TMPDIR/heard" | paste -sd ' ')"
	[ "${been[0]}" -eq 0 ] && [ "${been[1]}" -ge 1 ] && [ "${been[2]}" -eq "${been[1]}" ] || fail "seconds: ${been[*]}"
}

@test "a server that refuses its own offer is asked again, after pauses" {
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

@test "an invalid route is dropped and reported, and the others are set" {
	start_server router
	boot_net "$WIRE" 'eth0 dhcp' --json -- cat /dev/null
	expect_status 0
	expect_in "$output" 'eth0: cannot use a route of the DHCP server: Invalid argument'
	expect_in "$output" '10.9.0.0/16 10.0.2.3'
	expect_not_in "$output" 192.168.7.0
}

@test "a server with invalid offers" {
	start_server broken
	boot_net "$WIRE" 'eth0 dhcp deadline=8' -- cat /dev/null
	expect_fail 'eth0: no DHCP server offered an address; invalid answers: '
	expect_questions discover 2 3
}

@test "an answer among thousands of invalid packets" {
	start_server flood
	boot_net "$WIRE" 'eth0 dhcp deadline=120' -- ip -br address show eth0
	expect_status 0
	expect_in "$output" 10.0.2.15/24
}

# with_dnsmasq COMMAND...: in a new network namespace, see test/network/with-dnsmasq
with_dnsmasq() {
	need_tap
	run --separate-stderr unshare -n "$ROOT/test/network/with-dnsmasq" "$BATS_TEST_TMPDIR" "$@"
}

@test "dnsmasq: routes of option 121, MTU, and a lease that is too short" {
	with_dnsmasq "$LULL_BIN/bench" boot -k "$KERNEL" -i "$IMAGE" --json -a lull.net=eth0%20dhcp \
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

# A veth leaves UDP's checksum to hardware that does not exist, so nothing computes it; QEMU's network would compute it.
@test "dnsmasq, without checksums" {
	with_dnsmasq "$ROOT/build/asan/test/network/client" veth1 30
	expect_status 0
	expect_in "$output" 'address 10.8.0.50/24'
	expect_in "$output" 'lease_s 4294967295'
	expect_in "$output" 'domain lab.example'
}

# Packets would leave the machine whose instructions are counted, so none is sent; IPv6, which would send some, is off.
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
