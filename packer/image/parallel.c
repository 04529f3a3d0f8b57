/* SPDX-License-Identifier: MIT */
#include "image/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "host/memory.h"

enum { PIECES_PER_THREAD = 2, MOST_THREADS = 64 };

struct slot {
	void *made;
	bool is_done;
};

struct work {
	const struct parallel *parallel;
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t changed;
	struct slot *slots; /* piece i uses slot i modulo slot_count */
	size_t slot_count;
	size_t next;  /* piece to be made */
	size_t taken; /* number of pieces taken */
	int problem;  /* errno that stops all threads, or 0 */
};

unsigned int
parallel_processors(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : (unsigned int)count;
}

static bool
may_go_on(const struct work *work)
{
	return work->problem == 0 && work->next < work->parallel->count;
}

static void *
run_thread(void *argument)
{
	struct work *work = argument;
	const struct parallel *parallel = work->parallel;

	pthread_mutex_lock(&work->lock);
	while (may_go_on(work)) {
		if (work->next - work->taken >= work->slot_count) {
			pthread_cond_wait(&work->changed, &work->lock);
			continue;
		}
		size_t i = work->next++;
		pthread_mutex_unlock(&work->lock);
		void *made = parallel->make(parallel->context, i);
		int problem = errno;
		pthread_mutex_lock(&work->lock);
		work->slots[i % work->slot_count] = (struct slot){made, true};
		if (made == NULL && work->problem == 0)
			work->problem = problem;
		pthread_cond_broadcast(&work->changed);
	}
	pthread_mutex_unlock(&work->lock);
	return NULL;
}

/* Takes all pieces in order. */
static void
take_all(struct work *work)
{
	const struct parallel *parallel = work->parallel;

	pthread_mutex_lock(&work->lock);
	while (work->problem == 0 && work->taken < parallel->count) {
		struct slot *slot = &work->slots[work->taken % work->slot_count];
		if (!slot->is_done) {
			pthread_cond_wait(&work->changed, &work->lock);
			continue;
		}
		void *made = slot->made;
		*slot = (struct slot){.made = NULL};
		pthread_mutex_unlock(&work->lock);
		errno = EINTR;
		int result = interrupt_signal() != 0
				 ? -1
				 : parallel->take(parallel->context, work->taken, made);
		int problem = errno;
		free(made);
		pthread_mutex_lock(&work->lock);
		if (result != 0)
			work->problem = problem;
		work->taken++;
		pthread_cond_broadcast(&work->changed);
	}
	pthread_mutex_unlock(&work->lock);
}

int
parallel_run(const struct parallel *parallel)
{
	struct work work = {.parallel = parallel,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .changed = PTHREAD_COND_INITIALIZER};
	unsigned int processors = parallel_processors(), started = 0;
	pthread_t threads[MOST_THREADS];

	work.slot_count = PIECES_PER_THREAD * (size_t)processors;
	work.slots = xcalloc(work.slot_count, sizeof(*work.slots));
	/* After a failure no thread starts another piece. */
	while (started < processors && started < parallel->count) {
		int problem = pthread_create(&threads[started], NULL, run_thread, &work);
		if (problem != 0)
			break;
		started++;
	}
	/* A single thread is enough. */
	if (started == 0 && parallel->count > 0)
		work.problem = EAGAIN;
	take_all(&work);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < work.slot_count; i++)
		free(work.slots[i].made);
	free(work.slots);
	errno = work.problem;
	return work.problem == 0 ? 0 : -1;
}
