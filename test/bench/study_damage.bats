# SPDX-License-Identifier: MIT
# Damage to a study's folder, by the table in lull-plan(5): repaired or refused.
load ../helpers
load ../study_helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image FAKE=$ROOT/build/test/study/fake WHOLE=$BATS_FILE_TMPDIR/whole
	packer -b true -o "$IMAGE"
	cd "$BATS_FILE_TMPDIR" || return
	plan "console $FAKE" 'run r true' 'run s true' 'boots 3'
	bench run plan -o whole 2>/dev/null
}

# A finished study of two cells and three blocks, and a plan with one more block.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -a "$WHOLE" study
	sed 's/^boots 3/boots 4/' "$BATS_FILE_TMPDIR/plan" >plan
}

# All files of a study except the lock, which each process writes.
contents() {
	find study -type f ! -name lock -exec sha256sum {} + | sort
}

# expect_refused MESSAGE [COMMAND...]: run refuses twice, as it repairs nothing; so does each command (default: status
# and replay). Nothing is changed.
expect_refused() {
	local before command message=$1
	shift
	[ $# -gt 0 ] || set -- 'status study' 'replay study k/i/none/r'
	before=$(contents)
	for command in 'run plan -o study' "$@" 'run plan -o study'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr bench $command
		expect_status 125
		expect_equal "$stderr" "bench: $message"
		expect_equal "$(contents)" "$before"
	done
}

# expect_repaired BOOTS: that many boots are made, and existing files stay.
expect_repaired() {
	local consoles
	(cd study/consoles && sha256sum -- *) >consoles.before
	study
	expect_status 0
	expect_equal "$(journal 'group_by(.cell) | map(map(.block))')" '[[0,1,2,3],[0,1,2,3]]'
	expect_equal "$(journal 'map(.boot) | unique | length')" 8
	expect_in "$stderr" "boot "
	expect_equal "$(grep -c '^boot ' <<<"$stderr")" "$1"
	(cd study/consoles && sha256sum --quiet -c ../../consoles.before) || fail 'a console was overwritten'
	consoles=$(journal '.[].boot')
	for number in $consoles; do
		[ -e "study/consoles/$(printf %07d "$number").zst" ] || fail "no console of boot $number"
	done
}

NEXT='this line does not match the lines before it: study.json or lines were changed, duplicated, moved or removed'

@test "an undamaged study continues" {
	expect_repaired 2
}

@test "a changed value is refused" {
	sed -i '3s/"wall_ns":1/"wall_ns":2/' study/journal
	expect_refused "study: journal:3: $NEXT; nothing was changed"
}

@test "a line that is not JSON is refused" {
	sed -i '2s/.$//' study/journal
	expect_refused 'study: journal:2: this is not a line of a journal; nothing was changed'
}

@test "a duplicated line is refused" {
	sed -i 2p study/journal
	expect_refused 'study: journal:3: this line is not the next of its cell: lines are duplicated or missing; nothing was changed'
}

@test "a duplicated last line is refused" {
	sed -i '$p' study/journal
	expect_refused 'study: journal:7: this line is not the next of its cell: lines are duplicated or missing; nothing was changed'
}

@test "a removed line is refused" {
	sed -i 1d study/journal
	expect_refused "study: journal:1: $NEXT; nothing was changed"
}

@test "lines in another order are refused" {
	# Swap lines of one block, so that the blocks of each cell stay in order.
	sed -i '3{h;d};4{G}' study/journal
	expect_refused "study: journal:3: $NEXT; nothing was changed"
}

@test "lines missing at the end are refused" {
	sed -i '5,$d' study/journal
	expect_refused 'study: journal: only 4 of 6 boots are present; nothing was changed'
}

@test "an empty or missing journal is refused" {
	: >study/journal
	expect_refused 'study: journal: only 0 of 6 boots are present; nothing was changed'
	rm study/journal
	run --separate-stderr bench status study
	expect_status 125
	expect_equal "$stderr" 'bench: study: journal: only 0 of 6 boots are present; nothing was changed'
}

@test "an empty journal without a lock is refused" {
	: >study/journal
	rm study/lock
	expect_refused 'study: journal is empty, lock is missing, but there were boots: restore the missing file, or name a new folder with -o' 'run plan -o study'
}

@test "a boot with a torn last line is repeated, and its console stays" {
	truncate -s -10 study/journal
	expect_repaired 3
	expect_equal "$(journal 'map(.boot)')" '[1,2,3,4,5,7,8,9]'
}

@test "bytes after the last line, left by a power failure, are dropped" {
	printf '\0\0\0\n{"boot":9\n' >>study/journal
	expect_repaired 2
}

@test "a console without a line stays, and its number is not reused" {
	echo mine >study/consoles/0000007.zst
	expect_repaired 2
	expect_equal "$(cat study/consoles/0000007.zst)" mine
	expect_equal "$(journal 'map(.boot) | .[6:]')" '[8,9]'
}

@test "a console that appears while a study runs is not overwritten" {
	# The first boot creates the file of the next.
	plan "console sh -c 'echo mine >study/consoles/0000008.zst; exec $FAKE'" 'run r true' 'run s true' 'boots 3'
	rm -r study
	study
	rm study/consoles/0000008.zst
	sed -i 's/^boots 3/boots 4/' plan
	study
	expect_status 125
	expect_in "$stderr" 'bench: cannot write the console 0000008.zst: File exists'
	expect_equal "$(cat study/consoles/0000008.zst)" mine
}

@test "a missing lock is created" {
	rm study/lock
	expect_repaired 2
}

@test "a missing study.json is refused if there are boots" {
	rm study/study.json
	expect_refused 'study: study.json is missing, but there were boots: restore the missing file, or name a new folder with -o' 'run plan -o study'
}

# bats test_tags=slow
@test "a changed study.json is refused" {
	sed -i 's/"cpus": [0-9]*/"cpus": 77/' study/study.json
	expect_refused "study: journal:1: $NEXT; nothing was changed"
	echo '{' >study/study.json
	expect_refused 'study/study.json is damaged'
}

@test "run rewrites a missing or damaged plan, and status refuses it" {
	echo nonsense >study/plan
	run --separate-stderr bench status study
	expect_status 125
	expect_in "$stderr" 'bench: study/plan:1: unknown key nonsense'
	rm study/plan
	run --separate-stderr bench status study
	expect_status 125
	expect_in "$stderr" 'bench: study is not a study: cannot read study/plan'
	expect_repaired 2
}

@test "a missing or changed kept file is refused" {
	file=study/files/$(jq -r .kernels.k.sha256 study/study.json)
	mv "$file" kept
	expect_refused "cannot read $file: No such file or directory" 'replay study k/i/none/r'
	sed 's/./x/' "$IMAGE" >"$file"
	expect_refused "$file is damaged: its contents have changed" 'replay study k/i/none/r'
}

@test "a kept file changed while a study runs ends it, and none of its boots counts" {
	file=study/files/$(jq -r .images.i.sha256 study/study.json)
	# The first boot changes the file that the second would boot, and may have booted it itself.
	plan "console sh -c 'chmod u+w $file; echo x >>$file; exec $FAKE'" 'run r true' 'run s true' 'boots 3'
	rm -r study
	study
	expect_status 125
	expect_in "$stderr" "bench: $file was changed while it was booted: that boot does not count"
	expect_equal "$(journal length)" 0
}

@test "kept files that were touched but have the same contents are read again" {
	plan "console $FAKE" 'run r true' 'run s true' 'boots 3'
	rm -r study
	bench run plan -o study 2>/dev/null
	for file in study/files/*; do
		cp --no-preserve=mode "$file" copy
		rm "$file"
		cp copy "$file"
	done
	sed -i 's/^boots 3/boots 4/' plan
	expect_repaired 2
}

@test "files of others stay, whatever their names" {
	for file in study/mine study/.mine.new study/files/mine study/files/.copy.new study/consoles/mine study/consoles/.1.zst.new; do
		echo mine >"$file"
	done
	: >study/consoles/.0000009.zst.01234567.new # what a killed process leaves
	expect_repaired 2
	for file in study/mine study/.mine.new study/files/mine study/files/.copy.new study/consoles/mine study/consoles/.1.zst.new; do
		expect_equal "$(cat "$file")" mine
	done
	[ ! -e study/consoles/.0000009.zst.01234567.new ] || fail 'a leftover is there'
}

# bats test_tags=slow
@test "a journal removed or truncated while a study runs ends it" {
	for change in 'rm study/journal' ': >study/journal'; do
		plan "console sh -c '$change; exec $FAKE'" 'run r true' 'run s true' 'boots 3'
		rm -r study
		study
		expect_status 125
		expect_in "$stderr" 'cannot write the journal, which another program removed or cut'
	done
}

# bats test_tags=slow
@test "lines with a misplaced sum are refused, whatever else was changed" {
	for change in 's/$/\r/' 's/$/ /' 's/, *"sum"/ , "sum"/' 's/,"sum":"[0-9a-f]*"}$/}/'; do
		rm -r study
		cp -a "$WHOLE" study
		sed -i -e "$change" -e '3s/"wall_ns":1/"wall_ns":2/' study/journal
		expect_refused "study: journal:1: $NEXT; nothing was changed"
	done
}

@test "a journal without a complete line and without a lock is refused if there were boots" {
	truncate -s 52 study/journal
	: >study/lock
	run --separate-stderr bench run plan -o study
	expect_status 125
	expect_in "$stderr" 'but there were boots'
}

@test "a foreign file called lock is not written to, and pipes do not block" {
	mkdir other
	seq 50 >other/lock
	run --separate-stderr bench run plan -o other
	expect_status 125
	expect_in "$stderr" 'other is not empty and not a study'
	expect_equal "$(seq 50)" "$(cat other/lock)"
	seq 50 >precious
	ln -sf ../precious study/lock
	run --separate-stderr bench run plan -o study
	expect_status 125
	expect_equal "$(seq 50)" "$(cat precious)"
	for file in lock study.json plan; do
		rm -r study
		cp -a "$WHOLE" study
		rm "study/$file"
		mkfifo "study/$file"
		run --separate-stderr timeout 60 "$LULL_BIN/bench" status study
		[ "$status" -ne 124 ] || fail "waits for $file"
	done
}
