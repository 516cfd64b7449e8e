/* SPDX-License-Identifier: ISC */
#include "originals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adopt.h"
#include "close_on_exec.h"
#include "generations.h"
#include "matching.h"
#include "messages.h"
#include "number.h"
#include "original_table.h"
#include "preload.h"
#include "sockets.h"
#include "turns.h"
#include "variable.h"

struct original originals[ADOPT_SOCKETS_MAX];
int original_count;
static atomic_int waiting;
/* Of each, in all processes that are forked: has any taken it, and in place of which socket?
 * NULL: not shared. */
static struct shared {
	atomic_bool claimed;
	atomic_uintptr_t replaced;
} *shared;

/* ---- counting ---- */

bool
adopt_is_waiting(void)
{
	return atomic_load_explicit(&waiting, memory_order_relaxed) > 0;
}

bool
originals_exist(void)
{
	return original_count > 0;
}

bool
originals_are_datagrams(void)
{
	for (int i = 0; i < original_count; i++)
		if (originals[i].type != SOCK_DGRAM)
			return false;
	return true;
}

/* In this process, or in another of the daemon's. */
bool
originals_were_taken(void)
{
	for (int i = 0; i < original_count; i++)
		if (originals[i].taken || (shared && atomic_load(&shared[i].claimed)))
			return true;
	return false;
}

/* ---- taking ---- */

bool
original_is_ours(const struct original *original)
{
	return original->taken && generation_is_continued(original->generation);
}

bool
originals_are_own(void)
{
	for (int i = 0; originals_were_taken() && i < original_count; i++)
		if (original_is_ours(&originals[i]))
			return true;
	return false;
}

bool
originals_are_shared(void)
{
	return shared != NULL;
}

bool
original_is_free(const struct original *original, bool claims)
{
	atomic_bool *flag = shared ? &shared[original - originals].claimed : NULL;

	if (original->taken || !flag)
		return !original->taken;
	return claims ? !atomic_exchange(flag, true) : !atomic_load(flag);
}

bool
original_has_replaced(const struct original *original, uintptr_t identity)
{
	return shared && atomic_load(&shared[original - originals].replaced) == identity;
}

void
originals_take(struct original *original, uintptr_t replaced)
{
	if (shared && replaced)
		atomic_store(&shared[original - originals].replaced, replaced);
	if (atomic_exchange(&original->taken, true))
		return;
	original->taker = getpid();
	original->generation = generation_number();
	atomic_fetch_sub(&waiting, 1);
	fcntl(original->descriptor, F_SETFD, FD_CLOEXEC);
	originals_withhold_closed();
	variable_write();
}

/* ---- keeping ---- */

bool
original_is_there(const struct original *original)
{
	struct address address;

	return original->descriptor >= 0 && address_read(&address, original->descriptor)
	    && socket_type(original->descriptor) == original->type
	    && address_is_same(&original->address, &address);
}

/* One that has not been taken, or that this process needs to bind anew.  A child that closes
 * what its parent has taken wants no part of it. */
static bool
is_kept(const struct original *original)
{
	return !original->taken || (original_is_ours(original) && original_is_there(original));
}

bool
adopt_keeps(int descriptor)
{
	int saved = errno;
	bool is_one = false;

	for (int i = 0; i < original_count && !is_one; i++)
		is_one = originals[i].descriptor == descriptor && is_kept(&originals[i]);
	errno = saved;
	return is_one;
}

int
adopt_next_original(unsigned first, unsigned last)
{
	int next = -1;

	for (int i = 0; i < original_count; i++) {
		int descriptor = originals[i].descriptor;
		if ((unsigned)descriptor >= first && (unsigned)descriptor <= last
		    && (next < 0 || descriptor < next) && is_kept(&originals[i]))
			next = descriptor;
	}
	return next;
}

void
adopt_keep(int descriptor)
{
	bool is_owner;

	if (!adopt_is_waiting())
		return;
	is_owner = generation_is_own();
	if (!is_owner || originals_were_taken())
		fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	if (!is_owner)
		return;
	for (int i = 0; i < original_count; i++)
		if (originals[i].descriptor == descriptor && !originals[i].closed) {
			originals[i].closed = true;
			variable_write();
		}
}

/* Above, or at the limit of descriptors anywhere. */
static int
move(int descriptor)
{
	char before[NUMBER_TEXT_SIZE], after[NUMBER_TEXT_SIZE];
	int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, descriptor + 1);

	/* The variable has no room for a digit more. */
	if (moved >= 0
	    && strlen(number_text(moved, after)) == strlen(number_text(descriptor, before)))
		return moved;
	if (moved >= 0)
		real_close(moved);
	return fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void
adopt_make_room(int descriptor)
{
	if (!originals_exist() || !generation_is_own())
		return;
	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		if (original->descriptor != descriptor || !is_kept(original))
			continue;
		original->descriptor = move(descriptor);
		if (original->descriptor < 0) {
			adopt_say("descriptor %d: no room to keep this socket: %s", descriptor,
			    strerror(errno));
			originals_take(original, 0);
		}
		original->closed = true;
		variable_write();
	}
}

/* ---- the start ---- */

static bool
add_original(const char *digits)
{
	static const struct number_rule rule = { .base = 10, .maximum = INT_MAX };
	struct original *original = &originals[original_count];
	long long descriptor;

	if (original_count == ADOPT_SOCKETS_MAX
	    || number_read(digits, &rule, &descriptor) != NUMBER_READ)
		return false;
	*original = (struct original) { .descriptor = (int)descriptor,
		.type = socket_type((int)descriptor), .protocol = socket_protocol((int)descriptor) };
	if (original->type < 0 || socket_is_connected((int)descriptor)
	    || !socket_is_bound((int)descriptor)
	    || !address_read(&original->address, original->descriptor))
		return false;
	original_count++;
	return true;
}

static void
begin_generation(void)
{
	turn_forget_others();
	originals_withhold_taken();
	variable_forget_others();
	generations_add();
}

/* What is said of the originals across fork(2). */
static void
begin_sharing(void)
{
	void *pages = mmap(NULL, ADOPT_SOCKETS_MAX * sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	shared = pages == MAP_FAILED ? NULL : pages;
	generations_begin();
	pthread_atfork(NULL, NULL, begin_generation);
}

static void
begin(void)
{
	messages_begin();
	if (!variable_read(add_original)) {
		original_count = 0;
		return;
	}
	for (int i = 0; i < original_count; i++)
		original_find_file(&originals[i]);
	begin_sharing();
	preload_begin();
	variable_begin();
	atomic_store(&waiting, original_count);
}

__attribute__((constructor)) void
originals_begin(void)
{
	static atomic_bool begun;

	if (!atomic_exchange(&begun, true))
		begin();
}
