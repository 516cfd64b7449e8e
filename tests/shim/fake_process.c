/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

/* The line is written before, as a call that succeeds does not return; whether
 * there will be one to execute is asked first. */
int
fake_execve(const char *path, char *const argv[], char *const environment[])
{
	struct record record;
	int status;

	record_begin(&record, CALL_execve);
	record_text(&record, path);
	for (char *const *argument = argv; *argument; argument++)
		record_text(&record, *argument);
	if (record.struck)
		return (int)record_end(&record, -record.error);
	status = real_access(path, X_OK);
	if (status != 0)
		return (int)record_end(&record, real_execve(path, argv, environment));
	record_end_word(&record, "0");
	status = real_execve(path, argv, environment);
	record_note(record.world, "execve-returned", status, path);
	return status;
}

/* Users are the profile's; the host's process keeps its own. */
static int
become(struct world *world, uint32_t user)
{
	if (!kernel_is_privileged(world) && user != world->uid)
		return -EPERM;
	world->uid = user;
	return 0;
}

static int
need_privilege(const struct world *world)
{
	return kernel_is_privileged(world) ? 0 : -EPERM;
}

int
fake_setuid(uid_t user)
{
	struct record record;

	record_begin(&record, CALL_setuid);
	record_number(&record, user);
	return (int)record_end(&record, record.struck ? -record.error
	    : become(record.world, user));
}

int
fake_setresuid(uid_t real, uid_t effective, uid_t saved)
{
	struct record record;

	record_begin(&record, CALL_setresuid);
	record_number(&record, real);
	record_number(&record, effective);
	record_number(&record, saved);
	return (int)record_end(&record, record.struck ? -record.error
	    : become(record.world, effective));
}

int
fake_setgid(gid_t group)
{
	struct record record;

	record_begin(&record, CALL_setgid);
	record_number(&record, group);
	return (int)record_end(&record, record.struck ? -record.error
	    : need_privilege(record.world));
}

int
fake_setresgid(gid_t real, gid_t effective, gid_t saved)
{
	struct record record;

	record_begin(&record, CALL_setresgid);
	record_number(&record, real);
	record_number(&record, effective);
	record_number(&record, saved);
	return (int)record_end(&record, record.struck ? -record.error
	    : need_privilege(record.world));
}

int
fake_setgroups(size_t count, const gid_t *groups)
{
	struct record record;

	record_begin(&record, CALL_setgroups);
	for (size_t i = 0; i < count; i++)
		record_number(&record, groups[i]);
	return (int)record_end(&record, record.struck ? -record.error
	    : need_privilege(record.world));
}

int
fake_initgroups(const char *user, gid_t group)
{
	struct record record;

	record_begin(&record, CALL_initgroups);
	record_text(&record, user);
	record_number(&record, group);
	return (int)record_end(&record, record.struck ? -record.error
	    : need_privilege(record.world));
}

int
fake_seteuid(uid_t user)
{
	struct record record;

	record_begin(&record, CALL_seteuid);
	record_number(&record, user);
	return (int)record_end(&record, record.struck ? -record.error
	    : become(record.world, user));
}

int
fake_setegid(gid_t group)
{
	struct record record;

	record_begin(&record, CALL_setegid);
	record_number(&record, group);
	return (int)record_end(&record, record.struck ? -record.error
	    : need_privilege(record.world));
}

/* These cannot fail: getuid(2). */
uid_t
fake_getuid(void)
{
	struct record record;

	record_begin(&record, CALL_getuid);
	return (uid_t)record_end(&record, (long)record.world->uid);
}

uid_t
fake_geteuid(void)
{
	struct record record;

	record_begin(&record, CALL_geteuid);
	return (uid_t)record_end(&record, (long)record.world->uid);
}

/* The release is the one that a file or a sysctl of the profile tells. */
static int
name_system(const struct world *world, struct utsname *name)
{
	const struct world_view *release
	    = kernel_view(world, "/proc/sys/kernel/osrelease", true);
	int status = real_uname(name);
	char text[WORLD_TEXT];

	if (status != 0 || !release)
		return status;
	kernel_view_text(world, release, text, sizeof text);
	text[strcspn(text, "\n")] = '\0';
	strncpy(name->release, text, sizeof name->release - 1);
	return 0;
}

int
fake_uname(struct utsname *name)
{
	struct record record;

	record_begin(&record, CALL_uname);
	return (int)record_end(&record, record.struck ? -record.error
	    : name_system(record.world, name));
}

int
fake_getrlimit(int resource, struct rlimit *limit)
{
	struct record record;

	record_begin(&record, CALL_getrlimit);
	record_number(&record, resource);
	return (int)record_end(&record, record.struck ? -record.error
	    : real_getrlimit(resource, limit));
}

/* capget(2) fills two sets of effective, permitted, inheritable: all or nothing. */
static int
fill_capabilities(const struct world *world, uint32_t sets[6])
{
	uint32_t all = kernel_is_privileged(world) ? UINT32_MAX : 0;

	if (sets)
		for (int i = 0; i < 6; i++)
			sets[i] = i % 3 == 2 ? 0 : all;
	return 0;
}

static long
carry_out(struct world *world, long number, const long arguments[6])
{
	if (number == SYS_capget)
		return fill_capabilities(world, (uint32_t *)(intptr_t)arguments[1]);
	/* A second process would write to the same log: as where a filter refuses it. */
	if (number == SYS_clone)
		return -EPERM;
	return real_syscall(number, arguments);
}

long
fake_syscall(long number, const long arguments[6])
{
	static const struct record_name names[] = { { SYS_pidfd_open, "pidfd_open" },
		{ SYS_capget, "capget" }, { SYS_clone, "clone" }, { 0, NULL } };
	struct record record;

	record_begin(&record, CALL_syscall);
	record_named(&record, names, number);
	return record_end(&record, record.struck ? -record.error
	    : carry_out(record.world, number, arguments));
}

/* ---- accounts: the host's own ---- */

int
fake_getpwnam_r(const char *name, struct passwd *user, char *buffer, size_t size,
    struct passwd **result)
{
	struct record record;
	struct world *world;
	int error;

	record_begin(&record, CALL_getpwnam_r);
	record_text(&record, name);
	*result = NULL;
	world = session_leave();
	error = record.struck ? record.error : real_getpwnam_r(name, user, buffer, size, result);
	session_return(world);
	record_end(&record, -error);
	return error;
}

int
fake_getgrnam_r(const char *name, struct group *group, char *buffer, size_t size,
    struct group **result)
{
	struct record record;
	struct world *world;
	int error;

	record_begin(&record, CALL_getgrnam_r);
	record_text(&record, name);
	*result = NULL;
	world = session_leave();
	error = record.struck ? record.error : real_getgrnam_r(name, group, buffer, size, result);
	session_return(world);
	record_end(&record, -error);
	return error;
}
