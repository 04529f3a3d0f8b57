# SPDX-License-Identifier: MIT
# The times of files in an image.
load ../helpers
load ../packer_helpers

# times IMAGE: prints seconds and path of all entries
times() {
	python3 -c '
import sys
data = open(sys.argv[1], "rb").read()
at = 0
while True:
    header = data[at:at + 110]
    field = lambda n: int(header[6 + 8 * n:14 + 8 * n], 16)
    size, name_size = field(6), field(11)
    name = data[at + 110:at + 109 + name_size].decode()
    if name == "TRAILER!!!":
        break
    print(field(5), name)
    at += (110 + name_size + 3) // 4 * 4
    at += (size + 3) // 4 * 4
' "$1"
}

@test "all files get the same time, which no program takes for missing or too old" {
	mkdir "$WORK/d"
	printf 'x' >"$WORK/d/old"
	touch -d @1000000000 "$WORK/d/old" "$WORK/d"
	pack -b ls -f "$WORK/d:/d"
	expect_packed
	expect_equal "$(times "$OUT/image" | cut -d ' ' -f 1 | sort -u)" 315619200
	packer -b ls -f "$WORK/d:/d" --tree "$WORK/tree"
	expect_equal "$(find "$WORK/tree" -mindepth 1 ! -type c -printf '%T@\n' | sort -u)" 315619200.0000000000
	SOURCE_DATE_EPOCH=1700000000 pack -b ls -f "$WORK/d:/d"
	expect_equal "$(times "$OUT/image" | cut -d ' ' -f 1 | sort -u)" 1700000000
}

# compiled NAME MODE: creates a module and its compiled file in $WORK/lib, with the time 1600000000
compiled() {
	mkdir -p "$WORK/lib"
	printf 'value = 1\n' >"$WORK/lib/$1.py"
	touch -d @1600000000.5 "$WORK/lib/$1.py"
	/usr/bin/python3 -c 'import py_compile, sys
py_compile.compile(sys.argv[1], doraise=True, invalidation_mode=getattr(py_compile.PycInvalidationMode, sys.argv[2]))' \
		"$WORK/lib/$1.py" "$2"
}

@test "Python: a source with a current compiled file gets the time recorded in that file" {
	compiled fresh TIMESTAMP
	compiled edited TIMESTAMP
	touch -d @1600000001 "$WORK/lib/edited.py"
	compiled longer TIMESTAMP
	printf 'value = 10\n' >"$WORK/lib/longer.py"
	touch -d @1600000000 "$WORK/lib/longer.py"
	compiled hashed CHECKED_HASH
	compiled alone TIMESTAMP
	# In the source's directory, as for Python 2.7, which records no size; and a truncated one.
	printf 'value = 2\n' >"$WORK/lib/two.py"
	touch -d @1500000000 "$WORK/lib/two.py"
	printf '\x03\xf3\r\n\x00\x2f\x68\x59 and more' >"$WORK/lib/two.pyc"
	printf 'value = 3\n' >"$WORK/lib/cut.py"
	printf '\x03\xf3\r\n' >"$WORK/lib/cut.pyc"
	mkdir "$WORK/elsewhere"
	mv "$WORK/lib/alone.py" "$WORK/elsewhere"
	ln -s ../elsewhere/alone.py "$WORK/lib/alone.py"
	pack -f "$WORK/lib:/lib/lull" -f "$WORK/elsewhere:/lib/elsewhere"
	expect_packed
	expect_equal "$(times "$OUT/image" | sed -n 's/ usr\/lib\/\([a-z]*\/[a-z]*\.py\)$/ \1/p' | sort -k 2)" \
		'1600000000 elsewhere/alone.py
315619200 lull/alone.py
315619200 lull/cut.py
315619200 lull/edited.py
1600000000 lull/fresh.py
315619200 lull/hashed.py
315619200 lull/longer.py
1500000000 lull/two.py'
}

@test "Python recompiles only files that it would recompile on this machine" {
	need_namespaces
	packer -t "/usr/bin/python3 -c 'import json, zipfile, socket'" --tree "$WORK/tree" 2>/dev/null
	run env -u LC_ALL -u LANG unshare -rm sh -c 'mount --rbind /proc "$1/proc" && shift && exec chroot "$@"' sh "$WORK/tree" "$WORK/tree" \
		/usr/bin/python3 -v -c 'import json, zipfile, socket'
	expect_status 0
	expect_in "$output" 'code object from'
	expect_not_in "$output" 'bytecode is stale'
}
