/* SPDX-License-Identifier: MIT */
#include "boot/appliance.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "boot/boot_image.h"
#include "boot/precheck.h"
#include "experiment.h"
#include "host/kernel_image.h"

enum { TIMEOUT_DEFAULT_S = 600, PROBLEM_MAX = 512 };

/* Exact mode always uses this session, so that boots repeat to the byte. */
static const uint64_t exact_session = 0x6c756c6c65786163;

static const char built_kernel[] = "build/kernel/vmlinuz";

static bool
has_experiment(const struct contents *contents)
{
	const struct rootfs_entry *only;

	return contents == NULL || contents_experiments(contents, NULL, &only) > 0;
}

/*
 * Reads the experiment's keys among the user's kernel arguments, and checks that there is something
 * to run. Returns an exit status.
 */
static int
read_experiment(struct appliance *a, const struct boot_options *o, const struct contents *contents)
{
	struct experiment e = experiment_default();
	char buffer[PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	bool on_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;

	if (o->args != NULL && kernel_line_check(o->args, &e, &problem) != 0) {
		warnx("-a: %.*s", (int)problem.used, buffer);
		experiment_free(&e);
		return STATUS_WRONG_USAGE;
	}
	bool is_given = o->run != NULL || e.run.count > 0;
	bool has_command =
	    is_given || o->experiment != NULL || e.name[0] != '\0' || has_experiment(contents);
	a->interactive = !has_command && on_terminal && !o->exact && !o->json;
	a->timeout_s = o->timeout_s > 0	 ? o->timeout_s
		       : e.timeout_s > 0 ? e.timeout_s
					 : TIMEOUT_DEFAULT_S;
	/* The image's experiment has its own time limit. */
	a->sends_timeout = is_given || o->timeout_s > 0;
	a->session = e.session;
	experiment_free(&e);
	if (!has_command && !a->interactive) {
		warnx("nothing to run: give a command after --, such as bench boot -- ls -l /, or "
		      "pack an experiment (packer -x)");
		return STATUS_WRONG_USAGE;
	}
	if (e.has_session)
		return 0;
	a->session = exact_session;
	if (!o->exact &&
	    getrandom(&a->session, sizeof(a->session), 0) != (ssize_t)sizeof(a->session)) {
		warn("cannot get random bytes");
		return STATUS_NO_VERDICT;
	}
	return 0;
}

int
appliance_default_kernel(char *path, size_t size)
{
	struct utsname running;

	snprintf(path, size, "%s", built_kernel);
	if (access(path, R_OK) == 0)
		return 0;
	/* An existing but unreadable kernel is an error; only a missing one is skipped. */
	if (errno != ENOENT) {
		warn("cannot read kernel %s", path);
		return -1;
	}
	uname(&running);
	snprintf(path, size, "/boot/vmlinuz-%s", running.release);
	if (access(path, R_OK) == 0)
		return 0;
	warn("cannot read kernel %s or %s; name one with -k", built_kernel, path);
	return -1;
}

static int
lookup_kernel(struct appliance *a, const struct boot_options *o)
{
	if (o->kernel == NULL)
		return appliance_default_kernel(a->kernel, sizeof(a->kernel));
	snprintf(a->kernel, sizeof(a->kernel), "%s", o->kernel);
	if (access(a->kernel, R_OK) == 0)
		return 0;
	warn("cannot read kernel %s", a->kernel);
	return -1;
}

/* The e_machine of a kernel, from the first bytes of its file; 0 if it is not a kernel. */
static unsigned
read_kernel_machine(const unsigned char *head, size_t size)
{
	struct kernel_image image;
	unsigned low = head[EI_DATA] == ELFDATA2MSB ? 19 : 18;

	if (memcmp(head, ELFMAG, SELFMAG) == 0)
		return head[low] | (unsigned)head[37 - low] << 8;
	if (memcmp(head + 0x202, "HdrS", 4) == 0)
		return head[0x1fe] == 0x55 && head[0x1ff] == 0xaa ? EM_X86_64 : 0;
	return kernel_image_read(&image, head, size) == 0 ? image.machine : 0;
}

static const char *
machine_name(unsigned machine)
{
	switch (machine) {
	case EM_AARCH64:
		return "arm64";
	case EM_ARM:
		return "arm";
	case EM_RISCV:
		return "RISC-V";
	case EM_PPC64:
		return "PowerPC";
	case EM_S390:
		return "s390";
	default:
		return "another processor";
	}
}

int
appliance_check_kernel(const char *path)
{
	unsigned char head[0x1000] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, head, sizeof(head)) : -1;

	if (n < 0)
		warn("cannot read kernel %s", path);
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -1;
	unsigned machine = read_kernel_machine(head, (size_t)n);
	if (machine == EM_X86_64 || machine == EM_386)
		return 1;
	if (machine == 0)
		return 0;
	warnx("cannot boot kernel %s: it is for %s, and bench boots x86-64 machines only", path,
	      machine_name(machine));
	return -1;
}

static int
measure_image(struct appliance *a, const struct boot_options *o)
{
	struct stat status;

	a->image = o->image;
	int fd = open(o->image, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) != 0) {
		warn("cannot read image %s", o->image);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	uint64_t unpacked =
	    S_ISREG(status.st_mode) ? boot_image_unpacked(fd, (uint64_t)status.st_size) : 0;
	close(fd);
	if (!S_ISREG(status.st_mode)) {
		warnx("cannot read image %s: it is not a file", o->image);
		return -1;
	}
	a->machine.initrd = o->image;
	a->image_mib = (uint64_t)status.st_size >> 20;
	a->machine.memory_mib = o->memory_mib > 0 ? o->memory_mib : boot_image_memory(unpacked);
	return 0;
}

/* Appends the experiment, if it is not on the command line, and the padding of the layout. */
static int
extend_image(struct appliance *a, unsigned layout)
{
	size_t size = 0;
	char *archive = a->line.file != NULL
			    ? boot_image_archive(a->line.file, a->line.file_length, &size)
			    : NULL;

	if (archive == NULL && a->line.file != NULL) {
		warn("cannot put the command into the image");
		return -1;
	}
	a->initrd_fd = boot_image_append(a->image, archive, size, layout);
	free(archive);
	if (a->initrd_fd < 0)
		return -1;
	/*
	 * QEMU inherits the descriptor; its path in /proc names the file. Commands of a laboratory
	 * may close inherited descriptors, so they get bench's.
	 */
	if (a->machine.laboratory == NULL)
		fcntl(a->initrd_fd, F_SETFD, 0);
	if (a->machine.laboratory == NULL)
		snprintf(a->initrd, sizeof(a->initrd), "/proc/self/fd/%d", a->initrd_fd);
	else
		snprintf(a->initrd, sizeof(a->initrd), "/proc/%ld/fd/%d", (long)getpid(),
			 a->initrd_fd);
	a->machine.initrd = a->initrd;
	return 0;
}

static int
make_line(struct appliance *a, const struct boot_options *o)
{
	struct kernel_line_request request = {
	    .args = o->args,
	    .session = a->session,
	    .timeout_s = a->interactive || !a->sends_timeout ? 0 : a->timeout_s,
	    .experiment = o->experiment,
	    .run = o->run,
	    .exact = o->exact,
	    .layout = o->layout,
	    .in_file = o->layouts > 1,
	    .board = o->target.board,
	};
	const struct laboratory *laboratory = a->machine.laboratory;

	if (laboratory != NULL) {
		request.speed = laboratory->tty != NULL ? laboratory->speed : LABORATORY_SPEED;
		request.returns = laboratory->wait != NULL;
	}

	if (kernel_line_make(&a->line, &request) != 0) {
		if (errno != E2BIG) {
			warn("cannot create the kernel's command line");
			return STATUS_NO_VERDICT;
		}
		warnx("-a: the kernel's command line would be longer than %d bytes",
		      KERNEL_LINE_MAX);
		return STATUS_WRONG_USAGE;
	}
	a->machine.line = a->line.line;
	return 0;
}

int
appliance_prepare(struct appliance *a, const struct boot_options *o,
		  const struct contents *contents)
{
	*a = (struct appliance){.initrd_fd = -1, .problem = MACHINE_UNKNOWN};
	a->machine.cpus = o->cpus;
	a->machine.exact = o->exact;
	a->machine.extra = o->qemu_args;
	a->machine.board = o->target.board;
	a->machine.firmware = o->target.firmware;
	a->machine.laboratory = target_options_laboratory(&o->target);
	a->machine.kernel = a->kernel;
	a->machine.qemu = a->qemu;
	a->machine.is_foreign = contents != NULL && precheck_is_foreign(contents, o->args);
	int status = read_experiment(a, o, contents);
	if (status == 0 && (lookup_kernel(a, o) != 0 || measure_image(a, o) != 0))
		status = STATUS_NO_VERDICT;
	if (status == 0)
		status = make_line(a, o);
	if (status != 0)
		return status;
	/* bench does not know which kernels a laboratory's machine can boot. */
	int kernel = a->machine.laboratory != NULL ? 1 : appliance_check_kernel(a->kernel);
	if (kernel < 0)
		return STATUS_NO_VERDICT;
	if (a->machine.laboratory == NULL && qemu_find(a->qemu, sizeof(a->qemu)) != 0)
		a->problem = MACHINE_MISSING;
	else if (kernel == 0)
		a->problem = MACHINE_NOT_STARTED;
	if (a->problem != MACHINE_UNKNOWN || (a->line.file == NULL && o->layout == 0))
		return 0;
	return extend_image(a, o->layout) == 0 ? 0 : STATUS_NO_VERDICT;
}

static int
hash_file(struct file_hash *of, const char *path)
{
	int result = file_hash_read(of, path);

	if (result != 0)
		warn("cannot read %s", path);
	return result;
}

int
appliance_hash(struct appliance *a)
{
	return hash_file(&a->kernel_hash, a->kernel) != 0 ||
		       hash_file(&a->image_hash, a->image) != 0
		   ? -1
		   : 0;
}

static bool
is_current(const struct file_hash *hash, const char *path)
{
	struct stat now;

	if (stat(path, &now) == 0 && file_hash_is_same(&hash->seen, &now))
		return true;
	warnx("%s changed during the boot: the result has no hashes", path);
	return false;
}

bool
appliance_is_current(const struct appliance *a)
{
	return is_current(&a->kernel_hash, a->kernel) && is_current(&a->image_hash, a->image);
}

void
appliance_free(struct appliance *a)
{
	kernel_line_free(&a->line);
	if (a->initrd_fd >= 0)
		close(a->initrd_fd);
	a->initrd_fd = -1;
}
