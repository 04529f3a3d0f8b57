# SPDX-License-Identifier: MIT
# bench compare of what was recorded, on studies of fake machines (test/study/fake.c).
load ../helpers
load ../study_helpers

compare() {
	run --separate-stderr bench compare "$@"
}

# Two commands and two arguments in 8 blocks; `slow` takes a tenth longer.
four_cells() {
	plan "console $FAKE -n $PWD/count" 'run fine fine' 'run slow slow' 'args a' 'args b x=1' 'boots 8' "$@"
	study
	expect_status 0
}

@test "two cells of a study are compared within blocks, and what differs comes first" {
	four_cells
	compare study:a/fine study:b/slow
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$(head -n 3 <<<"$output" | tr -s ' ')" 'different a/fine b/slow
arguments - x=1
command fine slow'
	expect_in "$output" "Holm's correction over 1 test"
	expect_equal "$(grep -c 'slower$' <<<"$output")" 1
	# The same row as in the report.
	row=$(grep 'slower$' <<<"$output" | tr -s ' ')
	run bench report --baseline a/fine study
	expect_in "$(tr -s ' ' <<<"$output")" "${row% slower}"
	# By name.
	compare study:k/i/a/fine study:k/i/b/slow
	expect_equal "$(grep 'slower$' <<<"$output" | tr -s ' ')" "$row"
}

@test "--worse-than has an exit status for each answer" {
	four_cells
	compare --worse-than 1% study:a/fine study:a/slow
	expect_status 1
	expect_equal "$(tail -n 1 <<<"$output")" 'worse by more than 1 %: lat of a/slow'
	compare study:a/slow study:a/fine --worse-than 1
	expect_status 0
	expect_equal "$(tail -n 1 <<<"$output")" 'not worse by more than 1 %'
	# The interval has the limit inside.
	compare --worse-than 10 study:a/fine study:a/slow
	expect_status 125
	expect_equal "$(tail -n 1 <<<"$output")" 'cannot tell whether worse by more than 10 %: lat of a/slow'
	compare --worse-than 50 study:a/fine study:a/slow
	expect_status 0
}

@test "few blocks and unfinished studies tell nothing" {
	plan "console $FAKE -n $PWD/count" 'run fine fine' 'run slow slow' 'boots 5'
	study
	compare --worse-than 50 study:fine study:slow
	expect_status 125
	sed 's/^boots 5/boots 8/' plan >more && mv more plan
	study
	compare --worse-than 50 study:fine study:slow
	expect_status 0
	sed 's/^boots 8/boots 9/' plan >study/plan
	compare --worse-than 50 study:fine study:slow
	expect_status 125
}

@test "of a rate the lower values are worse, and a measure without a direction is refused" {
	four_cells 'better higher lat'
	compare --worse-than 1% study:a/fine study:a/slow
	expect_status 0
	compare --worse-than 1% study:a/slow study:a/fine
	expect_status 1
	rm -r study
	four_cells 'measure lat' 'measure involuntary_switches'
	compare --worse-than 1% study:a/fine study:a/slow
	expect_status 129
	expect_in "$stderr" 'bench: --worse-than: involuntary_switches has no direction; set it with `better lower|higher involuntary_switches`'
	expect_equal "$output" ''
	compare --worse-than 1% --measure lat study:a/fine study:a/slow
	expect_status 1
	compare --at-least 8 study:a/fine study:a/slow
	expect_status 129
	expect_in "$stderr" 'bench: --at-least: no measure counts instructions'
}

# study_of NAME LINE...: a study of 8 blocks in ./NAME.
study_of() {
	plan "console $FAKE -n $PWD/count" 'boots 8' "${@:2}"
	run --separate-stderr bench run plan -o "$1"
	expect_status 0
}

# old FILTER: removes sums and hashes from ./two, as an older bench wrote it, and edits study.json and the journal's lines.
old() {
	jq -c "del(.sum, .format) | $2" two/journal >older && mv older two/journal
	jq "del(.sums, .format) | $1" two/study.json >older && mv older two/study.json
	rm two/lock
}

@test "two studies are compared without pairs, and a different host or day comes first" {
	study_of one 'run fine fine' 'run slow slow'
	study_of two 'run fine fine' 'run slow slow' 'run micro micro'
	compare one two
	expect_status 0
	expect_equal "$stderr" ''
	expect_in "$output" 'A: study one: 16 boots, 16 used, 8 blocks, seed 11'
	expect_in "$output" 'nothing that was recorded of their origin differs'
	expect_in "$output" 'boots are not paired'
	expect_in "$output" "Holm's correction over 2 tests, significance needs at least 5 boots in each study"
	expect_in "$output" 'not compared: 1 cell without a counterpart'
	expect_equal "$(grep -Ec '(slower|faster)$' <<<"$output")" 0
	old '.host.name = "other"' '.started |= sub("^2[0-9-]*"; "2001-02-03")'
	compare one two
	expect_status 0
	expect_equal "$(sed -n 3,4p <<<"$output")" 'warning: the studies ran on different hosts
warning: the studies ran on different days: a difference may be one of the days'
	expect_equal "$(sed -n '6,7p' <<<"$output" | tr -s ' ')" "host name $(uname -n) other
day $(date -u +%Y-%m-%d) 2001-02-03"
}

@test "a cell of one study is compared with a cell of another" {
	study_of one 'run fine fine' 'run slow slow'
	study_of two 'run other slow' 'args x y=1'
	compare one two
	expect_status 129
	expect_in "$stderr" 'bench: one and two have no cell with the same labels; name a cell of each, such as one:fine'
	compare --worse-than 1% one:fine two:other
	expect_status 1
	expect_equal "$(tail -n 1 <<<"$output")" 'worse by more than 1 %: lat of other'
	expect_equal "$(grep 'slower$' <<<"$output" | tr -s ' ' | cut -d ' ' -f 1-5)" 'lat ns median fine, other'
	expect_in "$output" 'command    fine  slow'
	# The ratio of geometric means.
	mean() { jq -s "[.[] | select(.cell | endswith(\"/$2\")) | .values.lat | log] | add / length" "$1/journal"; }
	ratio=$(jq -n "($(mean two other) - $(mean one fine)) | exp * 100 | round / 100")
	expect_equal "$(grep 'slower$' <<<"$output" | tr -s ' ' | cut -d ' ' -f 13 | xargs printf '%.2f')" "$(printf %.2f "$ratio")"
	compare --worse-than 1% two:other one:fine
	expect_status 0
}

@test "unfinished studies and few boots tell nothing" {
	study_of one 'run fine fine'
	study_of two 'run fine slow'
	compare one two --worse-than 1%
	expect_status 1
	sed 's/^boots 8/boots 9/' two/plan >more && cp more two/plan
	compare one two --worse-than 1%
	expect_status 125
	expect_in "$output" 'INTERIM: a study is unfinished, so there are no verdicts'
	plan "console $FAKE" 'boots 3' 'run fine fine'
	study
	compare one study --worse-than 50%
	expect_status 125
}

@test "studies that cannot be compared are refused" {
	study_of one 'run fine fine' 'statistic p90 lat'
	study_of two 'run fine slow'
	compare one one
	expect_status 129
	expect_in "$stderr" 'bench: one: both are the same'
	compare one two
	expect_status 0
	expect_in "$output" 'warning: left out, as the plans choose different statistics: 1 row'
	compare --worse-than 1 one two
	expect_status 125
	expect_equal "$(tail -n 1 <<<"$output")" 'cannot tell, as nothing was compared: worse by more than 1 %'
	old . '.accel = "tcg"'
	compare one two
	expect_status 129
	expect_in "$stderr" 'bench: one has time, but two has emulated time: these cannot be compared'
}

@test "two boots are shown side by side, without a verdict" {
	plan "console $FAKE -n $PWD/count" 'run fine fine' 'args a' 'args b x=1' 'boots 1'
	study
	one=study/numbers/0000001.json two=study/numbers/0000002.json
	compare $one $two
	expect_status 0
	expect_equal "$stderr" ''
	expect_equal "$(sed -n 3p <<<"$output" | tr -s ' ')" 'different A B'
	expect_in "$(sed -n 4p <<<"$output")" 'x=1'
	values=$(jq -rs 'map(.series[] | select(.name == "lat") | .values[0]) | join(" ")' $one $two)
	expect_in "$(tail -n 1 <<<"$output" | tr -s ' ')" "lat ns median $values "
	expect_in "$(tail -n 1 <<<"$output")" 'cannot tell'
	compare --worse-than 50% $one $two
	expect_status 125
	expect_equal "$(tail -n 1 <<<"$output")" "cannot tell whether worse by more than 50 %: lat of $two"
	compare --at-least 8 $one $two
	expect_status 129
	# The console of a boot has the same numbers as numbers/.
	compare study/consoles/0000001.zst $one
	expect_status 0
	expect_in "$output" 'nothing that was recorded of their origin differs'
	expect_in "$(tail -n 1 <<<"$output" | tr -s ' ')" "lat ns median ${values% *} ${values% *} +0"
	compare --worse-than 1 $one $two --measure involuntary_switches
	expect_status 129
	expect_in "$stderr" 'bench: --worse-than: involuntary_switches has no direction'
	# The experiment may have stated it.
	jq '.better = {involuntary_switches: "lower"}' $one >stated
	compare --worse-than 1 stated $two --measure involuntary_switches
	expect_status 125
	compare --measure wall_ns $one $two
	expect_in "$(tail -n 1 <<<"$output")" 'wall_ns'
	expect_equal "$(grep -c '^lat' <<<"$output")" 0
}

# result WALL [FILTER]: the JSON object of a boot in exact mode.
result() {
	jq -n --argjson wall "$1" "{outcome: \"ok\", status: 0, accel: \"tcg\", exact: true, cmdline: \"quiet lull.session=0$RANDOM\",
		command: [\"a b\", \"c\"], kernel_release: \"6.1.0\", usage: {wall_ns: \$wall, maxrss_kib: 7}} | ${2:-.}"
}

@test "two boots in exact mode have a difference in instructions" {
	result 1000 >one
	result 1020 '.kernel_release = "6.2.0"' >two
	compare one two --at-least 20
	expect_status 1
	expect_equal "$(sed -n 3,4p <<<"$output" | tr -s ' ')" 'different A B
kernel release 6.1.0 6.2.0'
	expect_equal "$(grep '^wall_ns' <<<"$output" | tr -s ' ')" 'wall_ns instructions min 1000 1020 +20 +2.00 % '
	expect_equal "$(tail -n 1 <<<"$output")" 'worse by at least 20 instructions: wall_ns of two'
	compare one two --at-least 21
	expect_status 0
	compare two one --at-least 1
	expect_status 0
	compare one two --worse-than 1%
	expect_status 1
	compare one two --worse-than 2%
	expect_status 0
	# Several runs: the minimum of those that are measured.
	result 7 '{outcome, exact, accel, runs: [{run: 1, command: 1, warmup: true, usage: {wall_ns: 5}},
		{run: 2, command: 1, usage: {wall_ns: 1002}, samples: [{name: "n", value: 4, unit: "x"}, {name: "n", value: 3, unit: "x"}]},
		{run: 3, command: 1, usage: {wall_ns: 1001}}]}' >runs
	compare one runs --measure wall_ns
	expect_equal "$(tail -n 1 <<<"$output" | tr -s ' ')" 'wall_ns instructions min 1000 1001 +1 +0.10 % '
	compare runs two --measure n
	expect_status 125
	expect_in "$stderr" 'bench: runs and two have no measure that is called n'
}

@test "boots that cannot be compared are refused" {
	result 1000 >one
	result 1000 '.exact = false' >two
	compare one two
	expect_status 129
	expect_in "$stderr" 'bench: one has instructions, but two has emulated time: these cannot be compared'
	compare one one
	expect_status 129
	result 1000 '{outcome: "hang\u001b[2J"}' >hang
	compare one hang
	expect_status 125
	expect_equal "$stderr" 'bench: hang has no numbers: outcome hang\x1b[2J'
	echo hello >log
	compare one log
	expect_status 125
	expect_equal "$stderr" 'bench: log has no numbers: outcome lost-data'
	result 1000 '.usage.wall_ns = "x"' >bad
	compare one bad
	expect_status 125
	expect_equal "$stderr" 'bench: bad: its numbers are damaged'
	for log in "$ROOT"/test/consoles/*.log; do
		compare one "$log"
		[ "$status" -eq 0 ] || [ "$status" -eq 125 ] || [ "$status" -eq 129 ] || fail "$log: $status"
		expect_equal "$(printf '%s' "$output$stderr" | tr -d '[:print:]\n\t' | od -An -c)" ''
	done
}

@test "wrong operands are refused" {
	plan "console $FAKE" 'run fine fine' 'run slow slow' 'boots 1'
	study
	compare study:fine study:fine
	expect_status 129
	expect_in "$stderr" 'bench: fine: both are the same cell'
	compare study:fine study:nothing
	expect_status 125
	expect_in "$stderr" 'bench: study: unknown cell nothing (one of the cells: fine)'
	compare nowhere study
	expect_status 125
	expect_in "$stderr" 'bench: cannot open nowhere: No such file or directory'
	compare study study:fine
	expect_status 129
	expect_in "$stderr" 'bench: compare two cells, two studies or two boots (study and study:fine are not)'
	compare study
	expect_status 129
	expect_in "$stderr" 'bench: name two cells, two studies or two boots, or commands after --'
	compare study study study
	expect_status 129
	expect_in "$stderr" 'bench: study: compare two at a time'
	compare --measure nothing study:fine study:slow
	expect_status 125
	expect_in "$stderr" 'bench: study: no measure is called nothing'
	compare -n 3 study study
	expect_status 129
	expect_in "$stderr" 'bench: -n: only to boot commands, which follow --'
	for arguments in '--worse-than x' '--worse-than 101' '--at-least 0' '--margin 0' '--worse-than 1 --at-least 1' \
		'--measure a --measure b'; do
		# shellcheck disable=SC2086 # words
		compare $arguments study:fine study:slow
		expect_status 129
		expect_equal "$output" ''
	done
}
