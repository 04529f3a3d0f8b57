# SPDX-License-Identifier: MIT
# test/fresh, as far as it needs no Debian: mmdebstrap has a stand-in. test/long/fresh.bats enters one.

load ../helpers

setup() {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	mkdir "$BATS_TEST_TMPDIR/bin"
}

# clone: a checkout of what is here, which may have changes
clone() {
	git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || skip 'this is not a checkout of git'
	unshare --mount --pid --fork true 2>/dev/null || skip 'no permission to make mount and PID namespaces'
	git -C "$ROOT" bundle create -q "$BATS_TEST_TMPDIR/bundle" HEAD
	git clone -q "$BATS_TEST_TMPDIR/bundle" "$BATS_TEST_TMPDIR/clone"
	cp "$ROOT"/test/fresh* "$BATS_TEST_TMPDIR/clone/test/"
	git -C "$BATS_TEST_TMPDIR/clone" add -A
	git -C "$BATS_TEST_TMPDIR/clone" -c user.name=test -c user.email=test commit -q --allow-empty -m test
}

# stand_in SCRIPT: for mmdebstrap
stand_in() {
	printf '#!/bin/sh\n%s\n' "$1" >"$BATS_TEST_TMPDIR/bin/mmdebstrap"
	chmod +x "$BATS_TEST_TMPDIR/bin/mmdebstrap"
}

@test "wrong usage" {
	for arguments in --none 'root --cache=x' 'Check' '--cache' '--cache user check' '--cache root user' 'root -x'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$ROOT/test/fresh" $arguments
		expect_status 2
		expect_in "$stderr" 'usage: test/fresh'
	done
	run "$ROOT/test/fresh" --help
	expect_status 0
	expect_in "$output" 'usage: test/fresh'
	[ ! -e "$XDG_CACHE_HOME" ] || fail 'something was begun'
}

@test "a machine on which it cannot run has a failed test" {
	clone
	mkdir "$BATS_TEST_TMPDIR/programs"
	ln -s /usr/bin/* "$BATS_TEST_TMPDIR/programs/"
	rm -f "$BATS_TEST_TMPDIR/programs/mmdebstrap"
	PATH=$BATS_TEST_TMPDIR/programs run --separate-stderr "$BATS_TEST_TMPDIR/clone/test/fresh"
	expect_status 1
	expect_equal "$stderr" 'fresh: mmdebstrap is missing: `scripts/setup fresh` installs it'
	expect_equal "$output" '0 passed, 1 failed, 0 skipped'
}

@test "changes that are not committed are pointed out, and a Debian that cannot be made is a failed test" {
	clone
	stand_in 'echo the words of mmdebstrap; exit 1'
	run --separate-stderr "$BATS_TEST_TMPDIR/clone/test/fresh" root
	expect_status 1
	expect_not_in "$stderr" 'not committed'
	expect_in "$stderr" 'the words of mmdebstrap'
	expect_in "$stderr" 'cannot make a Debian'
	expect_equal "$output" '0 passed, 1 failed, 0 skipped'
	expect_equal "$(ls "$XDG_CACHE_HOME/lull/fresh")" archives
	touch "$BATS_TEST_TMPDIR/clone/new"
	run --separate-stderr "$BATS_TEST_TMPDIR/clone/test/fresh" root
	expect_in "$stderr" "fresh: what is not committed is not tested: the clone is of commit"
}

@test "what a signal interrupts while a Debian is made leaves nothing" {
	clone
	stand_in 'echo $$ >"$0.pid"; exec sleep 600'
	for signal in TERM HUP; do
		rm -f "$BATS_TEST_TMPDIR/bin/mmdebstrap.pid"
		"$BATS_TEST_TMPDIR/clone/test/fresh" root >/dev/null 2>&1 3>&- &
		fresh=$!
		until [ -s "$BATS_TEST_TMPDIR/bin/mmdebstrap.pid" ]; do
			kill -0 "$fresh" || fail 'it ended'
			sleep 0.1
		done
		kill -s "$signal" "$fresh"
		wait "$fresh" && fail 'status 0'
		expect_equal "$(ls "$XDG_CACHE_HOME/lull/fresh")" archives
		run ! kill -0 "$(cat "$BATS_TEST_TMPDIR/bin/mmdebstrap.pid")"
	done
}
