/* SPDX-License-Identifier: ISC */
#include "adoption.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain.h"
#include "environment.h"
#include "error_section.h"
#include "fatal.h"
#include "message.h"
#include "native.h"
#include "own_process.h"
#include "program.h"
#include "report_failure.h"

/* ---- the library ---- */

/* Beside the executable as the two are installed, wherever that is: never from a variable or
 * the current directory. */
static char *
find_library(const struct invocation *invocation)
{
	char own[PATH_MAX], beside[2 * PATH_MAX], *path;
	const char *slash;

	if (!backend_own_path(own) || !(slash = strrchr(own, '/')))
		native_fatal_call(invocation, "find", "the running executable");
	snprintf(beside, sizeof beside, "%.*s/%s", (int)(slash - own), own, BINDCHAIN_ADOPT_LIBRARY);
	path = realpath(beside, NULL);
	if (!path)
		native_fatal_call(invocation, "find the library", beside);
	return path;
}

static bool
others_can_change(const struct invocation *invocation, const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		native_fatal_call(invocation, "stat", path);
	return (status.st_uid != 0 && status.st_uid != geteuid()) || status.st_mode & S_IWOTH
	    || (status.st_mode & S_IWGRP && status.st_gid != 0 && status.st_gid != getegid());
}

/* Who could change the library could be whoever starts the daemon. */
static void
check_library(const struct invocation *invocation, const char *path)
{
	char directory[PATH_MAX];

	snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path), path);
	if (others_can_change(invocation, path) || others_can_change(invocation, directory))
		fatal(invocation, "%s: this library is writable by others", path);
	/* ld.so(8) splits its list, and replaces words with a dollar. */
	if (strpbrk(path, ": \t\n$"))
		fatal(invocation, "%s: a path with a colon, blank or dollar cannot be in %s", path,
		    program_preload_variable);
}

/* ---- the program ---- */

static const char *
reason_of(enum program_problem problem)
{
	switch (problem) {
	case PROGRAM_NOT_REGULAR:
		return "not a regular file";
	case PROGRAM_PRIVILEGED:
		return "set-user-ID, set-group-ID or with capabilities: the dynamic linker loads no"
		       " library into it; start it as the user it becomes";
	case PROGRAM_PROTECTED:
		return "protected by macOS, which loads no library into it; use a copy elsewhere";
	case PROGRAM_HARDENED:
		return "signed with the hardened runtime: macOS loads no library into it; sign a copy"
		       " without";
	case PROGRAM_STATIC:
		return "statically linked: no library can be loaded into it";
	case PROGRAM_GO:
		return "a Go program, which makes system calls without the C library";
	case PROGRAM_OTHER_LIBC:
		return "linked to another C library than libbindchain-adopt";
	case PROGRAM_OTHER_MACHINE:
		return "for another processor than libbindchain-adopt";
	default:
		return "neither an executable of this system nor a script";
	}
}

static _Noreturn void
refuse_program(const struct invocation *invocation, const struct program *program,
    enum program_problem problem)
{
	int error = errno;

	if (problem == PROGRAM_UNREADABLE && error == EACCES) {
		fatal_line(invocation, "%s %s: %s", program->call, program->path, strerror(error));
		message_inform(invocation, "whether the library can be loaded is read from the program:"
		    " give this user read permission");
		fatal_exit(invocation, NATIVE_EXIT_FAILURE);
	}
	if (problem == PROGRAM_UNREADABLE)
		native_fatal_call(invocation, program->call, program->path);
	fatal_line(invocation, "cannot adopt %s: %s", program->path, reason_of(problem));
	error_section_keep(invocation, ERROR_CANNOT_ADOPT);
	fatal_exit(invocation, NATIVE_EXIT_USAGE);
}

static void
check_program(const struct invocation *invocation, const char *library)
{
	struct chain_target target;
	struct bindchain_failure failure;
	struct program program;
	enum program_problem problem;

	if (chain_find(invocation->next, false, &target, &failure) != 0)
		report_failure(invocation, &failure);
	memcpy(program.path, target.path, sizeof program.path);
	problem = program_judge(&program, library);
	if (problem != PROGRAM_FINE)
		refuse_program(invocation, &program, problem);
}

void
adoption_check(const struct invocation *invocation, const struct adoption *adoption)
{
	if (adoption->match && strcmp(adoption->match, "exact") != 0
	    && strcmp(adoption->match, "port") != 0)
		native_fatal_choice(invocation, "match", adoption->match);
	if (environment_get("BINDCHAIN_ADOPT") && *environment_get("BINDCHAIN_ADOPT"))
		fatal(invocation, "BINDCHAIN_ADOPT is already set: adoption cannot be nested");
}

void
adoption_prepare(const struct invocation *invocation, struct adoption *adoption)
{
	adoption->library = find_library(invocation);
	check_library(invocation, adoption->library);
	check_program(invocation, adoption->library);
}

/* ---- the handover ---- */

/* Below what programs with a table of 1024 can have. */
#define HIGHEST_DESCRIPTOR 1023

int
adoption_descriptor(const struct invocation *invocation, int count)
{
	int limit = getdtablesize();
	int end = limit <= HIGHEST_DESCRIPTOR ? limit : HIGHEST_DESCRIPTOR + 1;
	int first = end - count;

	if (count > ADOPT_SOCKETS_MAX)
		fatal(invocation, "%d sockets: at most %d can be adopted", count,
		    ADOPT_SOCKETS_MAX);
	for (int i = 0; first > STDERR_FILENO && i < count; i++)
		if (fcntl(first + i, F_GETFD) >= 0) {
			first -= count - i;
			i = -1;
		}
	if (first <= STDERR_FILENO)
		fatal(invocation, "no free descriptors in a row for %d socket%s from 3 to %d"
		    " (RLIMIT_NOFILE is %d)", count, count == 1 ? "" : "s", end - 1, limit);
	return first;
}

static char *
write_value(const struct adoption *adoption, int first, int count)
{
	char *value = NULL, directory[PATH_MAX];
	size_t size;
	FILE *stream = open_memstream(&value, &size);

	if (!stream)
		return NULL;
	for (int i = 0; i < count; i++)
		fprintf(stream, "%s%d", i > 0 ? "," : "", first + i);
	fprintf(stream, ";%s%s%s%s", adoption->match ? adoption->match : "exact",
	    adoption->strict ? ";strict" : "", adoption->verbose ? ";verbose" : "",
	    adoption->check ? ";check" : "");
	/* Relative paths of Unix sockets; a name with the separator has none. */
	if (getcwd(directory, sizeof directory) && !strchr(directory, ';'))
		fprintf(stream, ";in=%s", directory);
	return fclose(stream) == 0 ? value : NULL;
}

/* Libraries that are there already are loaded after ours. */
static char *
write_preload(const char *library)
{
	const char *others = environment_get(program_preload_variable);
	size_t size = strlen(library) + (others ? strlen(others) : 0) + 2;
	char *list = malloc(size);

	if (list)
		snprintf(list, size, "%s%s%s", library, others && *others ? ":" : "",
		    others ? others : "");
	return list;
}

void
adoption_plan(struct invocation *invocation, const struct adoption *adoption, int first,
    int count)
{
	char *value = write_value(adoption, first, count);
	char *preload = write_preload(adoption->library);

	if (!value || !preload)
		native_fatal_memory(invocation);
	handover_add_text(&invocation->handover, program_preload_variable, preload);
	handover_add_text(&invocation->handover, "BINDCHAIN_ADOPT", value);
}
