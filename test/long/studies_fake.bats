# SPDX-License-Identifier: MIT
# Studies of machines that are none (test/study/fake.c), for as long as it takes.
load ../helpers
load ../study_helpers

@test "killed at 50 moments, a study loses the boots under way and makes none twice" {
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
		# Boots are under way, however long it took to begin.
		for ((tries = 0; tries < 6000; tries++)); do
			! grep -qsx "process $pid" study/lock || break
			sleep 0.02
		done
		sleep "0.0$((RANDOM % 10))"
		kill -KILL "$pid" 2>/dev/null || break
		wait "$pid" 2>/dev/null || true # says that it was killed
		kills=$((kills + 1))
		# Nothing outlives it for long.
		for ((tries = 0; tries < 6000; tries++)); do
			pgrep -f "^$FAKE -d 40" >/dev/null || break
			sleep 0.05
		done
		[ "$tries" -lt 6000 ] || fail 'a machine outlives bench'
		# What was in the journal is there, and nothing but boots follows it.
		[ ! -s before ] || cmp -n "$(stat -c %s before)" before study/journal || fail 'the journal has lost boots'
	done
	echo "# counted: killed $kills times, with $(wc -l <study/journal) of 600 boots made" >&3
	[ "$kills" -eq 50 ] || fail "the study was over after $kills moments"
	study
	expect_status 0
	expect_whole 60 10
	# What was under way was lost: at most two consoles a moment have no line.
	expect_in "$(seq 0 100)" "$(($(find study/consoles -type f | wc -l) - 600))"
	[ -z "$(find study -name '.*')" ] || fail 'something half-written is left'
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
