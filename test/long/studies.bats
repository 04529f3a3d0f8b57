# SPDX-License-Identifier: MIT
# Studies of real boots: which cells are booted, in which order, what is kept, and how a study ends and continues.
load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -b "bash true sleep" -o "$IMAGE"
	add_broken_init "$IMAGE"
}

# plan LINE...: writes ./plan: the kernel `k`, the image `i`, a short time-out, and these lines.
plan() {
	cd "$BATS_TEST_TMPDIR" || return
	printf '%s\n' "kernel k $KERNEL" "image i $IMAGE" 'timeout 60' 'seed 11' "$@" >plan
}

study() {
	run --separate-stderr bench run plan -o study "$@"
}

# journal FILTER: prints the result of a jq filter on the array of all lines
journal() {
	jq -cs "$1" study/journal
}

wait_for() {
	for ((tries = 0; tries < 6000; tries++)); do
		! eval "$1" || return 0
		sleep 0.1
	done
	fail "never: $1"
}

@test "all combinations are booted, once in each block, and kept" {
	plan 'args a' 'args b quiet' 'run yes true' 'run no bash -c "echo out; exit 0"' 'boots 2'
	study
	expect_status 0
	expect_equal "$(journal 'map(.block)')" '[0,0,0,0,1,1,1,1]'
	expect_equal "$(journal 'map(select(.block == 0).cell) | sort')" \
		'["k/i/a/no","k/i/a/yes","k/i/b/no","k/i/b/yes"]'
	expect_equal "$(journal 'map(select(.block == 1).cell) | sort')" \
		'["k/i/a/no","k/i/a/yes","k/i/b/no","k/i/b/yes"]'
	expect_equal "$(journal 'map(.boot)')" '[1,2,3,4,5,6,7,8]'
	expect_equal "$(journal 'map(.outcome) | unique')" '["ok"]'
	expect_equal "$(journal 'map(.values.wall_ns > 0) | unique')" '[true]'
	# Each console holds the results of its boot.
	for number in 1 2 3 4 5 6 7 8; do
		run --separate-stderr bench decode --json "study/consoles/000000$number.zst"
		expect_status 0
		expect_equal "$(journal ".[$((number - 1))].values.wall_ns")" "$(printf %s "$output" | jq '.usage.wall_ns | . + 0.0')"
		case $(journal ".[$((number - 1))].cell") in
		*no\") expect_equal "$(printf %s "$output" | jq -r .stdout)" out ;;
		*) expect_equal "$(printf %s "$output" | jq -r .stdout)" '' ;;
		esac
	done
	expect_equal "$(jq .seed study/study.json)" 11
	expect_equal "$(sha256sum <"study/files/$(jq -r .kernels.k.sha256 study/study.json)")" "$(sha256sum <"$KERNEL")"
	# A second run has nothing to do.
	cp study/journal before
	study
	expect_status 0
	expect_in "$output" '8 boots done, 0 to come'
	cmp before study/journal
	# With more boots requested, the next block follows.
	sed -i 's/^boots.*/boots 3/' plan
	study
	expect_status 0
	expect_equal "$(journal '.[8:] | map(.block) | unique')" '[2]'
	expect_equal "$(journal '.[8:] | map(.cell) | sort | length')" 4
}

@test "the seed determines the order" {
	plan 'args a' 'args b' 'args c' 'args d' 'run r true' 'boots 1'
	study
	expect_equal "$(journal 'map(.cell)')" '["k/i/b/r","k/i/c/r","k/i/a/r","k/i/d/r"]'
}

@test "a cell whose kernel panics is abandoned, and the others continue" {
	plan 'args good' 'args bad rdinit=/broken' 'run r true' 'boots 3' 'tries 2'
	study
	expect_status 1
	expect_equal "$(journal 'map(select(.cell == "k/i/bad/r").outcome)')" '["panic","panic"]'
	expect_equal "$(journal 'map(select(.cell == "k/i/good/r").outcome)')" '["ok","ok","ok"]'
	expect_in "$output" 'k/i/bad/r   given up           2       0  2 panic'
	expect_in "$stderr" 'k/i/bad/r: panic: Kernel panic - not syncing: '
	expect_equal "$(journal 'map(select(.outcome == "panic").init) | unique')" '[false]'
}

@test "noisy boots are kept and not counted" {
	plan 'run r true' 'boots 1' 'limit 3' 'noisy minor_faults 0'
	study
	expect_status 1
	expect_equal "$(journal 'map(.outcome)')" '["noisy","noisy","noisy"]'
	expect_in "$(journal '.[0].reason')" 'minor_faults'
	expect_in "$output" 'at its limit'
}

@test "failures, time-outs and a QEMU that does not start are outcomes, and the queue continues" {
	plan 'run ok true' 'run fails bash -c "exit 3"' 'run slow sleep 60' 'boots 2' 'tries 1'
	sed -i 's/^timeout.*/timeout 1/' plan
	study
	expect_status 1
	expect_equal "$(journal 'map({(.cell): [.outcome, .status]}) | add')" \
		"$(jq -cn '{"k/i/none/ok": ["ok", 0], "k/i/none/fails": ["failed", 3], "k/i/none/slow": ["timed-out", 124]} |
			to_entries | sort_by(.key) | from_entries' | jq -c --slurpfile j study/journal '. as $want |
			reduce ($j[].cell) as $c ({}; .[$c] = $want[$c])')"
	plan 'run ok true' 'boots 2' 'tries 1' 'qemu -device nothing'
	rm -r study
	study
	expect_status 1
	expect_equal "$(journal 'map(.outcome)')" '["qemu-failed"]'
	expect_in "$stderr" "qemu-failed: QEMU failed: "
}

@test "in exact mode a replay gives the same bytes" {
	plan 'exact yes' 'run r true' 'boots 2'
	study
	expect_status 0
	expect_equal "$(journal 'map(.records) | unique | length')" 1
	expect_equal "$(journal 'map(.values.wall_ns) | unique | length')" 1
	run --separate-stderr bench replay study k/i/none/r
	expect_status 0
	expect_in "$output" 'records: identical to those of 2 of 2 boots'
	expect_in "$output" 'it agrees'
	# The study was not touched.
	expect_equal "$(journal length)" 2
	run --separate-stderr bench report study
	expect_status 0
	expect_in "$output" 'exact mode: a guest nanosecond is one instruction'
	expect_in "$output" 'verdicts need at least 8 layouts'
	expect_not_in "$output" 'does not repeat'
	expect_not_in "$output" 'verdicts:'
	# The host is recorded, and so is the time until init starts, by both clocks.
	expect_equal "$(jq -s 'map(.init_guest_ns) | unique | length == 1 and .[0] > 1000000' study/numbers/*.json)" true
	expect_equal "$(jq -cs 'map(.kind == "instructions" and .init_ms > 0 and .host.qemu_cpu_ms > 0 and .host.load[0] >= 0) | unique' \
		study/numbers/*.json)" '[true]'
	# A journal that was changed is refused.
	sed -i 's/"records":"..../"records":"0000/' study/journal
	run --separate-stderr bench replay study k/i/none/r
	expect_status 125
	expect_in "$stderr" 'this line does not match the lines before it'
}

@test "one line compares, and leaves a study" {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	PATH=$LULL_BIN:$PATH run --separate-stderr bench compare -k "$KERNEL" -a pti=off -a pti=on -n 1 -r 2 --measure wall_ns \
		--worse-than 1% -- true
	expect_status 125
	expect_equal "$(tail -n 1 <<<"$output")" 'cannot tell whether worse by more than 1 %: wall_ns of pti-on'
	local study=("$XDG_CACHE_HOME"/lull/compare/*/study)
	expect_in "$stderr" "the study is ${study[0]}; after an interruption: bench run"
	expect_in "$output" '1 test, significance needs at least 6 blocks'
	expect_in "$output" 'cannot tell'
	expect_equal "$(jq -c '.series | map(select(.name == "wall_ns") | .warmup)' "${study[0]}"/numbers/0000001.json)" '[true,false,false]'
	run --separate-stderr bench report "${study[0]}"
	expect_status 0
}

@test "exact mode finds 20 instructions, and none between copies" {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	local loop=$ROOT/build/test/guest/loop
	PATH=$LULL_BIN:$PATH run --separate-stderr bench compare -k "$KERNEL" --exact --at-least 20 \
		-- "$loop" 1000 -- "$loop" 1010 -- "$loop" 1000
	expect_status 1
	expect_equal "$(tail -n 1 <<<"$output")" 'worse by at least 20 instructions: loop of loop-1010'
	expect_in "$output" '8 layouts: '
	local report=("$XDG_CACHE_HOME"/lull/compare/*/study)
	run --separate-stderr bench report --json "${report[0]}"
	expect_status 0
	expect_equal "$(jq -c '.measures[].cells | map([.boots, .identical, .layouts, .least, .most, .verdict])' <<<"$output")" \
		'[[9,true,null,null,null,null],[9,true,8,20,20,"more"],[9,true,8,0,0,"same"]]'
	run bench compare --at-least 21 "${report[0]}:loop-1000" "${report[0]}:loop-1010"
	expect_status 0
	run bench compare --at-least 1 "${report[0]}:loop-1010" "${report[0]}:loop-1000"
	expect_status 0
	run bench compare --at-least 1 "${report[0]}:loop-1000" "${report[0]}:loop-1000-2"
	expect_status 0
	# So do two studies, and two boots.
	cp -r "${report[0]}" "$BATS_TEST_TMPDIR/other"
	run bench compare --at-least 20 "${report[0]}:loop-1000" "$BATS_TEST_TMPDIR/other:loop-1010"
	expect_status 1
	number() { jq -r "select(.block == 0 and (.cell | endswith(\"/$1\"))) | .boot" "${report[0]}/journal" | xargs printf '%07d'; }
	run bench compare --at-least 20 "${report[0]}/numbers/$(number loop-1000).json" "${report[0]}/numbers/$(number loop-1010).json"
	expect_status 1
	expect_in "$(grep '^loop' <<<"$output" | tr -s ' ')" ' +20 '
	run bench compare "${report[0]}/consoles/$(number loop-1000).zst" "${report[0]}/consoles/$(number loop-1010).zst"
	expect_status 0
	expect_in "$(grep '^loop' <<<"$output" | tr -s ' ')" ' +20 '
	# Each layout has its own padding, the same in all cells.
	expect_equal "$(jq -cs 'map({(.layout | tostring): .block}) | add | length' "${report[0]}"/numbers/*.json)" 8
}

@test "exact mode names the first record that does not repeat" {
	# The host's time as a clock instead of a fixed one.
	plan 'exact yes' "run r bash -c 'echo clock \$EPOCHSECONDS s >&\$LULL_RESULTS_FD'" 'boots 2' 'qemu -rtc base=utc,clock=vm'
	study
	run --separate-stderr bench report study
	expect_status 0
	expect_in "$(grep '^warning: r does not repeat: boots 1 and 2 differ first in record ' <<<"$output")" ' clock 1'
	expect_in "$output" '  does not repeat'
	# Without a console the difference itself is still reported.
	rm study/consoles/0000002.zst
	run --separate-stderr bench report study
	expect_in "$output" 'warning: r does not repeat: boots 1 and 2 differ; a console of theirs is missing or damaged'
}

@test "a replay requires unchanged files and an existing cell" {
	plan 'run r true' 'boots 1'
	study
	run --separate-stderr bench replay study k/i/none/r
	expect_status 0
	expect_in "$output" 'outcome: ok, as 1 of 1 boot'
	expect_in "$output" 'kernel: build id '
	run --separate-stderr bench replay study k/i/nine/r
	expect_status 129
	expect_in "$stderr" 'unknown cell k/i/nine/r (did you mean k/i/none/r?)'
	file=study/files/$(jq -r .images.i.sha256 study/study.json)
	printf x >>"$file"
	run --separate-stderr bench replay study k/i/none/r
	expect_status 125
	expect_in "$stderr" "$file is damaged"
	rm "$file"
	run --separate-stderr bench replay study k/i/none/r
	expect_status 125
	expect_in "$stderr" "cannot read $file: No such file or directory"
}

# start_study: starts bench in the background and sets `bench_pid`. A shell's background processes ignore SIGINT by default.
start_study() {
	env --default-signal=INT "$LULL_BIN/bench" run plan -o study "$@" >out 2>err 3>&- &
	bench_pid=$!
}

@test "one Ctrl-C ends a study after the running boot, and it can be continued" {
	plan 'run r sleep 1' 'boots 3'
	start_study
	wait_for 'grep -qs "^booting" study/lock'
	kill -INT "$bench_pid"
	status=0
	wait "$bench_pid" || status=$?
	expect_status 130
	expect_in "$(cat err)" 'stopping after the running boot'
	expect_in "$(cat err)" 'run the same command again to continue'
	expect_equal "$(journal 'map(.outcome)')" '["ok"]'
	study
	expect_status 0
	expect_equal "$(journal 'map(.block)')" '[0,1,2]'
}

@test "two Ctrl-C end a study and its QEMU at once, and lose only the running boot" {
	plan 'run r sleep 50' 'boots 1'
	start_study
	wait_for 'grep -qs "^booting" study/lock && pgrep -P "$(pgrep -P "$bench_pid")" >qemu'
	kill -INT "$bench_pid"
	wait_for 'grep -q stopping err'
	kill -INT "$bench_pid"
	status=0
	wait "$bench_pid" || status=$?
	expect_status 130
	[ ! -s study/journal ] || fail 'a boot that did not end is in the journal'
	[ ! -e "/proc/$(cat qemu)" ] || fail 'QEMU is still there'
	[ -z "$(ls -A study/consoles)" ] || fail 'files are left in consoles'
}

@test "status reports the progress while another process runs the study" {
	plan 'run r sleep 2' 'boots 2'
	run --separate-stderr bench status study
	expect_status 125
	expect_in "$stderr" 'cannot open study'
	start_study
	wait_for 'grep -qs "^booting" study/lock'
	run --separate-stderr bench status study
	expect_status 0
	expect_in "$output" '0 boots done, 2 to come'
	expect_in "$output" "process $bench_pid"
	expect_in "$output" 'booting k/i/none/r'
	# A second bench is refused.
	study
	expect_status 125
	expect_in "$stderr" "study: another bench is running it (process $bench_pid)"
	wait "$bench_pid"
	run --separate-stderr bench status study
	expect_in "$output" 'k/i/none/r  done               2       2  2 ok'
	expect_in "$output" 'no process is running it'
}

@test "a study continues with its own plan only" {
	plan 'run r true' 'boots 1'
	study
	plan 'run r true' 'boots 1' 'args a quiet'
	study
	expect_status 125
	expect_in "$stderr" 'study was started with another plan (study/plan)'
	expect_equal "$(journal length)" 1
	mkdir other && touch other/thing
	run --separate-stderr bench run plan -o other
	expect_status 125
	expect_in "$stderr" 'other is not empty and not a study: name a new folder with -o'
	expect_equal "$(ls -A other)" thing
}

@test "missing files of a plan are an error before any boot" {
	plan 'run r true'
	printf 'kernel gone %s\n' nowhere >>plan
	study
	expect_status 125
	expect_in "$stderr" 'cannot read nowhere: No such file or directory'
	[ ! -e study/study.json ] || fail 'the study was begun'
	plan 'run r true' 'pack p -b nothing-of-that-name'
	study
	expect_status 125
	expect_in "$stderr" 'nothing-of-that-name'
	expect_in "$stderr" 'pack p: packer failed (status 3)'
	plan 'run r true' 'boots none'
	study
	expect_status 129
	expect_in "$stderr" 'plan:6: boots needs a whole number from 1 to 1000000'
	run --separate-stderr bench run plan
	expect_status 129
	expect_in "$stderr" 'name a folder for the study'
	run --separate-stderr bench run nowhere -o study
	expect_status 129
	expect_in "$stderr" 'cannot read plan nowhere'
	# After the correction the same folder can be used.
	plan 'run r true' 'boots 1'
	study
	expect_status 0
}

@test "simultaneous boots run on separate CPUs" {
	plan 'run r sleep 4' 'run s sleep 4' 'boots 1'
	if [ "$(nproc)" -lt 2 ]; then skip 'this machine has one CPU'; fi
	start_study -j 2
	wait_for '[ "$(grep -c "^booting" study/lock)" -eq 2 ] && [ "$(pgrep -P "$(pgrep -d, -P "$bench_pid")" | wc -l)" -eq 2 ]'
	for pid in $(pgrep -P "$(pgrep -d, -P "$bench_pid")"); do
		grep Cpus_allowed_list "/proc/$pid/status"
	done >cpus
	wait "$bench_pid"
	expect_equal "$(sort -u cpus | wc -l)" 2
	expect_equal "$(grep -c '[,-]' cpus)" "$([ "$(nproc)" -lt 4 ] && echo 0 || echo 2)"
	expect_equal "$(journal length)" 2
	study -j "$(($(nproc) + 1))"
	rm -r study
	study -j "$(($(nproc) + 1))"
	expect_status 129
	expect_in "$stderr" "-j $(($(nproc) + 1)): with 1 CPU each, more than the $(nproc) of this machine (see --oversubscribe)"
}

@test "a full disk stops a study, finished boots are kept, and it can be continued" {
	plan 'run r true' 'boots 40'
	mkdir study
	# Room for the files, and for a few consoles.
	size=$(($(stat -Lc %s "$KERNEL") + $(stat -c %s "$IMAGE") + 90000))
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=$1 none study &&
		{ "$0" run plan -o study; status=$?; cp -r study kept; exit $status; }' "$LULL_BIN/bench" "$size"
	expect_status 125
	expect_in "$stderr" 'No space left on device'
	rmdir study && mv kept study
	made=$(journal length)
	[ "$made" -gt 0 ] && [ "$made" -lt 40 ] || fail "$made boots were made"
	for number in $(journal '.[].boot'); do
		bench decode "$(printf 'study/consoles/%07d.zst' "$number")"
	done
	sed -i "s/^boots.*/boots $((made + 1))/" plan
	study
	expect_status 0
	expect_equal "$(journal 'map(.boot) | length == (unique | length)')" true
	expect_equal "$(journal 'map(.outcome) | unique')" '["ok"]'
}

@test "a read-only folder is reported" {
	plan 'run r true' 'boots 1'
	mkdir study
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs none study && mount -o remount,ro study && "$0" run plan -o study' \
		"$LULL_BIN/bench"
	expect_status 125
	expect_equal "$stderr" 'bench: study: cannot open lock: Read-only file system'
}

@test "a killed QEMU costs only its own boot" {
	plan 'run r sleep 1' 'boots 2'
	start_study
	wait_for 'grep -qs "^booting" study/lock && pgrep -P "$(pgrep -P "$bench_pid")" >qemu'
	kill -KILL "$(cat qemu)"
	wait "$bench_pid"
	expect_equal "$(journal 'map(.outcome)')" '["qemu-failed","ok","ok"]'
	expect_in "$(journal '.[0].reason')" 'it was killed by signal 9'
}

@test "a KVM under which guests hang is detected and reported" {
	need_kvm
	plan 'run r true' 'boots 1'
	mkdir bin
	qemu=$(command -v qemu-system-x86_64)
	printf '#!/bin/sh\ncase $* in *"-accel kvm"*) exec sleep 60 ;; esac\nexec %s "$@"\n' "$qemu" >bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	XDG_CACHE_HOME=$PWD/cache PATH=$PWD/bin:$PATH study
	expect_status 0
	expect_in "$stderr" 'KVM does not work here (no guest came up within 15 s): using TCG'
	expect_equal "$(journal 'map([.outcome, .accel])')" '[["ok","tcg"]]'
}

@test "a new study runs as it is" {
	cd "$BATS_TEST_TMPDIR"
	ln -s "$ROOT/build" build
	run --separate-stderr bench new first
	expect_status 0
	expect_equal "$output" 'created first/plan and first/experiment; to start: bench run first/plan -o first/study'
	sed -i 's/^boots.*/boots 1/' first/plan
	run --separate-stderr bench run first/plan -o first/study
	expect_status 0
	expect_in "$output" 'debian/base/default/experiment@again  done'
	run --separate-stderr bench new first
	expect_status 125
	expect_equal "$stderr" 'bench: cannot create first: File exists'
	run --separate-stderr bench new a/b
	expect_status 129
	expect_in "$stderr" 'a/b: a new study needs a plain name, without slashes'
}

@test "a plan's firmware is kept and used, and a missing one is reported" {
	plan 'machine q35' 'firmware ovmf' 'run r true' 'boots 1'
	study
	expect_status 0
	file=study/files/$(jq -r .firmware study/study.json)
	expect_equal "study/files/$(sha256sum <"$file" | cut -d ' ' -f 1)" "$file"
	zstd -dcq study/consoles/0000001.zst | grep -aq 'efi: EFI v' || fail 'it did not boot by UEFI'
	printf x >>"$file"
	sed -i 's/^boots.*/boots 2/' plan
	study
	expect_status 125
	expect_equal "$stderr" "bench: $file is damaged: its contents have changed"
	rm -r study
	plan 'firmware nothing.fd' 'run r true'
	study
	expect_status 125
	expect_equal "$stderr" 'bench: firmware nothing.fd: No such file or directory'
}
