# SPDX-License-Identifier: MIT
# bench report, on studies of fake machines (test/study/fake.c).
load ../helpers
load ../study_helpers

# report ARGUMENT...: bench report of ./study
report() {
	run --separate-stderr bench report "$@" study
}

# A study of 8 blocks, the same in each run of the tests: `slow` takes a tenth longer, `fine` is booted twice.
slow_study() {
	plan "console $FAKE -n $PWD/count" 'run fine fine' 'run slow slow' 'twice */fine' 'boots 8' "$@"
	study
	expect_status 0
}

@test "a slower cell is called slower, and the same cell twice is not" {
	slow_study
	expect_in "$output" 'measure'
	expect_in "$output" 'slower'
	report
	expect_status 0
	expect_equal "$stderr" ''
	expect_in "$output" 'study study: 24 boots, 24 used, 8 blocks, seed 11'
	expect_in "$output" "Holm's correction over 1 test, significance needs at least 6 blocks"
	expect_equal "$(grep -c 'slower$' <<<"$output")" 1
	expect_equal "$(grep -c 'check: the same cell twice$' <<<"$output")" 1
	report --json
	expect_equal "$(jq -c '[.format, .kind, .tests, .least_blocks, .interim, .twins_differ, .warnings,
		(.measures | map([.name, .unit, .better, .statistic]))]' <<<"$output")" \
		'[1,"time",1,6,false,false,[],[["lat","ns","lower","median"]]]'
	expect_equal "$(jq -c '.measures[0].cells | map([.label, .boots, .verdict, .check])' <<<"$output")" \
		'[["fine",8,null,null],["fine@again",8,null,true],["slow",8,"slower",null]]'
	# The ratio is the geometric mean of the ratios within blocks, with both copies as the baseline.
	expect_equal "$(jq -s '[group_by(.block)[] | map({(.cell): .values.lat}) | add |
		(.["k/i/none/slow"] | log) - ((.["k/i/none/fine"] | log) + (.["k/i/none/fine@again"] | log)) / 2] |
		add / length | exp * 1e9 | round' study/journal)" \
		"$(jq '.measures[0].cells[2].ratio * 1e9 | round' <<<"$output")"
}

@test "every number is kept with what it belongs to" {
	slow_study
	expect_equal "$(jq -c '[.format, .boot, .kernel, .image, .args, .experiment, .arguments, .kind, .outcome]' study/numbers/0000001.json)" \
		"$(jq -cs '.[0] | [1, 1] + (.cell | split("@")[0] | split("/")) + ["", "time", "ok"]' study/journal)"
	expect_equal "$(jq -c '.series | map([.command, .run, .warmup, .name, .unit, (.values | length)])' study/numbers/0000001.json)" \
		'[[1,1,false,"wall_ns","ns",1],[1,1,false,"involuntary_switches","switches",1],[1,1,false,"lat","ns",1]]'
	expect_equal "$(jq -s -c 'map(.init_guest_ns) | unique' study/numbers/*.json)" '[1500000000]'
	# The journal has the hash of each file.
	expect_equal "$(jq -r '.numbers' study/journal)" "$(cd study/numbers && sha256sum -- *.json | sort -k 2 | cut -d ' ' -f 1)"
	report --csv
	expect_status 0
	expect_equal "$(head -n 1 <<<"$output")" \
		'boot,block,cell,kernel,image,args,experiment,node,arguments,kind,layout,again,command,run,warmup,name,index,value,count,unit'
	expect_equal "$(wc -l <<<"$output")" $((1 + 24 * 3))
	expect_equal "$(grep -c ',lat,0,1[0-9]*,1,ns$' <<<"$output")" 24
}

@test "each sample of exact mode has its layout" {
	slow_study
	jq -c '.layout = .block % 8' study/numbers/0000001.json >other && mv other study/numbers/0000001.json
	# Without sums, which would refuse the journal first.
	jq -c --arg hash "$(sha256sum study/numbers/0000001.json | cut -d ' ' -f 1)" \
		'del(.sum) | if .boot == 1 then .numbers = $hash else . end' study/journal >older && mv older study/journal
	jq 'del(.sums)' study/study.json >older && mv older study/study.json
	rm study/lock
	report --csv
	expect_status 0
	expect_equal "$(cut -d , -f 1,11 <<<"$output" | sort -u | sort -n | head -n 4)" $'boot,layout\n1,0\n2,\n3,'
}

@test "the plan chooses measures, their statistics and directions" {
	slow_study 'measure lat' 'measure wall_ns' 'statistic p90 wall_ns' 'better higher lat'
	report --json
	expect_equal "$(jq -c '.tests, (.measures | map([.name, .statistic, .better, .cells[2].verdict]))' <<<"$output")" \
		'2
[["wall_ns","p90","lower","same"],["lat","median","higher","better"]]'
	report --measure lat
	expect_equal "$(grep -c wall_ns <<<"$output")" 0
	expect_in "$output" 'over 2 tests'
	for line in 'better faster lat' 'better lower' 'statistic average lat' 'statistic p100 lat' 'measure' 'measure a b'; do
		plan "console $FAKE" 'run fine fine' "$line"
		run --separate-stderr bench run plan -o refused
		expect_status 129
		expect_in "$stderr" "bench: plan:6: ${line%% *} needs"
	done
}

@test "the experiment states directions, unless the plan does" {
	printf 'run true\nbetter higher lat\n' >up
	printf 'run true\nbetter lower 1:lat\n' >down
	packer -b true -x up -x down -z gzip -o image
	sed -i s/lower/faster/ down
	run --separate-stderr packer -b true -x down -o refused
	expect_status 2
	expect_in "$stderr" 'better must be lower NAME or higher NAME'
	plan "console $FAKE" 'image j image' 'args a' 'args b x=1' 'experiment up' 'boots 2'
	sed -i '/^image i /d' plan
	study
	expect_status 0
	expect_equal "$(jq -c .better study/numbers/0000001.json)" '{"lat":"higher"}'
	report --json
	expect_equal "$(jq -c '.measures | map([.name, .better])' <<<"$output")" '[["lat","higher"]]'
	echo 'better lower lat' >>plan
	study
	report --json
	expect_equal "$(jq -c '.measures | map([.name, .better])' <<<"$output")" '[["lat","lower"]]'
	rm -r study
	sed -i 's/^better.*/experiment down/' plan
	study
	report --json
	expect_equal "$(jq -c '.measures | map([.name, .better])' <<<"$output")" '[["lat",null]]'
	expect_in "$(jq -r '.warnings[]' <<<"$output")" 'lat: experiments disagree whether lower or higher is better; set `better` in the plan'
}

@test "an unfinished study has no verdicts" {
	plan "console $FAKE" 'run fine fine' 'run slow slow' 'boots 8'
	study
	sed 's/^boots 8/boots 9/' plan >more
	cp more study/plan
	report
	expect_status 0
	expect_in "$output" 'INTERIM: the study is unfinished, so there are no verdicts'
	expect_equal "$(grep -c 'interim$' <<<"$output")" 1
	expect_equal "$(grep -c 'slower$' <<<"$output")" 0
}

@test "boots are dropped for their outcome, which is counted" {
	plan "console $FAKE" 'run fine fine' 'run bad failed' 'boots 4' 'tries 4'
	study
	report
	expect_in "$output" 'study study: 8 boots, 4 used'
	expect_in "$output" 'warning: boots were dropped unevenly: 4 of 4 in bad; the rest may be biased'
	expect_equal "$(grep -c '^ *bad ' <<<"$output")" 0
}

@test "numbers that were changed or removed are refused" {
	slow_study
	echo >>study/numbers/0000003.json
	report
	expect_status 125
	expect_in "$stderr" 'bench: study: boot 3: numbers/0000003.json was changed'
	expect_equal "$output" ''
	rm study/numbers/0000003.json
	report
	expect_status 125
	expect_in "$stderr" 'bench: study: boot 3: cannot read numbers/0000003.json: No such file or directory'
}

@test "a study of an older bench is read, with a warning about missing numbers" {
	slow_study
	rm -r study/numbers
	# Without the sums and hashes that an older bench did not write.
	jq -c 'del(.numbers, .sum, .format)' study/journal >older && mv older study/journal
	jq 'del(.sums, .format)' study/study.json >older && mv older study/study.json
	rm study/lock
	report
	expect_status 0
	expect_in "$output" 'warning: boots without numbers: 24; an older bench kept only medians'
	run --separate-stderr bench status study
	expect_status 0
}

@test "names from a guest cannot harm the terminal" {
	plan "console $FAKE" 'run odd odd' 'run fine fine' 'boots 2'
	study
	report
	expect_status 0
	expect_equal "$(printf '%s' "$output$stderr" | tr -d '[:print:]\n\t' | od -An -c)" ''
	expect_in "$output" 'lat\x1b[31m'
}

@test "report refuses wrong usage" {
	for arguments in '' 'a b' '--margin 0 s' '--margin x s' '--margin 101 s' '--nothing s' '--csv --json s' '--csv --measure a s'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr bench report $arguments
		expect_status 129
	done
	run --separate-stderr bench report --help
	expect_status 0
	plan "console $FAKE" 'run fine fine' 'boots 1'
	study
	report --baseline nobody
	expect_status 125
	expect_in "$stderr" 'bench: study: unknown cell nobody (one of the cells: fine)'
}

@test "another unit is another measure" {
	plan "console $FAKE" 'run fine fine' 'run micro micro' 'boots 6'
	study
	report --json
	expect_equal "$(jq -c '.tests, (.measures | map([.name, .unit, (.cells | map(.label))]))' <<<"$output")" \
		'0
[["lat","ns",["fine"]],["lat","us",["micro"]]]'
}

@test "an experiment without numbers of its own is compared by its run" {
	plan "console $FAKE" 'run fine fine' 'run mute mute' 'args a' 'args b x=1' 'boots 6'
	study
	report --json
	expect_equal "$(jq -c '.measures | map([.name, (.cells | map(.label) | sort)]) | sort' <<<"$output")" \
		'[["lat",["a/fine","b/fine"]],["wall_ns",["a/mute","b/mute"]]]'
}

@test "each baseline comes first and is marked" {
	plan "console $FAKE" 'run slow slow' 'run fine fine' 'args a' 'args b x=1' 'boots 2'
	study
	report
	expect_equal "$(awk '/^measure/ { table = 1 } table { print $(NF > 8 && $1 == "lat" ? 4 : 1), $NF }' <<<"$output" | grep -c ' baseline$')" 2
	report --baseline b/fine
	expect_equal "$(grep -c 'baseline$' <<<"$output")" 1
	expect_in "$(grep '^lat' <<<"$output")" 'b/fine'
}

@test "a measure that nobody reported is named" {
	slow_study 'measure latt'
	report
	expect_in "$output" "warning: no boot reported latt, which the plan's measure names"
	report --measure nothing
	expect_status 125
	expect_in "$stderr" 'bench: study: no measure is called nothing'
}

@test "text of guests and plans is escaped in the heading too" {
	plan "console $FAKE" 'run fine fine' $'args a x=\033[31mred' 'args b y=1' 'boots 1'
	study
	report
	expect_equal "$(printf '%s' "$output$stderr" | tr -d '[:print:]\n\t' | od -An -c)" ''
	expect_equal "$(sed -n 2p <<<"$output")" '  a: x=\x1b[31mred'
}

@test "the numbers of another boot are refused" {
	slow_study
	jq -c '.boot = 2' study/numbers/0000001.json >other && mv other study/numbers/0000001.json
	# Without sums, which would refuse the journal first.
	jq -c --arg hash "$(sha256sum study/numbers/0000001.json | cut -d ' ' -f 1)" \
		'del(.sum) | if .boot == 1 then .numbers = $hash else . end' study/journal >older && mv older study/journal
	jq 'del(.sums)' study/study.json >older && mv older study/study.json
	rm study/lock
	report
	expect_status 125
	expect_in "$stderr" 'bench: study: boot 1: its numbers are damaged'
}

@test "a report tells what more samples and more boots would change" {
	plan "console $FAKE -n $PWD/count" 'run lots lots' 'run same lots' 'boots 6' 'measure measure03'
	study
	report --margin 0.0001
	expect_status 0
	expect_in "$output" 'cannot tell'
	expect_in "$output" $'\nto narrow the intervals of measure03:\n'
	expect_in "$output" 'twice the blocks by 29 %'
	report --json
	expect_equal "$(jq '.measures[0].within_boots | . > 0 and . <= 1' <<<"$output")" true
}

@test "a terminal gets bars, and colours unless NO_COLOR is set" {
	slow_study
	run script -qec "'$LULL_BIN/bench' report study" /dev/null
	expect_in "$output" '■'
	# The bar's middle is below the heading's 1.
	local plain heading bar
	plain=$(sed 's/\x1b\[[0-9;]*m//g; s/│/|/g; s/■/x/g' <<<"$output")
	heading=$(grep -o '^measure.*1/2       1' <<<"$plain")
	grep -q '1/2       1         2  verdict' <<<"$plain"
	bar=$(grep -o '^.*|' <<<"$plain" | head -n 1)
	expect_equal "${#bar}" "${#heading}"
	expect_in "$output" $'\e[31mslower'
	NO_COLOR=1 run script -qec "'$LULL_BIN/bench' report study" /dev/null
	expect_in "$output" '■'
	expect_not_in "$output" $'\e['
	report
	expect_not_in "$output" '■'
}
