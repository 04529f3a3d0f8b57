# SPDX-License-Identifier: MIT
# pxe-serve and client programs, in a network of namespaces. test/long/boot_pxe.bats boots machines from it.

load ../helpers

possible() {
	need_root 'pxe-serve'
	need_network_namespaces
	[ -f /usr/lib/grub/i386-pc/pxe.mod ] || skip 'no GRUB: scripts/setup boot'
}

setup_file() {
	can_run || return 0
	export LAB=$BATS_FILE_TMPDIR/lab DIR=$BATS_FILE_TMPDIR/dir
	mkdir "$LAB" "$DIR"
	for folder in "$BATS_FILE_TMPDIR" "$BATS_FILE_TMPDIR/.." "$BATS_RUN_TMPDIR"; do chmod o+x "$folder"; done
	unshare -n "$ROOT/test/network/machines" "$LAB" 0 3>&- &
	until [ -s "$LAB/net" ]; do sleep 0.1; done
	at neighbour ip address add 10.7.0.3/24 dev eth0
	nsenter -t "$(cat "$LAB/net")" -n "$ROOT/scripts/lab/pxe-serve" -i br0 -d "$DIR" >>"$LAB/fetched" 2>"$LAB/errors" 3>&- &
	echo $! >"$LAB/server"
	until grep -q '^pxe-serve: serving ' "$LAB/errors"; do
		kill -0 "$(cat "$LAB/server")" || fail "pxe-serve has ended: $(cat "$LAB/errors")"
		sleep 0.1
	done
	echo secret >"$DIR/secret"
	head -c 3000000 /dev/urandom >"$DIR/serve/files/large"
	printf 'ABCDEFGHIJ' >"$DIR/serve/files/ten"
}

setup() {
	possible
	: >"$LAB/fetched"
}

teardown_file() {
	can_run || return 0
	[ ! -f "$LAB/server" ] || kill "$(cat "$LAB/server")"
	[ ! -f "$LAB/net" ] || kill "$(cat "$LAB/net")"
}

# at PLACE COMMAND...: runs it in that namespace of test/network/machines
at() {
	nsenter -t "$(cat "$LAB/$1")" -n "${@:2}"
}

# ask REQUEST: sends REQUEST, a format of printf; prints the answer without \r
ask() {
	# shellcheck disable=SC2016 # that shell's
	at neighbour timeout 20 bash -c 'exec 5<>/dev/tcp/10.7.0.1/80; printf "$0" >&5; cat <&5' "$1" | tr -d '\r'
}

# expect_answer REQUEST STATUS BODY
expect_answer() {
	local answer
	answer=$(ask "$1"; echo x)
	answer=${answer%x}
	expect_equal "$(head -n 1 <<<"$answer")" "HTTP/1.1 $2"
	expect_equal "${answer#*$'\n\n'}" "$3"
}

@test "HTTP: GET, HEAD, ranges, and invalid requests" {
	expect_answer 'GET /files/ten HTTP/1.1\r\n\r\n' '200 OK' ABCDEFGHIJ
	expect_answer 'GET http://10.7.0.1/files/t%%65n?x HTTP/1.0\r\nX: \r\n\r\n' '200 OK' ABCDEFGHIJ
	expect_answer 'HEAD /files/ten HTTP/1.1\r\n\r\n' '200 OK' ''
	expect_in "$(ask 'HEAD /files/ten HTTP/1.1\r\n\r\n')" 'Content-Length: 10'
	expect_answer 'GET /files/ten HTTP/1.1\r\nRange: bytes=2-4\r\n\r\n' '206 Partial Content' CDE
	expect_answer 'GET /files/ten HTTP/1.1\r\nrange:bytes=7-\r\n\r\n' '206 Partial Content' HIJ
	expect_answer 'GET /files/ten HTTP/1.1\r\nRange: bytes=-2\r\n\r\n' '206 Partial Content' IJ
	expect_answer 'GET /files/ten HTTP/1.1\r\nRange: bytes=0-999\r\n\r\n' '206 Partial Content' ABCDEFGHIJ
	expect_answer 'GET /files/ten HTTP/1.1\r\nRange: bytes=0-1,3-4\r\n\r\n' '200 OK' ABCDEFGHIJ
	expect_answer 'GET /files/ten HTTP/1.1\r\nRange: bytes=10-\r\n\r\n' '416 Range Not Satisfiable' ''
	expect_in "$(ask 'GET /files/ten HTTP/1.1\r\nRange: bytes=2-4\r\n\r\n')" 'Content-Range: bytes 2-4/10'
	expect_answer 'GET /files/none HTTP/1.1\r\n\r\n' '404 Not Found' ''
	expect_answer 'GET /files HTTP/1.1\r\n\r\n' '404 Not Found' ''
	expect_answer 'GET /../secret HTTP/1.1\r\n\r\n' '404 Not Found' ''
	expect_answer 'PUT /files/ten HTTP/1.1\r\n\r\n' '405 Method Not Allowed' ''
	expect_answer 'GET /files/ten%%0a HTTP/1.1\r\n\r\n' '400 Bad Request' ''
	expect_answer 'GET /files/ten HTTP/1.1\r\nX: \033\r\n\r\n' '400 Bad Request' ''
	mac=$(at neighbour ip -o link show eth0 | sed 's|.*link/ether \([0-9a-f:]*\).*|\1|')
	expect_equal "$(sed "s/^$mac http //" "$LAB/fetched" | sort | uniq -c | sed 's/^ *//')" '2 - 400
1 - 405
1 ../secret 404
1 files 404
1 files/none 404
4 files/ten 10
1 files/ten 2
3 files/ten 3
1 files/ten 416'
}

@test "HTTP: many clients at once get a large file completely; links are not followed" {
	for i in {1..12}; do
		at neighbour busybox wget -q -O "$LAB/got$i" http://10.7.0.1/files/large 3>&- &
		clients="${clients-} $!"
	done
	# shellcheck disable=SC2086 # words
	wait $clients
	for i in {1..12}; do cmp "$LAB/got$i" "$DIR/serve/files/large"; done
	expect_equal "$(grep -c ' http files/large 3000000$' "$LAB/fetched")" 12
	ln -s ../secret "$DIR/serve/link"
	ln -s .. "$DIR/serve/folder"
	expect_answer 'GET /link HTTP/1.1\r\n\r\n' '404 Not Found' ''
	expect_answer 'GET /folder/secret HTTP/1.1\r\n\r\n' '404 Not Found' ''
	rm "$DIR/serve/link" "$DIR/serve/folder"
}

@test "hostile HTTP, TFTP and DHCP packets and slow clients harm no other client and forge no line" {
	run at neighbour "$ROOT/test/network/hostile" eth0 10.7.0.1 10.7.0.3 "$LAB/fetched"
	expect_status 0
	kill -0 "$(cat "$LAB/server")" || fail "pxe-serve has ended: $(cat "$LAB/errors")"
	expect_in "$(at neighbour "$ROOT/build/dhcp-offers" eth0 5)" 10.7.0.1
	! LC_ALL=C grep -q '[^ -~]' "$LAB/fetched" "$LAB/errors" || fail 'control characters are printed'
	expect_not_in "$(grep -v '^pxe-serve: dnsmasq: cannot ' "$LAB/errors")" forged
}
