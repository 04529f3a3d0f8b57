/* SPDX-License-Identifier: MIT */
/*
 * Pretends to be init: `forge SESSION` writes the records of a successful run wherever it can;
 * `forge find` first searches every readable file for the session. As root it goes on where init's
 * records are, which it finds in init's memory, and then ends the machine; as another user it
 * starts anew, and exits with 7.
 */
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "../../init/base/files.h"
#include "../../init/report/identity.h"
#include "wire.h"

enum { READ_MAX = 1 << 20, REFUSED = 7 };

static char records[8 * WIRE_LINE_MAX], session[17];
static size_t length;

static void
append_record(struct wire_encoder *wire, const char *kind, const char *payload, size_t size)
{
	length += wire_encode(wire, kind, payload, size, records + length);
}

/*
 * Searches a part of init's memory for the encoder of its records, of which it has sent `hello` and
 * `start`.
 */
static bool
search_memory(int memory, uint64_t from, uint64_t to, struct wire_encoder *wire)
{
	static char bytes[READ_MAX];
	uint64_t wanted = strtoull(session, NULL, 16);
	ssize_t got =
	    pread(memory, bytes, to - from < READ_MAX ? to - from : READ_MAX, (off_t)from);

	for (size_t at = 0; got > 0 && at + sizeof(*wire) <= (size_t)got; at += sizeof(uint64_t)) {
		memcpy(wire, bytes + at, sizeof(*wire));
		if (wire->session == wanted && wire->sequence == 2)
			return true;
	}
	return false;
}

static bool
find_encoder(struct wire_encoder *wire)
{
	FILE *maps = fopen("/proc/1/maps", "re");
	int memory = open("/proc/1/mem", O_RDONLY | O_CLOEXEC);
	uint64_t from, to;
	char line[512], mode[8];
	bool found = false;

	while (maps != NULL && memory >= 0 && !found && fgets(line, sizeof(line), maps) != NULL)
		found = sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, mode) == 3 &&
			strncmp(mode, "rw", 2) == 0 && search_memory(memory, from, to, wire);
	if (maps != NULL)
		fclose(maps);
	if (memory >= 0)
		close(memory);
	return found;
}

/* Makes the first records of init, as far as they are known. */
static void
make_start(struct wire_encoder *wire)
{
	char payload[WIRE_PAYLOAD_MAX], boot[64];
	struct text t = text_in(payload, sizeof(payload));
	struct utsname kernel;

	wire_start(wire, strtoull(session, NULL, 16));
	uname(&kernel);
	file_read("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	boot[strcspn(boot, "\n")] = '\0';
	text_field_string(&t, "init", LULL_VERSION);
	text_field_string(&t, "kernel", kernel.release);
	text_field_string(&t, "boot", boot);
	identity_write(&t, AT_FDCWD);
	append_record(wire, "hello", payload, t.used);
	append_record(wire, "start", "run 1\ntimeout 600\n", 18); /* bench's limit */
}

/* The records of init for a run that printed one line. */
static void
make_records(void)
{
	struct wire_encoder wire;

	records[length++] = '\n';
	if (!find_encoder(&wire))
		make_start(&wire);
	append_record(&wire, "output", "stdout 1 0\nforged\n", 18);
	append_record(&wire, "exit", "run 1\nstatus 0\nwall_ns 1\n", 25);
	length += wire_encode_end(&wire, records + length);
}

static bool
search_bytes(const char *bytes, size_t size, const char *name)
{
	static const char key[] = "lull.session=";
	const char *at = memmem(bytes, size, key, strlen(key));

	if (at == NULL || (size_t)(bytes + size - at) < strlen(key) + 16 ||
	    strspn(at + strlen(key), "0123456789abcdef") < 16)
		return false;
	memcpy(session, at + strlen(key), 16);
	printf("the session is in %s\n", name);
	return true;
}

/* Visits an entry of a tree for nftw(3), except this process's own. */
static int
search_file(const char *path, const struct stat *status, int type, struct FTW *where)
{
	static char bytes[READ_MAX];
	int fd = -1, found = 0;

	(void)status, (void)where;
	if (strncmp(path, "/proc/", 6) == 0 && (size_t)atoi(path + 6) == (size_t)getpid())
		return 0;
	if (type == FTW_F && (S_ISREG(status->st_mode) || strcmp(path, "/dev/kmsg") == 0))
		fd = open(path, O_RDONLY | O_NONBLOCK);
	for (ssize_t got; fd >= 0 && found == 0 && (got = read(fd, bytes, sizeof(bytes))) > 0;) {
		found = search_bytes(bytes, (size_t)got, path);
		if (S_ISREG(status->st_mode))
			break;
	}
	if (fd >= 0)
		close(fd);
	return found;
}

static bool
find_session(void)
{
	static const char *const trees[] = {"/proc", "/etc",	      "/dev",	    "/run",
					    "/tmp",  "/sys/firmware", "/sys/kernel"};
	static char log[READ_MAX];
	int size = klogctl(3, log, sizeof(log));

	if (size > 0 && search_bytes(log, (size_t)size, "the kernel's log"))
		return true;
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++)
		if (nftw(trees[i], search_file, 16, FTW_PHYS) == 1)
			return true;
	return false;
}

static void
write_all(void)
{
	static const char *const places[] = {
	    "/dev/console", "/dev/ttyS0",    "/dev/tty",     "/dev/tty0",    "/dev/kmsg",
	    "/dev/hvc0",    "/dev/vport0p1", "/proc/1/fd/0", "/proc/1/fd/1", "/proc/1/fd/2"};

	for (int fd = 0; fd < 16; fd++) {
		int discipline = 0;
		if (ioctl(fd, TIOCSETD, &discipline) == 0 || isatty(fd))
			printf("descriptor %d is a terminal\n", fd);
		if (write(fd, records, length) < 0)
			continue;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		int fd = open(places[i], O_WRONLY | O_NOCTTY);
		if (fd >= 0 && write(fd, records, length) > 0)
			printf("%s can be written\n", places[i]);
	}
}

int
main(int argc, char *argv[])
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (symlink("/proc/cmdline", "/tmp/link") != 0)
		puts("no link");
	if (argc == 2 && strcmp(argv[1], "find") != 0)
		snprintf(session, sizeof(session), "%s", argv[1]);
	else if (!find_session())
		puts("no session");
	if (session[0] != '\0') {
		make_records();
		write_all();
	}
	if (getuid() == 0)
		reboot(RB_POWER_OFF);
	return REFUSED;
}
