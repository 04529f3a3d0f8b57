# SPDX-License-Identifier: MIT
# Experiments that forge their result, one for each line of the table in lull-init(8).
load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	# The program is in /usr/bin, which any user may enter, by a relative path; folders above the checkout may be closed.
	cd "$GUEST"
	packer -b ./forge -o "$IMAGE"
}

SESSION=0123456789abcdef

# expect_refused: the result is that of the program.
expect_refused() {
	expect_status 7
	expect_not_in "$output" ' can be written'
	expect_not_in "$output" 'is a terminal'
	expect_not_in "$output" 'the session is in'
}

@test "root can forge: it can read the session on the command line and write to the console" {
	boot -- forge find
	expect_status 0
	expect_equal "$output" forged
}

@test "another user cannot find the session, and init does not follow its links with init's rights" {
	boot -a 'lull.user=nobody lull.collect=/tmp/link' --files "$BATS_TEST_TMPDIR/files" -- forge find
	expect_refused
	expect_equal "$output" 'no session'
	expect_in "$stderr" 'cannot collect /tmp/link: Permission denied'
	[ ! -e "$BATS_TEST_TMPDIR/files/tmp/link" ] || fail 'the command line was collected'
}

@test "a command that is too long for the command line does not reveal the session to another user" {
	boot -a lull.user=nobody -- forge find "$(printf '%03000d' 0)"
	expect_refused
	expect_equal "$output" 'no session'
}

@test "another user that knows the session cannot write to a line" {
	boot -a "lull.user=nobody lull.session=$SESSION" -- forge "$SESSION"
	expect_refused
	expect_in "$output" '@LULL1 '
}

@test "another user that knows the session cannot forge with stdout=stream, nor in exact mode" {
	boot -a "lull.user=nobody lull.stdout=stream lull.session=$SESSION" -- forge "$SESSION"
	expect_refused
	log=$(cat "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)")
	expect_in "$log" "%40LULL1 $SESSION 4 end"
	expect_not_in "$log" 'is a terminal'
	boot --exact -a 'lull.user=nobody lull.stdout=stream' -- forge 6c756c6c65786163
	expect_refused
	boot --exact -a 'lull.user=nobody' -- forge 6c756c6c65786163
	expect_refused
	expect_in "$output" '@LULL1 6c756c6c65786163 4 end'
}

@test "if the session cannot be hidden from another user, nothing runs" {
	boot -a 'lull.user=nobody lull.mount=proc%20/proc%20proc%20ro' -- forge find
	expect_status 125
	expect_in "$stderr" 'init failed: user nobody could read the session'
}
