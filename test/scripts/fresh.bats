# SPDX-License-Identifier: MIT
# The part of test/fresh that needs no Debian, with a stand-in for mmdebstrap. test/long/fresh.bats makes a Debian.

load ../helpers

setup() {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	mkdir "$BATS_TEST_TMPDIR/bin"
}

# clone: clones the repository and commits its uncommitted test/fresh*
clone() {
	git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || skip 'this is not a checkout of git'
	unshare --mount --pid --fork true 2>/dev/null || skip 'no permission to make mount and PID namespaces'
	git -C "$ROOT" bundle create -q "$BATS_TEST_TMPDIR/bundle" HEAD
	git clone -q "$BATS_TEST_TMPDIR/bundle" "$BATS_TEST_TMPDIR/clone"
	cp "$ROOT"/test/fresh* "$BATS_TEST_TMPDIR/clone/test/"
	git -C "$BATS_TEST_TMPDIR/clone" add -A
	git -C "$BATS_TEST_TMPDIR/clone" -c user.name=test -c user.email=test commit -q --allow-empty -m test
}

# stand_in SCRIPT: replaces mmdebstrap
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
	[ ! -e "$XDG_CACHE_HOME" ] || fail 'it began to work'
}

@test "on a machine where it cannot run, it counts a failed test" {
	clone
	mkdir "$BATS_TEST_TMPDIR/programs"
	ln -s /usr/bin/* "$BATS_TEST_TMPDIR/programs/"
	rm -f "$BATS_TEST_TMPDIR/programs/mmdebstrap"
	PATH=$BATS_TEST_TMPDIR/programs run --separate-stderr "$BATS_TEST_TMPDIR/clone/test/fresh"
	expect_status 1
	expect_equal "$stderr" 'fresh: mmdebstrap is missing: `scripts/setup fresh` installs it'
	expect_equal "$output" '0 passed, 1 failed, 0 skipped'
}

@test "uncommitted changes are reported, and a failure of mmdebstrap is a failed test" {
	clone
	stand_in 'echo the message of mmdebstrap; exit 1'
	run --separate-stderr "$BATS_TEST_TMPDIR/clone/test/fresh" root
	expect_status 1
	expect_not_in "$stderr" 'not committed'
	expect_in "$stderr" 'the message of mmdebstrap'
	expect_in "$stderr" 'cannot make a Debian'
	expect_equal "$output" '0 passed, 1 failed, 0 skipped'
	expect_equal "$(ls "$XDG_CACHE_HOME/lull/fresh")" archives
	touch "$BATS_TEST_TMPDIR/clone/new"
	run --separate-stderr "$BATS_TEST_TMPDIR/clone/test/fresh" root
	expect_in "$stderr" "fresh: warning: uncommitted changes are not tested, only commit"
}

@test "a signal while the Debian is made leaves nothing" {
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
