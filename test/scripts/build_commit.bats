# SPDX-License-Identifier: MIT
# scripts/kernel/build-commit, with a source whose Makefile compiles nothing.
load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	for tool in git make gcc flex bison bc; do
		command -v "$tool" >/dev/null || skip "no $tool here"
	done
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_CONFIG_GLOBAL=/dev/null
	git init -q tree
	mkdir -p tree/scripts/kconfig
	touch tree/Kconfig
	install /dev/null tree/scripts/kconfig/merge_config.sh
	cat >tree/Makefile <<-'END'
		.RECIPEPREFIX = >
		olddefconfig:
		>echo CONFIG_COMPLETE=y >>$(O)/.config
		bzImage:
		>mkdir -p $(O)/arch/x86/boot $(O)/include/config
		>! grep broken kernel
		>cat kernel $(O)/.config >$(O)/arch/x86/boot/bzImage
		>cp /bin/true $(O)/vmlinux
		>touch $(O)/System.map
		>echo 1 >$(O)/include/config/kernel.release
		>echo built >>$(O)/../../built
	END
	echo CONFIG_MODULES=m >config
	commit one
	commit broken
	commit three
}

# commit NAME: makes a commit and a tag
commit() {
	echo "$1" >tree/kernel
	git -C tree add .
	git -C tree commit -q -m "$1"
	git -C tree tag "$1"
}

build() {
	run --separate-stderr "$ROOT/scripts/kernel/build-commit" -t tree -o out "$@"
}

@test "commits are built once, and the checkout stays as it is" {
	echo mine >tree/kernel
	echo new >tree/file
	git -C tree status --porcelain >before
	build -c config one
	expect_status 0
	expect_equal "$(cat "$output")" $'one\nCONFIG_MODULES=m\nCONFIG_COMPLETE=y'
	build -c config three
	expect_status 0
	expect_equal "$(head -n 1 "$output")" three
	build -c config one
	expect_status 0
	expect_equal "$(head -n 1 "$output")" one
	expect_equal "$(wc -l <out/built)" 2
	# Another configuration is another kernel.
	echo CONFIG_OTHER=y >config
	build -c config one
	expect_equal "$(cat "$output")" $'one\nCONFIG_OTHER=y\nCONFIG_COMPLETE=y'
	git -C tree status --porcelain | cmp - before
	expect_equal "$(cat tree/kernel)" mine
}

@test "a commit that does not build has a log" {
	build -c config broken
	expect_status 1
	expect_in "$(cat "$output")" 'cannot build the kernel: see '
	# The next one is not affected.
	build -c config three
	expect_status 0
	# bench names the log.
	run --separate-stderr bench bisect --tree tree --good broken --bad three --config config -- true
	expect_status 125
	expect_in "$stderr" 'cannot measure the good end, '
	local log=${stderr##*see }
	expect_in "$(cat "$log")" 'cannot build the kernel: see '
}

@test "what is no fault of the commit has another status" {
	build -c config nothing
	expect_status 2
	expect_in "$stderr" 'tree has no commit nothing'
	build -c nowhere one
	expect_status 2
	expect_in "$stderr" 'cannot find nowhere'
	build one nosuch
	expect_status 2
	expect_in "$stderr" 'unknown preset, fragment or file nosuch'
	sed -i 's/^>! grep.*/>echo No space left on device >\&2; false/' tree/Makefile
	commit full
	build -c config full
	expect_status 2
	expect_in "$stderr" 'No space left on device'
	exec 7>out/objects/lock
	flock 7
	build -c config three
	expect_status 2
	expect_in "$stderr" 'another build-kernel is running'
	mkdir empty
	run --separate-stderr "$ROOT/scripts/kernel/build-commit" -t empty -o out -c config one
	expect_status 2
	expect_in "$stderr" 'not a Git repository'
	run --separate-stderr "$ROOT/scripts/kernel/build-kernel" -s tree -o out2 -c config qemu
	expect_status 2
	expect_in "$stderr" 'usage: '
}
