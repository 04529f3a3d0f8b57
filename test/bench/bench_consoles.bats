# SPDX-License-Identifier: MIT
# `bench decode` of recorded consoles (test/consoles); test/unit/bench/test_consoles.c checks all of `expected`.
load ../helpers

# each_console COMMAND: runs it for each console that is judged by its bytes alone, with $log, $outcome, $reason and
# the lines $quoted.
each_console() {
	local key value log='' outcome='' reason='' quoted=() alone=1 count=0
	while read -r key value; do
		case $key in
		log) log=$ROOT/test/consoles/$value.log ;;
		outcome) outcome=$value ;;
		reason) reason=$value ;;
		line) quoted+=("$value") ;;
		'')
			[ -z "$alone" ] || { "$1" && count=$((count + 1)); }
			reason='' quoted=() alone=1
			;;
		*) alone='' ;;
		esac
	done <"$ROOT/test/consoles/expected"
	[ "$count" -ge 15 ]
}

check_json() {
	output=$(bench decode --json "$log" 2>/dev/null) || true
	expect_equal "$(field outcome)" "$outcome"
	expect_in "$output" "\"reason\": \"$reason\""
	[ "${#quoted[@]}" -gt 0 ] || expect_not_in "$output" '"evidence"'
	local line
	for line in "${quoted[@]}"; do
		expect_in "$output" "    \"$line\""
	done
}

check_text() {
	stderr=$(bench decode "$log" 2>&1 >/dev/null) || true
	[ -z "$reason" ] || expect_in "$stderr" "bench: $reason"
	# At most the first three lines of the kernel, and none twice.
	case $outcome in panic | oops | warning | soft-lockup)
		local line
		for line in "${quoted[@]:0:3}"; do
			expect_in "$stderr" "$line"
		done
		;;
	esac
	[ "$(printf '%s\n' "$stderr" | grep -c '^  ')" -le 3 ] || fail 'more than three lines'
	expect_equal "$(printf '%s\n' "$stderr" | sort | uniq -d)" ''
}

@test "outcome, reason and evidence in JSON" {
	each_console check_json
}

@test "the reason and the lines after it" {
	each_console check_text
}

@test "text from a guest is escaped" {
	printf '\033[2J[    1.000000] a\033]0;x\007b\\\n@LULL1 \033[31m\n' >"$BATS_TEST_TMPDIR/log"
	run --separate-stderr bench decode "$BATS_TEST_TMPDIR/log"
	expect_status 125
	expect_in "$stderr" '  @LULL1 \x1b[31m'
	run --separate-stderr bench decode --json "$BATS_TEST_TMPDIR/log"
	expect_in "$output" '"@LULL1 \u001B[31m"'
	printf '\033[2J[    1.000000] a\033]0;x\007b\\\n\377\n' >"$BATS_TEST_TMPDIR/log"
	run --separate-stderr bench decode "$BATS_TEST_TMPDIR/log"
	expect_in "$stderr" '  \x1b[2J[    1.000000] a\x1b]0;x\x07b\\'
	expect_in "$stderr" '  \xff'
	run --separate-stderr bench decode --json "$BATS_TEST_TMPDIR/log"
	expect_in "$output" '"base64": "/w=="'
}

@test "a truncated or damaged compressed log is reported as such" {
	zstd -q -c "$ROOT/test/consoles/hang-lockup.log" | head -c 200 >"$BATS_TEST_TMPDIR/cut.zst"
	run --separate-stderr bench decode "$BATS_TEST_TMPDIR/cut.zst"
	expect_status 125
	expect_equal "$stderr" "bench: cannot read $BATS_TEST_TMPDIR/cut.zst: it is damaged or cut off"
}
