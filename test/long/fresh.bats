# SPDX-License-Identifier: MIT
# test/fresh makes a machine, and leaves nothing, however it ends.

load ../helpers

setup_file() {
	PATH=$PATH:/usr/sbin
	for tool in git mmdebstrap; do
		command -v "$tool" >/dev/null || skip "no $tool: scripts/setup fresh"
	done
	git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1 || skip 'this is not a checkout of git'
	[ "$(id -u)" -eq 0 ] || skip 'needs root'
	unshare --mount --pid --fork true 2>/dev/null || skip 'no permission to make mount and PID namespaces'
	export CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/lull/fresh
	# A project whose goals take seconds, with the real scripts. WORD marks the command lines of its processes.
	export WORD=fresh-$$-$RANDOM PROJECT=$BATS_FILE_TMPDIR/project
	mkdir -p "$PROJECT/test"
	cp "$ROOT"/test/fresh* "$PROJECT/test/"
	sed 's/^\t*//' >"$PROJECT/Makefile" <<-'END'
		.RECIPEPREFIX = >
		tests:
		>test "$$PWD" = "$$HOME/lull" && sudo -n id -u && unshare -r id -u && id -un && pwd
		>test "$$(ps -e 2>/dev/null | wc -l)" -lt 20 && test ! -e /proc/1/root/nothing && grep -q . /etc/resolv.conf
		>sudo apt-get -q update >/dev/null
		>@echo '3 passed, 0 failed, 1 skipped'
		plain:
		>true
		bad:
		>@echo '2 passed, 0 failed, 0 skipped'; exit 1
		dead:
		>exit 1
		hang:
		>sudo sh -c 'echo begun; sleep 600; : WORD' & sh -c 'sleep 600; : WORD'
	END
	sed -i "s/WORD/$WORD/g" "$PROJECT/Makefile"
	git -C "$PROJECT" init -q
	git -C "$PROJECT" add -A
	git -C "$PROJECT" -c user.name=test -c user.email=test commit -q -m test
}

fresh() {
	run --separate-stderr "$PROJECT/test/fresh" "$@"
}

runs() {
	find "$CACHE" -maxdepth 1 -name 'run.*' | sort
}

# processes: prints those whose command line has WORD
processes() {
	grep -als "[:] $WORD" /proc/[0-9]*/cmdline || :
}

# expect_nothing_left BEFORE: no runs but those of BEFORE, of which some may have ended
expect_nothing_left() {
	expect_equal "$(processes)" ''
	expect_equal "$(runs | comm -13 <(echo "$1") -)" ''
	expect_not_in "$(cat /proc/self/mounts)" "$CACHE/run."
}

# start_hang USER: sets pid
start_hang() {
	env --default-signal=INT "$PROJECT/test/fresh" "$1" hang >"$BATS_TEST_TMPDIR/output" 2>&1 3>&- &
	pid=$!
	until grep -qx begun "$BATS_TEST_TMPDIR/output"; do
		kill -0 "$pid" || fail "$(cat "$BATS_TEST_TMPDIR/output")"
		sleep 0.1
	done
	[ -n "$(processes)" ] || fail 'the test sees no processes'
}

@test "a signal ends all processes and removes all files" {
	before=$(runs)
	start_hang root
	kill -s INT "$pid"
	wait "$pid" && fail 'status 0'
	expect_nothing_left "$before"
}

@test "goals run in a clone, as root and as a user, where sudo, user namespaces and apt work; all are counted" {
	before=$(runs)
	# After SIGKILL the processes end by themselves; a later run removes the files, if they are over a minute old.
	start_hang user
	kill -s KILL "$pid"
	until [ -z "$(processes)" ]; do sleep 0.1; done
	touch -d '5 minutes ago' "$(runs | comm -13 <(echo "$before") -)"
	fresh tests plain bad dead
	expect_status 1
	expect_equal "${lines[-1]}" '12 passed, 4 failed, 2 skipped'
	for user in root user; do
		expect_in "$output" "fresh: 3 passed, 0 failed, 1 skipped: make tests as $user, "
		expect_in "$output" "fresh: 1 passed, 0 failed, 0 skipped: make plain as $user, "
		expect_in "$output" "fresh: 2 passed, 1 failed, 0 skipped: make bad as $user, "
		expect_in "$output" "fresh: 0 passed, 1 failed, 0 skipped: make dead as $user, "
	done
	expect_in "$output" $'\n0\n0\nroot\n/root/lull\n'
	expect_in "$output" $'\n0\n0\nuser\n/home/user/lull\n'
	expect_nothing_left "$before"
}
