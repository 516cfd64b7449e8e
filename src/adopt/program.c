/* SPDX-License-Identifier: ISC */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* As kernels follow them: BINPRM_MAX_RECURSION of Linux. */
#define SCRIPTS_MAX 4
/* Of a script's first line that a kernel reads. */
#define FIRST_LINE_MAX 255

/* Replaces PATH by the interpreter of a script's first line; false if there is none. */
static bool
read_interpreter(char path[PATH_MAX], const char *line)
{
	size_t blanks = strspn(line + 2, " \t");
	const char *name = line + 2 + blanks;
	size_t length = strcspn(name, " \t\r\n");

	if (length == 0)
		return false;
	memcpy(path, name, length);
	path[length] = '\0';
	return true;
}

static enum program_problem
judge_open(struct program *program, int descriptor, const char *library, bool *is_script)
{
	char line[FIRST_LINE_MAX + 1] = "";
	struct stat status;
	ssize_t size;

	program->call = "fstat";
	if (fstat(descriptor, &status) != 0)
		return PROGRAM_UNREADABLE;
	if (!S_ISREG(status.st_mode))
		return PROGRAM_NOT_REGULAR;
	program->call = "read";
	size = pread(descriptor, line, FIRST_LINE_MAX, 0);
	if (size < 0)
		return PROGRAM_UNREADABLE;
	*is_script = size > 2 && line[0] == '#' && line[1] == '!';
	if (*is_script)
		return read_interpreter(program->path, line) ? PROGRAM_FINE : PROGRAM_UNKNOWN;
	if (status.st_mode & (S_ISUID | S_ISGID) || program_has_capabilities(descriptor))
		return PROGRAM_PRIVILEGED;
	return program_judge_executable(descriptor, program->path, library);
}

/* One file; a script becomes its interpreter, which is judged next. */
static enum program_problem
judge_file(struct program *program, const char *library, bool *is_script)
{
	/* Not blocked by a FIFO. */
	int descriptor = open(program->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum program_problem problem;
	int error;

	program->call = "open";
	if (descriptor < 0)
		return PROGRAM_UNREADABLE;
	problem = judge_open(program, descriptor, library, is_script);
	error = errno;
	close(descriptor);
	errno = error;
	return problem;
}

enum program_problem
program_judge(struct program *program, const char *library)
{
	enum program_problem problem = PROGRAM_FINE;
	bool is_script = true;

	for (int i = 0; i <= SCRIPTS_MAX && is_script && problem == PROGRAM_FINE; i++) {
		is_script = false;
		problem = judge_file(program, library, &is_script);
	}
	return is_script && problem == PROGRAM_FINE ? PROGRAM_UNKNOWN : problem;
}
