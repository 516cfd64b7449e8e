/* SPDX-License-Identifier: ISC */
#include "names.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

#define NAME(symbol) { #symbol, symbol }

const struct names_error names_errors[] = {
	NAME(E2BIG), NAME(EACCES), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL), NAME(EAFNOSUPPORT),
	NAME(EAGAIN), NAME(EBADF), NAME(EBUSY), NAME(ECONNABORTED), NAME(ECONNREFUSED),
	NAME(ECONNRESET), NAME(EDEADLK), NAME(EDESTADDRREQ), NAME(EFAULT), NAME(EINTR), NAME(EINVAL),
	NAME(EIO), NAME(ELOOP), NAME(EMFILE), NAME(EMSGSIZE),
	NAME(ENAMETOOLONG), NAME(ENFILE), NAME(ENOBUFS), NAME(ENODEV),
	NAME(ENOENT), NAME(ENOEXEC), NAME(ENOMEM), NAME(ENOPROTOOPT), NAME(ENOSYS),
	NAME(ENOTCONN), NAME(ENOTDIR), NAME(ENOTSOCK), NAME(EOPNOTSUPP), NAME(EPERM),
	NAME(EPROTONOSUPPORT), NAME(EPROTOTYPE), NAME(EROFS), NAME(ESRCH), NAME(ESTALE),
	NAME(ETIMEDOUT), NAME(ETXTBSY), NAME(ENXIO), NAME(ENOSPC), NAME(EPIPE), NAME(EISCONN),
	NAME(EALREADY), NAME(EDOM), NAME(ERANGE), NAME(ENOLCK), NAME(ENOTSUP),
	{ "ENOTCAPABLE", SHIM_ENOTCAPABLE }, { "ECAPMODE", SHIM_ECAPMODE },
	{ "EFTYPE", SHIM_EFTYPE },
	{ NULL, 0 }
};

const struct names_error names_resolver_errors[] = {
	NAME(EAI_AGAIN), NAME(EAI_BADFLAGS), NAME(EAI_FAIL), NAME(EAI_FAMILY), NAME(EAI_MEMORY),
	NAME(EAI_NONAME), NAME(EAI_SERVICE), NAME(EAI_SOCKTYPE), NAME(EAI_SYSTEM),
	NAME(EAI_ADDRFAMILY), NAME(EAI_NODATA),
	{ NULL, 0 }
};

const char *
names_of(const struct names_error *names, int number)
{
	for (; names->name; names++)
		if (names->number == number)
			return names->name;
	return NULL;
}

bool
names_find(const struct names_error *names, const char *name, int *number)
{
	for (; names->name; names++) {
		if (strcmp(names->name, name) != 0)
			continue;
		*number = names->number;
		return true;
	}
	return false;
}
