/* SPDX-License-Identifier: ISC */
/*
 * Counts, by ptrace(2) and without a clock.  A command is run three times: once
 * step by step for its instructions, once from system call to system call, and a
 * few times undisturbed for its faults.  Addresses are not randomised while it is
 * watched, so that the same program gives the same count each time.
 */
#include "measure.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call_names.h"

#define PAGE_BITS 12
#define PAGE_SET_SIZE 4096
#define FAULT_RUNS 512

static unsigned long
program_counter(pid_t child)
{
	struct user_regs_struct registers;
	struct iovec place = { &registers, sizeof registers };

	if (ptrace(PTRACE_GETREGSET, child, (void *)NT_PRSTATUS, &place)
	    != 0)
		die("ptrace(PTRACE_GETREGSET): %s", strerror(errno));
#if defined(__x86_64__)
	return registers.rip;
#elif defined(__aarch64__)
	return registers.pc;
#else
#error "count.c knows the registers of x86-64 and aarch64 only"
#endif
}

/* Starts the command; it stands behind its execve, watched. */
static pid_t
start_traced(const struct subject *subject)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		(void)personality(ADDR_NO_RANDOMIZE);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			spawn_execute(subject);
		_exit(127);
	}
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		die("%s: cannot be started and watched by ptrace(2)", subject->name);
	if (ptrace(PTRACE_SETOPTIONS, child, NULL,
	        (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL))
	    != 0)
		die("ptrace(PTRACE_SETOPTIONS): %s", strerror(errno));
	return child;
}

/* glibc's ptrace(2) takes an enumeration, musl's an int. */
#ifdef __GLIBC__
#define REQUEST(how) ((enum __ptrace_request)(how))
#else
#define REQUEST(how) (how)
#endif

/* Lets the child go on until it stops next; returns the stop. */
static int
resume(const struct subject *subject, pid_t child, int how)
{
	int status;

	if (ptrace(REQUEST(how), child, NULL, NULL) != 0 || waitpid(child, &status, 0) != child)
		die("%s: ptrace: %s", subject->name, strerror(errno));
	if (!WIFSTOPPED(status))
		die("%s: ended with status 0x%x before the next program", subject->name,
		    (unsigned)status);
	return status >> 8;
}

/* Has the child just become the next program? */
static bool
is_next(const struct measure *measure, pid_t child, int stop)
{
	struct stat executable;
	char path[32];

	if (stop != (SIGTRAP | PTRACE_EVENT_EXEC << 8))
		return false;
	snprintf(path, sizeof path, "/proc/%d/exe", child);
	return stat(path, &executable) == 0 && executable.st_dev == measure->next_file.st_dev
	    && executable.st_ino == measure->next_file.st_ino;
}

static void
finish(const struct subject *subject, pid_t child)
{
	int status;

	if (ptrace(PTRACE_DETACH, child, NULL, NULL) != 0
	    || waitpid(child, &status, 0) != child || status != 0)
		die("%s: the next program did not end well", subject->name);
}

/* Adds the page of ADDRESS to SET; returns whether it is new there. */
static bool
add_page(unsigned long set[PAGE_SET_SIZE], unsigned long address)
{
	unsigned long page = address >> PAGE_BITS;
	size_t place = page % PAGE_SET_SIZE;

	for (; set[place] != page; place = (place + 1) % PAGE_SET_SIZE)
		if (!set[place]) {
			set[place] = page;
			return true;
		}
	return false;
}

/*
 * An instruction with a repeat prefix stops after every repetition and stands
 * where it stood: it is counted once, as the processor's own counter does.
 */
static void
count_instructions(const struct measure *measure, struct subject *subject)
{
	unsigned long *pages = allocate(PAGE_SET_SIZE, sizeof *pages);
	unsigned long before = 0;
	pid_t child = start_traced(subject);
	int stop;

	do {
		unsigned long at = program_counter(child);
		if (at != before) {
			if (measure->addresses)
				fprintf(measure->addresses, "%lx\n", at);
			subject->counts.instructions++;
			subject->counts.code_pages += add_page(pages, at);
		}
		before = at;
		stop = resume(subject, child, PTRACE_SINGLESTEP);
	} while (!is_next(measure, child, stop));
	finish(subject, child);
	free(pages);
}

static void
note_library(struct counts *counts, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (!strstr(name, ".so") || strncmp(name, "ld", 2) == 0)
		return;
	for (size_t i = 0; i < counts->libraries; i++)
		if (strcmp(counts->library[i], name) == 0)
			return;
	if (counts->libraries == LIBRARIES_MAX)
		die("more than %d libraries", LIBRARIES_MAX);
	counts->library[counts->libraries] = strdup(name);
	if (!counts->library[counts->libraries++])
		die("strdup: %s", strerror(errno));
}

/* Reads what is mapped: smaps, whose sums are exact (those of statm are not
 * since 6.2). */
static void
read_memory(struct counts *counts, pid_t child)
{
	char path[32], line[4096], file[4096];
	FILE *smaps;
	long kilobytes;

	snprintf(path, sizeof path, "/proc/%d/smaps", child);
	smaps = fopen(path, "r");
	if (!smaps)
		die("%s: %s", path, strerror(errno));
	counts->resident = 0;
	while (fgets(line, sizeof line, smaps))
		if (sscanf(line, "Rss: %ld kB", &kilobytes) == 1)
			counts->resident += kilobytes;
		else if (sscanf(line, "%*x-%*x %*s %*x %*s %*s %4095s", file) == 1)
			note_library(counts, file);
	fclose(smaps);
}

static void
note_call(struct counts *counts, const struct __ptrace_syscall_info *info, pid_t child)
{
	if (counts->calls == CALLS_MAX)
		die("more than %d system calls", CALLS_MAX);
	counts->numbers[counts->calls++] = (int)info->entry.nr;
	if (info->entry.nr == SYS_execve)
		read_memory(counts, child);
}

static void
count_calls(const struct measure *measure, struct subject *subject)
{
	struct __ptrace_syscall_info info;
	pid_t child = start_traced(subject);
	int stop;

	do {
		stop = resume(subject, child, PTRACE_SYSCALL);
		if (stop != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child,
		        (void *)sizeof info, &info) < 0)
			die("ptrace(PTRACE_GET_SYSCALL_INFO): %s (there since Linux 5.3)",
			    strerror(errno));
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			note_call(&subject->counts, &info, child);
	} while (!is_next(measure, child, stop));
	finish(subject, child);
}

/* The least of many runs: where the stack and the heap begin is random, and each may
 * just cross into another page.  One run in forty meets none of these. */
static long
count_faults(const struct subject *subject)
{
	long least = 0;

	for (int i = 0; i < FAULT_RUNS; i++) {
		long faults;
		(void)spawn_timed(subject, &faults);
		if (i == 0 || faults < least)
			least = faults;
	}
	return least;
}

void
count_subject(const struct measure *measure, struct subject *subject)
{
	if (!subject->argv[0])
		return;
	subject->counts.faults = count_faults(subject);
	if (subject == measure->next)
		return;
	subject->counts.faults -= measure->next->counts.faults;
	if (subject->connects)
		return;
	count_instructions(measure, subject);
	count_calls(measure, subject);
}

const char *
count_call_name(int number, char buffer[16])
{
	for (size_t i = 0; i < sizeof call_names / sizeof *call_names; i++)
		if (call_names[i].number == number)
			return call_names[i].name;
	snprintf(buffer, 16, "%d", number);
	return buffer;
}
