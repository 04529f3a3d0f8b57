# SPDX-License-Identifier: MIT
# The experiment language: files packed with -x and booted.
load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image
	packer -b 'bash cat chrt dd env id ls mkdir mv nice readlink rm sleep taskset head stat sort' -o "$IMAGE"
}

# bake NAME LINE...: packs an image with that experiment, $BATS_TEST_TMPDIR/NAME.image
bake() {
	local name=$1
	shift
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/$name.experiment"
	run --separate-stderr packer -x "$BATS_TEST_TMPDIR/$name.experiment" \
		-b 'bash cat chrt env id ls nice readlink rm sleep taskset head stat' -o "$BATS_TEST_TMPDIR/$name.image"
}

# decode_last: sets output to the JSON of the last boot
decode_last() {
	output=$(bench decode --json "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)") || true
}

@test "commands take turns, are warmed up and repeated, and each run is reported" {
	bake turns "run bash -c 'echo a'" "run bash -c 'echo b'" 'repeat 2' 'warmup 1'
	expect_status 0
	boot -i "$BATS_TEST_TMPDIR/turns.image"
	expect_status 0
	expect_equal "$output" $'a\nb\na\nb'
	decode_last
	expect_equal "$(grep -c '"warmup": true' <<<"$output")" 2
	expect_equal "$(grep -o '"command": [0-9]' <<<"$output" | paste -sd ,)" \
		'"command": 1,"command": 2,"command": 1,"command": 2,"command": 1,"command": 2'
	expect_equal "$(grep -c '"init_switches": [12]' <<<"$output")" 7 # the verdict's once more
}

@test "an experiment's own time limit holds; the first failed run gives the status, and the other runs follow nevertheless" {
	bake fails "run sleep 100" "run bash -c 'echo a; exit 3'" "run bash -c 'echo b; kill -9 \$\$'" 'timeout 1'
	boot -i "$BATS_TEST_TMPDIR/fails.image" --exact
	expect_status 124
	expect_equal "$output" $'a\nb'
	decode_last
	expect_equal "$(grep -E '^      "(exit|signal|timed_out)"' <<<"$output" | tr -d ' \n')" \
		'"signal":15,"timed_out":true,"exit":3,"timed_out":false,"signal":9,"timed_out":false,'
}

@test "surroundings: CPUs, policy, nice, limits, environment, folder, user with its groups" {
	printf 'root:x:0:0::/root:/bin/bash\nweb:x:33:34::/srv/web:\n' >"$BATS_TEST_TMPDIR/passwd"
	printf 'root:x:0:\nweb:x:34:\nlog:x:4:web\n' >"$BATS_TEST_TMPDIR/group"
	cat >"$BATS_TEST_TMPDIR/all.experiment" <<-'END'
		run bash -c 'taskset -p $$; chrt -p $$; ulimit -Sn; ulimit -Hn; ulimit -c; pwd; id; echo "$A-$HOME"; cat /proc/cmdline; cat /dev/kmsg; ls -l /proc/self/fd/3'
		cpus 1
		sched rr 7
		nice -5
		limit nofile 100 200
		limit core unlimited
		env A="b  c"
		cwd /srv
		user web
	END
	packer -x "$BATS_TEST_TMPDIR/all.experiment" -b 'bash cat chrt id ls taskset' -f "$BATS_TEST_TMPDIR/passwd:/etc/passwd" \
		-f "$BATS_TEST_TMPDIR/group:/etc/group" -o "$BATS_TEST_TMPDIR/image"
	boot -c 2 --oversubscribe -i "$BATS_TEST_TMPDIR/image"
	for line in "current affinity mask: 2" "current scheduling policy: SCHED_RR" "current scheduling priority: 7" $'100\n200\nunlimited\n/srv\n' \
		'uid=33(web) gid=34(web) groups=34(web),4(log)' 'b  c-/srv/web'; do
		expect_in "$output" "$line"
	done
	expect_in "$stderr" 'cat: /proc/cmdline: Permission denied'
	expect_in "$stderr" 'cat: /dev/kmsg: Permission denied'
}

@test "invalid surroundings are reported, and nothing runs" {
	# If the experiment mounts something, bench cannot check the image before the boot.
	mounts='lull.mount=tmpfs%20/mnt%20tmpfs'
	boot -a "$mounts lull.user=nobdy" -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'init failed: user nobdy is not a user of /etc/passwd'
	boot -a "$mounts lull.cwd=/none" -- cat /dev/null
	expect_in "$stderr" 'init failed: cwd /none is not in the image'
	# The machine has the CPU, but the kernel does not use it.
	boot -c 2 --oversubscribe -a 'maxcpus=1 lull.cpus=1' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" "init failed: cannot set the experiment's cpus: Invalid argument"
}

@test "knobs are written, read back and reported; one that is not accepted ends the boot" {
	boot --json -a "lull.write='/proc/sys/vm/swappiness%2011' lull.write='/sys/kernel/mm/transparent_hugepage/enabled%20never' lull.write=/proc/sys/vm/drop_caches%203" \
		-- cat /proc/sys/vm/swappiness /sys/kernel/mm/transparent_hugepage/enabled
	expect_status 129
	expect_in "$stderr" 'lull.write must be PATH VALUE' # the quotes made it one word
	boot --json -a "lull.write=/proc/sys/vm/swappiness%2011 lull.write=/sys/kernel/mm/transparent_hugepage/enabled%20never lull.write=/proc/sys/vm/drop_caches%203 \
lull.mount=none%20/sys/kernel/debug%20debugfs lull.write=/proc/sys/kernel/printk%207%20unchecked \
lull.write=/sys/module/printk/parameters/time%200 lull.write=/proc/irq/default_smp_affinity%200001 \
lull.write=/sys/kernel/debug/sched/features%20NO_TTWU_QUEUE" \
		-- cat /proc/sys/vm/swappiness /sys/kernel/mm/transparent_hugepage/enabled /proc/sys/kernel/printk
	expect_status 0
	expect_in "$output" '"stdout": "11\nalways madvise [never]\n7\t'
	expect_in "$output" '"before": "60",
      "after": "11"'
	expect_in "$output" '"before": "Y",
      "after": "N"'
	# The default memory leaves the kernel's setting.
	expect_in "$output" '"before": "[always] madvise never"'
	boot -a 'lull.write=/proc/sys/vm/none%201' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'init failed: cannot write 1 to /proc/sys/vm/none: the kernel has no such file'
	boot -a 'lull.write=/proc/sys/kernel/printk%207' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'init failed: cannot write 7 to /proc/sys/kernel/printk: it reads back as 7'
	expect_in "$stderr" 'append unchecked'
}

@test "file systems are mounted, and a missing device is reported in time" {
	boot -a 'lull.mount=tmpfs%20/data/deep%20tmpfs%20size=1M,nosuid lull.mount=/data/deep%20/again%20none%20bind,ro' \
		-- cat /proc/mounts
	expect_status 0
	expect_in "$output" 'tmpfs /data/deep tmpfs rw,nosuid,relatime,size=1024k'
	expect_in "$output" 'tmpfs /again tmpfs ro'
	boot -a 'lull.mount=/dev/vdz%20/m%20ext4%20deadline=2' -- cat /dev/null
	expect_status 125
	expect_in "$stderr" 'init failed: cannot mount /dev/vdz at /m: the device has not appeared: is its driver in the image?'
	# init announces long waits, so that bench does not consider them a hang.
	grep -aq ' wait t [0-9]* seconds 2%0afor /dev/vdz%0a' "$(ls -t "$XDG_STATE_HOME"/lull/* | head -n 1)"
}

@test "several numbers of a name are printed as a table, after the output" {
	bake table "run bash -c 'printf half; echo \"lat \$RANDOM ns\" >&3; echo note >&3'" 'run bash -c "echo lat 5 ns >&3"' 'repeat 3'
	boot -i "$BATS_TEST_TMPDIR/table.image" --exact
	expect_status 0
	expect_equal "$(sed 's/^1:lat  *3 .* instructions$/1:lat/' <<<"$output" | tr -s ' ')" 'halfhalfhalf
note
note
note
name samples min median max unit
1:lat
2:lat 3 5 5 5 instructions'
}

@test "numbers, collected files and kernel messages of the run are returned" {
	bake results "run bash -c 'echo \"lat 3 ns\" >&\$LULL_RESULTS_FD; head -c 5000 /dev/urandom >/tmp/a.bin; : >/tmp/b.bin; echo x >/tmp/c.txt; echo hello >/dev/kmsg'" \
		'collect /tmp/*.bin' 'collect /tmp/[a-z].???' 'collect /none/*' 'klog always'
	boot -i "$BATS_TEST_TMPDIR/results.image" --json --files "$BATS_TEST_TMPDIR/files"
	expect_status 0
	expect_in "$output" '"name": "lat",
      "value": 3,
      "unit": "ns"'
	expect_equal "$(grep -o '"path": "[^"]*"' <<<"$output" | paste -sd ,)" \
		'"path": "/tmp/a.bin","path": "/tmp/b.bin","path": "/tmp/c.txt"'
	expect_equal "$(stat -c %s "$BATS_TEST_TMPDIR"/files/tmp/*.bin | paste -sd ,)" 5000,0
	expect_in "$output" "$(sha256sum <"$BATS_TEST_TMPDIR/files/tmp/a.bin" | cut -d ' ' -f 1)"
	# The kernel may print lines of its own in the meantime.
	expect_equal "$(jq -r .kernel_log <<<"$output" | grep -c '^<12>\[ *[0-9.]*\] hello$')" 1
	expect_in "$output" 'cannot collect /none/*: No such file or directory'
	# Existing files are not replaced.
	boot -i "$BATS_TEST_TMPDIR/results.image" --json --files "$BATS_TEST_TMPDIR/files"
	expect_status 125
	expect_equal "$(field status)" 125
	expect_in "$stderr" "cannot store /tmp/a.bin in $BATS_TEST_TMPDIR/files: File exists"
	expect_in "$stderr" 'console log: '
}

@test "a core dump is reported, and can be collected" {
	bake core "run $ROOT/build/test/guest/segv" 'limit core unlimited' 'write /proc/sys/kernel/core_pattern core' \
		'mount tmpfs /dump tmpfs' 'cwd /dump' 'collect /dump/*'
	boot -i "$BATS_TEST_TMPDIR/core.image" --json --files "$BATS_TEST_TMPDIR/files"
	expect_status 139
	expect_in "$output" '"core": true'
	expect_equal "$(head -c 4 "$BATS_TEST_TMPDIR/files/dump/core")" $'\177ELF'
}

@test "a collected file and an experiment file whose names are too long, and a module named at boot but missing, are reported" {
	long=$(printf '%065d' 1)
	mkdir -p "$BATS_TEST_TMPDIR/tree/etc/lull/experiments"
	echo 'run cat /proc/version' >"$BATS_TEST_TMPDIR/tree/etc/lull/experiments/$long"
	write_image "$BATS_TEST_TMPDIR/more" "$BATS_TEST_TMPDIR/tree"
	cat "$IMAGE" "$BATS_TEST_TMPDIR/more" >"$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -a 'lull.collect=/tmp/*/* lull.collect=/tmp/* lull.module=no-such lull.module=printk' \
		--files "$BATS_TEST_TMPDIR/files" -- bash -c \
		'd=/tmp/$(printf "%0200d" 1); mkdir $d; echo x >$d/$(printf "%0200d" 2); echo y >/tmp/short'
	expect_status 0
	expect_in "$stderr" 'cannot collect /tmp/0000'
	expect_in "$stderr" 'warning from the guest: cannot read /etc/lull/experiments/00000000'
	expect_equal "$(grep -o 'name too long' <<<"$stderr" | wc -l)" 2
	expect_equal "$(find "$BATS_TEST_TMPDIR/files" -type f -printf '%P\n')" tmp/short
	expect_in "$stderr" 'the module no-such is not in /sys/module: pack it, with -x or -m'
	expect_not_in "$stderr" printk
}

@test "stdout: pipe for programs that reopen it, drop, stream" {
	boot -a lull.stdout=pipe -- bash -c 'echo a; echo b >/dev/stdout; echo c >&2
		for ((i = 0; i < 30000; i++)); do echo $i; done; sleep 1 & exit 4'
	expect_status 4
	expect_equal "$(head -n 2 <<<"$output")" $'a\nb'
	expect_equal "$(grep -v '^bench: ' <<<"$stderr")" c
	expect_equal "$(tail -n 1 <<<"$output")" 29999
	expect_equal "$(wc -l <<<"$output")" 30002
	boot -a lull.stdout=drop -- bash -c 'echo a; exit 3'
	expect_status 3
	expect_equal "$output" ''
	boot -a lull.stdout=stream -- bash -c 'echo streamed'
	expect_status 0
	expect_in "$(cat "$XDG_STATE_HOME"/lull/*)" streamed
}

@test "several experiments in an image: one is chosen by name, never guessed" {
	printf 'run cat /etc/hostname /dev/null\n' >"$BATS_TEST_TMPDIR/one.experiment"
	mkdir "$BATS_TEST_TMPDIR/two"
	printf 'run bash -c "echo two"\n' >"$BATS_TEST_TMPDIR/two/experiment"
	packer -x "$BATS_TEST_TMPDIR/one.experiment" -x "$BATS_TEST_TMPDIR/two/experiment" -o "$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" -x two
	expect_status 0
	expect_equal "$output" two
	boot -i "$BATS_TEST_TMPDIR/image" -a lull.experiment=two -- bash -c 'echo instead'
	expect_equal "$output" instead
	boot -i "$BATS_TEST_TMPDIR/image"
	expect_status 129
	expect_in "$stderr" 'this image has several experiments: name one with -x: '
}

@test "packing finds errors in an experiment: line, key, command, user, folder, module" {
	bake bad 'run cat' 'limmit nofile 1'
	expect_status 2
	expect_equal "$stderr" "$BATS_TEST_TMPDIR/bad.experiment:2: limmit: unknown key; did you mean limit?"
	bake norun 'repeat 2'
	expect_status 2
	expect_in "$stderr" 'missing run: no command to measure'
	bake nocommand 'run no-such-program'
	expect_status 3
	expect_in "$stderr" "$BATS_TEST_TMPDIR/nocommand.experiment:1: cannot find no-such-program"
	bake path 'run cat' 'env PATH=/opt'
	expect_status 3
	expect_in "$stderr" 'run cat: it is not in the image, where the experiment looks for it'
	bake user '' 'run cat # user' '  user web'
	expect_status 3
	expect_equal "$stderr" "$BATS_TEST_TMPDIR/user.experiment:3: user web is not a user of /etc/passwd of the image"
	bake folder 'run cat "two' 'lines"' 'cwd /data'
	expect_status 3
	expect_equal "$stderr" "$BATS_TEST_TMPDIR/folder.experiment:3: cwd /data: it is not in the image"
	bake mounted 'run cat' 'cwd /data/in' 'mount tmpfs /data/in tmpfs'
	expect_status 0
	bake module 'run cat' 'module loop'
	expect_status 3
	expect_in "$stderr" 'module.experiment:2: cannot pack the module loop: name its kernel with -k'
	[ ! -e "$BATS_TEST_TMPDIR/module.image" ] || fail 'an image was made'
	run --separate-stderr packer -x "$BATS_TEST_TMPDIR/none" -o "$BATS_TEST_TMPDIR/none.image"
	expect_status 3
	expect_in "$stderr" "cannot read the experiment $BATS_TEST_TMPDIR/none"
}
