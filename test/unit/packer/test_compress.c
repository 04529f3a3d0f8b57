/* SPDX-License-Identifier: MIT */
/* Compresses data of sizes around block sizes and unpacks them with the reader of images
 * (unpack.h). */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/unpack.h"
#include "image/compress.h"
#include "image/parallel.h"

enum { MIB = 1 << 20, LARGEST = 8 * MIB + 1 };

static const char *const names[] = {"zstd", "lz4", "gzip", "xz"};
static unsigned char *plain;

/* Fills `plain` with random bytes and copies of earlier bytes at varying distances. */
static int
make_plain(void **state)
{
	uint32_t random = 1;
	size_t distance = 1;

	(void)state;
	plain = malloc(LARGEST);
	if (plain == NULL)
		return -1;
	for (size_t i = 0; i < LARGEST; i++) {
		random = random * 1664525 + 1013904223;
		if (i % 4096 == 0)
			distance = 1 + (random >> 8) % (i < 1000000 ? i + 1 : 1000000);
		plain[i] =
		    i < 4096 || i % 4096 < 64 ? (unsigned char)(random >> 16) : plain[i - distance];
	}
	return 0;
}

static int
free_plain(void **state)
{
	(void)state;
	free(plain);
	return 0;
}

/* Returns a memory file with the first `size` bytes. */
static int
file_of(size_t size)
{
	int fd = memfd_create("plain", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t at = 0; at < size;) {
		ssize_t put = write(fd, plain + at, size - at);
		assert_true(put > 0);
		at += (size_t)put;
	}
	return fd;
}

/* Compresses the first `size` bytes and returns the output, to be freed. */
static unsigned char *
compress(const char *name, size_t size, size_t *length)
{
	int in = file_of(size), out = memfd_create("out", MFD_CLOEXEC);
	const struct compress_method *method = compress_find(name);
	struct stat stat;

	assert_non_null(method);
	assert_string_equal(compress_name(method), name);
	assert_int_equal(compress_run(method, in, out, "out"), 0);
	assert_int_equal(fstat(out, &stat), 0);
	*length = (size_t)stat.st_size;
	unsigned char *bytes = malloc(*length);
	assert_int_equal(pread(out, bytes, *length, 0), *length);
	close(in);
	close(out);
	return bytes;
}

static void
unpacks_to_the_same(void **state)
{
	static const size_t sizes[] = {1, MIB - 1, MIB, MIB + 1, 8 * MIB, LARGEST};

	(void)state;
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			size_t length;
			unsigned char *bytes = compress(names[n], sizes[i], &length);
			assert_string_equal(unpack_method(bytes, length), names[n]);
			struct unpacked unpacked = unpack(bytes, length, sizes[i] + 1);
			assert_null(unpacked.problem);
			assert_int_equal(unpacked.used, length);
			assert_int_equal(unpacked.size, sizes[i]);
			assert_true(memcmp(unpacked.bytes, plain, sizes[i]) == 0);
			assert_true(sizes[i] < MIB || length < sizes[i]);
			free(unpacked.bytes);
			free(bytes);
		}
	}
}

static void
output_does_not_depend_on_processors(void **state)
{
	cpu_set_t all, one;
	size_t length, length_one;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	CPU_ZERO(&one);
	for (int i = 0; CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
		unsigned char *bytes = compress(names[n], LARGEST, &length);
		assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
		assert_int_equal(parallel_processors(), 1);
		unsigned char *bytes_one = compress(names[n], LARGEST, &length_one);
		assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
		assert_int_equal(length, length_one);
		assert_memory_equal(bytes, bytes_one, length);
		free(bytes);
		free(bytes_one);
	}
}

static void
reports_errors(void **state)
{
	(void)state;
	assert_null(compress_find("lzma"));
	assert_null(compress_find(""));
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
		int in = file_of(2 * MIB), out = open("/dev/full", O_WRONLY);
		assert_int_equal(compress_run(compress_find(names[n]), in, out, "out"), -1);
		close(out);
		close(in);
	}
}

struct counted {
	size_t taken;
	size_t fail_make, fail_take; /* pieces at which to fail; SIZE_MAX: never */
};

static void *
make_number(void *context, size_t i)
{
	const struct counted *counted = context;
	size_t *number = malloc(sizeof(*number));

	if (i == counted->fail_make) {
		free(number);
		errno = EDOM;
		return NULL;
	}
	/* Every eighth piece takes longer than those after it. */
	if (i % 8 == 0)
		usleep(1000);
	*number = i;
	return number;
}

static int
take_number(void *context, size_t i, void *made)
{
	struct counted *counted = context;

	assert_int_equal(i, counted->taken);
	assert_int_equal(*(size_t *)made, i);
	if (i == counted->fail_take) {
		errno = ERANGE;
		return -1;
	}
	counted->taken++;
	return 0;
}

static void
pieces_come_in_order(void **state)
{
	struct counted counted = {0, SIZE_MAX, SIZE_MAX};
	struct parallel parallel = {1000, &counted, make_number, take_number};

	(void)state;
	assert_int_equal(parallel_run(&parallel), 0);
	assert_int_equal(counted.taken, 1000);
	counted = (struct counted){0, 500, SIZE_MAX};
	assert_int_equal(parallel_run(&parallel), -1);
	assert_int_equal(errno, EDOM);
	assert_true(counted.taken <= 500);
	counted = (struct counted){0, SIZE_MAX, 300};
	assert_int_equal(parallel_run(&parallel), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(counted.taken, 300);
	counted = (struct counted){0, SIZE_MAX, SIZE_MAX};
	parallel.count = 0;
	assert_int_equal(parallel_run(&parallel), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unpacks_to_the_same),
	    cmocka_unit_test(output_does_not_depend_on_processors),
	    cmocka_unit_test(reports_errors),
	    cmocka_unit_test(pieces_come_in_order),
	};

	return cmocka_run_group_tests(tests, make_plain, free_plain);
}
