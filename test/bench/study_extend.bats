# SPDX-License-Identifier: MIT
# bench run --extend, on studies of fake machines (test/study/fake.c).
load ../helpers
load ../study_helpers

extend() {
	run --separate-stderr bench run --extend plan -o study
}

# A study of two cells and 6 blocks, and ./plan with more cells.
started() {
	plan "console $FAKE" 'run fine fine' 'run slow slow' 'boots 6'
	study
	expect_status 0
	cp study/journal before && cp study/study.json begun && cp study/plan first
	plan "console $FAKE" 'run fine fine' 'run slow slow' 'run other slow' 'boots 7'
}

@test "new cells are booted in new blocks, with a fresh repetition of the baseline" {
	started
	study
	expect_status 125
	expect_in "$stderr" 'bench: study was started with another plan'
	extend
	expect_status 0
	# Nothing that was there has changed.
	expect_equal "$(head -n 12 study/journal)" "$(cat before)"
	expect_equal "$(cat study/study.json)" "$(cat begun)"
	expect_equal "$(journal '[.[12:][] | .block] | group_by(.) | map([.[0], length])')" '[[6,2],[7,2],[8,2],[9,2],[10,2],[11,2],[12,2]]'
	expect_equal "$(journal '[.[12:][] | .cell] | group_by(.) | map([.[0], length])')" '[["k/i/none/fine",7],["k/i/none/other",7]]'
	run bench report --json study
	expect_equal "$(jq -c '.interim, (.measures[0].cells | map([.label, .boots, .blocks]))' <<<"$output")" \
		'false
[["fine",13,null],["slow",6,6],["other",7,7]]'
	run bench status study
	expect_in "$(tr -s ' ' <<<"$output")" 'k/i/none/slow done 6 6 6 ok'
	# The same again changes nothing; more boots are those of the extension.
	extend
	expect_status 0
	expect_equal "$(journal length)" 26
	sed -i 's/^boots 7/boots 8/' plan
	study
	expect_equal "$(journal '[.[26:][] | .cell] | sort')" '["k/i/none/fine","k/i/none/other"]'
	run bench replay study k/i/none/other
	expect_status 0
}

@test "an extension has new arguments, images and kernels, and can be extended" {
	started
	extend
	cp "$KERNEL" another
	plan "console $FAKE" 'run fine fine' 'run slow slow' 'run other slow' 'boots 2' "kernel new $PWD/another" 'args none' 'args x y=1' \
		'skip new/*/x/*'
	extend
	expect_status 0
	# Each experiment has its own baseline now.
	expect_equal "$(journal '[.[26:][] | .cell] | unique | length')" 9
	expect_equal "$(journal '[.[26:][] | .block] | unique')" '[13,14]'
	expect_equal "$(jq -r .extension.first_block study/extension-2.json)" 13
	run --separate-stderr bench report study
	expect_status 0
	expect_equal "$stderr" ''
	run bench compare study:k/i/none/fine study:new/i/none/fine
	expect_status 0
	expect_in "$output" 'nothing that was recorded of their origin differs'
}

@test "an interrupted extension goes on" {
	started
	extend
	# As if bench was killed after it wrote the extension, or after some boots.
	cp study/journal whole
	for lines in 12 13 17 25; do
		head -n $lines whole >study/journal
		rm study/lock
		[ $lines -gt 12 ] || cp first study/plan
		run bench status study
		expect_status 0
		extend
		expect_status 0
		expect_equal "$(journal length)" 26
		expect_equal "$(journal '[.[12:][] | .block] | group_by(.) | map(length) | unique')" '[2]'
	done
	# Another plan than that of the extension, which has no boots yet.
	cp before study/journal && cp first study/plan && rm study/lock
	sed -i 's/run other slow/run another slow/' plan
	extend
	expect_status 129
	expect_in "$stderr" 'bench: study/extension-1.json is of another plan'
}

@test "plans that are no extension are refused, and nothing changes" {
	started
	sed 's/^boots 6/boots 9/' first >study/plan
	extend
	expect_status 129
	expect_in "$stderr" 'bench: study is not finished: finish it before it is extended'
	cp first study/plan
	refused() {
		plan "console $FAKE" 'boots 6' "${@:2}"
		extend
		expect_status 129
		expect_in "$stderr" "bench: $1"
	}
	refused 'the plan has other settings than study/plan' 'run fine fine' 'run slow slow' 'run other slow' 'timeout 7'
	refused 'slow is not the same as in study/plan' 'run fine fine' 'run slow mute' 'run other slow'
	refused 'slow is not the same as in study/plan' 'run fine fine' 'run other slow'
	refused 'the plan lacks the cell k/i/none/slow of study' 'run fine fine' 'run slow slow' 'run other slow' 'skip */slow'
	refused 'the plan has no cell that study lacks' 'run slow slow' 'run fine fine'
	refused 'k/i/none/other would be the baseline of k/i/none/' 'run other slow' 'run fine fine' 'run slow slow'
	plan "console $FAKE" 'run fine fine' 'run slow slow' 'run other nowhere' 'boots 7'
	extend
	expect_status 129
	expect_in "$stderr" 'nowhere'
	[ ! -e study/extension-1.json ] || fail 'it was extended'
	expect_equal "$(cat study/journal)" "$(cat before)"
	run --separate-stderr bench run --extend plan -o nothing
	expect_status 125
	[ ! -e nothing ] || fail 'a folder was made'
}

@test "a damaged extension is refused" {
	started
	extend
	cp study/extension-1.json whole
	sed 's/"first_block": 6/"first_block": 5/' whole >study/extension-1.json
	run --separate-stderr bench report study
	expect_status 125
	expect_equal "$stderr" 'bench: study/extension-1.json is damaged'
	rm study/extension-1.json
	run --separate-stderr bench report study
	expect_status 125
	expect_in "$stderr" 'bench: study was started with another plan'
	cp whole study/extension-1.json
	run --separate-stderr bench report study
	expect_status 0
}
