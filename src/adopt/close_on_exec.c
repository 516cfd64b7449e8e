/* SPDX-License-Identifier: ISC */
#include "close_on_exec.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>

#include "generations.h"
#include "original_table.h"
#include "originals.h"
#include "turns.h"
#include "variable.h"

/* The daemon has executed itself, in vain.  Another thread may have forked meanwhile: its child has
 * the flags of that time. */
static atomic_bool has_passed_taken;

bool
originals_have_passed(void)
{
	return has_passed_taken;
}

static bool
is_withheld(const struct original *original, int flags)
{
	return (flags & FD_CLOEXEC) || original->closed;
}

/* Of its descriptor; -1 if that is now another file's, which stays as it is. */
static int
flags_of(const struct original *original)
{
	return original_is_there(original) ? fcntl(original->descriptor, F_GETFD) : -1;
}

void
originals_withhold_closed(void)
{
	for (int i = 0; i < original_count; i++)
		if (!originals[i].taken && originals[i].closed && flags_of(&originals[i]) >= 0)
			fcntl(originals[i].descriptor, F_SETFD, FD_CLOEXEC);
}

void
originals_withhold_taken(void)
{
	for (int i = 0; has_passed_taken && i < original_count; i++)
		if (originals[i].taken && flags_of(&originals[i]) >= 0)
			fcntl(originals[i].descriptor, F_SETFD, FD_CLOEXEC);
}

/* Of one that has taken some, which may run scripts by the daemon's interpreter. */
static bool
is_child(void)
{
	for (int i = 0; i < original_count; i++)
		if (originals[i].taken)
			return !originals_are_own();
	return false;
}

/*
 * A daemon that has taken one says by closing others, or by their close-on-exec flag, that other
 * programs get none.  Before, it may be a program that executes the daemon.
 */
static bool
passes(const struct original *original, int flags, enum originals_next next)
{
	if (next == ORIGINALS_UNKNOWN || flags < 0)
		return false;
	if (original->taken)
		return next == ORIGINALS_OWN && original_is_ours(original);
	return !is_withheld(original, flags) || !originals_were_taken()
	    || (next == ORIGINALS_OWN && !is_child());
}

/* Makes each pass or not as it does to programs in general, and notes those marked. */
static void
settle(void)
{
	bool were_taken = originals_were_taken();

	for (int i = 0; i < original_count; i++) {
		struct original *original = &originals[i];
		int flags = original->taken ? -1 : flags_of(original), wanted;
		if (flags < 0 || !is_withheld(original, flags))
			continue;
		original->closed = true;
		wanted = were_taken ? FD_CLOEXEC : 0;
		if (flags != wanted)
			fcntl(original->descriptor, F_SETFD, wanted);
	}
	variable_update();
}

/* Whoever shares memory, but not descriptors, changes those of nobody else. */
static bool
begin_turn(void)
{
	bool is_owner = generation_is_own();

	if (is_owner && turn_begin())
		settle();
	return is_owner;
}

void
originals_settle(void)
{
	if (begin_turn())
		turn_end();
}

struct originals_changes
originals_pass(enum originals_next next, char *value)
{
	struct originals_changes changes = { .has_turn = begin_turn() };
	uint64_t set = 0;

	for (int i = 0; i < original_count; i++) {
		bool is_withheld_already = originals[i].taken && next != ORIGINALS_OWN && !has_passed_taken;
		int flags = is_withheld_already ? -1 : flags_of(&originals[i]);
		int wanted = passes(&originals[i], flags, next) ? 0 : FD_CLOEXEC;
		if (wanted == 0)
			set |= original_bit(i);
		if (flags < 0 || flags == wanted)
			continue;
		if (originals[i].taken && wanted == 0)
			has_passed_taken = true;
		fcntl(originals[i].descriptor, F_SETFD, wanted);
		*(wanted ? &changes.set : &changes.cleared) |= original_bit(i);
	}
	variable_make_value(value, set);
	return changes;
}

/* Another thread may have taken one meanwhile, or closed it. */
static bool
is_to_stay(const struct original *original)
{
	return original->taken || (original->closed && originals_were_taken());
}

void
originals_stay(const struct originals_changes *changes)
{
	for (int i = 0; i < original_count; i++)
		if (changes->cleared & original_bit(i))
			fcntl(originals[i].descriptor, F_SETFD, FD_CLOEXEC);
		else if ((changes->set & original_bit(i)) && !is_to_stay(&originals[i]))
			fcntl(originals[i].descriptor, F_SETFD, 0);
	if (changes->has_turn)
		turn_end();
}
