/* SPDX-License-Identifier: MIT */
/*
 * Prints the nanoseconds (in exact mode, instructions) between the kernel's "Run /init" and this
 * program's first instruction. The kernel's clock is the time stamp counter with another zero: a
 * message that is written and read back shows the difference, with the log's resolution of a
 * microsecond.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

static const char mark[] = "lull: first-instruction\n";
static const char started[] = ";Run /init as init process\n";

/* The program's entry (Makefile). The C library does not use the registers that it changes. */
unsigned first_low, first_high;
__asm__(".globl first_instruction\n"
	"first_instruction:\n"
	"	rdtsc\n"
	"	movl %eax, first_low\n"
	"	movl %edx, first_high\n"
	"	xorl %edx, %edx\n"
	"	jmp _start\n");

/*
 * Returns the time of the first message from `from` on that holds `text`, in nanoseconds
 * (Documentation/ABI/testing/dev-kmsg).
 */
static unsigned long long
message_time(int log, int from, const char *text)
{
	unsigned long long time;
	char record[8192];
	ssize_t length;

	if (lseek(log, 0, from) < 0)
		err(1, "cannot seek in /dev/kmsg");
	while ((length = read(log, record, sizeof(record) - 1)) > 0) {
		record[length] = '\0';
		if (strstr(record, text) != NULL && sscanf(record, "%*u,%*u,%llu", &time) == 1)
			return time * 1000;
	}
	errx(1, "the kernel's log has no %s", text);
}

int
main(void)
{
	unsigned long long first = (unsigned long long)first_high << 32 | first_low, before;
	int log = open("/dev/kmsg", O_RDWR | O_NONBLOCK);

	if (log < 0)
		err(1, "cannot open /dev/kmsg");
	unsigned long long run = message_time(log, SEEK_SET, started);
	before = __rdtsc();
	if (write(log, mark, strlen(mark)) < 0)
		err(1, "cannot write to /dev/kmsg");
	unsigned long long zero = before - message_time(log, SEEK_SET, mark);
	printf("%llu\n", first - zero - run);
	return 0;
}
