/* SPDX-License-Identifier: ISC */
#include "refused_call.h"

#include <cstddef>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

void
refuse_call(long number, int error)
{
	const auto call = static_cast<unsigned>(number);
	const auto answer = SECCOMP_RET_ERRNO | static_cast<unsigned>(error);
	sock_filter program[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr) },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call }, { BPF_RET | BPF_K, 0, 0, answer },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW } };
	const sock_fprog filter = { sizeof program / sizeof *program, program };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
	    || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0)
		_exit(126);
}
