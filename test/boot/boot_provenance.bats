# SPDX-License-Identifier: MIT
# Compares the facts that a boot reports about its kernel and machine with a command in the guest and with the host.

load ../helpers

setup_file() {
	use_state "$BATS_FILE_TMPDIR"
	export IMAGE=$BATS_FILE_TMPDIR/image.cpio
	printf '%s\n' "$READ" >"$BATS_FILE_TMPDIR/read"
	packer -b "bash cat od umount" -f "$BATS_FILE_TMPDIR/read:/read" -o "$IMAGE"
}

# In the guest: prints lines "NAME VALUE" from its files.
READ='
shopt -s nullglob
cd /sys/devices/system/cpu/vulnerabilities && for name in *; do echo "$name $(<"$name")"; done
cd /sys/devices/virtual/dmi/id && for name in {sys,board}_vendor {product,board}_name product_version bios_{vendor,version,date}; do
	[ ! -e "$name" ] || echo "$name $(<"$name")"
done
cd /sys/devices/system/cpu && echo "cpus_online $(<online)" && for name in control active; do echo "$name $(<smt/$name)"; done
echo "version $(</proc/version)"
echo "cmdline $(</proc/cmdline)"
echo "numa_nodes $(</sys/devices/system/node/online)"
[ ! -e /sys/kernel/mm/transparent_hugepage ] || echo "transparent_hugepage $(</sys/kernel/mm/transparent_hugepage/enabled)"
echo "clocksource $(</sys/devices/system/clocksource/clocksource0/current_clocksource)"
while read -r name value _; do [ "$name" != MemTotal: ] || echo "memory_kib $value"; done </proc/meminfo
while IFS=: read -r name value; do
	name=${name%%$'"'\t'"'*} name=${name// /_}
	case $name in
	"") break ;;
	vendor_id | cpu_family | model | model_name | microcode | stepping | flags | bugs) echo "$name ${value# }" ;;
	esac
done </proc/cpuinfo
notes=$(od -An -v -tx1 /sys/kernel/notes) && echo "notes ${notes//[!0-9a-f]/}"'

# Prints the words of an array that $output has under a key, on one line.
words() {
	sed -n "/^ *\"$1\": \[/,/\]/p" <<<"$output" | tr -d '", \t' | sed '1d; $d' | paste -sd ' '
}

# Boots with the given arguments and compares. Sets reported to the output of the command.
expect_as_read() {
	local name value count=0
	boot --json "$@" -- bash /read
	expect_status 0
	reported=$(printf '%b' "$(sed -n 's/^  "stdout": "\(.*\)",$/\1/p' <<<"$output")")
	while read -r name value; do
		count=$((count + 1))
		case $name in
		flags | bugs) [ "$(words "$name")" = "$value" ] || fail "$name: $(words "$name")" "read: $value" ;;
		# The kernel finishes measuring it shortly after the boot.
		clocksource) grep -Eq "\"$name\": \"($value|tsc-early)\"" <<<"$output" || fail "not reported: $name $value" ;;
		# Four letters, twenty bytes, type 3, "GNU": elf(5).
		notes) expect_in "$value" "040000001400000003000000474e5500$(field build_id)" ;;
		*) grep -Fq "    \"$name\": \"$value\"" <<<"$output" || fail "not reported: $name $value" ;;
		esac
	done <<<"$reported"
	[ "$count" -ge 35 ] || fail "$count lines were read"
	expect_in "$reported" 'notes '
	id=$(field build_id)
	[ "${#id}" -eq 40 ] || fail 'no build id'
}

@test "reported facts equal the guest's files, are sent only after the run, and bench decode prints them from the log" {
	expect_as_read
	expect_in "$reported" 'cpus_online 0'
	expect_in "$output" '"modules": []'
	expect_in "$output" '"taint": "0"'
	# runlog records, with kernel messages, may be there or not.
	kinds=$(grep -ao '^@LULL1 [^ ]* [^ ]* [a-z]*' "$(ls -t "$XDG_STATE_HOME"/lull/*.log | head -n 1)" | cut -d ' ' -f 4 | grep -v runlog | uniq | paste -sd ' ')
	expect_equal "$kinds" 'hello start output exit environment end'
	reported=$(sed -n '/^  "environment": {/,/^  }/p' <<<"$output")
	[ "$(wc -l <<<"$reported")" -gt 40 ]
	run --separate-stderr bench decode --json "$(ls -t "$XDG_STATE_HOME"/lull/*.log | head -n 1)"
	expect_status 0
	expect_equal "$(sed -n '/^  "environment": {/,/^  }/p' <<<"$output")" "$reported"
}

@test "two threads per core, two nodes, another CPU and board, no SMT" {
	expect_as_read -m 512 -q '-M q35 -cpu Icelake-Server -smp 4,sockets=2,cores=1,threads=2
		-object memory-backend-ram,size=256M,id=m0 -object memory-backend-ram,size=256M,id=m1
		-numa node,cpus=0-1,memdev=m0 -numa node,cpus=2-3,memdev=m1
		-smbios type=2,manufacturer=Boards,product=Board' -c 4 --oversubscribe -a mitigations=auto,nosmt
	expect_in "$reported" 'cpus_online 0,2'
	expect_in "$reported" 'control off'
	expect_in "$reported" 'numa_nodes 0-1'
	expect_in "$reported" 'board_vendor Boards'
	grep -Eq '"machine": "pc-q35-[0-9.]+"' <<<"$output"
}

@test "mitigations=off is visible" {
	expect_as_read -q '-cpu Nehalem' -a mitigations=off
	expect_in "$reported" 'meltdown Vulnerable'
}

@test "hashes are those of the booted files, the image is the one that packer made, and provenance=hello reports only these" {
	long=$(printf '%03000d' 0)
	packer -b bash --tree "$BATS_TEST_TMPDIR/tree" -o "$BATS_TEST_TMPDIR/image"
	for argument in "$long" short; do
		[ "$argument" = "$long" ] && provenance=full || provenance=hello
		boot -i "$BATS_TEST_TMPDIR/image" --json -a "lull.provenance=$provenance" -- bash -c 'exit 0' "$argument"
		expect_status 0
		expect_equal "$(field kernel_sha256)" "$(sha256sum <"$KERNEL" | cut -d ' ' -f 1)"
		expect_equal "$(field image_sha256)" "$(sha256sum <"$BATS_TEST_TMPDIR/image" | cut -d ' ' -f 1)"
		expect_equal "$(field image_bytes)" "$(stat -c %s "$BATS_TEST_TMPDIR/image")"
		expect_equal "$(field manifest_sha256)" "$(sha256sum <"$BATS_TEST_TMPDIR/tree/etc/lull/manifest" | cut -d ' ' -f 1)"
	done
	for key in kernel_release build_id boot_id; do
		expect_in "$output" "\"$key\": \""
	done
	expect_in "$output" '"init_guest_ns": '
	expect_not_in "$output" '"environment"'
	expect_in "$(qemu-system-x86_64 --version)" "version $(field qemu | cut -d ' ' -f 1)"
	boot -a lull.provenance=some -- bash -c 'exit 0'
	expect_status 129
	expect_in "$stderr" 'provenance must be full or hello'
}

@test "a result has no hash of a file that changes during the boot" {
	packer -b sleep -o "$BATS_TEST_TMPDIR/image"
	rm -f "$XDG_STATE_HOME"/lull/*
	bench boot -k "$KERNEL" -i "$BATS_TEST_TMPDIR/image" --json -- sleep 5 \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	wait_until grep -qrs '^@LULL.* start ' "$XDG_STATE_HOME/lull"
	touch "$BATS_TEST_TMPDIR/image"
	wait "$!"
	expect_in "$(cat "$BATS_TEST_TMPDIR/err")" \
		"bench: $BATS_TEST_TMPDIR/image changed during the boot: the result has no hashes"
	output=$(cat "$BATS_TEST_TMPDIR/out")
	expect_equal "$(field outcome)" ok
	expect_not_in "$output" image_sha256
}

@test "an image by others has no manifest, and boots" {
	packer -b bash --tree "$BATS_TEST_TMPDIR/tree"
	rm -r "$BATS_TEST_TMPDIR/tree/etc/lull"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	boot -i "$BATS_TEST_TMPDIR/image" --json -- bash -c 'exit 0'
	expect_status 0
	expect_not_in "$output" manifest_sha256
	expect_in "$output" '"build_id"'
	expect_in "$output" '"meltdown"'
}

@test "taint is reported with its letters, and modules by name" {
	packer -k "$ROOT/build/kernel" -m loop -b bash -o "$BATS_TEST_TMPDIR/image"
	boot -i "$BATS_TEST_TMPDIR/image" --json -a sysctl.kernel.tainted=4609 -- bash -c 'exit 0'
	expect_status 0
	expect_in "$output" '"taint": "4609 PWO"'
	expect_equal "$(words modules)" loop
}

@test "facts are read before the run, and survive changes of /proc and /sys during it; hostile strings are harmless to terminals" {
	escape=$'a b\n\e[2J%41%, "q" \\ '
	boot --json -q "-smbios 'type=1,manufacturer=${escape/,/,,},product=$(printf '\377\nx')'" -- bash -c \
		'cat /sys/class/dmi/id/sys_vendor; echo 64 >/proc/sys/kernel/tainted && cat /proc/sys/kernel/tainted && umount -l /sys && umount -l /proc'
	expect_status 0
	expect_in "$output" '"taint": "0"'
	expect_in "$output" '"bios_vendor": "SeaBIOS"'
	expect_in "$output" '"model_name": '
	expect_in "$output" '"sys_vendor": "a b\n\u001B[2J%41%, \"q\" \\ "'
	expect_in "$output" '"stdout": "a b\n\u001B[2J%41%, \"q\" \\ \n64\n"'
	expect_in "$output" "\"base64\": \"$(printf '\377\nx' | base64)\""
	expect_not_in "$output" $'\e'
}

@test "a boot whose experiment cannot run reports its machine too" {
	packer -b bash --tree "$BATS_TEST_TMPDIR/tree"
	echo lull.nonsense=1 >"$BATS_TEST_TMPDIR/tree/etc/lull/cmdline"
	write_image "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/tree"
	boot -i "$BATS_TEST_TMPDIR/image" --json -- bash -c 'exit 0'
	expect_status 125
	expect_equal "$(field outcome)" init-failed
	expect_in "$output" '"model_name": '
}

@test "two boots in exact mode have identical records" {
	for turn in 1 2; do
		# The processor is Nehalem.
		expect_as_read --exact
		expect_in "$reported" 'meltdown Mitigation: PTI'
		printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/$turn.json"
		cp "$(ls -t "$XDG_STATE_HOME"/lull/*.log | head -n 1)" "$BATS_TEST_TMPDIR/$turn.log"
		grep -a '^@LULL1 ' "$BATS_TEST_TMPDIR/$turn.log" >"$BATS_TEST_TMPDIR/$turn.records"
	done
	[ "$(wc -l <"$BATS_TEST_TMPDIR/1.records")" -ge 8 ]
	cmp "$BATS_TEST_TMPDIR/1.records" "$BATS_TEST_TMPDIR/2.records"
	cmp "$BATS_TEST_TMPDIR/1.json" "$BATS_TEST_TMPDIR/2.json"
	cmp "$BATS_TEST_TMPDIR/1.log" "$BATS_TEST_TMPDIR/2.log"
}
