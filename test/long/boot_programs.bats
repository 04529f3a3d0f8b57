# SPDX-License-Identifier: MIT
# Programs with many data files, packed by tracing a run, and run from the image: they must print the same there as here.
load ../helpers

LULL_BIN=$ROOT/build # some of the images are large

setup() {
	PATH=$PATH:/usr/sbin:/sbin
	use_state "$BATS_TEST_TMPDIR"
	IMAGE=$BATS_TEST_TMPDIR/image.cpio
	PLACE=$(mktemp -d /var/tmp/lull.XXXXXX) # files in /tmp are not packed
	chmod 755 "$PLACE"
}

teardown() {
	rm -rf "$PLACE"
}

# traced WORD...: packs the command by -t alone and boots it; its output must be the same as here, its status 0
traced() {
	local command='' word here
	for word in "$@"; do
		command+="'${word//\'/\'\\\'\'}' "
	done
	here=$(env -i "HOME=$HOME" TERM=linux PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		"$@" 2>"$BATS_TEST_TMPDIR/here")
	run --separate-stderr packer -t "$command" -o "$IMAGE"
	expect_status 0
	boot -t 600 -- "$@"
	expect_status 0
	expect_equal "$output" "$here"
}

@test "openssl: version, digests, signing with a key" {
	traced openssl version
	traced openssl dgst -sha256 /etc/os-release
	traced sh -c 'openssl genpkey -algorithm ED25519 -out /tmp/key && openssl pkeyutl -sign -inkey /tmp/key -rawin \
		-in /etc/os-release | wc -c; openssl list -providers; rm /tmp/key'
	# By its name too.
	run --separate-stderr packer -b openssl -f /etc/os-release -o "$IMAGE"
	expect_status 0
	boot -- openssl dgst -sha512 /etc/os-release
	expect_equal "$output" "$(openssl dgst -sha512 /etc/os-release)"
}

@test "vim: version, editing" {
	traced vim --version
	expect_in "$output" 'VIM - Vi IMproved'
	traced sh -c 'printf "one\ntwo\n" >/tmp/edited; vim -es -c "%s/two/three/" -c wq /tmp/edited; cat /tmp/edited
		rm /tmp/edited'
	expect_equal "$output" "one
three"
}

@test "perl with modules, some of them compiled" {
	traced perl -MPOSIX=floor -MJSON::PP -MDigest::SHA=sha256_hex -MList::Util=sum -MEncode -MTime::HiRes -MStorable=freeze \
		-MSocket -e 'print JSON::PP->new->canonical->encode({sum => sum(1 .. 10), floor => floor(2.5),
			digest => sha256_hex("lull"), length => length(encode("UTF-16", "x")), frozen => length(freeze([1]))}), "\n"'
	expect_in "$output" '"sum":55'
}

@test "python3 with ssl, sqlite3, ctypes and multiprocessing" {
	cat >"$PLACE/prog.py" <<-'END'
		import ctypes, hashlib, json, multiprocessing, sqlite3, ssl

		def square(n):
		    return n * n

		if __name__ == "__main__":
		    with multiprocessing.Pool(2) as pool:
		        print(pool.map(square, range(5)))
		    with sqlite3.connect(":memory:") as base:
		        print(base.execute("select sum(value) from json_each('[1, 2, 39]')").fetchone())
		    libc = ctypes.CDLL("libc.so.6")
		    print(libc.abs(-7), json.dumps({"digest": hashlib.sha256(b"lull").hexdigest()}))
		    print(ssl.OPENSSL_VERSION, ssl.create_default_context().verify_mode)
	END
	traced /usr/bin/python3 "$PLACE/prog.py"
	expect_in "$output" '[0, 1, 4, 9, 16]'
}

@test "redis-server with redis-cli" {
	traced sh -c 'redis-server --port 0 --unixsocket /tmp/redis.sock --save "" --daemonize no >/dev/null & server=$!
		while ! redis-cli -s /tmp/redis.sock ping 2>/dev/null; do sleep 0.1; done | grep -m 1 PONG
		redis-cli -s /tmp/redis.sock set key value
		redis-cli -s /tmp/redis.sock eval "return redis.call(\"get\", KEYS[1])" 1 key
		redis-cli -s /tmp/redis.sock shutdown nosave
		wait $server'
	expect_equal "$output" "PONG
OK
value"
}

@test "java -version" {
	traced java -version
	expect_in "$stderr" "$(cat "$BATS_TEST_TMPDIR/here")"
	expect_in "$stderr" 'Runtime Environment'
}

@test "nginx -t" {
	echo page >"$PLACE/index.html"
	cat >"$PLACE/conf" <<-END
		error_log stderr;
		pid $PLACE/pid;
		events {}
		http {
			include /etc/nginx/mime.types;
			access_log off;
			client_body_temp_path $PLACE/body;
			proxy_temp_path $PLACE/proxy;
			fastcgi_temp_path $PLACE/fastcgi;
			uwsgi_temp_path $PLACE/uwsgi;
			scgi_temp_path $PLACE/scgi;
			server { listen 127.0.0.1:18099; root $PLACE; }
		}
	END
	traced nginx -t -c "$PLACE/conf"
	expect_in "$stderr" "configuration file $PLACE/conf test is successful"
	traced bash -c "nginx -c $PLACE/conf && exec 3<>/dev/tcp/127.0.0.1/18099 &&
		printf 'GET / HTTP/1.0\r\n\r\n' >&3 && grep -a page <&3; nginx -c $PLACE/conf -s quit"
	expect_equal "$output" page
}
