/* SPDX-License-Identifier: MIT */
#include "report/provenance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "environment.h"
#include "sha256.h"

/*
 * Formatters for files of the kernel with more than one word: members of struct provenance_fact.
 * Pure.
 */

void
fact_send_line(struct environment_writer *w, struct provenance_fact *fact)
{
	size_t length = fact->length;

	if (length > 0 && fact->value[length - 1] == '\n')
		length--;
	environment_add(w, fact->key, fact->value, length);
}

void
fact_send_string(struct environment_writer *w, struct provenance_fact *fact)
{
	environment_add(w, fact->key, fact->value, strlen(fact->value));
}

/*
 * Returns whether a line of /proc/cpuinfo with this name identifies the CPU's model or features, on
 * any architecture.
 */
static bool
is_cpu_fact(const char *name, size_t length)
{
	static const char *const names[] = {
	    "vendor_id",   "cpu family", "model",	 "model name",	    "stepping",
	    "microcode",   "flags",	 "bugs",	 "CPU implementer", "CPU architecture",
	    "CPU variant", "CPU part",	 "CPU revision", "Features",	    "features",
	    "isa",	   "uarch",	 "mvendorid",	 "marchid",	    "mimpid",
	    "cpu",	   "revision",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return true;
	return false;
}

/* Parses "NAME\t*: VALUE"; other lines are skipped. */
static void
send_cpu_line(struct environment_writer *w, const struct provenance_fact *fact, const char *line,
	      size_t length)
{
	const char *colon = memchr(line, ':', length), *end = line + length;
	char key[ENVIRONMENT_KEY_MAX + 1];
	struct text t = text_in(key, sizeof(key));
	size_t name = colon != NULL ? (size_t)(colon - line) : 0;

	while (name > 0 && (line[name - 1] == '\t' || line[name - 1] == ' '))
		name--;
	if (!is_cpu_fact(line, name))
		return;
	text_string(&t, fact->key);
	for (size_t i = 0; i < name; i++) {
		bool is_capital = line[i] >= 'A' && line[i] <= 'Z';
		text_char(&t, line[i] == ' ' ? '_'
			      : is_capital   ? (char)(line[i] - 'A' + 'a')
					     : line[i]);
	}
	text_char(&t, '\0');
	for (colon++; colon < end && *colon == ' ';)
		colon++;
	environment_add(w, key, colon, (size_t)(end - colon));
}

void
fact_send_cpu(struct environment_writer *w, struct provenance_fact *fact)
{
	const char *line = fact->value, *newline;

	/* An empty line ends a CPU. */
	while ((newline = strchr(line, '\n')) != NULL && newline != line) {
		send_cpu_line(w, fact, line, (size_t)(newline - line));
		line = newline + 1;
	}
}

void
fact_send_memory(struct environment_writer *w, struct provenance_fact *fact)
{
	const char *at = file_line(fact->value, "MemTotal:");

	if (at == NULL)
		return;
	at += strspn(at, " ");
	environment_add(w, fact->key, at, strspn(at, "0123456789"));
}

void
fact_send_modules(struct environment_writer *w, struct provenance_fact *fact)
{
	static const char more[] = "...";
	const char *line = fact->value, *newline;
	size_t used = 0;

	/* Names are compacted in place: each is shorter than its line. */
	for (; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
		size_t name = strcspn(line, " \n");
		memmove(fact->value + used, line, name);
		used += name;
		fact->value[used++] = ' ';
	}
	if (*line != '\0' && used + strlen(more) <= fact->length) {
		memcpy(fact->value + used, more, strlen(more));
		used += strlen(more);
	} else if (used > 0) {
		used--;
	}
	environment_add(w, fact->key, fact->value, used);
}

void
fact_send_taint(struct environment_writer *w, struct provenance_fact *fact)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ"; /* by bit */
	char value[64];
	struct text t = text_in(value, sizeof(value));
	uint64_t taint;

	fact->value[strcspn(fact->value, "\n")] = '\0';
	if (text_parse_number(fact->value, UINT64_MAX, &taint) != 0)
		return;
	text_number(&t, taint);
	if ((taint & ((UINT64_C(1) << strlen(letters)) - 1)) != 0)
		text_char(&t, ' ');
	for (size_t bit = 0; bit < strlen(letters); bit++)
		if ((taint >> bit & 1) != 0)
			text_char(&t, letters[bit]);
	environment_add(w, fact->key, value, t.used);
}

/*
 * The kernel generates /proc/cpuinfo while it is read, at 40,000 instructions per CPU, so only the
 * first CPU is read.
 */
enum { STEP = 512 };

enum extent {
	ONE_READ,  /* the result of one read(2): at most a page */
	ONE_BLOCK, /* up to an empty line */
	ALL,
};

struct source {
	const char *key;
	const char *path;
	void (*send)(struct environment_writer *w, struct provenance_fact *fact);
	enum extent extent;
};

/* Modules are last: they use the remaining room. */
static const struct source sources[] = {
    {"version", "proc/version", fact_send_line, ONE_READ},
    {"cmdline", "proc/cmdline", fact_send_line, ALL},
    {"taint", "proc/sys/kernel/tainted", fact_send_taint, ONE_READ},
    {"clocksource", "sys/devices/system/clocksource/clocksource0/current_clocksource",
     fact_send_line, ONE_READ},
    {"memory_kib", "proc/meminfo", fact_send_memory, ONE_READ},
    {"transparent_hugepage", "sys/kernel/mm/transparent_hugepage/enabled", fact_send_line,
     ONE_READ},
    {"numa_nodes", "sys/devices/system/node/online", fact_send_line, ONE_READ},
    {"cpu.", "proc/cpuinfo", fact_send_cpu, ONE_BLOCK},
    {"modules", "proc/modules", fact_send_modules, ALL},
};

static const struct source of_cpus[] = {
    {"cpus_online", "online", fact_send_line, ONE_READ},
    {"smt.control", "smt/control", fact_send_line, ONE_READ},
    {"smt.active", "smt/active", fact_send_line, ONE_READ},
};

/* Without serial numbers, asset tags and UUIDs. */
static const struct source of_dmi[] = {
    {"dmi.sys_vendor", "sys_vendor", fact_send_line, ONE_READ},
    {"dmi.product_name", "product_name", fact_send_line, ONE_READ},
    {"dmi.product_version", "product_version", fact_send_line, ONE_READ},
    {"dmi.board_vendor", "board_vendor", fact_send_line, ONE_READ},
    {"dmi.board_name", "board_name", fact_send_line, ONE_READ},
    {"dmi.bios_vendor", "bios_vendor", fact_send_line, ONE_READ},
    {"dmi.bios_version", "bios_version", fact_send_line, ONE_READ},
    {"dmi.bios_date", "bios_date", fact_send_line, ONE_READ},
};

/* Returns the number of bytes read to `at`, fewer than `room`; -1 if the file cannot be read. */
static long
read_extent(int folder, const char *path, enum extent extent, char *at, size_t room)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = -1;

	if (fd < 0)
		return -1;
	at[0] = '\0';
	while (used + 1 < room) {
		size_t left = room - 1 - used;
		got = read(fd, at + used, extent == ONE_BLOCK && left > STEP ? STEP : left);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		/* The end of a block may span two reads. */
		char *line = at + (used > 0 ? used - 1 : 0);
		used += (size_t)got;
		at[used] = '\0';
		line = strchr(line, '\n');
		if (extent == ONE_READ ||
		    (extent == ONE_BLOCK && line != NULL && file_line(line + 1, "\n") != NULL))
			break;
	}
	close(fd);
	/*
	 * If the file was truncated after a whole line, removes the newline, so that the truncation
	 * is visible.
	 */
	if (extent == ALL && got > 0 && used > 0 && at[used - 1] == '\n')
		at[--used] = '\0';
	return got >= 0 ? (long)used : -1;
}

static void
add_fact(struct provenance *p, const char *key, char *value, size_t length,
	 void (*send)(struct environment_writer *w, struct provenance_fact *fact))
{
	if (p->count < PROVENANCE_FACTS_MAX)
		p->facts[p->count++] = (struct provenance_fact){key, value, length, send};
}

/* Reads a file for its fact. Returns the value, or NULL. */
static const char *
read_source(struct provenance *p, int folder, const struct source *source)
{
	char *at = p->bytes + p->used;
	size_t room = sizeof(p->bytes) - p->used;
	long length = room > 0 ? read_extent(folder, source->path, source->extent, at, room) : -1;

	if (length < 0)
		return NULL;
	p->used += (size_t)length + 1;
	add_fact(p, source->key, at, (size_t)length, source->send);
	return at;
}

static void
read_sources(struct provenance *p, int folder, const struct source *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		read_source(p, folder, &table[i]);
}

static int
open_folder(int root, const char *path)
{
	return openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The next name in a folder that begins with `start`; NULL at the end, or without a folder. */
static const char *
next_name(DIR *folder, const char *start)
{
	struct dirent *entry = NULL;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && strncmp(entry->d_name, start, strlen(start)) == 0)
			break;
	return entry != NULL ? entry->d_name : NULL;
}

/* Reads every file of the folder: later kernels have more. */
static void
read_mitigations(struct provenance *p, int cpus)
{
	int fd = open_folder(cpus, "vulnerabilities");
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	const char *name;

	while ((name = next_name(folder, "")) != NULL) {
		struct text key = text_in(p->bytes + p->used, sizeof(p->bytes) - p->used);
		text_string(&key, "mitigation.");
		text_string(&key, name);
		text_char(&key, '\0');
		if (key.full)
			break;
		p->used += key.used;
		read_source(p, fd, &(struct source){key.data, name, fact_send_line, ONE_READ});
	}
	if (folder != NULL)
		closedir(folder);
}

/* CPU 0 belongs to the first policy. */
static void
read_frequency(struct provenance *p, int cpus)
{
	static const struct source driver = {
	    "cpufreq.scaling_driver", "cpufreq/policy0/scaling_driver", fact_send_line, ONE_READ};
	static const struct source first = {"cpufreq.scaling_governor",
					    "cpufreq/policy0/scaling_governor", fact_send_line,
					    ONE_READ};
	static char yes[] = "yes", no[] = "no";
	const char *governor = read_source(p, cpus, &first), *name;
	char path[64], other[64], *same = yes;

	if (governor == NULL)
		return;
	read_source(p, cpus, &driver);
	int fd = open_folder(cpus, "cpufreq");
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	while ((name = next_name(folder, "policy")) != NULL) {
		struct text t = text_in(path, sizeof(path));
		text_string(&t, name);
		text_string(&t, "/scaling_governor");
		text_char(&t, '\0');
		if (!t.full && file_read_at(fd, path, other, sizeof(other)) > 0 &&
		    strcmp(other, governor) != 0)
			same = no;
	}
	if (folder != NULL)
		closedir(folder);
	add_fact(p, "cpufreq.same_governor", same, strlen(same), fact_send_line);
}

static void
read_board(struct provenance *p, int root)
{
	static const struct source model = {
	    "devicetree_model", "sys/firmware/devicetree/base/model", fact_send_string, ONE_READ};
	int folder = open_folder(root, "sys/devices/virtual/dmi/id");

	if (folder < 0) {
		read_source(p, root, &model);
		return;
	}
	read_sources(p, folder, of_dmi, sizeof(of_dmi) / sizeof(*of_dmi));
	close(folder);
}

void
provenance_read(struct provenance *p, int root)
{
	int cpus = open_folder(root, "sys/devices/system/cpu");

	p->count = p->used = 0;
	if (cpus >= 0) {
		read_sources(p, cpus, of_cpus, sizeof(of_cpus) / sizeof(*of_cpus));
		read_frequency(p, cpus);
		read_mitigations(p, cpus);
		close(cpus);
	}
	read_board(p, root);
	read_sources(p, root, sources, sizeof(sources) / sizeof(*sources));
	p->config = openat(root, "proc/config.gz", O_RDONLY | O_CLOEXEC);
}

static void
send_config(struct environment_writer *w, int fd)
{
	char piece[4096], digits[2 * SHA256_SIZE];
	unsigned char digest[SHA256_SIZE];
	struct text t = text_in(digits, sizeof(digits));
	struct sha256 hash;
	ssize_t got;

	sha256_start(&hash);
	while ((got = read(fd, piece, sizeof(piece))) > 0 || (got < 0 && errno == EINTR))
		if (got > 0)
			sha256_add(&hash, piece, (size_t)got);
	sha256_finish(&hash, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	if (got == 0)
		environment_add(w, "config_gz_sha256", t.data, t.used);
}

void
provenance_send(struct provenance *p, void (*send)(const void *payload, size_t length))
{
	struct environment_writer w;

	environment_start(&w, send);
	for (size_t i = 0; i < p->count; i++)
		p->facts[i].send(&w, &p->facts[i]);
	if (p->config >= 0) {
		send_config(&w, p->config);
		close(p->config);
	}
	environment_end(&w);
}
