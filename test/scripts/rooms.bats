# SPDX-License-Identifier: MIT
# The layout of the sources matches packer/ROOMS, bench/ROOMS, init/ROOMS and scripts/ROOMS.
load ../helpers

# rooms PROGRAM: prints the rooms, the highest first
rooms() {
	sed -n '/^$/,/^$/s/^\([a-z]\{1,\}\) .*/\1/p' "$ROOT/$1/ROOMS"
}

# rank PROGRAM ROOM: prints the room's number; 0 for files in no room
rank() {
	[ -n "$2" ] || { echo 0 && return; }
	rooms "$1" | grep -nx "$2" | cut -d : -f 1
}

@test "every room is described, and every description has a room" {
	for program in packer bench init scripts; do
		expect_equal "$(rooms "$program" | sort)" "$(find "$ROOT/$program" -mindepth 1 -type d -printf '%f\n' | sort)"
	done
}

@test "rooms use only rooms below them" {
	for program in packer bench init; do
		cd "$ROOT/$program"
		# Files in no room have rank 0; includes of lib and of files in no room are not ranked.
		run awk -F '[:"]' 'NR == FNR { rank[$0] = FNR; next }
			{
				user = $1; used = $3
				if (!sub(/\/[^\/]*$/, "", user)) user = ""
				if (!sub(/\/[^\/]*$/, "", used)) used = system("test -f " used) == 0 ? "" : "lib"
				if ((used == "" || used in rank) && rank[user] + 0 > rank[used] + 0) print
			}' <(rooms "$program") <(grep -r --include='*.[ch]' '^#include "' . | sed 's|^\./||')
		expect_equal "$output" ''
	done
}

@test "scripts use only rooms below them" {
	for file in "$ROOT"/scripts/*/*; do
		room=$(basename "$(dirname "$file")")
		for used in $(rooms scripts); do
			names=$(cd "$ROOT/scripts/$used" && printf '/%s\n' *)
			# A comment may name any script; code names one with the folder in front.
			! sed 's/^[ \t]*#.*//' "$file" | grep -qF "$names" || [ "$(rank scripts "$room")" -le "$(rank scripts "$used")" ] ||
				fail "scripts/$room/${file##*/} uses a script of the room $used above it"
		done
	done
}

@test "headers have unique names" {
	expect_equal "$(cd "$ROOT" && find packer bench init lib test -name '*.h' -printf '%f\n' | sort | uniq -d)" ''
}

@test "no folder of sources has more than 40 files" {
	for folder in $(cd "$ROOT" && find packer bench init lib scripts test/unit test/fuzz -type d); do
		case $folder in */seeds/* | */words) continue ;; esac
		count=$(find "$ROOT/$folder" -maxdepth 1 -type f | wc -l)
		[ "$count" -le 40 ] || fail "$folder has $count files"
	done
}
