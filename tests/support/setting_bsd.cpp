/* SPDX-License-Identifier: ISC */
/* FreeBSD and macOS: sysctl(3). */
#include "setting.h"

#include <cerrno>
#include <system_error>

#include <sys/types.h>
#include <sys/sysctl.h>

int
read_setting(const std::string &name)
{
	int value = 0;
	size_t size = sizeof value;

	if (sysctlbyname(name.c_str(), &value, &size, nullptr, 0) != 0)
		throw std::system_error(errno, std::generic_category(), "sysctl " + name);
	return value;
}
