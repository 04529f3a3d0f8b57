# SPDX-License-Identifier: MIT
# One Makefile: build/ holds the programs as they are used, build/asan/ the host programs and tests under sanitizers.

VERSION := 0.1
PREFIX ?= /usr/local
LIBDIR := $(PREFIX)/lib/lull

CC := gcc
MUSL_CC := musl-gcc
CPPFLAGS := -D_GNU_SOURCE -iquote lib -MMD -MP -DLULL_VERSION='"$(VERSION)"' -DLULL_LIBDIR='"$(LIBDIR)"'
WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror
CFLAGS := -std=c11 -O2 -g $(WARNINGS)
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
# Behind musl's own headers, folders of the kernel's and nothing else: what musl lacks would be taken from glibc's.
KERNEL_HEADERS := build/musl/include
MUSL_CFLAGS := -idirafter $(KERNEL_HEADERS) -std=c11 -Os $(WARNINGS) -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-fno-pie -fno-stack-protector
MUSL_LDFLAGS := -static -no-pie -s -Wl,--gc-sections -Wl,--build-id=sha1 -Wl,-z,norelro -Wl,-z,noseparate-code
PACKER_LIBS := -lz -lbz2 -llzma -lzstd -llz4 -lkmod

objects = $(patsubst %.c,$(1)/obj/%.o,$(2))
modules = $(filter-out %/main.c,$(wildcard $(1)/*.c))
INIT := $(wildcard init/*.c)
LIB := $(wildcard lib/*.c)
PROGRAMS := build/init build/packer build/bench
EXPERIMENTS := $(patsubst experiments/%/main.c,build/experiments/%,$(wildcard experiments/*/main.c))
UNIT := $(patsubst %.c,build/asan/%,$(wildcard test/unit/test_*.c))
FUZZ := $(patsubst %.c,build/asan/%,$(wildcard test/fuzz/fuzz_*.c))
GUEST := $(patsubst %.c,build/%,$(wildcard test/boot/*.c)) build/test/boot/init-nodevtmpfs
PERF_GUEST := build/perf/init-poweroff build/perf/init-clock build/perf/kernel-facts build/perf/init-modules
TESTED := build/asan/packer build/asan/bench $(UNIT) $(FUZZ) $(GUEST) build/test/differential/tree \
	build/test/network/server build/asan/test/network/client

# `make V=1` shows the commands.
ifndef V
.SILENT:
endif

.PHONY: all setup kernel demo check check-kernel check-programs perf fuzz install clean always
.SECONDARY:
# Those that start a second make, named together, would build the same at the same time; that one is parallel still.
ifneq ($(filter setup demo check perf fuzz,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif
.DELETE_ON_ERROR:

all: $(PROGRAMS) $(EXPERIMENTS)

setup:
	@scripts/setup

kernel: build/kernel/vmlinuz

build/kernel/vmlinuz: | scripts/fetch-kernel
	scripts/fetch-kernel -o build/kernel

# The set-up comes before anything is compiled, so these two start a second make rather than list prerequisites that a
# fresh machine has no compiler for yet.
demo: setup
	@echo 'Building, and fetching a kernel into the cache (make V=1 shows how)'
	@$(MAKE) --no-print-directory all kernel
	@scripts/demo

check: setup
	@echo 'Building everything, once more under sanitizers (make V=1 shows how)'
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@test/run

# The long tests: kernels are compiled, twice some four minutes on two cores, unless the cache has them.
check-kernel: setup
	@scripts/setup kernel
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@TEST_LIMIT=3000 test/run --long kernel

# Every program of this machine against its loader, under a minute for some hundreds.
check-programs: setup
	@$(MAKE) --no-print-directory all
	@test/run --long programs

# The fuzz targets of `make check`, for longer.
fuzz: setup
	@$(MAKE) --no-print-directory $(FUZZ)
	@set -e; for f in $(FUZZ); do $$f -n 5000000 $$(ls -d test/fuzz/seeds/$${f##*/fuzz_}); done

perf: setup
	@$(MAKE) --no-print-directory all kernel build/perf/measure $(PERF_GUEST)
	@test/perf/run
	@test/perf/modules
	@test/perf/kernels

# What objects depend on beside their sources: compilers and flags, in a file that is new only where they are.
flags = $(CC) $(MUSL_CC) $(CPPFLAGS) $(CFLAGS) $(ASAN) $(MUSL_CFLAGS) $(MUSL_LDFLAGS)
build/flags: always
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(flags))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(flags))' >$@

# Host programs, plain and under sanitizers.
build/packer: $(call objects,build,$(wildcard packer/*.c) $(LIB))
	$(CC) $(CFLAGS) -o $@ $^ $(PACKER_LIBS)
build/bench: $(call objects,build,$(wildcard bench/*.c) $(LIB))
	$(CC) $(CFLAGS) -o $@ $^ -ljansson
build/asan/packer: $(call objects,build/asan,$(wildcard packer/*.c) $(LIB))
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ $(PACKER_LIBS)
build/asan/bench: $(call objects,build/asan,$(wildcard bench/*.c) $(LIB))
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ -ljansson
build/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
build/asan/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -iquote packer -iquote bench $(CFLAGS) $(ASAN) -c -o $@ $<

# Unit tests and fuzz targets know the pure and the working modules, never a main.c.
build/asan/libtested.a: $(call objects,build/asan,$(call modules,packer) $(call modules,bench) $(LIB))
	rm -f $@
	ar rcs $@ $^
build/asan/test/unit/%: build/asan/obj/test/unit/%.o build/asan/libtested.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ $(PACKER_LIBS) -lcmocka -ljansson
build/asan/test/fuzz/%: build/asan/obj/test/fuzz/%.o build/asan/obj/test/fuzz/driver.o build/asan/libtested.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ $(PACKER_LIBS) -ljansson

# What makes the trees of the differential test.
build/test/differential/tree: $(call objects,build,$(wildcard test/differential/*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

# A DHCP server on the wire of a machine, for its boots, and init's client as a program of the host.
build/test/network/server: build/obj/test/network/server.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^
build/asan/test/network/client: $(call objects,build/asan,test/network/client.c init/dhcp.c init/deadline.c $(LIB))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^

# What runs in the guest: static musl.
$(KERNEL_HEADERS):
	@mkdir -p $@
	ln -sfn /usr/include/linux /usr/include/asm-generic /usr/include/$$($(CC) -print-multiarch)/asm $@
build/init: $(call objects,build/musl,$(INIT) $(LIB))
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^
build/test/boot/init-nodevtmpfs: $(filter-out %/mounts.o,$(call objects,build/musl,$(INIT) $(LIB))) build/musl/obj/nodevtmpfs.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^
build/musl/obj/nodevtmpfs.o: init/mounts.c build/flags
	@mkdir -p $(@D)
	$(MUSL_CC) $(CPPFLAGS) -DINIT_DEV_FSTYPE='"nodevtmpfs"' $(MUSL_CFLAGS) -c -o $@ $<
build/musl/obj/%.o: %.c build/flags | $(KERNEL_HEADERS)
	@mkdir -p $(@D)
	$(MUSL_CC) $(CPPFLAGS) $(MUSL_CFLAGS) -c -o $@ $<
build/experiments/%: build/musl/obj/experiments/%/main.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^
build/test/boot/%: build/musl/obj/test/boot/%.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^

# Benchmarks against peers.
build/perf/measure: build/obj/test/perf/measure.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^
build/perf/%: build/musl/obj/test/perf/%.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^

install: $(PROGRAMS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man8
	install -m 755 build/packer build/bench $(DESTDIR)$(PREFIX)/bin
	install -m 755 build/init $(DESTDIR)$(LIBDIR)
	install -m 644 packer/packer.1 bench/bench.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 init/lull-init.8 $(DESTDIR)$(PREFIX)/share/man/man8

clean:
	rm -rf build

-include $(wildcard build/obj/*/*.d build/obj/*/*/*.d build/asan/obj/*/*.d build/asan/obj/*/*/*.d build/musl/obj/*/*.d \
	build/musl/obj/*/*/*.d build/musl/obj/*.d)
