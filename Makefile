# SPDX-License-Identifier: MIT
# build/ holds the programs for use, build/asan/ the host programs and tests with sanitizers.

VERSION := 0.1
PREFIX ?= /usr/local
LIBDIR := $(PREFIX)/lib/lull

# The user may set CC, CPPFLAGS, CFLAGS and LDFLAGS for the host programs; the project's own flags are separate.
# WERROR=-Werror makes warnings errors, as in .ci/run.
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
MUSL_CC ?= musl-gcc
FUZZ_CC ?= clang
WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla
PROJECT_CPPFLAGS := -D_GNU_SOURCE -MMD -MP -DLULL_VERSION='"$(VERSION)"' -DLULL_LIBDIR='"$(LIBDIR)"'
PROJECT_CFLAGS := -std=c11 $(WARNINGS)
HOST_CPPFLAGS := $(PROJECT_CPPFLAGS) $(CPPFLAGS)
# Headers are included by their path from the folder of the program, of lib or of test. A test sees the headers of the
# program whose folder it is in; tests in `records` see those of init and bench, as bench reads init's records.
headers = $(addprefix -iquote ,$(sort $(filter packer bench init test,$(subst records,bench init,$(subst /, ,$<)))) lib)
HOST_CFLAGS := $(PROJECT_CFLAGS) $(CFLAGS)
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
# After musl's headers, only folders of kernel headers: otherwise glibc's would replace headers that musl lacks.
KERNEL_HEADERS := build/musl/include
MUSL_SIZE := -Os
# For init: inlining functions that are called once makes it larger, as registers run short.
INIT_SIZE := -Oz -flto -fno-inline-functions-called-once
MUSL_CPPFLAGS = $(PROJECT_CPPFLAGS) -idirafter $(KERNEL_HEADERS)
MUSL_CFLAGS = $(PROJECT_CFLAGS) $(MUSL_SIZE) -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables -fno-pie -fno-stack-protector
MUSL_LDFLAGS := -static -no-pie -s -Wl,--gc-sections -Wl,--build-id=sha1 -Wl,-z,norelro -Wl,-z,noseparate-code \
	-Wl,-z,common-page-size=64
UNPACK_LIBS := -lz -lbz2 -llzma -lzstd -llz4
BENCH_LIBS := -ljansson $(UNPACK_LIBS) -lgsl -lgslcblas -lm
PACKER_LIBS := -ljansson -lnettle $(UNPACK_LIBS) -ldl -pthread
TEST_LIBS := $(sort $(PACKER_LIBS) $(BENCH_LIBS))

objects = $(patsubst %.c,$(1)/obj/%.o,$(2))
sources = $(wildcard $(1)/*.c $(1)/*/*.c)
INIT := $(call sources,init)
INIT_TESTED := $(addprefix init/,base/files.c base/knob_value.c base/match.c report/identity.c report/net_record.c \
	report/provenance.c)
LIB := $(wildcard lib/*.c)
# With the parts that only host programs use.
HOST_LIB := $(LIB) $(wildcard lib/host/*.c)
NEEDS := build/needs_table.c
PACKER := $(call sources,packer) $(NEEDS)
BENCH := $(call sources,bench)
TESTED_SOURCES := $(filter-out %/main.c,$(PACKER) $(BENCH)) $(INIT_TESTED) $(HOST_LIB)
PROGRAMS := build/init build/packer build/bench build/dhcp-offers
EXPERIMENTS := $(patsubst experiments/%/main.c,build/experiments/%,$(wildcard experiments/*/main.c))
UNIT := $(patsubst %.c,build/asan/%,$(wildcard test/unit/*/test_*.c))
FUZZ := $(patsubst %.c,build/asan/%,$(wildcard test/fuzz/*/fuzz_*.c))
GUIDED := $(patsubst %.c,build/fuzz/%,$(wildcard test/fuzz/*/fuzz_*.c) test/fuzz/planted.c)
GUEST := $(patsubst %.c,build/%,$(wildcard test/guest/*.c)) build/test/guest/init-nodevtmpfs
PERF_GUEST := build/perf/init-poweroff build/perf/init-clock build/perf/kernel-facts build/perf/init-modules \
	build/perf/first-instruction
TESTED := build/asan/packer build/asan/bench $(UNIT) $(FUZZ) $(GUEST) build/test/differential/tree \
	build/test/study/fake build/asan/test/network/server build/asan/test/network/client

# `make V=1` shows the commands.
ifndef V
.SILENT:
endif

LONG := check-long check-kernel check-programs check-network check-studies check-boot
.PHONY: all setup kernel demo quick check fresh $(LONG) perf fuzz fuzz-seeds install clean always
# Keeps objects. With .SECONDARY, which would apply to headers too, a removed header would not cause a rebuild.
.PRECIOUS: build/obj/%.o build/asan/obj/%.o build/fuzz/obj/%.o build/musl/obj/%.o
# Goals that start a second make would build the same files at the same time; the second make is still parallel.
ifneq ($(filter setup demo quick check $(LONG) perf fuzz fuzz-seeds,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif
.DELETE_ON_ERROR:

all: $(PROGRAMS) $(EXPERIMENTS)

setup:
	@scripts/setup

kernel: build/kernel/vmlinuz

build/kernel/vmlinuz: | scripts/kernel/fetch-kernel
	scripts/kernel/fetch-kernel -o build/kernel

# These goals start a second make instead of listing prerequisites, as a fresh machine has no compiler before the set-up.
demo: setup
	@echo 'Building, and fetching a kernel into the cache (make V=1 shows how)'
	@$(MAKE) --no-print-directory all kernel
	@scripts/demo

# The cost of the goals, in minutes on two idle cores with a built tree and warm caches of packages and kernels:
#
#   quick           2   unit tests, seeds of fuzzing, command lines: no boot
#   check          10   the same and boots
#   check-long     17   all long tests except check-kernel; parts: check-programs (2), check-network (2),
#                       check-studies (2), check-boot (14)
#   check-kernel   12   compiles two kernels (four minutes each, unless cached) and boots them
#   fuzz           25   a minute for each target and each CPU
#
# .ci/run, with cold caches, takes at most 45, with less fuzzing. test/run lists the cost of each file.
#
# TEST_JOBS test programs run at once: one more than CPUs, as some mostly wait; of the long ones, which boot machines all
# the time, as many as CPUs.
run_tests := TEST_JOBS=$${TEST_JOBS:-$$(($$(nproc) + 1))} test/run
run_long := TEST_JOBS=$${TEST_JOBS:-$$(nproc)} test/run --long

quick: setup
	@echo 'Building everything, once more under sanitizers (make V=1 shows how)'
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@TEST_JOBS=$${TEST_JOBS:-$$(($$(nproc) + 2))} test/run --quick

check: setup
	@echo 'Building everything, once more under sanitizers (make V=1 shows how)'
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@$(run_tests)

# Runs `make demo` and `make check` on a fresh machine, a new Debian, as root and as a user with sudo; FRESH replaces these
# goals and users.
fresh:
	@scripts/setup fresh
	@test/fresh $(FRESH)

check-kernel: setup
	@scripts/setup kernel
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@TEST_LIMIT=7200 $(run_long) kernel trouble

check-long: setup
	@scripts/setup programs
	@scripts/setup boot
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@$(run_long) $(PROGRAMS_LONG) $(NETWORK_LONG) $(STUDIES_LONG) $(BOOT_LONG)

# Compares packer with the loader for every program of this machine, and runs some programs from images.
PROGRAMS_LONG := programs documents
check-programs: setup
	@scripts/setup programs
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@$(run_long) $(PROGRAMS_LONG)

# Boots with networks.
NETWORK_LONG := network
check-network: setup
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@$(run_long) $(NETWORK_LONG)

# Studies of real boots.
STUDIES_LONG := studies bisect
check-studies: setup
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@$(run_long) $(STUDIES_LONG)

# Several kinds of machines: boards, drivers, laboratories, networks, disks and sticks with a boot loader, and the fresh
# machine.
BOOT_LONG := grub dead_disk media pxe targets modules fresh
check-boot: setup
	@scripts/setup boot
	@$(MAKE) --no-print-directory all kernel $(TESTED)
	@$(run_long) $(BOOT_LONG)

# The fuzz targets of `make check`, guided by coverage: each for FUZZ_SECONDS (60), FUZZ_JOBS of them (one a CPU) at once.
# Without clang and with LULL_SETUP=done nothing is built, and the tests are skipped with the reason.
fuzz: setup
	@scripts/setup fuzz
	@if test/fuzz/possible; then $(MAKE) --no-print-directory $(GUIDED); else [ "$$LULL_SETUP" = done ]; fi
	@test/run --long fuzz

# Chooses seeds, which are committed, from the corpus that fuzzing made on this machine.
fuzz-seeds: setup
	@scripts/setup fuzz
	@$(MAKE) --no-print-directory $(GUIDED)
	@test/fuzz/choose-seeds

perf: setup
	@$(MAKE) --no-print-directory all kernel build/perf/measure build/test/study/fake $(PERF_GUEST)
	@test/perf/run
	@test/perf/modules
	@test/perf/studies
	@test/perf/media
	@test/perf/pxe
	@test/perf/kernels

# Objects depend on the compilers and flags too: on a file that is written only when these change.
flags = $(CC) $(MUSL_CC) $(FUZZ_CC) $(HOST_CPPFLAGS) $(HOST_CFLAGS) $(LDFLAGS) $(ASAN) \
	$(PACKER_LIBS) $(BENCH_LIBS) $(MUSL_CPPFLAGS) $(MUSL_CFLAGS) $(INIT_SIZE) $(MUSL_LDFLAGS)
ifneq ($(file <build/flags),$(flags))
build/flags: always
endif
build/flags:
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(flags))' >$@

# kconfig/needs as a string in packer, so that packer needs no file at run time.
$(NEEDS): kconfig/needs Makefile
	@mkdir -p $(@D)
	{ echo 'const char needs_table[] ='; sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' kconfig/needs; echo ';'; } >$@

# Host programs, plain and with sanitizers.
build/packer: $(call objects,build,$(PACKER) $(HOST_LIB))
	$(CC) $(HOST_CFLAGS) $(LDFLAGS) -o $@ $^ $(PACKER_LIBS)
build/bench: $(call objects,build,$(BENCH) $(HOST_LIB))
	$(CC) $(HOST_CFLAGS) $(LDFLAGS) -o $@ $^ $(BENCH_LIBS)
build/dhcp-offers: $(call objects,build,scripts/lab/dhcp-offers.c $(wildcard lib/dhcp_*.c))
	$(CC) $(HOST_CFLAGS) $(LDFLAGS) -o $@ $^
build/asan/packer: $(call objects,build/asan,$(PACKER) $(HOST_LIB))
	$(CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -o $@ $^ $(PACKER_LIBS)
build/asan/bench: $(call objects,build/asan,$(BENCH) $(HOST_LIB))
	$(CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -o $@ $^ $(BENCH_LIBS)
build/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	$(CC) $(headers) $(HOST_CPPFLAGS) $(HOST_CFLAGS) $(WERROR) -c -o $@ $<
build/asan/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	$(CC) $(headers) $(HOST_CPPFLAGS) $(HOST_CFLAGS) $(WERROR) $(ASAN) -c -o $@ $<

# Unit tests and fuzz targets are linked with all modules except main.c; of init, with modules that are pure, or read only
# a given root.
build/asan/libtested.a: $(call objects,build/asan,$(TESTED_SOURCES))
	rm -f $@
	ar rcs $@ $^
build/asan/test/unit/%: build/asan/obj/test/unit/%.o build/asan/libtested.a
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) -lcmocka
build/asan/test/fuzz/%: build/asan/obj/test/fuzz/%.o build/asan/obj/test/fuzz/driver.o build/asan/libtested.a
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)

# The generator of trees for the differential test.
build/test/differential/tree: $(call objects,build,$(wildcard test/differential/*.c))
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(LDFLAGS) -o $@ $^

# The same targets with libFuzzer's main() and coverage instrumentation in all code.
build/fuzz/obj/%.o: %.c build/flags
	@mkdir -p $(@D)
	$(FUZZ_CC) $(headers) $(HOST_CPPFLAGS) $(HOST_CFLAGS) $(WERROR) $(ASAN) -fsanitize=fuzzer-no-link \
		-c -o $@ $<
build/fuzz/libtested.a: $(call objects,build/fuzz,$(TESTED_SOURCES))
	rm -f $@
	ar rcs $@ $^
build/fuzz/test/fuzz/%: build/fuzz/obj/test/fuzz/%.o build/fuzz/libtested.a
	@mkdir -p $(@D)
	$(FUZZ_CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(TEST_LIBS)

# A DHCP server for boots with networks, and init's DHCP client as a host program.
build/asan/test/network/server: build/asan/obj/test/network/server.o
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -o $@ $^
build/asan/test/network/client: $(call objects,build/asan,test/network/client.c \
		$(addprefix init/,base/clock.c net/dhcp.c) $(INIT_TESTED) $(LIB))
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(ASAN) $(LDFLAGS) -o $@ $^

# A fake machine for studies; it is optimized, as make perf measures its boots per second.
build/test/study/fake: $(call objects,build,test/study/fake.c $(LIB))
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(LDFLAGS) -static -o $@ $^

# Guest programs: static, with musl.
$(KERNEL_HEADERS):
	@mkdir -p $@
	ln -sfn /usr/include/linux /usr/include/asm-generic /usr/include/$$($(CC) -print-multiarch)/asm $@
build/musl/obj/init/% build/musl/obj/lib/% build/musl/obj/nodevtmpfs.o: private MUSL_SIZE := $(INIT_SIZE)
build/init build/test/guest/init-nodevtmpfs: private MUSL_SIZE := $(INIT_SIZE)
build/init: $(call objects,build/musl,$(INIT) $(LIB)) scripts/strip-sections
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $(filter %.o,$^)
	scripts/strip-sections $@
build/test/guest/init-nodevtmpfs: $(filter-out %/mounts.o,$(call objects,build/musl,$(INIT) $(LIB))) \
		build/musl/obj/nodevtmpfs.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^
build/musl/obj/nodevtmpfs.o: init/setup/mounts.c build/flags | $(KERNEL_HEADERS)
	@mkdir -p $(@D)
	$(MUSL_CC) $(headers) $(MUSL_CPPFLAGS) -DINIT_DEV_FSTYPE='"nodevtmpfs"' $(MUSL_CFLAGS) $(WERROR) -c -o $@ $<
build/musl/obj/%.o: %.c build/flags | $(KERNEL_HEADERS)
	@mkdir -p $(@D)
	$(MUSL_CC) $(headers) $(MUSL_CPPFLAGS) $(MUSL_CFLAGS) $(WERROR) -c -o $@ $<
build/experiments/%: build/musl/obj/experiments/%/main.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^
build/test/guest/forge: $(call objects,build/musl,init/base/files.c init/report/identity.c $(LIB))
build/test/guest/%: build/musl/obj/test/guest/%.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^

# Benchmarks against peers.
build/perf/measure: build/obj/test/perf/measure.o
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(LDFLAGS) -o $@ $^
build/perf/first-instruction: private MUSL_LDFLAGS += -Wl,-e,first_instruction
build/perf/%: build/musl/obj/test/perf/%.o
	@mkdir -p $(@D)
	$(MUSL_CC) $(MUSL_CFLAGS) $(MUSL_LDFLAGS) -o $@ $^

install: $(PROGRAMS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 755 build/packer build/bench $(DESTDIR)$(PREFIX)/bin
	install -m 755 build/init build/dhcp-offers $(addprefix scripts/grub/,99_lull grub-entry grub-line grub-once \
		grub-remove grub-target grub-there) $(addprefix scripts/lab/,pxe-entry pxe-serve) $(DESTDIR)$(LIBDIR)
	install -m 644 $(addprefix scripts/,lib-kernel lib-output $(addprefix grub/,lib-entry lib-environment lib-grub \
		lib-menu.awk lib-undo)) $(DESTDIR)$(LIBDIR)
	install -m 644 packer/packer.1 bench/bench.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 bench/lull-plan.5 bench/lull-report.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 init/lull-init.8 $(DESTDIR)$(PREFIX)/share/man/man8

clean:
	rm -rf build

-include $(foreach folder,build build/asan build/fuzz build/musl,$(foreach depth,* */* */*/* */*/*/*,$(wildcard \
	$(folder)/obj/$(depth).d)))
