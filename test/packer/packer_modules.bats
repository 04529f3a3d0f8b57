# SPDX-License-Identifier: MIT
# packer -m: kernel modules, their dependencies, and the list that init loads. modprobe is the reference.
load ../helpers
load ../packer_helpers
load ../module_helpers

# pack_modules WORDS ARGUMENT...
pack_modules() {
	pack -r "$SYS" -k "$RELEASE" -m "$@"
}

@test "a module comes after its dependencies, each once" {
	start_modules
	ko top use=mid use=low
	ko mid export=mid use=low
	ko low export=low
	ko other use=low
	end_modules
	pack_modules 'top other low'
	expect_packed
	expect_equal "$(module_list)" 'need low,need mid,need top,need other'
	expect_in "$(paths)" "lib/modules/$RELEASE/kernel/mid.ko"
	expect_in "$(packer --why "/lib/modules/$RELEASE/kernel/low.ko" "$OUT/image")" "low.ko: asked for by -m low"
	expect_in "$(packer --why "/lib/modules/$RELEASE/kernel/mid.ko" "$OUT/image")" \
		"mid.ko: dependency of /lib/modules/$RELEASE/kernel/top.ko; /lib/modules/$RELEASE/kernel/top.ko: asked for by -m top"
	expect_not_in "$(paths)" modules.dep
}

@test "soft and weak dependencies come before or after, and may fail" {
	start_modules
	ko top 'softdep=pre: before names-nobody post: behind' weakdep=weak
	ko before use=low
	ko low export=low
	ko behind
	ko weak
	ko configured
	printf 'softdep top pre: configured\n' >"$SYS/etc/modprobe.d/a.conf"
	end_modules
	pack_modules top
	expect_packed
	expect_equal "$(module_list)" 'try low,try before,try weak,try configured,need top,try behind'
	# A hard dependency of one module stays required, even if it is a soft one of another.
	pack_modules 'top before'
	expect_equal "$(module_list)" 'need low,need before,try weak,try configured,need top,try behind'
}

@test "circular soft dependencies terminate, and one that needs the module comes after it" {
	start_modules
	ko a 'softdep=pre: b'
	ko b 'softdep=pre: a'
	ko base export=base 'softdep=pre: user'
	ko user use=base
	end_modules
	pack_modules 'a base'
	expect_packed
	expect_equal "$(module_list)" 'try b,need a,need base,try user'
}

@test "names may be written with - or _, as aliases and as globs" {
	start_modules
	ko snd-one alias=pci:v00001234d*
	ko snd_two
	ko other
	end_modules
	pack_modules 'snd_one'
	expect_equal "$(module_list)" 'need snd-one'
	pack_modules 'pci:v00001234d00005678sv0'
	expect_equal "$(module_list)" 'need snd-one'
	pack_modules 'snd-*'
	expect_packed
	expect_equal "$(module_list)" 'try snd-one,try snd_two'
	pack_modules 'sndd-one'
	rm -f "$OUT/image"
	pack_modules 'snd-onee'
	expect_refused 'cannot find the module snd-onee: it is neither below'
	expect_in "$stderr" 'did you mean snd_one?'
	pack_modules 'x*'
	expect_refused 'cannot find a module that matches x*'
	pack_modules 'pci:v1'
	expect_refused 'cannot find the module pci:v1'
}

@test "a built-in module is not an error, and takes no option" {
	start_modules
	ko other
	end_modules
	pack_modules 'inside other'
	expect_packed
	expect_equal "$(module_list)" 'need other'
	expect_in "$(cpio -i --quiet --to-stdout etc/lull/modules <"$OUT/image")" 'built inside'
	rm "$OUT/image"
	pack_modules 'inside x=1'
	expect_refused 'cannot give inside the option x=1: it is built into the kernel; put inside.x=1 on the command line'
	pack_modules 'x=1'
	expect_refused 'cannot use the option x=1: no module name precedes it'
}

@test "ignored lines of modprobe.d are reported in packer's words, and other file types are refused" {
	start_modules
	ko a
	end_modules
	printf '# x\n\noptions a \\\n  b=1\nbad\033]0;owned\007 line\ninclude x\nsoftdep a pre: b\n' >"$SYS/etc/modprobe.d/x.conf"
	mkdir "$SYS/etc/modprobe.d/folder"
	pack -r "$SYS" -k "$RELEASE" -m a
	expect_status 0
	expect_equal "$stderr" "packer: warning: $SYS/etc/modprobe.d/x.conf:5: not a command of modprobe.d(5): 2 lines are ignored"
	rm "$OUT/image"
	for place in etc lib; do
		mkdir -p "$SYS/$place/modprobe.d"
		mkfifo "$SYS/$place/modprobe.d/y.conf"
		pack -r "$SYS" -k "$RELEASE" -m a
		expect_refused "cannot read $SYS/$place/modprobe.d/y.conf: it is not a regular file"
		rm "$SYS/$place/modprobe.d/y.conf"
	done
	truncate -s 1T "$SYS/etc/modprobe.d/z.conf"
	pack -r "$SYS" -k "$RELEASE" -m a
	expect_refused "cannot read $SYS/etc/modprobe.d/z.conf: it is larger than 16 MiB"
}

@test "options are those of modprobe.d and -m, not of this machine's kernel command line" {
	start_modules
	ko a-b
	end_modules
	printf 'options a_b one=1\noptions a-b two="2 3"\n' >"$SYS/etc/modprobe.d/x.conf"
	pack_modules 'a-b three=3'
	expect_packed
	expect_equal "$(module_list)" 'need a-b one=1%20two="2%203"%20three=3'
	need_namespaces
	printf 'quiet a_b.one=1 a-b.four=4\n' >"$WORK/cmdline"
	run --separate-stderr unshare -rm sh -c 'mount --bind "$1" /proc/cmdline && shift && exec "$@"' sh "$WORK/cmdline" \
		"$LULL_BIN/packer" -o "$OUT/image" -r "$SYS" -k "$RELEASE" -m a-b
	expect_packed
	expect_equal "$(module_list)" 'need a-b one=1%20two="2%203"'
}

@test "modules of devices are packed, from a tree like /sys or a list, except blacklisted ones" {
	start_modules
	ko driver alias=pci:v1*
	ko listed alias=usb:v2*
	ko bad alias=pci:v1*
	ko shunned alias=pci:v1*
	end_modules
	printf 'blacklist bad\ninstall shunned /bin/false\n' >"$SYS/etc/modprobe.d/x.conf"
	mkdir -p "$WORK/s/devices/a/b" "$WORK/s/bus"
	printf 'pci:v1d2\n' >"$WORK/s/devices/a/b/modalias"
	printf 'dev:inside\n' >"$WORK/s/devices/a/modalias"
	: >"$WORK/s/devices/modalias"
	ln -s ../devices "$WORK/s/bus/loop"
	pack_modules "auto:$WORK/s"
	expect_packed
	expect_equal "$(module_list)" 'try driver'
	printf 'usb:v2x\r\nnobody:at all\n' >"$WORK/machine"
	pack_modules "auto:$WORK/machine"
	expect_packed
	expect_equal "$(module_list)" 'try listed'
	expect_in "$(packer --why "/lib/modules/$RELEASE/kernel/listed.ko" "$OUT/image")" 'asked for by -m auto usb:v2x'
	pack_modules 'bad shunned'
	expect_equal "$(module_list)" 'need bad,need shunned'
	rm "$OUT/image"
	mkdir "$WORK/none"
	pack_modules "auto:$WORK/none"
	expect_refused "cannot find any device in $WORK/none"
	pack_modules "auto:$WORK/gone"
	expect_refused "cannot read the devices of $WORK/gone: No such file or directory"
	pack -r "$SYS" -k "$RELEASE" -m auto
	expect_packed
}

@test "compressed modules are unpacked (pid1 12)" {
	start_modules
	ko a
	ko b "description=$(head -c 3000 /dev/urandom | base64 -w 0)" # unpacked first, as the largest
	ko c
	for name in a b c; do cp "$TREE/kernel/$name.ko" "$WORK"; done
	xz --check=crc32 "$TREE/kernel/a.ko"
	zstd -q --rm "$TREE/kernel/b.ko"
	end_modules
	pack_modules 'a b c'
	expect_packed
	expect_equal "$(module_list)" 'need a,need b,need c'
	for name in a b c; do
		cpio -i --quiet --to-stdout "lib/modules/$RELEASE/kernel/$name.ko" <"$OUT/image" | cmp - "$WORK/$name.ko"
	done
	rm "$OUT/image"
	head -c 200 "$TREE/kernel/a.ko.xz" >"$WORK/cut"
	mv "$WORK/cut" "$TREE/kernel/a.ko.xz"
	pack_modules a
	expect_refused "cannot unpack $TREE/kernel/a.ko.xz: the compressed data are truncated"
}

@test "firmware is packed with its driver: by glob, link and compression, updates first, for built-in drivers too (pid1 14)" {
	start_modules
	ko driver firmware=one.bin firmware=dir/two.fw firmware='glob/*.bin' firmware=packed.bin firmware=gone.bin \
		firmware=../../etc/passwd
	ko other firmware=other.bin
	end_modules
	mkdir -p "$SYS/lib/firmware/updates/$RELEASE" "$SYS/lib/firmware/dir" "$SYS/lib/firmware/glob"
	printf old >"$SYS/lib/firmware/one.bin"
	printf new >"$SYS/lib/firmware/updates/$RELEASE/one.bin"
	printf two >"$SYS/lib/firmware/glob/real"
	ln -s ../glob/real "$SYS/lib/firmware/dir/two.fw"
	printf 3 >"$SYS/lib/firmware/glob/3.bin"
	printf 4 | xz --check=crc32 >"$SYS/lib/firmware/glob/4.bin.xz"
	printf packed | zstd -q >"$SYS/lib/firmware/target.bin.zst"
	ln -s target.bin.zst "$SYS/lib/firmware/packed.bin.zst"
	printf inside >"$SYS/lib/firmware/inside.bin"
	printf other >"$SYS/lib/firmware/other.bin"
	pack_modules 'driver inside'
	expect_packed
	extract
	local firmware=$WORK/root/lib/firmware
	expect_equal "$(cat "$firmware/updates/$RELEASE/one.bin")" new
	expect_equal "$(cat "$firmware/dir/two.fw")" two
	expect_equal "$(readlink "$firmware/dir/two.fw")" ../glob/real
	expect_equal "$(cat "$firmware/glob/3.bin" "$firmware/glob/4.bin")" 34
	expect_equal "$(readlink "$firmware/packed.bin")" target.bin
	expect_equal "$(cat "$firmware/packed.bin")" packed
	expect_equal "$(cat "$firmware/inside.bin")" inside
	[ ! -e "$firmware/one.bin" ] || fail 'the older file is packed'
	[ ! -e "$firmware/other.bin" ] || fail 'firmware that no module needs is packed'
	expect_in "$(packer --why /lib/firmware/glob/4.bin "$OUT/image")" \
		"4.bin: firmware of /lib/modules/$RELEASE/kernel/driver.ko"
}

@test "an index of the packed modules is written if modprobe is packed, and only then" {
	start_modules
	ko top use=low alias=dev:top
	ko low export=low
	ko absent export=absent
	end_modules
	xz --check=crc32 "$TREE/kernel/low.ko"
	end_modules
	mkdir -p "$SYS/sbin" "$SYS/bin"
	cp /bin/busybox "$SYS/bin/busybox"
	ln -s ../bin/busybox "$SYS/sbin/modprobe"
	pack_modules top
	expect_packed
	expect_not_in "$(paths)" modules.
	pack_modules top -b modprobe
	expect_packed
	extract
	local index=$WORK/root/lib/modules/$RELEASE
	expect_equal "$(cat "$index/modules.dep")" 'kernel/low.ko:
kernel/top.ko: kernel/low.ko'
	expect_equal "$(modprobe -d "$WORK/root" -S "$RELEASE" -C /dev/null --show-depends dev:top | tr -s ' ')" \
		"insmod $index/kernel/low.ko 
insmod $index/kernel/top.ko "
	modprobe -d "$WORK/root" -S "$RELEASE" -C /dev/null --show-depends inside | grep -q ^builtin
	cp "$OUT/image" "$WORK/first"
	TMPDIR=/dev/shm pack_modules top -b modprobe
	cmp "$WORK/first" "$OUT/image"
	expect_in "$(packer --why "/lib/modules/$RELEASE/modules.dep" "$OUT/image")" 'index for /sbin/modprobe'
	mkdir "$WORK/fake"
	script "$WORK/fake/depmod" '#!/bin/sh\necho no luck >&2\nexit 1\n'
	rm "$OUT/image"
	PATH=$WORK/fake:$PATH pack_modules top -b modprobe
	expect_refused 'cannot create the index of the modules with depmod: it failed'
	expect_in "$stderr" 'no luck'
}

@test "without a kernel, its modules or their index, -m is an error" {
	start_modules
	ko a
	pack_modules a
	expect_refused "cannot read $TREE/modules.dep, the index of its modules: make it with \`depmod -b $SYS $RELEASE\`: No such"
	end_modules
	rm "$TREE/modules.alias.bin"
	pack_modules a
	expect_refused "cannot read $TREE/modules.*.bin, the index of its modules: make it with \`depmod -b $SYS $RELEASE\`: No such"
	end_modules
	pack -m nvme
	expect_refused 'cannot pack the module nvme: name its kernel with -k'
	mkdir "$WORK/k"
	cp -L "$KERNEL" "$WORK/k/vmlinuz"
	pack -k "$WORK/k" -m nvme
	expect_refused "cannot find modules for the kernel $WORK/k: no lib/modules/"
	pack -k "$WORK/k" -m ''
	expect_status 2
	expect_in "$stderr" 'cannot use -m "": it is empty'
}

@test "a module whose dependency has no file is refused, by name, glob, alias or dependency" {
	start_modules
	ko top use=mid depends=mid alias=dev:top
	ko mid export=mid use=low depends=low
	ko low export=low
	ko user 'softdep=pre: top'
	end_modules
	rm "$TREE/kernel/low.ko"
	local missing="cannot find the module low (dependency of /lib/modules/$RELEASE/kernel/mid.ko): "
	missing+="$TREE/kernel/low.ko, which modules.dep lists: No such file or directory"
	pack_modules mid
	expect_refused "$missing"
	printf 'dev:top\n' >"$WORK/machine"
	for words in 'm*d' user "auto:$WORK/machine"; do
		pack_modules "$words"
		expect_refused 'cannot find the module low (dependency of '
		expect_in "$stderr" "$TREE/kernel/low.ko, which modules.dep lists: No such file or directory"
	done
	printf 'run true\nmodule mid\n' >"$WORK/e.experiment"
	pack -r "$SYS" -k "$RELEASE" -x "$WORK/e.experiment"
	expect_status 3
	expect_in "$stderr" "$WORK/e.experiment:2: $missing"
	pack_modules low
	expect_refused "cannot find the module low (-m low): $TREE/kernel/low.ko, which modules.dep lists: No such"
	# A rebuilt index does not list it; the module itself does.
	end_modules
	pack_modules mid
	expect_refused "cannot find the module low (dependency of /lib/modules/$RELEASE/kernel/mid.ko): it is neither below $TREE nor built in"
	pack_modules 'm*d'
	expect_refused "cannot find the module low (dependency of /lib/modules/$RELEASE/kernel/mid.ko): it is neither below $TREE nor built in"
	# Missing soft dependencies are not an error.
	ko alone 'softdep=pre: nobody'
	end_modules
	pack_modules alone
	expect_packed
}

@test "--check finds modules whose dependencies are missing in the image" {
	start_modules
	ko top use=low depends=low-er,inside
	ko low-er export=low
	end_modules
	pack_modules top
	expect_packed
	run --separate-stderr packer --check "$OUT/image" -k "$TREE"
	expect_status 0
	expect_not_in "$stderr" 'cannot be loaded'
	extract
	rm "$WORK/root/lib/modules/$RELEASE/kernel/low-er.ko"
	write_image "$OUT/image" "$WORK/root"
	run --separate-stderr packer --check "$OUT/image" -k "$TREE"
	expect_status 1
	expect_in "$stderr" "/lib/modules/$RELEASE/kernel/top.ko: it cannot be loaded without the module low_er, which is not in the image"
	expect_not_in "$stderr" inside
	# The same for a module that is packed as a file.
	rm "$OUT/image"
	pack -k "$TREE" -f "$TREE/kernel/top.ko:/top.ko"
	expect_refused "cannot pack for $TREE: /top.ko: it cannot be loaded without the module low_er, which is not in the image"
	pack -k "$TREE" -f "$TREE/kernel/top.ko:/top.ko" -f "$TREE/kernel/low-er.ko:/low-er.ko"
	expect_status 0
}

@test "modules that the kernel itself requests are packed, according to its configuration" {
	start_modules
	ko vfat
	ko nls_cp437
	ko nls_cp850
	ko nls_ascii
	ko nls_iso8859-1
	ko nls_koi8-r
	ko zram
	ko lzo-rle
	end_modules
	pack_modules 'vfat'
	expect_packed
	expect_equal "$(module_list)" 'need vfat,try nls_cp437,try nls_ascii'
	expect_in "$(packer --why "/lib/modules/$RELEASE/kernel/nls_ascii.ko" "$OUT/image")" \
		"nls_ascii.ko: companion of /lib/modules/$RELEASE/kernel/vfat.ko"
	sed -i 's/^CONFIG_FAT_DEFAULT_CODEPAGE=.*/CONFIG_FAT_DEFAULT_CODEPAGE=850/; s/^CONFIG_FAT_DEFAULT_IOCHARSET=.*/CONFIG_FAT_DEFAULT_IOCHARSET="koi8-r"/' \
		"$TREE/config"
	pack_modules 'vfat zram'
	expect_packed
	expect_equal "$(module_list)" 'need vfat,try nls_cp850,try nls_koi8-r,need zram,try lzo-rle'
	# Also for a built-in driver.
	printf 'kernel/inside.ko\nkernel/vfat.ko\n' >"$TREE/modules.builtin"
	rm "$TREE/kernel/vfat.ko"
	end_modules
	pack_modules vfat
	expect_packed
	expect_equal "$(module_list)" 'try nls_cp850,try nls_koi8-r'
	# Without a configuration, the defaults of Kconfig.
	rm "$TREE/config"
	pack_modules vfat
	expect_status 0
	expect_equal "$(module_list)" 'try nls_cp437,try nls_iso8859-1'
}

# pack_keys LINE...: packs an experiment with these lines for the kernel of the tree
pack_keys() {
	rm -f "$OUT/image"
	printf '%s\n' 'run true' "$@" >"$WORK/e.experiment"
	compile "$SYS/true" 'void _start(void) { for (;;); }' -nostdlib -static
	mkdir -p "$SYS/bin"
	mv "$SYS/true" "$SYS/bin/true"
	pack -r "$SYS" -k "$RELEASE" -x "$WORK/e.experiment"
}

@test "modules that keys of an experiment need are packed" {
	start_modules
	ko xfs alias=fs-xfs use=low
	ko low export=low
	ko ext3 alias=fs-ext3
	ko virtio_blk
	ko virtio_pci
	ko af_packet alias=net-pf-17
	ko bfq alias=bfq-iosched
	ko tcp_bbr
	ko br_netfilter
	ko dummy
	end_modules
	pack_keys 'mount /dev/vda /data xfs'
	expect_packed
	expect_equal "$(module_list)" 'try virtio_blk,try virtio_pci,need low,need xfs'
	expect_in "$(packer --why "/lib/modules/$RELEASE/kernel/xfs.ko" "$OUT/image")" 'xfs.ko: asked for by -x mount fs-xfs'
	pack_keys 'net eth0 dhcp'
	expect_packed
	expect_equal "$(module_list)" 'need af_packet'
	pack_keys 'write /sys/block/vda/queue/scheduler bfq' 'write /proc/sys/net/ipv4/tcp_congestion_control bbr' \
		'write /proc/sys/net/bridge/bridge-nf-call-iptables 0' 'write /sys/module/dummy/parameters/x 1'
	expect_packed
	expect_equal "$(module_list)" 'try bfq,try tcp_bbr,try br_netfilter,try dummy'
	# Without modules there is no list, which would tie the image to this kernel.
	pack_keys 'write /sys/block/vda/queue/scheduler none' 'mount none /t tmpfs' 'mount /t /u none bind' 'net lo up'
	expect_packed
	expect_not_in "$(paths)" etc/lull/modules
	rm "$TREE/kernel/low.ko"
	pack_keys 'mount /dev/vda /data xfs'
	expect_refused "$WORK/e.experiment:2: cannot find the module low (dependency of "
}

@test "keys that the kernel cannot support are errors that name the line" {
	start_modules
	ko other
	end_modules
	pack_keys '' 'mount /dev/vda /data xfs'
	expect_refused "$WORK/e.experiment:3: filesystem xfs needs CONFIG_XFS_FS=y, which $TREE/config has as a module, but the module is not below $TREE"
	sed -i 's/^CONFIG_XFS_FS=.*/# CONFIG_XFS_FS is not set/; s/^CONFIG_PACKET=.*/# CONFIG_PACKET is not set/' "$TREE/config"
	pack_keys 'mount /dev/vda /data xfs' 'net eth0 dhcp'
	expect_refused "$WORK/e.experiment:2: filesystem xfs needs CONFIG_XFS_FS=y, which $TREE/config does not set"
	expect_in "$stderr" "$WORK/e.experiment:3: socket packet needs CONFIG_PACKET=y, which $TREE/config does not set"
	pack_keys 'mount /dev/vda /data ext5'
	expect_refused "$WORK/e.experiment:2: filesystem ext5: there is no such module below $TREE, and none is built in"
	pack_keys 'mount none /data nullfs' # which may be one without an alias
	expect_status 0
	rm "$TREE/config"
	pack_keys 'mount /dev/vda /data xfs'
	expect_refused 'filesystem xfs: there is no such module below'
	# Without the list of built-in aliases, built-in file systems are unknown.
	rm "$TREE/modules.builtin.alias.bin"
	pack_keys 'mount /dev/vda /data xfs'
	expect_status 0
}

@test "libkmod is loaded only if modules are requested" {
	need_namespaces
	start_modules
	ko a
	end_modules
	local without='mount --bind /dev/null "$(realpath "$1")" && shift && exec "$@"' library
	library=$(ldconfig -p | sed -n 's/.*libkmod.so.2 (.*x86-64.* => //p')
	run --separate-stderr unshare -rm sh -c "$without" sh "$library" \
		"$LULL_BIN/packer" -o "$OUT/image" -r "$SYS" -k "$RELEASE" -m a
	expect_refused 'packer: cannot read modules: '
	expect_in "$stderr" "libkmod.so.2: file too short; install kmod's library"
	run --separate-stderr unshare -rm sh -c "$without" sh "$library" \
		"$LULL_BIN/packer" -o "$OUT/image" -r "$SYS" -k "$RELEASE"
	expect_packed
}

@test "a manifest can name modules" {
	start_modules
	ko a
	ko b
	end_modules
	printf 'dev:a\n' >"$WORK/machine"
	manifest 'module a x=1 "y=2 3"' 'module b'
	pack -r "$SYS" -k "$RELEASE" --manifest "$WORK/m/list"
	expect_packed
	expect_equal "$(module_list)" 'need a x=1%20y=2%203,need b'
	expect_in "$(packer --why "/lib/modules/$RELEASE/kernel/b.ko" "$OUT/image")" "asked for by module b ($WORK/m/list:2)"
	manifest 'module c'
	rm "$OUT/image"
	pack -r "$SYS" -k "$RELEASE" --manifest "$WORK/m/list"
	expect_refused "$WORK/m/list:1: cannot find the module c"
}

@test "the order agrees with modprobe, for modules of every directory of a real kernel" {
	local kernel release names count
	kernel=$("$ROOT/scripts/kernel/fetch-kernel" linux-image-amd64)
	release=$(basename "$kernel"/lib/modules/*)
	names=$(sed -n 's|.*/\([^/:]*\)\.ko:.*|\1|p' "$kernel/lib/modules/$release/modules.dep" | awk 'NR % 47 == 0')
	run --separate-stderr packer -k "$kernel" -m "$names" -o "$OUT/image"
	expect_status 0
	module_list | tr , '\n' | sed 's/^[a-z]* //; s/ .*//; s/-/_/g' >"$WORK/order"
	for name in $names; do
		echo "for $name"
		modprobe -d "$kernel" -S "$release" -C /dev/null --show-depends "$name"
	done >"$WORK/modprobe"
	# Orders may differ, but all modules that modprobe loads for a module precede it.
	count=$(awk '
		function name(path) { sub(/.*\//, "", path); sub(/\.ko$/, "", path); gsub(/-/, "_", path); return path }
		FNR == NR { at[$1] = FNR; next }
		$1 == "for" { is = name($2); count++; next }
		$1 == "insmod" && !(name($2) in at) { print is " without " $2; exit }
		$1 == "insmod" && at[name($2)] > at[is] { print is " before " $2; exit }
		END { print count }' "$WORK/order" "$WORK/modprobe")
	[[ $count =~ ^[0-9]+$ && $count -gt 50 ]] || fail "$count"
	# The same for the dependencies in modules.dep of each packed module.
	sed 's/\.ko//g' "$kernel/lib/modules/$release/modules.dep" | awk '
		function name(path) { sub(/.*\//, "", path); sub(/:$/, "", path); gsub(/-/, "_", path); return path }
		FNR == NR { at[$1] = FNR; next }
		name($1) in at { for (i = 2; i <= NF; i++) if (!(name($i) in at) || at[name($i)] > at[name($1)]) exit 1 }
		' "$WORK/order" - || fail 'a module precedes its dependency'
	echo "# counted: $count modules with all that they need, as modprobe says" >&3
}
