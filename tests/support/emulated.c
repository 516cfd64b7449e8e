/* SPDX-License-Identifier: ISC */
/*
 * Stands in for an executable of another processor: EMULATOR runs EXECUTABLE
 * under the name that this was called by, and with everything else as it is.
 * (A shell script would open descriptors and set variables.)
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	static char nothing[] = "", emulator[] = EMULATOR, name_follows[] = "-0",
	            executable[] = EXECUTABLE;
	char **emulated = calloc((size_t)argc + 4, sizeof *emulated);
	int count = 0;

	if (!emulated)
		return 99;
	emulated[count++] = emulator;
	emulated[count++] = name_follows;
	emulated[count++] = argc ? argv[0] : nothing;
	emulated[count++] = executable;
	for (int i = 1; i < argc; i++)
		emulated[count++] = argv[i];
	execv(emulator, emulated);
	perror(emulator);
	return 99;
}
