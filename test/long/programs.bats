# SPDX-License-Identifier: MIT
# For every program of this machine packer plans the libraries that the loader lists.
load ../helpers

LULL_BIN=$ROOT/build # some hundred programs; other tests cover the same code with sanitizers

# Prints the dynamic ELF programs in /usr/bin.
programs() {
	local file
	for file in /usr/bin/*; do
		[ -f "$file" ] && [ -r "$file" ] && [ "$(head -c 4 "$file" | tr -d '\0')" = $'\x7fELF' ] || continue
		readelf -lW "$file" 2>/dev/null | grep -q INTERP && realpath "$file"
	done | sort -u
}

# listed PROGRAM: prints the real paths that the loader lists
listed() {
	local interpreter
	interpreter=$(readelf -lW "$1" | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
	{
		echo "$interpreter"
		"$interpreter" --list "$1" | sed -n 's/^\t\(.* => \)\{0,1\}\(\/[^ ]*\) (0x.*/\2/p'
	} | xargs realpath | sort -u
}

# planned PROGRAM: prints the libraries that packer plans for it, without files of rules and their libraries
planned() {
	packer --plan -b "$1" 2>&1 | awk -v program="$(realpath "$1")" '
		$1 == "file" {
			sub(/^file [0-9]* [0-9]* /, "")
			at = index($0, " <- ")
			reasons[substr($0, 1, at - 1)] = substr($0, at + 4)
		}
		END {
			is[program] = more = 1
			while (more--)
				for (path in reasons) {
					n = split(reasons[path], reason, ", ")
					for (i = 1; i <= n && !(path in is); i++)
						if (sub(/^(library|loader) of /, "", reason[i]) && reason[i] in is)
							is[path] = more = 1
				}
			delete is[program]
			for (path in is)
				print path
		}' | sort -u
}

@test "every program in /usr/bin has the libraries that its loader lists" {
	local file count=0 differing='' theirs ours
	while read -r file; do
		theirs=$(listed "$file" 2>&1) || true
		ours=$(planned "$file") || true
		count=$((count + 1))
		[ "$ours" = "$theirs" ] || differing+="$file
$(diff <(echo "$theirs") <(echo "$ours") || true)
"
	done < <(programs)
	echo "# counted: $count programs, $(printf '%s' "$differing" | grep -c '^/' || true) differ" >&3
	[ "$count" -gt 20 ] || fail 'too few programs were found'
	expect_equal "$differing" ''
}
