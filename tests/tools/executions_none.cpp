/* SPDX-License-Identifier: ISC */
/* For systems whose ptrace(2) has no events for execve(2). */
#include "executions.h"

Executions
trace_executions(Command)
{
	Executions executions;

	executions.why_not = "executions cannot be traced on this system";
	return executions;
}
