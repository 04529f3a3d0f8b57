/* SPDX-License-Identifier: MIT */
/* Queues of several machines that run at the same time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made/queue_made.h"

enum { MACHINES = 3 };

/* The boots that such machines are running. */
struct fleet {
	struct queue q;
	struct {
		size_t cell;
		uint64_t block;
		bool is_busy;
	} at[MACHINES];
	size_t log[BOOTS_MAX][2]; /* cell and block of each boot that has ended */
	size_t ended;
	double sway; /* deviation of the values from their mean */
};

static struct fleet
fleet_of(const struct fleet *before)
{
	struct queue_rules rules = usual;
	struct fleet f = {.ended = 0};

	rules.machines = MACHINES;
	f.q = queue_of(&rules);
	for (; before != NULL && f.ended < before->ended; f.ended++) {
		memcpy(f.log[f.ended], before->log[f.ended], sizeof(f.log[0]));
		end_boot(&f.q, f.log[f.ended][0], f.log[f.ended][1], OUTCOME_OK, 1);
	}
	return f;
}

/* Boots until `most` or all have ended; `chance` draws the machine that is ready next. */
static void
run_fleet(struct fleet *f, size_t most, unsigned chance)
{
	for (size_t m = 0; f->ended < most; m = chance % MACHINES) {
		bool is_any = false;
		for (size_t i = 0; i < MACHINES; i++) {
			f->at[i].is_busy =
			    f->at[i].is_busy ||
			    queue_take(&f->q, i, &f->at[i].cell, &f->at[i].block) == QUEUE_NEXT;
			is_any |= f->at[i].is_busy;
		}
		if (!is_any)
			break;
		chance = chance * 1103515245 + 12345;
		if (!f->at[m].is_busy)
			continue;
		f->at[m].is_busy = false;
		assert_int_equal(f->at[m].block % MACHINES, m);
		f->log[f->ended][0] = f->at[m].cell;
		f->log[f->ended++][1] = (size_t)f->at[m].block;
		end_boot(&f->q, f->at[m].cell, f->at[m].block, OUTCOME_OK,
			 1 + (f->q.cells[f->at[m].cell].counted % 2 == 0 ? f->sway : -f->sway));
	}
}

static void
expect_whole_blocks(const struct fleet *f)
{
	for (size_t i = 0; i < f->ended; i++) {
		size_t boots = 0;
		for (size_t k = 0; k < f->ended; k++)
			boots += f->log[k][1] == f->log[i][1];
		assert_int_equal(boots, CELLS);
	}
}

static void
several_machines_have_separate_blocks(void **state)
{
	(void)state;

	for (unsigned chance = 0; chance < 50; chance++) {
		struct fleet f = fleet_of(NULL), resumed;
		run_fleet(&f, chance % (5 * CELLS), chance);
		resumed = fleet_of(&f);
		queue_free(&f.q);
		run_fleet(&resumed, BOOTS_MAX, ~chance);
		assert_int_equal(resumed.ended, 5 * CELLS);
		assert_int_equal(queue_left(&resumed.q), 0);
		for (size_t c = 0; c < CELLS; c++)
			assert_int_equal(resumed.q.cells[c].boots, 5);
		if (chance % (5 * CELLS) == 0)
			expect_whole_blocks(&resumed);
		for (size_t i = 0; i < resumed.ended; i++)
			for (size_t k = 0; k < i; k++)
				assert_true(memcmp(resumed.log[i], resumed.log[k],
						   sizeof(resumed.log[i])) != 0);
		queue_free(&resumed.q);
	}
}

static void
a_block_is_whole_on_its_machine(void **state)
{
	struct fleet f = fleet_of(NULL);
	unsigned cells_of[5] = {0};
	(void)state;

	/* The machines take turns, so each has started and ended the same number of blocks. */
	for (size_t boots = 0; boots < CELLS; boots++)
		for (size_t m = 0; m < MACHINES; m++) {
			size_t cell;
			uint64_t block;
			assert_int_equal(queue_take(&f.q, m, &cell, &block), QUEUE_NEXT);
			assert_int_equal(block, m);
			cells_of[block] |= 1u << cell;
			end_boot(&f.q, cell, block, OUTCOME_OK, 1);
		}
	for (size_t m = 0; m < MACHINES; m++)
		assert_int_equal(cells_of[m], (1u << CELLS) - 1);
	queue_free(&f.q);
}

/* More failures than the limit, for all of which machine 1 is to blame. */
static void
fail_boots(struct fleet *f, enum outcome outcome)
{
	size_t cell;
	uint64_t block;

	for (size_t i = 0; i < 12 * CELLS; i++) {
		assert_int_equal(queue_take(&f->q, 1, &cell, &block), QUEUE_NEXT);
		const struct queue_boot boot = {.cell = cell, .block = block, .outcome = outcome};
		assert_true(queue_blames_machine(&f->q, &boot));
		queue_count(&f->q, &boot);
	}
}

static void
one_machine_of_several_that_fails_gives_up_no_cell(void **state)
{
	struct fleet f = fleet_of(NULL);
	size_t cell;
	uint64_t block;
	(void)state;

	fail_boots(&f, OUTCOME_TARGET_FAILED);
	assert_int_equal(queue_take(&f.q, 0, &cell, &block), QUEUE_NEXT);
	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(f.q.cells[i].state, CELL_OPEN);
	queue_free(&f.q);
}

/* As if its line were dead: no kernel and no cell is judged by it. */
static void
a_silent_machine_gives_up_no_kernel(void **state)
{
	struct fleet f = fleet_of(NULL);
	size_t cell;
	uint64_t block;
	(void)state;

	fail_boots(&f, OUTCOME_NEVER_BOOTED);
	for (size_t i = 0; i < KERNELS; i++)
		assert_false(f.q.kernels[i].given_up);
	/* It is dropped with half a block promised. */
	assert_int_equal(queue_take(&f.q, 1, &cell, &block), QUEUE_NEXT);
	queue_put_back(&f.q, cell, block);
	queue_give_up(&f.q, 1);
	for (size_t boots = 0; queue_take(&f.q, 0, &cell, &block) == QUEUE_NEXT; boots++) {
		assert_true(boots < 5 * CELLS);
		end_boot(&f.q, cell, block, OUTCOME_OK, 1);
	}
	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(f.q.cells[i].state, CELL_DONE);
	/* A machine on which a kernel came up is not to blame for a kernel that never did. */
	queue_free(&f.q);
	f = fleet_of(NULL);
	end_boot(&f.q, 0, 1, OUTCOME_OK, 1);
	const struct queue_boot other = {
	    .cell = CELLS - 1, .block = 1, .outcome = OUTCOME_NEVER_BOOTED};
	assert_false(queue_blames_machine(&f.q, &other));
	queue_free(&f.q);
}

static void
fewer_blocks_than_machines_are_whole(void **state)
{
	struct fleet f;
	struct queue_rules rules = usual;
	(void)state;

	memset(&f, 0, sizeof(f));
	rules.machines = MACHINES;
	rules.boots = 2;
	f.q = queue_of(&rules);
	run_fleet(&f, BOOTS_MAX, 1);
	assert_int_equal(f.ended, 2 * CELLS);
	expect_whole_blocks(&f);
	queue_free(&f.q);
}

static void
precision_is_reached_or_the_limit(void **state)
{
	struct queue_rules rules = {.boots = 3,
				    .limit = 40,
				    .tries = 3,
				    .precision = 0.05,
				    .seed = 3,
				    .machines = MACHINES};
	(void)state;

	for (int sways = 0; sways < 2; sways++) {
		struct fleet f = {.sway = sways * 0.9};
		f.q = queue_of(&rules);
		run_fleet(&f, BOOTS_MAX, 5);
		for (size_t c = 0; c < CELLS; c++) {
			uint64_t least = QUEUE_BLOCKS_LEAST + QUEUE_LOOKS - 1;
			assert_int_equal(f.q.cells[c].state, sways ? CELL_LIMITED : CELL_DONE);
			/* Other machines may have begun a block before the last one was whole. */
			assert_in_range(f.q.cells[c].boots, sways ? 40 : least,
					sways ? 40 : least + MACHINES);
		}
		queue_free(&f.q);
	}
}

static void
an_extension_boots_marked_cells_in_new_blocks(void **state)
{
	static const bool marked[CELLS] = {true, [CELLS - 1] = true};
	(void)state;

	for (unsigned chance = 0; chance < 50; chance++) {
		struct fleet f = fleet_of(NULL);
		run_fleet(&f, BOOTS_MAX, chance);
		size_t before = f.ended, boots[CELLS] = {0};
		uint64_t first = queue_end(&f.q);
		queue_extend(&f.q, first, marked);
		assert_int_equal(queue_left(&f.q), 2 * usual.boots);
		run_fleet(&f, BOOTS_MAX, ~chance);
		for (size_t i = before; i < f.ended; i++) {
			assert_true(f.log[i][1] >= first);
			boots[f.log[i][0]]++;
		}
		for (size_t c = 0; c < CELLS; c++) {
			assert_int_equal(boots[c], marked[c] ? usual.boots : 0);
			assert_int_equal(f.q.cells[c].state, CELL_DONE);
		}
		assert_int_equal(queue_left(&f.q), 0);
		queue_free(&f.q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_extension_boots_marked_cells_in_new_blocks),
	    cmocka_unit_test(several_machines_have_separate_blocks),
	    cmocka_unit_test(a_block_is_whole_on_its_machine),
	    cmocka_unit_test(one_machine_of_several_that_fails_gives_up_no_cell),
	    cmocka_unit_test(a_silent_machine_gives_up_no_kernel),
	    cmocka_unit_test(fewer_blocks_than_machines_are_whole),
	    cmocka_unit_test(precision_is_reached_or_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
