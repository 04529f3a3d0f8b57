# SPDX-License-Identifier: MIT
# packer --sbom: the bill of materials against the image, dpkg and the rules of SPDX.
load ../helpers
load ../packer_helpers

# pack_bill ARGUMENT...: packs an image with its bill, $OUT/bill, and validates the bill
pack_bill() {
	pack --sbom "$OUT/bill" "$@"
	expect_status 0
	expect_equal "$(grep -v '^packer: note: ' <<<"$stderr")" ''
	expect_equal "$(ls -A "$OUT")" $'bill\nimage'
	expect_equal "$(ls -A "$WORK/tmp")" ''
	expect_bill
}

expect_bill() {
	expect_equal "$(jq -r -f "$ROOT/test/spdx.jq" "$OUT/bill")" ''
}

# bill FILTER ARGUMENT...: applies a jq filter to the bill
bill() {
	local filter=$1
	shift
	jq -r "$@" "$filter" "$OUT/bill"
}

# sums ALGORITHM: prints a line "SUM  NAME" per file, as sha256sum reads it, for names without special bytes
sums() {
	bill '.files[] | (.checksums[] | select(.algorithm == $a) | .checksumValue) + "  " + .fileName' --arg a "$1"
}

# from NAME: prints the packages from which the file is generated, with versions, sorted
from() {
	bill '(.packages | map({(.SPDXID): (.name + " " + (.versionInfo // ""))}) | add) as $names
		| (.files[] | select(.fileName == $name) | .SPDXID) as $id
		| .relationships[] | select(.spdxElementId == $id and .relationshipType == "GENERATED_FROM")
		| $names[.relatedSpdxElement] // .relatedSpdxElement' --arg name "$1" | LC_ALL=C sort
}

@test "the bill lists every file of the image with its sums, and no other file" {
	head -c 100000 "$KERNEL" >"$WORK/data"
	ln "$WORK/data" "$WORK/again"
	pack_bill -b "ls bash perl" -f "$WORK/data:/srv/data" -f "$WORK/data" -f "$WORK/again"
	extract
	(cd "$WORK/root" && find . -type f | LC_ALL=C sort) >"$WORK/there"
	bill '.files[].fileName' | diff "$WORK/there" -
	(cd "$WORK/root" && sums SHA256 | sha256sum --quiet --strict -c && sums SHA1 | sha1sum --quiet --strict -c)
	[ "$(bill '.files | length')" -gt 20 ] || fail 'too few files'
	# And the sums of the image itself.
	expect_equal "$(bill '.packages[0] | .name, .packageFileName, (.checksums[] | .checksumValue)')" "image
image
$(sha1sum "$OUT/image" | cut -d ' ' -f 1)
$(sha256sum "$OUT/image" | cut -d ' ' -f 1)"
	# The package's verification code (clause 7.9), computed by other programs.
	expect_equal "$(bill '.packages[0].packageVerificationCode.packageVerificationCodeValue')" \
		"$(sums SHA1 | cut -d ' ' -f 1 | LC_ALL=C sort | tr -d '\n' | sha1sum | cut -d ' ' -f 1)"
	# Other entries are in the annotation, as --plan prints them.
	packer --plan -b "ls bash perl" -f "$WORK/data:/srv/data" -f "$WORK/data" -f "$WORK/again" | sed 's/ <- .*//; /^file/d' |
		diff - <(bill '.packages[0].annotations[0].comment' | sed '1d; /^$/d')
	# Every element has its relationships: described, contained, generated from.
	expect_equal "$(bill '[.relationships[] | select(.relationshipType == "CONTAINS" and .spdxElementId == "SPDXRef-Image")
		| .relatedSpdxElement] - [.files[].SPDXID] - [.packages[].SPDXID] | length')" 0
	expect_equal "$(bill '[.files[].SPDXID] - [.relationships[] | select(.relationshipType == "GENERATED_FROM") | .spdxElementId] | length')" 0
	expect_equal "$(bill '.relationships[] | select(.relationshipType == "DESCRIBES") | .relatedSpdxElement')" SPDXRef-Image
}

@test "owners and versions are those of dpkg" {
	command -v dpkg-query >/dev/null || skip 'no dpkg here'
	cp /bin/cat "$WORK/cat"
	pack_bill -b "ls bash perl" -f "$WORK/cat:/usr/bin/cat" -f /bin/true:/opt/true -f /etc/passwd:/srv/x -f "$WORK/cat"
	local checked=0
	while IFS= read -r name; do
		[ -e "/${name#./}" ] || continue
		# dpkg knows a file of merged /usr by only one of its names.
		owner=$(dpkg-query -S "/${name#./}" 2>/dev/null || dpkg-query -S "${name#./usr}" 2>/dev/null) || continue
		owner=${owner%%: *}
		expect_equal "$(from "$name" | cut -d ' ' -f 1)" "${owner%%:*}"
		expect_equal "$(from "$name")" "$(dpkg-query -W -f '${Package} ${Version}' "$owner")"
		checked=$((checked + 1))
	done < <(bill '.files[].fileName | select(startswith("./usr/") and . != "./usr/bin/cat")')
	[ "$checked" -gt 5 ] || fail "only $checked files were looked up"
	# A moved file keeps its package; a file without package has NOASSERTION; files that packer makes are Lull's.
	expect_equal "$(from ./opt/true)" "$(dpkg-query -W -f '${Package} ${Version}' coreutils)"
	expect_equal "$(from ./srv/x)" NOASSERTION
	expect_equal "$(from ./usr/bin/cat)" NOASSERTION
	expect_equal "$(from ./etc/lull/manifest | cut -d ' ' -f 1)" lull
	expect_equal "$(from ./init | cut -d ' ' -f 1)" lull
	# Further fields of a package.
	version=$(dpkg-query -W -f '${Version}' coreutils)
	arch=$(dpkg --print-architecture)
	expect_equal "$(bill '.packages[] | select(.name == "coreutils") | .externalRefs[0].referenceLocator')" \
		"pkg:deb/$(. /etc/os-release && echo "$ID")/coreutils@${version//+/%2B}?arch=$arch&distro=$(. /etc/os-release && echo "$ID-$VERSION_ID")"
	maintainer=$(dpkg-query -W -f '${Maintainer}' coreutils | tr '<>' '()')
	expect_equal "$(bill '.packages[] | select(.name == "coreutils") | .supplier')" "Organization: $maintainer"
}

# a_sysroot: creates $WORK/sys, a system with merged /usr, a diversion, a package of two architectures
a_sysroot() {
	mkdir -p "$WORK/sys/usr/bin" "$WORK/sys/usr/lib" "$WORK/sys/etc" "$WORK/sys/var/lib/dpkg/info" "$WORK/sys/usr/share/doc"
	ln -sfn usr/bin "$WORK/sys/bin"
	ln -sfn /usr/lib "$WORK/sys/lib"
	for name in bin/sh bin/sh.distrib bin/new bin/none lib/libx lib/shared; do printf '%s' "$name" >"$WORK/sys/usr/$name"; done
	(
		cd "$WORK/sys/var/lib/dpkg/info"
		printf '/.\n/bin\n/bin/sh\n/usr\n' >dash.list
		printf '/bin/sh\n' >bash.list
		printf '/usr/bin/new\n/lib/libx\n' >a+b.list
		printf '/usr/lib/shared\n' | tee libs:amd64.list >libs:i386.list
		: >empty.list
		printf '%s\n' /bin/sh /bin/sh.distrib dash >../diversions
	)
	{
		printf 'Package: %s\nStatus: install ok installed\nMaintainer: %s\nArchitecture: %s\nVersion: %s\n\n' dash 'A <a@b>' all 1 \
			bash "$(printf 'caf\xe9')" all '2:1~rc+1' a+b 'One' amd64 3 libs - i386 5
		printf 'Package: libs\nArchitecture: amd64\nVersion: 4\nSource: lib-source (0.4)\n'
	} >"$WORK/sys/var/lib/dpkg/status"
	printf 'ID=other\nVERSION_ID="9"\n' >"$WORK/sys/etc/os-release"
}

@test "-r: owners are found with merged /usr, diversions, two architectures and invalid UTF-8" {
	a_sysroot
	pack_bill -r "$WORK/sys" -f /usr -f /usr/bin/new:/srv/moved
	expect_equal "$(from ./usr/bin/sh)" 'dash 1'
	expect_equal "$(from ./usr/bin/sh.distrib)" 'bash 2:1~rc+1'
	expect_equal "$(from ./usr/bin/new)" 'a+b 3'
	expect_equal "$(from ./srv/moved)" 'a+b 3'
	expect_equal "$(from ./usr/lib/libx)" 'a+b 3'
	expect_equal "$(from ./usr/lib/shared)" $'libs 4\nlibs 5'
	expect_equal "$(from ./usr/bin/none)" NOASSERTION
	expect_equal "$(bill '.packages[] | select(.name == "a+b") | .SPDXID, .externalRefs[0].referenceLocator')" \
		$'SPDXRef-Package-a-2Bb-3Aamd64\npkg:deb/other/a%2Bb@3?arch=amd64&distro=other-9'
	expect_equal "$(bill '.packages[] | select(.name == "bash") | .supplier, .externalRefs[0].referenceLocator')" \
		$'Organization: caf%E9\npkg:deb/other/bash@2:1~rc%2B1?arch=all&distro=other-9'
	expect_equal "$(bill '.packages[] | select(.versionInfo == "4") | .sourceInfo')" 'built from the source package lib-source (0.4)'
	expect_equal "$(bill '[.packages[].name] | index("empty")')" null
}

@test "a tree without dpkg has no owners; with an unreadable database no image is written" {
	a_sysroot
	rm -r "$WORK/sys/var"
	pack_bill -r "$WORK/sys" -f /usr
	expect_equal "$(bill '.packages[].name')" $'image\nlull'
	expect_equal "$(from ./usr/bin/new)" NOASSERTION
	rm "$OUT"/*
	a_sysroot
	rm -r "$WORK/sys/var/lib/dpkg/info"
	pack --sbom "$OUT/bill" -r "$WORK/sys" -f /usr
	expect_refused "cannot read $WORK/sys/var/lib/dpkg/info"
	a_sysroot
	# Links out of the tree are not followed.
	ln -sf "$WORK/secret.list" "$WORK/sys/var/lib/dpkg/info/dash.list"
	printf '/usr/bin/none\n' >"$WORK/secret.list"
	pack --sbom "$OUT/bill" -r "$WORK/sys" -f /usr
	expect_refused "cannot read $WORK/sys/var/lib/dpkg/info/dash.list"
}

@test "names may contain blanks, newlines, quotes, % and invalid UTF-8" {
	mkdir "$WORK/names"
	for name in $'new\nline' $'\xff\xfe' ' ' '"' '\' '%41' "é" $'\x7f' 'a b' '-' '+' '[x]'; do
		printf '%s' "$name" >"$WORK/names/$name"
	done
	pack_bill -f "$WORK/names:/n"
	for pair in './n/new%0Aline' './n/%FF%FE' './n/ ' './n/"' './n/\' './n/%2541' './n/%C3%A9' './n/%7F' './n/a b' './n/[x]'; do
		grep -Fqx -- "$pair" <(bill '.files[].fileName') || fail "no file $pair"
	done
	extract
	while read -r sum name; do
		printf -v path '%b' "$(sed 's/\\/\\\\/g; s/%\(..\)/\\x\1/g' <<<"$name")"
		expect_equal "$(sha256sum <"$WORK/root/$path" | cut -d ' ' -f 1)" "$sum"
	done < <(sums SHA256 | grep '[.]/n/[^ ]*$')
}

@test "the bill does not depend on user or folder, has the time of SOURCE_DATE_EPOCH, and a namespace per image" {
	other_packer
	chmod 777 "$OUT"
	pack_bill -b "ls bash"
	expect_equal "$(bill .creationInfo.created)" 1980-01-02T00:00:00Z
	mkdir -m 777 "$WORK/second"
	(cd "$WORK/second" && umask 077 && as_other env LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo HOME=/ "$WORK/bin/packer" -b bash -b ls -o image --sbom bill)
	cmp "$OUT/bill" "$WORK/second/bill"
	expect_equal "$(stat -c %a "$WORK/second/bill")" 644
	first=$(bill .documentNamespace)
	SOURCE_DATE_EPOCH=86400 pack_bill -b "ls bash"
	expect_equal "$(bill .creationInfo.created)" 1970-01-02T00:00:00Z
	[ "$(bill .documentNamespace)" != "$first" ] || fail 'two documents have the same namespace'
	SOURCE_DATE_EPOCH=4294967295 pack_bill -b ls
	expect_equal "$(bill .creationInfo.created)" 2106-02-07T06:28:15Z
}

@test "--sbom works for a compressed image, with microcode, and for a tree" {
	mkdir "$WORK/ucode"
	microcode "$WORK/ucode/06-01-01" 1
	pack_bill -b ls -z zstd --microcode "$WORK/ucode"
	expect_equal "$(bill '.packages[0].checksums[1].checksumValue')" "$(sha256sum "$OUT/image" | cut -d ' ' -f 1)"
	expect_in "$(sums SHA256)" "$(sha256sum "$WORK/ucode/06-01-01" | cut -d ' ' -f 1)  ./kernel/x86/microcode/GenuineIntel.bin"
	expect_equal "$(from ./kernel/x86/microcode/GenuineIntel.bin)" NOASSERTION
	rm "$OUT"/*
	run --separate-stderr packer -b ls --tree "$WORK/tree" --sbom "$OUT/bill" --microcode "$WORK/ucode"
	expect_status 0
	expect_bill
	expect_equal "$(bill '.packages[0] | .name, .checksums')" $'tree\nnull'
	(cd "$WORK/tree" && sums SHA256 | sha256sum --quiet --strict -c)
}

@test "the bill and the image are both written, or neither" {
	pack --sbom "$OUT/bill" -b nosuchprogram
	expect_refused 'cannot find nosuchprogram'
	pack --sbom "$WORK/none/bill" -b ls
	expect_refused "cannot write $WORK/none/bill: its directory"
	pack --sbom "$OUT/./image" -b ls
	expect_refused 'the image and its bill of materials need two files'
	printf 'old' >"$OUT/bill"
	fake_cpio 'exit 1'
	pack --sbom "$OUT/bill" -b ls
	expect_status 3
	expect_equal "$(cat "$OUT/bill")" old
	expect_equal "$(ls -A "$OUT")" bill
	rm "$OUT/bill"
	# A file changes after it was read.
	printf 'some text\n' >"$WORK/file"
	fake_cpio "echo more >>'$WORK/file'; exec /usr/bin/cpio \"\$@\""
	pack --sbom "$OUT/bill" -f "$WORK/file"
	expect_refused "cannot pack $WORK/file: it changed while packer ran"
	# --plan writes no file.
	cd "$OUT"
	run --separate-stderr packer -b ls --plan --sbom bill
	expect_status 0
	expect_nothing_left
}

@test "if the disk is full for the bill, neither file is left" {
	need_namespaces
	mkdir "$WORK/small"
	run --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=20k none "$1/small" &&
		{ "$2/packer" -b ls -o "$1/out/image" --sbom "$1/small/bill"; status=$?; ls -A "$1/out" "$1/tmp" "$1/small"; exit $status; }' \
		sh "$WORK" "$LULL_BIN"
	expect_status 3
	expect_in "$stderr" "cannot write $WORK/small/bill: No space left on device"
	expect_equal "$output" "$OUT:

$WORK/small:

$WORK/tmp:"
}

@test "an existing bill is not packed into an image of its directory" {
	printf 'x' >"$OUT/file"
	cd "$OUT"
	pack --sbom "$OUT/bill" -f .
	expect_status 0
	cp image "$WORK/first"
	cp bill "$WORK/first-bill"
	pack --sbom "$OUT/bill" -f .
	expect_status 0
	cmp image "$WORK/first"
	cmp bill "$WORK/first-bill"
	pack --sbom "$OUT/bill" -f bill
	expect_status 3
	expect_in "$stderr" "cannot pack $PWD/bill: it is an output of this command"
}

@test "INT while sums are computed leaves no files" {
	truncate -s 3G "$WORK/large"
	env --default-signal=INT "$ROOT/build/packer" -f "$WORK/large:/large" -o "$OUT/image" --sbom "$OUT/bill" 2>"$WORK/err" &
	pid=$!
	for ((tries = 0; tries < 60000; tries++)); do
		! find "/proc/$pid/fd" -lname "$WORK/large" 2>/dev/null | grep -q . || break
		sleep 0.01
	done
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	expect_equal "$(cat "$WORK/err")" ''
	expect_status 130
	expect_nothing_left
}
