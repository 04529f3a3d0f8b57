/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "boot/kernel_line.h"
#include "study/cells.h"
#include "study/study_plan.h"

#define LEAST "kernel k vmlinuz\nimage i initramfs\nrun r true\n"

static char message[PLAN_PROBLEM_MAX];

static int
read_text(struct study_plan *p, const char *text)
{
	struct text problem = text_in(message, sizeof(message) - 1);
	int result = study_plan_read(p, "PLAN", text, strlen(text), &problem);

	message[problem.used] = '\0';
	return result;
}

static void
expect_mistake(const char *text, const char *mistake)
{
	struct study_plan p;

	assert_int_equal(read_text(&p, text), -1);
	assert_string_equal(message, mistake);
	study_plan_free(&p);
}

static void
a_minimal_plan_has_defaults(void **state)
{
	struct study_plan p;
	(void)state;

	assert_int_equal(read_text(&p, LEAST), 0);
	assert_string_equal(message, "");
	assert_int_equal(p.boots, 10);
	assert_int_equal(p.limit, 20);
	assert_int_equal(p.tries, 3);
	assert_false(p.has_seed);
	assert_false(p.exact);
	assert_int_equal(p.lists[PLAN_ARGS].count, 1);
	assert_string_equal(p.lists[PLAN_ARGS].at[0].label, "none");
	assert_string_equal(p.lists[PLAN_ARGS].at[0].text, "");
	study_plan_free(&p);
}

static void
layouts_set_the_number_of_boots(void **state)
{
	struct study_plan p;
	(void)state;

	assert_int_equal(read_text(&p, LEAST "exact yes\nlayouts 8\n"), 0);
	assert_int_equal(p.layouts, 8);
	assert_int_equal(p.boots, 9);
	assert_int_equal(p.limit, 18);
	study_plan_free(&p);
}

static void
every_key_is_read(void **state)
{
	static const char text[] =
	    "# a comment\n"
	    "kernel a 'my kernel' my.config # and one more\n"
	    "kernel b b.vmlinuz\n"
	    "image i initramfs\n"
	    "pack p -b \"ls cat\" \\\n  -x x\n"
	    "args off mitigations=off quiet\n"
	    "args on\n"
	    "experiment getppid\n"
	    "experiment getppid again\n"
	    "run r sh -c 'exit 3'\n"
	    "twice a/*\n"
	    "boots 30\nprecision 1.5% wall_ns\nlimit 100\ntries 5\n"
	    "noisy involuntary_switches 0\nseed 42\ntimeout 7\nmemory 1G\ncpus 2\nexact no\n"
	    "machine q35\nqemu -device 'virtio-rng-pci'\n";
	struct study_plan p;
	(void)state;

	assert_int_equal(read_text(&p, text), 0);
	assert_int_equal(p.lists[PLAN_KERNELS].count, 2);
	assert_string_equal(p.lists[PLAN_KERNELS].at[0].text, "my kernel");
	assert_string_equal(p.lists[PLAN_KERNELS].at[0].config, "my.config");
	assert_null(p.lists[PLAN_KERNELS].at[1].config);
	assert_string_equal(p.lists[PLAN_IMAGES].at[1].words[1], "ls cat");
	assert_string_equal(p.lists[PLAN_IMAGES].at[1].words[3], "x");
	assert_string_equal(p.lists[PLAN_ARGS].at[0].text, "mitigations=off quiet");
	assert_string_equal(p.lists[PLAN_EXPERIMENTS].at[1].label, "again");
	assert_string_equal(p.lists[PLAN_EXPERIMENTS].at[1].text, "getppid");
	assert_string_equal(p.lists[PLAN_EXPERIMENTS].at[2].words[2], "exit 3");
	assert_int_equal(p.boots, 30);
	assert_true(p.precision == 0.015);
	assert_string_equal(p.precision_of, "wall_ns");
	assert_int_equal(p.limit, 100);
	assert_true(p.noise.has[FIGURE_INVOLUNTARY_SWITCHES]);
	assert_int_equal(p.noise.max[FIGURE_INVOLUNTARY_SWITCHES], 0);
	assert_int_equal(p.seed, 42);
	assert_int_equal(p.memory_mib, 1024);
	assert_string_equal(p.settings[PLAN_QEMU], "-device 'virtio-rng-pci'");
	study_plan_free(&p);
}

static void
mistakes_are_reported_with_their_line(void **state)
{
	(void)state;
	expect_mistake("kernel k v\nkernal k v\n",
		       "PLAN:2: unknown key kernal (did you mean kernel?)");
	expect_mistake("kernel", "PLAN:1: kernel needs a label first");
	expect_mistake("kernel k", "PLAN:1: kernel needs a file after the label");
	expect_mistake("kernel a/b v",
		       "PLAN:1: kernel has an invalid label: use 1 to 64 of a-z A-Z 0-9 . _ + -");
	expect_mistake("kernel k a\nkernel k b", "PLAN:2: kernel has a duplicate label");
	expect_mistake("kernel k a b c",
		       "PLAN:1: kernel has too many words: quote a name that contains blanks");
	expect_mistake("image i 'a", "PLAN:1: image has a quote that is not closed");
	expect_mistake("run r", "PLAN:1: run needs words after the label");
	expect_mistake("args a quiet -- ls",
		       "PLAN:1: args cannot hold a command: remove -- and the words after it");
	expect_mistake("boots 0", "PLAN:1: boots needs a whole number from 1 to 1000000");
	expect_mistake("boots 3\nboots 4", "PLAN:2: boots is set twice");
	expect_mistake(
	    "precision 1%",
	    "PLAN:1: precision needs one name after the percentage: of a sample, or of a "
	    "figure such as wall_ns");
	expect_mistake("precision 0 x",
		       "PLAN:1: precision needs a percentage above 0 and at most 100 first");
	expect_mistake(
	    "noisy luck 3",
	    "PLAN:1: noisy has an unknown figure: bench boot --json prints them in `usage`");
	expect_mistake("exact maybe", "PLAN:1: exact must be yes or no");
	expect_mistake("machine q36", "PLAN:1: machine q36: give pc, q35 or microvm");
	expect_mistake(LEAST "tty /dev/ttyS0\ncpus 2",
		       "PLAN: cpus is for QEMU, not for a machine with a console or a tty");
	expect_mistake("memory 1", "PLAN:1: memory needs MiB, or a number with M or G");
	expect_mistake("", "PLAN: no kernel: give a line `kernel LABEL FILE`");
	expect_mistake(
	    "kernel k v",
	    "PLAN: no image: give a line `image LABEL FILE` or `pack LABEL ARGUMENT...`");
	expect_mistake(
	    "kernel k v\nimage i i",
	    "PLAN: nothing to run: give a line `experiment NAME` or `run LABEL COMMAND...`");
	expect_mistake(LEAST "boots 9\nlimit 8", "PLAN: `limit` is lower than `boots`");
	expect_mistake(LEAST "layouts 8", "PLAN: `layouts` is for exact mode: set `exact` to yes");
	expect_mistake(LEAST "exact yes\nlayouts 8\nboots 7",
		       "PLAN: `boots` is lower than `layouts`");
	expect_mistake("layouts 33", "PLAN:1: layouts needs a whole number from 1 to 32");
	expect_mistake(LEAST "exact yes\ncpus 2",
		       "PLAN: exact mode supports only one CPU: set `cpus` to 1");
}

static void
nodes_have_their_own_settings(void **state)
{
	struct target_options target;
	struct text problem = text_in(message, sizeof(message));
	struct study_plan p;
	(void)state;

	assert_int_equal(
	    read_text(&p, LEAST "power-cycle cycle\nnode a\ntty /dev/a\nnode b\ntty /dev/b,9600\n"
				"power-cycle other\n"),
	    0);
	assert_int_equal(p.node_count, 2);
	assert_string_equal(p.nodes[1].label, "b");
	assert_string_equal(study_plan_setting(&p, 0, PLAN_POWER_CYCLE), "cycle");
	assert_string_equal(study_plan_setting(&p, 1, PLAN_POWER_CYCLE), "other");
	assert_int_equal(study_plan_target(&p, 1, &target, &problem), 0);
	assert_string_equal(target.laboratory.tty, "/dev/b");
	assert_int_equal(target.laboratory.speed, 9600);
	assert_string_equal(target.laboratory.power_cycle[0], "other");
	target_options_free(&target);
	study_plan_free(&p);
	expect_mistake("node", "PLAN:1: node needs a label");
	expect_mistake("node a b",
		       "PLAN:1: node has an invalid label: use 1 to 64 of a-z A-Z 0-9 . _ + -");
	expect_mistake("node a\nnode a", "PLAN:2: node has a duplicate label");
	expect_mistake("node a\ntty x\ntty y", "PLAN:3: tty is set twice");
	expect_mistake("node a\nmachine q35", "PLAN:2: machine is for QEMU, not for a node");
	expect_mistake(LEAST "node a\ntty x\nnode b\n", "PLAN: node b: missing console or tty");
	expect_mistake(LEAST "tty x\nnode a\nnode b\n",
		       "PLAN: node b: same console, tty or target as node a");
	expect_mistake(LEAST "node a\ntty x\nnode b\ntty x,9600\n",
		       "PLAN: node b: same console, tty or target as node a");
	expect_mistake(LEAST "cpus 2\nnode a\ntty x\n",
		       "PLAN: node a: cpus is for QEMU, not for a machine with a console or a tty");
}

static void
counts_are_not_part_of_the_identity(void **state)
{
	struct study_plan a, b, c;
	(void)state;

	assert_int_equal(read_text(&a, LEAST), 0);
	assert_int_equal(
	    read_text(&b, "# more\n" LEAST "boots 20\nprecision 2% wall_ns\nlimit 99\ntries 4\n"),
	    0);
	assert_int_equal(read_text(&c, LEAST "timeout 3\n"), 0);
	assert_memory_equal(a.identity, b.identity, SHA256_SIZE);
	assert_memory_not_equal(a.identity, c.identity, SHA256_SIZE);
	study_plan_free(&a);
	study_plan_free(&b);
	study_plan_free(&c);
	/* The labels of nodes are in it. */
	assert_int_equal(read_text(&a, LEAST "node a\ntty x\nnode b\ntty y\n"), 0);
	assert_int_equal(read_text(&b, LEAST "node a\ntty z\nnode b\ntty y\npower-on true\n"), 0);
	assert_int_equal(read_text(&c, LEAST "node b\ntty y\nnode a\ntty x\n"), 0);
	assert_memory_equal(a.identity, b.identity, SHA256_SIZE);
	assert_memory_not_equal(a.identity, c.identity, SHA256_SIZE);
	study_plan_free(&a);
	study_plan_free(&b);
	study_plan_free(&c);
}

static void
cells_are_all_combinations(void **state)
{
	static const char *const names[] = {"k/i/x/r", "k/i/y/r", "k/i/y/r@again", "l/i/x/r",
					    "l/i/y/r"};
	struct text problem = text_in(message, sizeof(message));
	struct study_plan p;
	struct cells cells;
	(void)state;

	assert_int_equal(read_text(&p, LEAST "kernel l v\nargs x a=1\nargs y a=2\ntwice k/*/y/*\n"),
			 0);
	assert_int_equal(cells_make(&cells, &p, &problem), 0);
	assert_int_equal(cells.count, 5);
	for (size_t i = 0; i < cells.count; i++) {
		assert_string_equal(cells.at[i].name, names[i]);
		assert_int_equal(cells_find(&cells, names[i]), i);
	}
	assert_int_equal(cells_find(&cells, "k/i/x"), cells.count);
	assert_int_equal(cells_find(&cells, "zzz"), cells.count);
	assert_int_equal(cells.at[3].items[PLAN_KERNELS], 1);
	cells_free(&cells);
	study_plan_free(&p);
	assert_int_equal(read_text(&p, LEAST "twice m/*\n"), 0);
	assert_int_equal(cells_make(&cells, &p, &problem), -1);
	message[problem.used] = '\0';
	assert_string_equal(message, "twice m/*: no cell matches; one name is k/i/none/r");
	cells_free(&cells);
	study_plan_free(&p);
}

static void
a_scan_makes_arguments_for_each_value(void **state)
{
	static const struct {
		const char *label, *text;
	} expected[] = {
	    {"default", ""},
	    {"huge-1", "hugepages=1 b=1"},
	    {"huge-2", "hugepages=2 b=2"},
	    {"huge-8", "hugepages=8 b=8"},
	    {"huge-16", "hugepages=16 b=16"},
	    {"idle-off", "idle=off"},
	    {"n-9", "lull.repeat=9"},
	    {"n-10", "lull.repeat=10"},
	    {"n-11", "lull.repeat=11"},
	    {"s-0", "x=0"},
	    {"s-10", "x=10"},
	    {"s-20", "x=20"},
	};
	struct study_plan p, other;
	(void)state;

	assert_int_equal(read_text(&p,
				   LEAST "args default\nscan huge 1,2,8..31*2 hugepages={} b={}\n"
					 "scan idle off idle={}\nscan n 9..11 lull.repeat={}\n"
					 "scan s 0..25+10 x={}\n"),
			 0);
	assert_int_equal(p.lists[PLAN_ARGS].count, sizeof(expected) / sizeof(*expected));
	for (size_t i = 0; i < p.lists[PLAN_ARGS].count; i++) {
		assert_string_equal(p.lists[PLAN_ARGS].at[i].label, expected[i].label);
		assert_string_equal(p.lists[PLAN_ARGS].at[i].text, expected[i].text);
	}
	study_plan_free(&p);
	/* The highest number ends a range too. */
	assert_int_equal(read_text(&p, LEAST
				   "scan a 18446744073709551614..18446744073709551615 x={}\n"
				   "scan b 9223372036854775808..18446744073709551615*2 x={}\n"),
			 0);
	assert_int_equal(p.lists[PLAN_ARGS].count, 3);
	assert_int_equal(read_text(&other, LEAST "scan a 1,2 x={}\n"), 0);
	assert_memory_not_equal(p.identity, other.identity, SHA256_SIZE);
	study_plan_free(&p);
	study_plan_free(&other);
}

static void
mistakes_of_a_scan_are_reported(void **state)
{
	static const char invalid_range[] = "PLAN:1: scan has an invalid range: use whole numbers, "
					    "as in 1..10, 0..100+10 or 1..1024*2";
	static const char no_values[] =
	    "PLAN:1: scan needs values after the label, such as 1,2,8 or 1..10";
	static const char endless[] = "PLAN:1: scan has a range that never ends: it needs a start "
				      "of at least 1 and a factor of at least 2";
	static const char no_label[] =
	    "PLAN:1: scan has an invalid label: use 1 to 64 of a-z A-Z 0-9 . _ + -";
	char longest[KERNEL_LINE_MAX + 64] = "scan a 12 ";
	(void)state;

	expect_mistake("scan", "PLAN:1: scan needs a label first");
	expect_mistake("scan a", no_values);
	expect_mistake("scan a 1 quiet",
		       "PLAN:1: scan needs kernel arguments with {} in place of the value");
	expect_mistake("scan a/b 1 x={}", no_label);
	expect_mistake("scan a b/c x={}", no_label);
	expect_mistake("scan a 1,,2 x={}", "PLAN:1: scan has an empty value");
	expect_mistake("scan a 10..1 x={}",
		       "PLAN:1: scan has an empty range: its end is lower than its start");
	expect_mistake("scan a 1..b x={}", invalid_range);
	expect_mistake("scan a 1..10* x={}", invalid_range);
	expect_mistake("scan a 1..10+x x={}", invalid_range);
	expect_mistake("scan a -1..1 x={}", invalid_range);
	expect_mistake("scan a 1..18446744073709551616 x={}", invalid_range);
	expect_mistake("scan a 1..10+0 x={}",
		       "PLAN:1: scan has a range that never ends: its step is 0");
	expect_mistake("scan a 1..10*1 x={}", endless);
	expect_mistake("scan a 0..10*2 x={}", endless);
	expect_mistake("scan a 1..4,2 x={}", "PLAN:1: scan has a duplicate label");
	expect_mistake("scan a 0..10000 x={}", "PLAN:1: scan has more than 10000 labels");
	expect_mistake("scan a 1,0 lull.repeat={}",
		       "PLAN:1: scan lull.repeat must be a number from 1 to 1000000");
	memset(longest + strlen(longest), 'x', KERNEL_LINE_MAX - 1);
	strcat(longest, "{}");
	expect_mistake(longest, "PLAN:1: scan makes more than 2047 bytes of kernel arguments");
}

static void
expect_cells(const char *text, const char *const names[])
{
	struct text problem = text_in(message, sizeof(message));
	struct study_plan p;
	struct cells cells;
	size_t count = 0;

	assert_int_equal(read_text(&p, text), 0);
	assert_int_equal(cells_make(&cells, &p, &problem), 0);
	for (; names[count] != NULL; count++) {
		assert_in_range(count, 0, cells.count - 1);
		assert_string_equal(cells.at[count].name, names[count]);
		assert_int_equal(cells_find(&cells, names[count]), count);
	}
	assert_int_equal(count, cells.count);
	cells_free(&cells);
	study_plan_free(&p);
}

static void
expect_no_cells(const char *text, const char *mistake)
{
	struct text problem = text_in(message, sizeof(message) - 1);
	struct study_plan p;
	struct cells cells;

	assert_int_equal(read_text(&p, text), 0);
	assert_int_equal(cells_make(&cells, &p, &problem), -1);
	message[problem.used] = '\0';
	assert_string_equal(message, mistake);
	cells_free(&cells);
	study_plan_free(&p);
}

#define SCAN LEAST "kernel l v\nargs off\nscan x 1..3 x={}\n"

static void
patterns_leave_out_cells(void **state)
{
	struct study_plan p, other;
	(void)state;

	expect_cells(SCAN "skip l/*/x-[23]/*\nskip k/i/x-1/r\ntwice */x-?/*\n",
		     (const char *const[]){"k/i/off/r", "k/i/x-2/r", "k/i/x-2/r@again", "k/i/x-3/r",
					   "k/i/x-3/r@again", "l/i/off/r", "l/i/x-1/r",
					   "l/i/x-1/r@again", NULL});
	expect_cells(
	    SCAN "only k/*\nonly l/*/off/r\nskip */x-3/*\n",
	    (const char *const[]){"k/i/off/r", "k/i/x-1/r", "k/i/x-2/r", "l/i/off/r", NULL});
	/* An experiment needs no baseline if all its cells are left out. */
	expect_cells(LEAST "run s true\nargs a\nargs b\nskip */s\n",
		     (const char *const[]){"k/i/a/r", "k/i/b/r", NULL});
	expect_no_cells(SCAN "skip */x-4/*\n",
			"skip */x-4/*: no cell matches; one name is k/i/off/r");
	expect_no_cells(SCAN "only k/*\nonly m/*\n",
			"only m/*: no cell matches; one name is k/i/off/r");
	expect_no_cells(SCAN "skip l/*\ntwice l/*\n",
			"twice l/*: no cell matches; one name is k/i/off/r");
	expect_no_cells(SCAN "skip *\ntwice *\n",
			"no cell is left: `only` and `skip` leave out all");
	expect_no_cells(SCAN "run s true\nskip */off/s\n",
			"`only` or `skip` leaves out k/i/off/s, the baseline of k/i/x-1/s");
	expect_no_cells(SCAN "only */x-2/*\n",
			"`only` or `skip` leaves out k/i/off/r, the baseline of k/i/x-2/r");
	expect_mistake("only", "PLAN:1: only needs a pattern of cells' names");
	assert_int_equal(read_text(&p, LEAST "skip a\n"), 0);
	assert_int_equal(read_text(&other, LEAST "only a\n"), 0);
	assert_memory_not_equal(p.identity, other.identity, SHA256_SIZE);
	study_plan_free(&p);
	study_plan_free(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_minimal_plan_has_defaults),
	    cmocka_unit_test(layouts_set_the_number_of_boots),
	    cmocka_unit_test(every_key_is_read),
	    cmocka_unit_test(nodes_have_their_own_settings),
	    cmocka_unit_test(mistakes_are_reported_with_their_line),
	    cmocka_unit_test(counts_are_not_part_of_the_identity),
	    cmocka_unit_test(cells_are_all_combinations),
	    cmocka_unit_test(a_scan_makes_arguments_for_each_value),
	    cmocka_unit_test(mistakes_of_a_scan_are_reported),
	    cmocka_unit_test(patterns_leave_out_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
