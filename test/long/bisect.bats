# SPDX-License-Identifier: MIT
# bench bisect with real boots, and with a real kernel's source.
load ../helpers

# longer_getppid BEFORE [AFTER]: prints a script of sed that adds 20 instructions to getppid, between these texts
longer_getppid() {
	printf '%s' '/^SYSCALL_DEFINE0(getppid)$/,/^}/s/^\tint pid;$/&\n' "$1" 'asm volatile(".rept 20\\n\\tnop\\n\\t.endr");' "${2-}" /
}

# Commits on top of the source that build-kernel uses, without the drivers that the configuration does not need.
make_tree() {
	local source
	source=$("$ROOT/scripts/kernel/kernel-source")
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_CONFIG_GLOBAL=/dev/null
	export GIT_DIR=$PWD/tree
	git init -q --bare "$GIT_DIR"
	git config core.looseCompression 0
	git --work-tree="$source" -C "$source" add -f -- . ':(exclude,glob)Documentation/*/**' \
		':(exclude,glob)drivers/gpu/**/*.[ch]' ':(exclude,glob)drivers/net/**/*.[ch]' ':(exclude,glob)drivers/media/**/*.[ch]' \
		':(exclude,glob)drivers/staging/**/*.[ch]' ':(exclude,glob)sound/**/*.[ch]' \
		':(exclude,glob)arch/[!x]*/**/*.[chS]' ':(exclude,glob)**/*.dts*' ':(exclude)tools/testing'
	git update-ref HEAD "$(git commit-tree -m 'Linux 6.1' "$(git write-tree)")"
	git tag good
	# shellcheck disable=SC2016 # sed's dollar
	{
		commit 'one: a comment' lib/ctype.c '$a /* one */'
		commit 'two: a message' init/main.c 's/Run %s as init process/Start %s as init process/'
		commit 'three: a comment' lib/ctype.c '$a /* three */'
		commit 'four: does not build' kernel/sys.c 's/^SYSCALL_DEFINE0(getppid)$/this is no C\n&/'
		commit 'five: builds again' kernel/sys.c '/^this is no C$/d'
		commit 'six: 20 instructions' kernel/sys.c "$(longer_getppid '\t')"
		commit 'seven: does not boot' init/main.c 's/^\twait_for_completion(&kthreadd_done);$/&\n\tpanic("planted");/'
		git tag seven
		commit 'eight: boots again' init/main.c '/^\tpanic("planted");$/d'
		git tag bad
		commit 'nine: an option' kernel/sys.c "$(longer_getppid '#ifdef CONFIG_FHANDLE\n\t' '\n#endif')"
	}
	unset GIT_DIR
}

# commit SUBJECT FILE SCRIPT: changes a file of HEAD by sed
commit() {
	git show HEAD:"$2" | sed "$3" >new
	! git show HEAD:"$2" | cmp -s - new || fail "$1: nothing changed"
	git update-index --cacheinfo "100644,$(git hash-object -w new),$2"
	git update-ref HEAD "$(git commit-tree -p HEAD -m "$1" "$(git write-tree)")"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	use_state "$BATS_TEST_TMPDIR"
	PATH=$LULL_BIN:$PATH
}

bisect() {
	run --separate-stderr bench bisect "$@" -- "$ROOT/build/test/guest/parents"
}

@test "the argument that makes the difference is found, and a bisection continues" {
	local arguments=(-o b --layouts 1 -r 1 -k "$KERNEL" -a quiet -a pti=off) pid
	env --default-signal=INT bench bisect "${arguments[@]}" -- "$ROOT/build/test/guest/parents" >out 2>err 3>&- &
	pid=$!
	for ((tries = 0; tries < 3000; tries++)); do
		# The first end is in the log, and the second one boots.
		[ ! -s b/log ] || [ "$(ls b/points | wc -l)" -ne 2 ] || ! grep -qs '^booting' "$(find b/points -name lock -newer b/log)" || break
		sleep 0.1
	done
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	expect_status 130
	expect_in "$(cat err)" 'not finished; run the same command again to continue'
	cp b/log before
	bisect "${arguments[@]}"
	expect_status 0
	expect_in "$output" 'the least set of arguments: pti=off'
	expect_equal "$(head -c "$(stat -c %s before)" b/log)" "$(cat before)"
	expect_equal "$(jq -r .point b/log)" $'args \nargs quiet pti=off\nargs quiet\nargs pti=off'
	# Both ends have one more boot, which repeats the first.
	expect_equal "$(cat b/points/*/study/journal | jq -rs 'map(.outcome) | join(" ")')" 'ok ok ok ok ok ok'
	# The image was packed once.
	expect_equal "$(cat b/points/*/plan | grep -c '^pack ')" 1
	# All points are in the log.
	bisect "${arguments[@]}"
	expect_status 0
	expect_not_in "$stderr" ...
}

@test "20 instructions in a commit of a kernel's source, and an option, are found" {
	[ -n "${TEST_FULL:-}" ] || skip 'it compiles kernels for ten minutes on two idle cores: TEST_FULL=1 runs it'
	"$ROOT/scripts/setup" kernel
	make_tree
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	bisect --layouts 2 -r 1 --tree tree --good good --bad bad --preset base --preset serial --preset acpi
	expect_status 0
	printf '%s\n' "$stderr" "$output" | sed 's/^/# /' >&3
	expect_in "$output" "first bad commit:
  $(git -C tree show -s --format='%h %s' bad~2)"
	expect_in "$output" 'four: does not build: it does not build: see '
	bisect --layouts 2 -r 1 --tree tree --good good --bad seven --preset base --preset serial --preset acpi
	expect_status 125
	expect_in "$stderr" 'seven: does not boot: panic: Kernel panic - not syncing: planted'
	# Of three options one costs 20 more.
	cp "$XDG_CACHE_HOME"/lull/trees/*/objects/obj/.config bad.config
	sed -E 's/^(CONFIG_(FHANDLE|ADVISE_SYSCALLS|CROSS_MEMORY_ATTACH))=y$/# \1 is not set/' bad.config >good.config
	bisect --layouts 2 -r 1 --tree tree --config good.config --config bad.config
	expect_status 0
	printf '%s\n' "$stderr" "$output" | sed 's/^/# /' >&3
	expect_in "$output" 'CONFIG_FHANDLE=y, instead of # CONFIG_FHANDLE is not set'
}
