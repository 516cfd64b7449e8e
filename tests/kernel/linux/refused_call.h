/* SPDX-License-Identifier: ISC */
/* A system call that fails as on a kernel that lacks or refuses it: seccomp(2). */
#ifndef BINDCHAIN_TEST_REFUSED_CALL_H
#define BINDCHAIN_TEST_REFUSED_CALL_H

/* From now on the system call of this NUMBER fails with ERROR, in the programs that this
 * process executes too.  Exits with 126 where there are no filters. */
void refuse_call(long number, int error);

#endif
