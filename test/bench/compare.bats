# SPDX-License-Identifier: MIT
# bench compare: a study without a plan.
load ../helpers
load ../study_helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	mkdir -p linux-a linux-b
	cp "$KERNEL" linux-a/vmlinuz
	cp "$KERNEL" linux-b/vmlinuz
}

compare() {
	run --separate-stderr bench compare "$@"
}

@test "the plan has all combinations, with labels that can be read" {
	compare --dry-run -k linux-a/vmlinuz -k linux-b/vmlinuz -a '' -a 'pti=off quiet' -n 7 -r 3 --measure wall_ns -m 1G -t 9 \
		-- ls -l "a b" -- ls '*'
	expect_status 0
	expect_equal "$(grep -v '^#' <<<"$output")" "kernel linux-a $PWD/linux-a/vmlinuz
kernel linux-b $PWD/linux-b/vmlinuz
pack image -b ls -b ls
args none lull.warmup=1 lull.repeat=3 
args pti-off-quiet lull.warmup=1 lull.repeat=3 pti=off quiet
run ls-l-a-b ls -l 'a b'
run ls ls '*'
boots 7
measure wall_ns
memory 1G
timeout 9"
	[ ! -e cache/lull/compare ] || fail 'a folder was made'
	expect_in "$output" '# 56 boots: 8 cells, 7 blocks'
	expect_in "$output" '# about 3 minutes and '
	expect_in "$output" 'a boot takes 3.0 s and 16 KiB (a guess)'
	expect_in "$output" '# it could show no difference: verdicts of 6 tests need at least 8 blocks'
}

@test "an estimate is of the newest study, and names the smallest difference" {
	mkdir -p cache/lull/compare/20260101-000000-1 cache/lull/compare/20260101-000000-2/study
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" "console $FAKE -d 300" 'run r true' 'boots 2' >plan
	bench run plan -o cache/lull/compare/20260101-000000-1/study
	compare --dry-run -k linux-a/vmlinuz -k linux-b/vmlinuz --measure wall_ns -- true
	expect_status 0
	expect_in "$output" '# 40 boots: 2 cells, 20 blocks'
	expect_in "$output" "/cache/lull/compare/20260101-000000-1/study)"
	expect_not_in "$output" 'a boot takes 3.0 s'
	# By R: power.t.test(20, sd = sqrt(2) * log(1.05), power = 0.8, type = "paired") gives 4.66 %.
	expect_in "$output" 'of 1 test: 0.9'
	expect_in "$output" '4.7 % if boots vary by 5 %'
	compare --dry-run -k linux-a/vmlinuz -k linux-b/vmlinuz --exact -- true
	expect_in "$output" '# it shows any difference larger than what memory layouts change'
	expect_in "$output" '(a guess)'
}

@test "paddings of layouts that do not fit are refused before a boot" {
	compare -k "$KERNEL" --exact -a "x=$(printf '%01930d' 0)" -a y -- true
	expect_status 129
	expect_in "$stderr" "with the padding of 8 layouts the kernel's command line would be longer than 2047 bytes"
	[ ! -s cache/lull/compare/*/study/journal ] || fail 'it was booted'
}

@test "labels differ where the names do not" {
	mkdir -p x/linux-a
	cp "$KERNEL" x/linux-a/vmlinuz
	compare --dry-run -k linux-a/vmlinuz -k x/linux-a/vmlinuz -- true
	expect_in "$output" "kernel linux-a $PWD/linux-a/vmlinuz"
	expect_in "$output" "kernel linux-a-2 $PWD/x/linux-a/vmlinuz"
}

@test "a program that is named by a path is packed from there" {
	cp /bin/true ./mine
	compare --dry-run -k linux-a/vmlinuz -- ./mine 1 -- ./mine 2
	expect_in "$output" "pack image -b $PWD/mine -b $PWD/mine"
	expect_in "$output" "run mine-1 $PWD/mine 1"
	expect_in "$output" "run mine-2 $PWD/mine 2"
}

@test "wrong usage is refused" {
	compare -k linux-a/vmlinuz -- true
	expect_status 129
	expect_in "$stderr" 'bench: nothing to compare: give two kernels (-k), kernel arguments (-a), images (-i) or commands'
	compare -a a -a b
	expect_status 129
	expect_in "$stderr" 'bench: name a command after --'
	compare -a a -a b -- true -- --
	expect_status 129
	expect_in "$stderr" 'bench: a command is missing after --'
	compare -n 0 -a a -a b -- true
	expect_status 129
	expect_in "$stderr" 'bench: -n 0: give a whole number from 1 to 1000000'
	compare -k nowhere -a a -a b -- true
	expect_status 129
	expect_in "$stderr" 'bench: cannot find nowhere: No such file or directory'
	compare -k linux-a/vmlinuz -a a -a b -- ./nowhere
	expect_status 129
	expect_in "$stderr" 'bench: cannot find ./nowhere: No such file or directory'
	compare --at-least 8 -a a -a b -- true
	expect_status 129
	expect_in "$stderr" 'bench: --at-least: only exact mode counts instructions (--exact)'
	compare --margin 1 -a a -a b -- true
	expect_status 129
	expect_in "$stderr" 'bench: --margin: only to compare what was recorded'
	compare stray -a a -a b -- true
	expect_status 129
	expect_in "$stderr" 'bench: stray: not an option; commands follow --'
	compare --worse-than 1% --at-least 8 --exact -a a -a b -- true
	expect_status 129
	expect_in "$stderr" 'bench: give one of --worse-than and --at-least'
	[ ! -e cache/lull/compare ] || fail 'a folder was made'
}
