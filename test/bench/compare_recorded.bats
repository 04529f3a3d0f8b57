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
command fine slow
arguments - x=1'
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
