/* SPDX-License-Identifier: ISC */
#include "bindchain.h"
#include "chain.h"
#include "request_check.h"

int
bindchain_execute(char *const argv[], char *const envp[], struct bindchain_failure *failure)
{
	struct bindchain_failure unwanted;

	if (!failure)
		failure = &unwanted;
	if (!argv || !argv[0])
		return argument_refuse(failure, "argv", "must have a program");
	if (!envp)
		return argument_refuse(failure, "envp", "must not be NULL");
	return chain_execute(argv, envp, false, failure);
}
