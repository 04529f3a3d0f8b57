#!/bin/bash
# SPDX-License-Identifier: MIT
# Packs programs as in tutorials: `which`, `ldd`, `cp`, then `find | cpio`. packer is compared with it.
#
#	loop.sh IMAGE INIT NAME...
#
# The tree stays in a new folder next to IMAGE, as its removal is not part of packing.
set -euo pipefail

image=$1
init=$2
shift 2
tree=$(mktemp -d "$image.tree.XXXXXX")

mkdir -p "$tree"/{bin,sbin,etc,proc,sys,dev,run,tmp,root,var/log,usr/bin,usr/sbin,lib,lib64,usr/lib}
chmod 750 "$tree/root"
chmod 1777 "$tree/tmp"
for name in "$@"; do
	path=$(which "$name") || continue # a container may have no poweroff
	mkdir -p "$tree$(dirname "$path")"
	cp -L "$path" "$tree$path"
	for library in $(ldd "$path" 2>/dev/null | awk '/=> \// { print $3 } $1 ~ /^\// { print $1 }'); do
		mkdir -p "$tree$(dirname "$library")"
		cp -Lu "$library" "$tree$library"
	done
done
cp "$init" "$tree/init"
(cd "$tree" && find . | cpio --quiet -o -H newc) >"$image"
