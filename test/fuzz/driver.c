/* SPDX-License-Identifier: MIT */
/*
 * main() of a fuzz target if the compiler has no libFuzzer: calls LLVMFuzzerTestOneInput() with
 * every seed and then with mutations of them, always the same ones, and prints one test in TAP.
 *
 * 	TARGET [-n MUTATIONS] [FILE|DIR]...
 *
 * The input that makes a target fail is saved as TARGET.crash; `TARGET -n 0 TARGET.crash`
 * reproduces it.
 */
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	INPUT_MAX = 1 << 16,
	SEEDS_MAX = 4096,
	MUTATIONS_DEFAULT =
	    2000, /* a second or two; `make fuzz`, guided by coverage, runs longer */
	STACKED_MAX = 8,
	HANG_SECONDS = 20,
};

struct input {
	size_t length;
	uint8_t *bytes;
};

/* Frequent values in mutations: limits of numbers, and characters with a meaning in formats. */
static const uint8_t special_bytes[] = {0,   1,	   0x7f, 0x80, 0xff, '\n', ' ', '%',
					'"', '\'', '\\', '/',  '=',  '@',  '0', '9'};

/*
 * Global state: the seeds, the random number generator, and the current input for a failing target.
 */
static struct input seeds[SEEDS_MAX];
static size_t seeds_used;
static uint64_t state = 20110707;
static const uint8_t *current;
static size_t current_length;
static char crash_path[PATH_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t
random_number(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t
random_below(size_t bound)
{
	return bound ? random_number() % bound : 0;
}

static void
keep_input(void)
{
	FILE *f = current ? fopen(crash_path, "wb") : NULL;

	if (!f)
		return;
	fwrite(current, 1, current_length, f);
	fclose(f);
	fprintf(stderr, "# the input is in %s\n", crash_path);
}

/*
 * stdio in a signal handler is acceptable here: the target hangs or has crashed, and the process
 * ends.
 */
static void
on_signal(int signal_number)
{
	fprintf(stderr, "# signal %d (%s)\n", signal_number,
		signal_number == SIGALRM ? "hang" : "crash");
	keep_input();
	_exit(128 + signal_number);
}

/* The target gets a copy of the exact size, so that the sanitizer detects reads beyond it. */
static void
try_input(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		err(1, "cannot allocate %zu bytes", length);
	memcpy(copy, bytes, length);
	current = copy;
	current_length = length;
	alarm(HANG_SECONDS);
	LLVMFuzzerTestOneInput(copy, length);
	current = NULL;
	current_length = 0;
	free(copy);
}

static void
add_seed(const uint8_t *bytes, size_t length)
{
	struct input *seed = &seeds[seeds_used];

	if (seeds_used == SEEDS_MAX)
		errx(1, "more than %d seeds", SEEDS_MAX);
	seed->bytes = malloc(length ? length : 1);
	if (!seed->bytes)
		err(1, "cannot allocate %zu bytes", length);
	memcpy(seed->bytes, bytes, length);
	seed->length = length;
	seeds_used++;
}

static void
read_file(const char *path)
{
	static uint8_t buffer[INPUT_MAX];
	FILE *f = fopen(path, "rb");

	if (!f)
		err(1, "cannot open %s", path);
	size_t length = fread(buffer, 1, sizeof(buffer), f);
	if (ferror(f))
		err(1, "cannot read %s", path);
	fclose(f);
	add_seed(buffer, length);
}

/* Sorted, so that the mutations do not depend on readdir order. */
static void
read_seeds(const char *path)
{
	struct stat st;
	struct dirent **entries;
	char name[PATH_MAX];

	if (stat(path, &st) != 0)
		err(1, "cannot find %s", path);
	if (!S_ISDIR(st.st_mode)) {
		read_file(path);
		return;
	}
	int count = scandir(path, &entries, NULL, alphasort);
	if (count < 0)
		err(1, "cannot read %s", path);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
			read_seeds(name);
		}
		free(entries[i]);
	}
	free(entries);
}

/* Replaces `removed` bytes at `at` by `added` bytes of `from`, unless the result is too long. */
static size_t
splice(uint8_t *bytes, size_t length, size_t at, size_t removed, const uint8_t *from, size_t added)
{
	if (length - removed + added > INPUT_MAX)
		return length;
	memmove(bytes + at + added, bytes + at + removed, length - at - removed);
	memcpy(bytes + at, from, added);
	return length - removed + added;
}

static size_t
mutate(uint8_t *bytes, size_t length)
{
	const struct input *other = &seeds[random_below(seeds_used)];
	size_t at = random_below(length);
	size_t some = random_below(length - at + 1);
	size_t from = random_below(other->length);
	size_t part = random_below(other->length - from + 1);
	uint8_t byte = random_number() & 1 ? special_bytes[random_below(sizeof(special_bytes))]
					   : random_number();

	switch (random_below(7)) {
	case 0:
		if (length)
			bytes[at] ^= 1 << random_below(8);
		return length;
	case 1:
		if (length)
			bytes[at] = byte;
		return length;
	case 2:
		return splice(bytes, length, at, 0, &byte, 1);
	case 3:
		return splice(bytes, length, at, some, bytes, 0);
	case 4:
		return splice(bytes, length, at, some, other->bytes + from, part);
	case 5:
		return splice(bytes, length, at, 0, other->bytes + from, part);
	default:
		return at;
	}
}

static void
try_mutation(void)
{
	static uint8_t bytes[INPUT_MAX];
	const struct input *seed = &seeds[random_below(seeds_used)];
	size_t length = seed->length;

	memcpy(bytes, seed->bytes, length);
	for (size_t left = 1 + random_below(STACKED_MAX); left > 0; left--)
		length = mutate(bytes, length);
	try_input(bytes, length);
}

static void
watch(const char *name)
{
	static const int deadly[] = {SIGALRM, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};

	snprintf(crash_path, sizeof(crash_path), "%s.crash", name);
	signal(SIGALRM, on_signal);
	if (__sanitizer_set_death_callback) {
		__sanitizer_set_death_callback(keep_input);
		return;
	}
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], on_signal);
}

int
main(int argc, char *argv[])
{
	unsigned long mutations = MUTATIONS_DEFAULT;
	const char *slash = strrchr(argv[0], '/');
	int option;

	while ((option = getopt(argc, argv, "n:")) != -1) {
		if (option != 'n')
			errx(2, "usage: %s [-n MUTATIONS] [FILE|DIR]...", argv[0]);
		mutations = strtoul(optarg, NULL, 10);
	}
	for (int i = optind; i < argc; i++)
		read_seeds(argv[i]);
	if (seeds_used == 0)
		add_seed((const uint8_t *)"", 0);
	printf("1..1\n");
	fflush(stdout);
	watch(argv[0]);
	for (size_t i = 0; i < seeds_used; i++)
		try_input(seeds[i].bytes, seeds[i].length);
	for (unsigned long i = 0; i < mutations; i++)
		try_mutation();
	printf("ok 1 - %s: %zu seeds, %lu mutations\n", slash ? slash + 1 : argv[0], seeds_used,
	       mutations);
	for (size_t i = 0; i < seeds_used; i++)
		free(seeds[i].bytes);
	return 0;
}
