# SPDX-License-Identifier: MIT
# bench bisect without boots: its log already has the values of the points.
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_CONFIG_GLOBAL=/dev/null
	mkdir b
}

bisect() {
	run --separate-stderr bench bisect -o b "$@" -- true
}

# measured POINT VALUE...: appends a point to the log, with a value of getppid for each layout
measured() {
	jq -nc '{point: $ARGS.positional[0], figures: [{command: 1, name: "getppid", unit: "ns", figure: false,
		values: $ARGS.positional[1:] | map(tonumber)}]}' --args "$@" >>b/log
}

# broken POINT PROBLEM
broken() {
	jq -nc '{point: $ARGS.positional[0], problem: $ARGS.positional[1]}' --args "$@" >>b/log
}

# kernels N: makes the files k1 to kN, and sets the array `list` to their options
kernels() {
	local i
	list=()
	for ((i = 1; i <= $1; i++)); do
		echo "$i" >"k$i"
		list+=(-k "k$i")
	done
}

# commits NAME...: makes a commit for each name, and a tag
commits() {
	[ -d tree ] || git init -q tree
	for name; do
		git -C tree commit -q --allow-empty -m "$name"
		git -C tree tag "$name"
	done
	touch tree/.config
}

sha() {
	git -C tree rev-parse "$1"
}

@test "the first bad kernel of a list is found from the log" {
	kernels 6
	measured 'kernel 1' 351.082 351.09
	measured 'kernel 6' 359.082 359.1
	measured 'kernel 3' 351 351
	measured 'kernel 4' 359 359
	bisect "${list[@]}"
	expect_status 0
	expect_in "$output" '  getppid, instructions'
	expect_equal "$(tail -n +2 <<<"$output")" "good end   $PWD/k1  351.082..351.09
last good  $PWD/k3  351
first bad  $PWD/k4  359
bad end    $PWD/k6  359.082..359.1
first bad kernel: $PWD/k4"
	expect_in "$stderr" "the folder is $PWD/b; after an interruption the same command continues"
	expect_in "$stderr" 'getppid: 351.082..351.09 at the good end, 359.082..359.1 at the bad end, in instructions'
	expect_in "$stderr" 'k3: 351, good'
	expect_in "$stderr" 'k4: 359, bad'
}

@test "a unit longer than an instruction has their number, and names cannot harm the terminal" {
	kernels 2
	for kernel in 1 2; do
		jq -nc --argjson k "$kernel" '{point: "kernel \($k)", figures: [["a\u001b[31m", $k], ["b", $k]] |
			map({command: 1, name: .[0], unit: "us", figure: false, values: [.[1]]})}'
	done >b/log
	bisect "${list[@]}"
	expect_status 125
	expect_in "$stderr" 'name one with --measure: a\x1b[31m, b'
	rm b/question
	bisect --measure $'a\e[31m' "${list[@]}"
	expect_status 0
	expect_in "$output" '  a\x1b[31m, us (1000 instructions)'
	expect_in "$stderr" 'a\x1b[31m: 1 at the good end, 2 at the bad end, in us (1000 instructions)'
}

@test "kernels that cannot be measured are named, and may hide the answer" {
	kernels 5
	measured 'kernel 1' 100
	measured 'kernel 5' 120
	broken 'kernel 3' 'panic: Kernel panic'
	measured 'kernel 2' 100
	measured 'kernel 4' 110
	bisect "${list[@]}"
	expect_status 125
	expect_in "$output" "skipped: $PWD/k3: panic: Kernel panic"
	expect_in "$output" "skipped: $PWD/k4: 110, between both ends"
	expect_in "$output" "cannot tell: the first bad kernel is one of these:
  $PWD/k3
  $PWD/k4
  $PWD/k5"
}

@test "ends that do not differ are refused, with their numbers" {
	kernels 3
	measured 'kernel 1' 351 353
	measured 'kernel 3' 352 355
	bisect "${list[@]}"
	expect_status 125
	expect_equal "$output" ''
	expect_in "$stderr" 'the ends do not differ enough: getppid is 351..353 at the good end and 352..355 at the bad end, in instructions; it varies by 3 with the layout'
	# Another threshold does not need another folder.
	measured 'kernel 2' 351 353
	bisect --at-least 1 "${list[@]}"
	expect_status 0
	bisect --at-least 1.5 "${list[@]}"
	expect_status 125
}

@test "ends that cannot be measured are refused" {
	kernels 3
	broken 'kernel 1' 'never-booted'
	bisect "${list[@]}"
	expect_status 125
	expect_in "$stderr" "cannot measure the good end, $PWD/k1: never-booted"
}

@test "of several measures that differ one has to be named" {
	kernels 2
	for kernel in 1 2; do
		jq -nc --argjson k "$kernel" '{point: "kernel \($k)", figures: [["a", 5], ["b", $k], ["c", $k]] |
			map({command: 1, name: .[0], unit: "ns", figure: false, values: [.[1]]})}'
	done >b/log
	bisect "${list[@]}"
	expect_status 125
	expect_in "$stderr" 'the ends differ in several measures: name one with --measure: b, c'
	rm b/question
	bisect --measure c "${list[@]}"
	expect_status 0
	expect_in "$output" 'c, instructions'
	rm b/question
	bisect --measure d "${list[@]}"
	expect_status 125
	expect_in "$stderr" 'd: the ends do not both report it'
}

@test "the least set of arguments is found" {
	measured 'args ' 100
	measured 'args a b=2 c d' 120
	measured 'args a b=2' 100
	measured 'args c d' 100
	measured 'args a' 100
	measured 'args b=2' 100
	measured 'args c' 100
	measured 'args d' 100
	measured 'args b=2 c d' 120
	measured 'args b=2 c' 100
	measured 'args b=2 d' 120
	bisect -k "$KERNEL" -a a -a b=2 -a c -a d
	expect_status 0
	expect_in "$output" 'least set  b=2 d'
	expect_in "$output" 'the least set of arguments: b=2 d'
}

@test "the first bad commit is found, over merges and around commits that do not build" {
	commits good one two
	git -C tree checkout -q -b side one
	commits three four
	git -C tree checkout -q -
	git -C tree merge -q --no-edit side 2>merge.log
	git -C tree tag merge
	commits five six bad
	git -C tree status --porcelain >before
	for name in good one two; do measured "$(sha $name)" 100; done
	broken "$(sha three)" 'it does not build: see log'
	for name in four merge five six bad; do measured "$(sha $name)" 120; done
	bisect --tree tree --good good --bad bad
	expect_status 125
	expect_in "$output" 'cannot tell: the first bad commit is one of these:'
	expect_in "$output" "  $(git -C tree show -s --format='%h %s' three)"
	expect_in "$output" "  $(git -C tree show -s --format='%h %s' four)"
	expect_in "$output" 'three: it does not build: see log'
	sed -i '/does not build/d' b/log
	measured "$(sha three)" 100
	bisect --tree tree --good good --bad bad
	expect_status 0
	expect_in "$output" 'first bad commit:'
	expect_equal "$(tail -n 1 <<<"$output")" "  $(git -C tree show -s --format='%h %s' four)"
	git -C tree status --porcelain | cmp - before
}

@test "a folder has one question" {
	kernels 3
	measured 'kernel 1' 1
	measured 'kernel 3' 2
	measured 'kernel 2' 2
	bisect "${list[@]}"
	expect_status 0
	bisect -r 4 "${list[@]}"
	expect_status 125
	expect_in "$stderr" 'b answers another question (b/question): name a new folder with -o'
	echo other >k2
	bisect "${list[@]}"
	expect_status 125
	expect_in "$stderr" 'b answers another question'
}

@test "a torn last line of the log is dropped, other damage is refused" {
	kernels 3
	measured 'kernel 1' 1
	measured 'kernel 3' 2
	measured 'kernel 2' 1
	cp b/log whole
	printf '{"point":"kern' >>b/log
	bisect "${list[@]}"
	expect_status 0
	cmp whole b/log
	sed -i '2s/figures/figs/' b/log
	bisect "${list[@]}"
	expect_status 125
	expect_in "$stderr" "$PWD/b/log:2: this line is damaged"
	# Two processes would measure the same points.
	cp whole b/log
	exec 7>>b/log
	flock 7
	bisect "${list[@]}"
	expect_status 125
	expect_in "$stderr" 'another bench bisect is writing it'
}

# refused MESSAGE OPTION...
refused() {
	local message=$1
	shift
	bisect "$@"
	expect_status 129
	expect_in "$stderr" "bench: $message"
}

@test "wrong usage is refused" {
	kernels 2
	commits good bad
	refused 'nothing to bisect: give kernels (-k), kernel arguments (-a) or --tree'
	refused 'nothing to bisect' -k k1
	refused '-a goes with one kernel' -a x "${list[@]}"
	refused '--good, --bad, --config and --preset need --tree' --good x "${list[@]}"
	refused '--tree goes without -k and -a' --tree tree --good good --bad bad -k k1
	refused 'give both --good and --bad' --tree tree --good good
	refused '--tree needs --good and --bad, or two configurations' --tree tree --config k1
	refused 'commits are built with one configuration' --tree tree --good good --bad bad --config k1 --config k2
	refused 'give either --config or --preset' --tree tree --good good --bad bad --config k1 --preset qemu
	refused '--good bad is not an ancestor of --bad good' --tree tree --good bad --bad good
	refused '--good good is not an ancestor of --bad good' --tree tree --good good --bad good
	refused "$PWD/tree: cannot find commit none" --tree tree --good none --bad bad
	refused 'cannot find nowhere: No such file or directory' -k k1 -k nowhere
	refused '--at-least x: give a number above 0' --at-least x "${list[@]}"
	refused '-r 0: give a whole number from 1 to 1000000' -r 0 "${list[@]}"
	refused '--layouts 33: give a whole number from 1 to 32' --layouts 33 "${list[@]}"
	refused "$PWD/k1 and $PWD/k1 do not differ in an option" --tree tree --config k1 --config k1
	run --separate-stderr bench bisect "${list[@]}"
	expect_status 129
	expect_in "$stderr" 'bench: name a command after --'
	[ ! -e b/question ] || fail 'a question was written'
}
