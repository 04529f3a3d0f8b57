/* SPDX-License-Identifier: MIT */
#include "target/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target/tty.h"
#include "words.h"

/*
 * Parses the machine to boot: QEMU's board and firmware, or a machine in a laboratory. The keys, as
 * options after `--` or as keys in a file:
 *
 *  machine       pc, q35, microvm
 *  firmware      a file, or `ovmf`
 *  console       a command whose standard input and output are the machine's line
 *  tty           DEVICE[,SPEED], in bits per second; default 115200
 *  target        `grub DESTINATION [SECONDS]`: a machine with GRUB and its own system, whose
 *                ssh destination is DESTINATION, and which comes back within SECONDS;
 *                `pxe DIR MAC`: a machine that boots over the network the entry that DIR has for
 *                its MAC address
 *  boot-command, power-on, power-off, power-cycle   commands (machine.h)
 *
 * Commands are split into words as a shell does, without expansion.
 */

/*
 * Debian's, Fedora's and Arch's paths of UEFI as one file. QEMU's -bios needs a size that is a
 * multiple of 64 KiB.
 */
static const char *const ovmf_files[] = {
    "/usr/share/ovmf/OVMF.fd",		 "/usr/share/OVMF/OVMF_CODE.fd",
    "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/x64/OVMF.4m.fd",
    "/usr/share/edk2/x64/OVMF.fd",
};

static int
set_problem(struct text *problem, const char *why)
{
	text_string(problem, why);
	return -1;
}

static int
set_board(struct target_options *o, const char *value, struct text *problem)
{
	static const char *const names[] = {
	    [BOARD_PC] = "pc", [BOARD_Q35] = "q35", [BOARD_MICROVM] = "microvm"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], value) == 0) {
			o->board = (enum board)i;
			o->has_board = true;
			return 0;
		}
	return set_problem(problem, "give pc, q35 or microvm");
}

static int
set_firmware(struct target_options *o, const char *value, struct text *problem)
{
	o->is_ovmf = strcmp(value, "ovmf") == 0;
	for (size_t i = 0; o->is_ovmf && i < sizeof(ovmf_files) / sizeof(ovmf_files[0]); i++)
		if (access(ovmf_files[i], R_OK) == 0) {
			o->firmware = ovmf_files[i];
			return 0;
		}
	if (o->is_ovmf)
		return set_problem(
		    problem, "cannot find /usr/share/ovmf/OVMF.fd: install Debian's package ovmf");
	o->firmware = value;
	return access(value, R_OK) == 0 ? 0 : set_problem(problem, strerror(errno));
}

static int
set_tty(struct target_options *o, const char *value, struct text *problem)
{
	char *device = strdup(value), *comma = strrchr(value, ',');
	uint64_t speed = LABORATORY_SPEED;

	free(o->tty);
	o->tty = device;
	o->laboratory.tty = device;
	if (device == NULL)
		return set_problem(problem, strerror(ENOMEM));
	if (comma != NULL) {
		device[comma - value] = '\0';
		if (text_parse_number(comma + 1, UINT32_MAX, &speed) != 0 ||
		    !tty_has_speed((unsigned)speed))
			return set_problem(
			    problem, "invalid speed after the comma (examples: 9600, 115200)");
	}
	o->laboratory.speed = (unsigned)speed;
	return device[0] != '\0' ? 0 : set_problem(problem, "missing device");
}

static int
set_command(char *const **argv, const char *value, struct text *problem)
{
	char **words = words_split(value);

	free((void *)*argv);
	*argv = words;
	if (words == NULL)
		return set_problem(problem,
				   errno == EINVAL ? "a quote is not closed" : strerror(errno));
	return words[0] != NULL && words[0][0] != '\0' ? 0
						       : set_problem(problem, "missing command");
}

static int
set_target(struct target_options *o, const char *value, struct text *problem)
{
	char **words = words_split(value);
	size_t count = 0;
	int result = -1;

	while (words != NULL && words[count] != NULL)
		count++;
	if (count >= 1 && strcmp(words[0], "grub") == 0)
		result = target_grub_set(&o->laboratory, words + 1, problem);
	else if (count == 3 && strcmp(words[0], "pxe") == 0)
		result = target_pxe_set(&o->laboratory, words[1], words[2], problem);
	else
		set_problem(
		    problem,
		    "give \"grub root@HOST\" (its ssh destination) or \"pxe DIR MAC\" (the folder "
		    "that pxe-serve serves, and its MAC address)");
	o->has_target = true;
	free((void *)words);
	return result;
}

/* The field for a command; NULL if the key is not a command's. */
static char *const **
command_of(struct laboratory *l, const char *key)
{
	const struct {
		const char *key;
		char *const **argv;
	} commands[] = {
	    {"console", &l->console},	      {"boot-command", &l->boot},
	    {"power-on", &l->power_on},	      {"power-off", &l->power_off},
	    {"power-cycle", &l->power_cycle},
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].key, key) == 0)
			return commands[i].argv;
	return NULL;
}

int
target_options_set(struct target_options *o, const char *key, const char *value,
		   struct text *problem)
{
	char *const **argv = command_of(&o->laboratory, key);

	o->has_boot_command |= strcmp(key, "boot-command") == 0;
	if (argv != NULL)
		return set_command(argv, value, problem);
	if (strcmp(key, "machine") == 0)
		return set_board(o, value, problem);
	if (strcmp(key, "firmware") == 0)
		return set_firmware(o, value, problem);
	if (strcmp(key, "tty") == 0)
		return set_tty(o, value, problem);
	if (strcmp(key, "target") == 0)
		return set_target(o, value, problem);
	return set_problem(problem, "unknown key");
}

int
target_options_check(const struct target_options *o, bool exact, const char *qemu_option,
		     struct text *problem)
{
	const struct laboratory *l = &o->laboratory;
	bool has_commands = l->boot != NULL || l->power_on != NULL || l->power_off != NULL ||
			    l->power_cycle != NULL;

	if (l->console != NULL && l->tty != NULL)
		return set_problem(problem, "console and tty: a machine has only one of them");
	if (l->wait != NULL && (o->has_boot_command || l->power_on != NULL || l->power_off != NULL))
		return set_problem(problem,
				   "target grub: only the commands console and power-cycle may "
				   "be combined with it");
	if (o->has_target && o->has_boot_command)
		return set_problem(
		    problem,
		    "target: it sets its own boot command, so boot-command is not allowed");
	if (o->has_target && l->console == NULL && l->tty == NULL)
		return set_problem(problem, "target: missing console or tty");
	if (l->console == NULL && l->tty == NULL && has_commands)
		return set_problem(problem,
				   "boot-command and power-...: these need a console or a tty");
	if (target_options_laboratory(o) != NULL && qemu_option != NULL) {
		text_string(problem, qemu_option);
		return set_problem(problem,
				   " is for QEMU, not for a machine with a console or a tty");
	}
	if (exact && (o->board != BOARD_PC || o->firmware != NULL))
		return set_problem(problem,
				   "exact mode supports only QEMU's pc with its default firmware");
	if (o->board == BOARD_MICROVM && o->is_ovmf)
		return set_problem(problem, "microvm does not support ovmf");
	return 0;
}

const struct laboratory *
target_options_laboratory(const struct target_options *o)
{
	return o->laboratory.console != NULL || o->laboratory.tty != NULL ? &o->laboratory : NULL;
}

void
target_options_free(struct target_options *o)
{
	struct laboratory *l = &o->laboratory;

	free((void *)l->console);
	free((void *)l->boot);
	free((void *)l->power_on);
	free((void *)l->power_off);
	free((void *)l->power_cycle);
	free((void *)l->wait);
	free(o->tty);
	*o = (struct target_options){0};
}

struct target *
target_start(const struct machine *machine)
{
	return machine->laboratory != NULL ? target_laboratory_start(machine)
					   : target_qemu_start(machine);
}
