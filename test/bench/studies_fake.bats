# SPDX-License-Identifier: MIT
# Studies of fake machines (test/study/fake.c): hostile consoles, and failures that a study survives.
load ../helpers
load ../study_helpers

# The name of each command is its outcome (fake.c).
@test "every outcome counts for its own cell, and the queue continues" {
	local names='failed panic oops lost wrong noisy nothing twice nul long escape odd'
	plan "console $FAKE" 'run fine fine' 'boots 2' 'tries 2' 'limit 3' 'noisy involuntary_switches 50'
	for name in $names; do echo "run $name $name" >>plan; done
	study
	expect_status 1
	expect_equal "$(journal 'group_by(.cell) | map({(.[0].cell[9:]): [length, .[0].outcome]}) | add')" "$(jq -cn '{
		"escape": [2, "never-booted"], "failed": [2, "failed"], "fine": [2, "ok"], "long": [2, "ok"],
		"lost": [2, "lost-data"], "noisy": [3, "noisy"], "nothing": [2, "never-booted"], "nul": [2, "ok"],
		"odd": [2, "ok"], "oops": [2, "oops"], "panic": [2, "panic"], "twice": [2, "reset"], "wrong": [2, "wrong-kernel"]}')"
	expect_in "$(journal '.[] | select(.outcome == "wrong-kernel").reason')" 'ffff'
	expect_equal "$(journal 'map(select(.outcome == "panic").evidence) | unique')" \
		'[["[    1.000000] Kernel panic - not syncing: fa\u0000ke"]]'
	# Text from a guest reaches the terminal only escaped.
	expect_equal "$(printf '%s' "$output$stderr" | tr -d '[:print:]\n\t' | od -An -c)" ''
	run --separate-stderr bench status study
	expect_equal "$(printf '%s' "$output$stderr" | tr -d '[:print:]\n\t' | od -An -c)" ''
	expect_in "$output" 'k/i/none/escape   given up           2       0  2 never-booted'
	run --separate-stderr bench replay study k/i/none/odd
	expect_status 0
	expect_equal "$(printf '%s' "$output$stderr" | tr -d '[:print:]\n\t' | od -An -c)" ''
	expect_in "$output" 'lat\x1b[31m: '
}

# bats test_tags=slow
@test "a machine that stops printing is ended" {
	plan "console $FAKE" 'run silent silent' 'run hang hang' 'boots 1' 'tries 2' 'silence 1'
	study
	expect_status 1
	expect_equal "$(journal 'map([.cell[9:], .outcome]) | unique')" '[["hang","hang"],["silent","never-booted"]]'
	expect_equal "$(pgrep -f "^$FAKE" | wc -l)" 0
}

@test "a machine whose console never ends is ended" {
	plan "console $FAKE" 'run flood flood' 'boots 1' 'tries 1' 'console-limit 2000000'
	study
	expect_status 1
	expect_equal "$(journal '.[0].outcome')" '"flooded"'
	expect_equal "$(pgrep -f "^$FAKE" | wc -l)" 0
}

@test "boots continue to the wanted precision, or to the limit" {
	plan "console $FAKE" 'run r true' 'run s true' 'boots 3' 'precision 2% lat'
	study
	expect_status 0
	expect_in "$output" 'precision 2 % of lat: the study ends when all 95 % intervals are this narrow after 5 blocks in a row, from block 8 on'
	sed '/^run s/d; s/^boots 3/boots 8/' plan >one
	run --separate-stderr bench run one -o single
	expect_status 0
	expect_not_in "$output" 'the study ends when'
	# Compared with jq and a table of Student's t at 11 degrees of freedom and more: 2.2 and less.
	expect_equal "$(journal 'group_by(.block) | map(map({(.cell): .values.lat}) | add | (.["k/i/none/s"] / .["k/i/none/r"]) | log) |
		length as $n | (add / $n) as $m | $n >= 12 and (map((. - $m) * (. - $m)) | add / ($n - 1) / $n | sqrt) < 0.02 / 1.9')" true
	plan "console $FAKE" 'run r true' 'run s true' 'boots 3' 'limit 4' 'precision 0.01% lat'
	study
	expect_status 1
	expect_in "$output" 'at its limit'
	rm -r study
	study
	expect_status 1
	expect_equal "$(journal 'group_by(.cell) | map(length)')" '[4,4]'
}

@test "changed files are reported, and stay unchanged" {
	plan "console $FAKE" 'run r true' 'boots 3'
	study
	expect_status 0
	sed -i '2s/"outcome":"ok"/"outcome":"fine"/' study/journal
	cp study/journal before
	sed -i 's/^boots.*/boots 4/' plan
	study
	expect_status 125
	expect_equal "$stderr" 'bench: study: journal:2: this is not a line of a journal; nothing was changed'
	cmp before study/journal
	sed -i '2s/"outcome":"fine"/"outcome":"ok"/' study/journal
	echo '{' >study/study.json
	study
	expect_status 125
	expect_equal "$stderr" 'bench: study/study.json is damaged'
}

@test "bytes after the last line, left by a power failure, are dropped" {
	plan "console $FAKE" 'run r true' 'boots 3'
	study
	printf '\0\0\0\n{"boot":9\n' >>study/journal
	sed -i 's/^boots.*/boots 4/' plan
	study
	expect_status 0
	expect_whole 1 4
}

@test "a journal that cannot be read to its end stays unchanged" {
	plan "console $FAKE" 'run r true' 'boots 40'
	study
	expect_status 0
	cp study/journal before
	sed -i 's/^boots.*/boots 41/' plan
	run --separate-stderr strace -o trace -e trace=read -P "$PWD/study/journal" -e inject=read:error=EIO:when=2 \
		"$ROOT/build/bench" run plan -o study
	expect_status 125
	expect_equal "$stderr" 'bench: study: cannot read journal: Input/output error'
	cmp before study/journal
}

@test "changed kept files are refused" {
	plan "console $FAKE" 'run r true' 'boots 1'
	study
	file=study/files/$(jq -r .images.i.sha256 study/study.json)
	chmod u+w "$file"
	printf x >>"$file"
	sed -i 's/^boots.*/boots 2/' plan
	study
	expect_status 125
	expect_equal "$stderr" "bench: $file is damaged: its contents have changed"
	expect_equal "$(journal length)" 1
}

@test "a folder with other files is refused, and a new one is not" {
	plan "console $FAKE" 'run r true' 'boots 1'
	mkdir -p other/files other/consoles study
	touch other/lock other/files/.keep study/lock
	run --separate-stderr bench run plan -o other
	expect_status 125
	expect_equal "$stderr" 'bench: other is not empty and not a study: name a new folder with -o'
	[ -e other/files/.keep ] || fail 'a file is gone'
	study
	expect_status 0
}

@test "a boot with half a line at the end of the journal is repeated" {
	plan "console $FAKE" 'run r true' 'boots 3'
	study
	truncate -s -10 study/journal
	study
	expect_status 0
	expect_whole 1 3
}

# bats test_tags=slow
@test "a study can continue after a signal that ends everything at once" {
	plan "console $FAKE -d 300" 'run r true' 'boots 3'
	for signal in TERM HUP; do
		"$LULL_BIN/bench" run plan -o study >/dev/null 2>err 3>&- &
		pid=$!
		wait_until grep -qs '^booting' study/lock
		kill -$signal "$pid"
		status=0
		wait "$pid" || status=$?
		expect_status "$((128 + $(kill -l "$signal")))"
		expect_in "$(cat err)" 'stopping after the running boot'
	done
	study
	expect_status 0
	expect_whole 1 3
}

@test "an interrupted replay cuts the power" {
	printf '#!/bin/sh\nexec %s -d "$(cat delay)"\n' "$FAKE" >machine
	chmod +x machine
	echo 0 >delay
	plan "console ./machine" 'run r true' 'boots 1' "power-off sh -c 'echo off >>power'"
	study
	expect_status 0
	rm power
	echo 20000 >delay
	env --default-signal=INT "$LULL_BIN/bench" replay study k/i/none/r >out 2>err 3>&- &
	pid=$!
	wait_until test -s power # that at the start
	wait_until pgrep -f "^$FAKE -d 20000" >/dev/null
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	expect_status 130
	expect_equal "$(wc -l <power)" 2
}

@test "a terminal shows one line of progress, and a line for each boot that was not ok" {
	plan "console $FAKE -d 400" 'run fine true' 'run bad failed' 'boots 2' 'tries 1'
	script -qec "stty columns 200; '$LULL_BIN/bench' run plan -o study" typescript >/dev/null </dev/null || true
	tr '\r' '\n' <typescript >lines
	# Cell, boots done and left, time left, outcomes so far.
	grep -qE 'k/i/none/(fine|bad) [01] s; [12] boots? done, [12] to come, [0-9]+ s left; 1 (ok|failed)' lines ||
		fail "$(cat lines)"
	expect_equal "$(grep -c '^boot .*bad: failed' <(tr -d '\033' <lines | sed 's/^\[K//'))" 1
	expect_equal "$(grep -c '^boot .*fine' lines)" 0
}

@test "a laboratory's machine that does not start gives an outcome" {
	plan 'console /nowhere/machine' 'run r true' 'boots 1' 'tries 1'
	study
	expect_status 1
	expect_equal "$(journal 'map(.outcome)')" '["target-failed"]'
	expect_in "$(journal '.[0].reason')" '/nowhere/machine'
}

@test "nodes boot at the same time, each its own complete blocks, and continue them later" {
	# Each waits for the others at its first boot.
	cat >together <<-'END'
		#!/bin/sh
		touch "on.$1"
		for try in $(seq 6000); do
			[ ! -e on.a ] || [ ! -e on.b ] || [ ! -e on.c ] || exit 0
			sleep 0.05
		done
		exit 1
	END
	chmod +x together
	plan 'run r true' 'run s true' 'boots 3' \
		'node a' "console $FAKE" 'power-on ./together a' \
		'node b' "console $FAKE -d 1" 'power-on ./together b' \
		'node c' "console $FAKE -d 2" 'power-on ./together c'
	study
	expect_status 0
	expect_whole 2 3
	expect_in "$stderr" ': k/i/none/r on b: ok'
	sed -i 's/^boots 3/boots 11/' plan
	study
	expect_status 0
	expect_equal "$(journal 'group_by(.cell) | map(length)')" '[11,11]'
	expect_equal "$(journal 'map([.block, .cell]) | unique | length')" 22
	expect_equal "$(journal 'map(.node == ["a", "b", "c"][.block % 3]) | all')" true
	expect_equal "$(journal 'map(.node) | unique')" '["a","b","c"]'
	study -j 2
	expect_status 129
	expect_equal "$stderr" "bench: -j 2: the plan's nodes all boot at once, each one cell at a time"
	run --separate-stderr bench run <(printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'run r true' 'node a' 'tty /dev/null' \
		'target pxe . 52:54:00:12:34:AB' 'node b' 'tty /dev/zero' 'target pxe . 52-54-00-12-34-ab') -o study
	expect_status 129
	expect_in "$stderr" ': node b: same console, tty or target as node a'
	run --separate-stderr bench replay study k/i/none/r c
	expect_status 0
	run --separate-stderr bench replay study k/i/none/r d
	expect_status 129
	expect_in "$stderr" "bench: unknown node d"
}

# bats test_tags=slow
@test "a node that fails is dropped, and no cell is given up for it" {
	plan 'run r true' 'run s true' 'boots 1' 'tries 2' \
		'node b' 'console sleep 1000' 'power-on false' 'node a' "console $FAKE -d 100"
	study
	expect_status 0
	expect_equal "$(journal 'map(select(.node == "b") | .outcome)')" '["target-failed","target-failed"]'
	expect_equal "$(journal 'map(select(.node == "a") | .outcome) | group_by(.) | map([.[0], length])')" '[["ok",2]]'
	expect_in "$stderr" 'bench: study: node b is dropped after 2 consecutive failed boots'
	# A repaired node is tried again; with no node left the study is not finished.
	printf '#!/bin/sh\nexit 1\n' >on
	printf '#!/bin/sh\ngrep -q exit on && exec sleep 1000\nexec %s\n' "$FAKE" >machine
	chmod +x on machine
	plan 'run r true' 'boots 8' 'tries 2' 'node a' 'console ./machine' 'power-on ./on' 'node b' 'console ./machine b' 'power-on ./on'
	rm -r study
	study
	expect_status 125
	expect_in "$stderr" 'bench: study: no node is left'
	expect_in "$stderr" 'bench: study: not finished; run the same command again to continue'
	printf '#!/bin/sh\n' >on
	study
	expect_status 0
	expect_equal "$(journal 'map(select(.outcome == "ok")) | length')" 8
}

@test "all values are kept or none, with the reason" {
	plan "console $FAKE" 'run r true' 'run many many' 'run units units' 'run noise noise' 'boots 1' 'tries 1'
	study
	expect_status 1
	# There is no limit to the number of names.
	expect_equal "$(journal 'map(select(.cell == "k/i/none/many")) | map([.outcome, (.values | length)])')" '[["ok",77]]'
	expect_equal "$(journal 'map(select(.cell == "k/i/none/units")) | map([.outcome, .reason, .values])')" \
		'[["lost-data","values of the experiment cannot be kept: the name lat has values of two units",null]]'
	expect_equal "$(journal 'map(select(.cell == "k/i/none/noise")) | map([.outcome, .not_samples])')" '[["ok",1]]'
	expect_equal "$(journal 'map(select(.cell == "k/i/none/r")) | map(.units)')" '["lat ns"]'
}

@test "values of several commands are not pooled" {
	plan "console $FAKE" 'run r true' 'run mix mix' 'boots 2'
	study
	expect_status 0
	expect_equal "$(journal 'map(select(.cell == "k/i/none/mix")) | map([.values | keys, .["2:lat"]]) | unique')" \
		'[[["1:involuntary_switches","1:lat","1:wall_ns","2:lat","2:wall_ns"],0.1]]'
	# In the JSON of such a boot each run has its own samples, and there are no common ones.
	number=$(journal 'map(select(.cell == "k/i/none/mix")) | .[0].boot')
	run --separate-stderr bench decode --json "study/consoles/$(printf %07d "$number").zst"
	expect_equal "$(jq -c '[.samples, (.runs | map(.samples | length)), .runs[1].samples[0].value, .files]' <<<"$output")" \
		'[null,[1,1],0.1,[]]'
	run --separate-stderr bench replay study k/i/none/mix
	expect_status 0
	expect_in "$output" '2:lat: 0.1, within 0.1 to 0.1 of 2 boots'
	sed 's/^boots 2/boots 3\nprecision 1% lat/' plan >other
	run --separate-stderr bench run other -o study
	expect_status 129
	expect_equal "$stderr" 'bench: other:8: precision: experiment mix has several commands, whose values would be pooled; make each an experiment'
	sed 's/^boots 2/boots 3\nprecision 1% 2:lat/' plan >other
	run --separate-stderr bench run other -o study
	expect_status 1
	expect_equal "$(journal 'map(select(.cell == "k/i/none/mix")) | length')" 3
}

@test "several commands of an experiment are reported before the first boot" {
	printf 'run true\nrun true --version\nrepeat 3\n' >mix
	packer -b true -x mix -z gzip -o image
	plan 'image j image' "console $FAKE" 'experiment mix' 'boots 1'
	sed -i '/^image i /d' plan
	for line in 'precision 1% wall_ns' 'noisy wall_ns 100'; do
		sed "\$a $line" plan >wanted
		run --separate-stderr bench run wanted -o refused
		expect_status 129
		expect_equal "$stderr" "bench: wanted:7: ${line%% *}: experiment mix has several commands, whose values would be pooled; make each an experiment"
		[ ! -s refused/journal ] || fail 'there was a boot'
		rm -r refused
	done
}

# bats test_tags=slow
@test "a table of many cells fits on the terminal, and status prints the time left" {
	cells 60 >args
	plan "console $FAKE" 'run r true' 'run bad failed' 'boots 1' 'tries 1'
	grep '^args a[0-5]*[0-9] ' args | head -n 40 >>plan
	study
	expect_status 1
	run --separate-stderr bench status study
	expect_equal "$(wc -l <<<"$output")" 83 # not on a terminal: all
	script -qec "stty rows 20; '$LULL_BIN/bench' status study" typescript >/dev/null </dev/null
	tr -d '\r' <typescript | grep -v '^Script' >shown
	expect_equal "$(grep -c ' given up ' shown)" 14
	expect_equal "$(grep -c ' done  ' shown)" 0
	expect_in "$(cat shown)" '80 cells: 40 done, 40 given up; 66 not shown (bench status study | cat prints all)'
	# The boots left take as long as the earlier ones.
	plan "console $FAKE -d 300" 'run r true' 'boots 10' 'limit 20'
	rm -r study
	study
	sed 's/^boots 10/boots 20/' plan >more
	cp more study/plan
	run --separate-stderr bench status study
	[[ $output =~ '10 boots done, 10 to come, '([3-9]|[1-9][0-9])' s left' ]] || fail "$output"
}

@test "the folder of a plan is not accepted as the study" {
	plan "console $FAKE" 'run r true' 'boots 1'
	mkdir mine
	mv plan mine
	sed -i "s|^image i .*|image i $IMAGE|" mine/plan
	run --separate-stderr bench status mine
	expect_status 125
	expect_equal "$stderr" 'bench: mine is not a study: cannot open mine/files: No such file or directory'
	run --separate-stderr bench run mine/plan -o mine/study
	expect_status 0
	run --separate-stderr bench status mine
	expect_status 125
	expect_equal "$stderr" 'bench: mine is not a study; did you mean mine/study?'
}

@test "a study boots the cells of a scan that the plan does not leave out" {
	local left='["k/i/off/r","k/i/off/r@again","k/i/x-1/r","k/i/x-2/r","l/i/off/r","l/i/x-4/r"]'
	plan "console $FAKE" "kernel l $KERNEL" 'args off' 'scan x 1..4*2 x={}' 'run r true' \
		'skip k/*/x-4/*' 'skip l/*/x-[12]/*' 'twice k/*/off/*' 'boots 2'
	study
	expect_status 0
	expect_whole 6 2
	expect_equal "$(journal 'map(.cell) | unique')" "$left"
	expect_equal "$(jq -c .args study/study.json)" '{"off":"","x-1":"x=1","x-2":"x=2","x-4":"x=4"}'
	expect_equal "$(jq -cs 'map(select(.kernel == "l") | [.args, .arguments]) | unique' study/numbers/*.json)" \
		'[["off",""],["x-4","x=4"]]'
	run --separate-stderr bench status study
	expect_status 0
	expect_in "$output" '12 boots done, 0 to come'
	run --separate-stderr bench report --json study
	expect_status 0
	expect_equal "$(jq -c '.measures[0].cells | map(.cell)' <<<"$output")" "$left"
	run --separate-stderr bench report study
	expect_status 0
	expect_in "$output" 'l/x-4: x=4'
	# Another pattern makes another study.
	sed -i 's/^skip k.*/skip k*x-[24]*/' plan
	study
	expect_status 125
	expect_in "$stderr" 'was started with another plan'
	for line in 'skip */x-3/*' 'only */x-2/*' 'skip *'; do
		plan "console $FAKE" 'args off' 'scan x 1,2 x={}' 'run r true' "$line"
		run --separate-stderr bench run plan -o refused
		expect_status 129
		expect_equal "$(wc -l <<<"$stderr")" 1
	done
}

@test "every JSON object has a format number" {
	plan "console $FAKE" 'args a' 'args b x=1' 'run r true' 'boots 1'
	study
	expect_status 0
	bench report --json study >report
	bench decode --json study/consoles/0000001.zst >decoded
	bench boot --json -k "$KERNEL" -i "$IMAGE" -- missing >refused || expect_equal $? 127
	expect_equal "$(jq -c '[input_filename, .format]' report decoded refused study/study.json study/journal study/numbers/0000001.json)" \
		'["report",1]
["decoded",1]
["refused",1]
["study/study.json",2]
["study/journal",2]
["study/journal",2]
["study/numbers/0000001.json",1]'
}

@test "many samples are summarized as text, and all are in the JSON" {
	plan "console $FAKE" 'run lots lots' 'boots 1'
	study
	expect_status 0
	bench decode --json study/consoles/0000001.zst >decoded
	run --separate-stderr bench decode study/consoles/0000001.zst
	expect_status 0
	expect_equal "$(head -n 3 <<<"$output" | tr -s ' ')" "$(jq -r '.samples[] | select(.name == "lat") |
		"hello\nname samples min median max unit\nlat 1 \(.value) \(.value) \(.value) ns"' decoded)"
	expect_equal "$(tail -n +4 <<<"$output" | tr -s ' ')" "$(jq -r '.samples | map(select(.name != "lat")) | group_by(.name)[] |
		(map(.value) | sort) as $v | ($v | length) as $n |
		"\(.[0].name) \($n) \($v[0]) \(($v[($n - 1) / 2 | floor] + $v[$n / 2 | floor]) / 2) \($v[$n - 1]) ns"' decoded)"
}
