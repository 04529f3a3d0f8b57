# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Shared by the tests of studies with fake machines (test/study/fake.c): `load helpers`, `load study_helpers`.
#
# FAKE      the program that acts as a machine

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image FAKE=$ROOT/build/test/study/fake
	# bench looks up each command in the image; its name selects what the fake machine does.
	local name names=()
	for name in escape failed fine flood hang long lost lots many micro mix mute noise noisy nothing nul odd oops panic silent \
		slow twice units wrong; do
		names+=(-f "$ROOT/build/test/guest/args:/usr/bin/$name")
	done
	packer -b true "${names[@]}" -o "$IMAGE"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# plan LINE...: writes ./plan.
plan() {
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'seed 11' "$@" >plan
}

# cells N: N lines of arguments.
cells() {
	local i
	for ((i = 1; i <= $1; i++)); do echo "args a$i x=$i"; done
}

study() {
	run --separate-stderr bench run plan -o study "$@"
}

journal() {
	jq -cs "$1" study/journal
}

# Every cell is once in each block, every boot number is unique, and every console is complete.
expect_whole() { # CELLS BLOCKS
	expect_equal "$(journal 'group_by(.block) | map(map(.cell) | unique | length)')" \
		"$(jq -cn "[range($2) | $1]")"
	expect_equal "$(journal length)" "$(($1 * $2))"
	expect_equal "$(journal 'map(.boot) | unique | length')" "$(($1 * $2))"
	for file in $(journal '.[].boot'); do
		printf 'study/consoles/%07d.zst\n' "$file"
	done >consoles
	while IFS= read -r file; do
		"$ROOT/build/bench" decode --json "$file" >decoded || return
	done < <(shuf -n 30 --random-source=consoles consoles)
	expect_equal "$(xargs stat -c %s <consoles | awk '{ s += $1 } END { print s }')" "$(journal 'map(.console) | add')"
}
