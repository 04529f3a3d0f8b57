# SPDX-License-Identifier: MIT
# Long studies of fake machines (test/study/fake.c).
load ../helpers
load ../study_helpers

@test "a study that is killed 50 times loses only unfinished boots and repeats none" {
	local kills=0 pid
	{
		plan "console $FAKE -d 40" 'run r true' 'boots 10'
		cells 60 >>plan
	}
	while [ "$kills" -lt 50 ]; do
		: >before
		[ ! -e study/journal ] || head -n "$(wc -l <study/journal)" study/journal >before
		"$LULL_BIN/bench" run plan -o study -j 2 --oversubscribe >/dev/null 2>>err 3>&- &
		pid=$!
		# Wait until bench runs, so that boots are under way.
		for ((tries = 0; tries < 6000; tries++)); do
			! grep -qsx "process $pid" study/lock || break
			sleep 0.02
		done
		sleep "0.0$((RANDOM % 10))"
		kill -KILL "$pid" 2>/dev/null || break
		wait "$pid" 2>/dev/null || true # the shell prints that it was killed
		kills=$((kills + 1))
		# Its machines end soon after it.
		for ((tries = 0; tries < 6000; tries++)); do
			pgrep -f "^$FAKE -d 40" >/dev/null || break
			sleep 0.05
		done
		[ "$tries" -lt 6000 ] || fail 'a machine outlives bench'
		# The journal keeps its lines, and only boots follow.
		[ ! -s before ] || cmp -n "$(stat -c %s before)" before study/journal || fail 'the journal has lost boots'
	done
	echo "# counted: killed $kills times, with $(wc -l <study/journal) of 600 boots made" >&3
	[ "$kills" -eq 50 ] || fail "the study was over after $kills moments"
	study
	expect_status 0
	expect_whole 60 10
	# Unfinished boots are lost: each kill leaves at most two consoles without a line.
	expect_in "$(seq 0 100)" "$(($(find study/consoles -type f | wc -l) - 600))"
	[ -z "$(find study -name '.*')" ] || fail 'an incomplete file is left'
}

@test "a thousand cells" {
	{
		plan "console $FAKE" 'boots 1'
		cells 100 >>plan
		for i in 0 1 2 3 4 5 6 7 8 9; do echo "run r$i true" >>plan; done
	}
	run --separate-stderr "$ROOT/build/bench" run plan -o study
	expect_status 0
	expect_whole 1000 1
	expect_in "$output" '1000 boots done, 0 to come'
}
