# SPDX-License-Identifier: MIT
# Fuzzing itself: it finds and reports a planted fault and keeps its input, and the corpus persists.
load ../helpers

setup() {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	CORPUS=$XDG_CACHE_HOME/lull/fuzz/planted
	FAILED=$XDG_CACHE_HOME/lull/fuzz/failed/planted
}

# Skips the test without libFuzzer, if the user manages the packages.
need_fuzzer() {
	local reason
	reason=$("$ROOT/test/fuzz/possible") && return
	[ "${LULL_SETUP:-}" = 'done' ] || fail "$reason"
	skip "$reason"
}

# fuzz FAULT SECONDS: fuzzes the target with planted faults
fuzz() {
	PLANTED=$1 run "$ROOT/test/fuzz/one" "$ROOT/build/fuzz/test/fuzz/planted" "$2"
}

# expect_found FAULT REPORT: the fault is found, its input kept, and one line reports both
expect_found() {
	need_fuzzer
	fuzz "$1" 60
	expect_status 1
	expect_in "${lines[0]}" "not ok - planted: $2"
	expect_in "${lines[0]}" "; the input is kept: $FAILED/"
	expect_equal "$(head -c 4 "${lines[0]##*is kept: }")" Lull
	[ -s "$FAILED.log" ] || fail 'no report is kept'
}

@test "a read beyond the end, after four magic bytes, is found" {
	expect_found overflow 'AddressSanitizer: heap-buffer-overflow'
	expect_in "$output" 'test/fuzz/planted.c:'
}

@test "undefined behaviour is found" {
	expect_found undefined 'UndefinedBehaviorSanitizer: undefined-behavior '
}

@test "an abort is found" {
	expect_found abort 'libFuzzer: deadly signal'
}

@test "a leak is found" {
	expect_found leak 'AddressSanitizer: 100 byte(s) leaked in 1 allocation(s).'
}

@test "an allocation of 3 GiB is found" {
	expect_found memory 'libFuzzer: out-of-memory'
}

@test "an input that hangs is found" {
	expect_found hang 'libFuzzer: timeout'
}

@test "failed inputs are tried first, and join the corpus once they pass" {
	need_fuzzer
	mkdir -p "$FAILED"
	printf 'Lull was here' >"$FAILED/crash-known"
	fuzz overflow 1
	expect_status 1
	expect_in "${lines[0]}" 'not ok - planted: AddressSanitizer: heap-buffer-overflow'
	expect_equal "${lines[0]##*is kept: }" "$FAILED/crash-known"
	expect_equal "$(ls "$FAILED")" crash-known
	fuzz none 1
	expect_status 0
	expect_in "$output" 'ok - planted'
	[ -z "$(ls "$FAILED")" ] || fail 'the input is still among the failed'
	grep -qr '^Lull' "$CORPUS" || fail 'the corpus lacks the input'
}

@test "the corpus persists, without inputs that add no coverage" {
	need_fuzzer
	mkdir -p "$CORPUS"
	printf 'Lull' >"$CORPUS/all"
	for number in 1 2 3 4 5 6 7 8 9; do
		printf 'Lull%s' "$number" >"$CORPUS/more-$number"
	done
	fuzz none 1
	expect_status 0
	[ "$(find "$CORPUS" -type f | wc -l)" -lt 10 ] || fail "kept: $(ls "$CORPUS")"
	[ -z "$(find "$CORPUS" -name 'more-*')" ] || fail "kept: $(ls "$CORPUS")"
	grep -qr '^Lull' "$CORPUS" || fail 'the input with all coverage is gone'
	[[ $output =~ '# counted: planted: '[0-9]+' inputs tried, '[0-9]+' places reached, '[0-9]+' inputs kept' ]] ||
		fail 'no counts are printed'
}

@test "few seeds are chosen from the corpus, and those written by hand stay" {
	need_fuzzer
	local tree=$BATS_TEST_TMPDIR/tree number
	local seeds=$tree/test/fuzz/seeds/planted
	mkdir -p "$seeds" "$tree/build/fuzz/test/fuzz/some" "$CORPUS"
	cp "$ROOT/test/fuzz/choose-seeds" "$tree/test/fuzz"
	cp "$ROOT/build/fuzz/test/fuzz/planted" "$tree/build/fuzz/test/fuzz/some/fuzz_planted"
	printf 'Lu' >"$seeds/two"
	printf 'Lul' >"$seeds/0123456789ab" # chosen by an earlier run
	for number in 1 2 3 4 5 6 7 8 9; do
		printf 'Lull%s' "$number" >"$CORPUS/more-$number"
		printf 'x%s' "$number" >"$CORPUS/none-$number"
	done
	run "$tree/test/fuzz/choose-seeds" planted
	expect_status 0
	[[ $output =~ ^'planted '\ +[234]' seeds, '[0-9]+' bytes'$ ]] || fail 'the number of seeds is not printed'
	expect_equal "$(cat "$seeds/two")" Lu
	[ ! -e "$seeds/0123456789ab" ] || fail 'an old seed is left that another makes redundant'
	expect_equal "$(find "$seeds" -type f | grep -cvE '/(two|[0-9a-f]{12})$')" 0
	grep -q '^Lull' "$seeds"/*[0-9a-f] || fail 'the input with all coverage was not chosen'
}

@test "without libFuzzer the targets fail, or are skipped with LULL_SETUP=done" {
	FUZZ_CC=no-clang LULL_SETUP='' run "$ROOT/test/fuzz/run" newc elf
	expect_status 2
	expect_in "$output" 'cannot find no-clang: scripts/setup fuzz names the packages'
	FUZZ_CC=false LULL_SETUP='done' run "$ROOT/test/fuzz/run" newc elf
	expect_status 0
	expect_equal "$output" "1..2
ok - newc # skip cannot link libFuzzer and the sanitizers by false: scripts/setup fuzz names the packages
ok - elf # skip cannot link libFuzzer and the sanitizers by false: scripts/setup fuzz names the packages"
}

@test "fuzzing refuses invalid numbers and unknown targets" {
	FUZZ_SECONDS=1m run "$ROOT/test/fuzz/run"
	expect_status 2
	expect_in "$output" 'cannot take FUZZ_SECONDS=1m: it is not a number from 1 to 999999'
	FUZZ_JOBS=0 run "$ROOT/test/fuzz/run"
	expect_status 2
	expect_in "$output" 'FUZZ_JOBS=0'
	run "$ROOT/test/fuzz/run" nothing
	expect_status 2
	expect_in "$output" 'cannot fuzz nothing: there is no test/fuzz/*/fuzz_nothing.c'
}
