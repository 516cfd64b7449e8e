/* SPDX-License-Identifier: ISC */
/* Capabilities of files are an extended attribute: capabilities(7). */
#include "privilege.h"

#include <cerrno>
#include <cstring>

#include <endian.h>
#include <linux/capability.h>
#include <sys/xattr.h>

bool
give_bind_capability(const std::string &file, std::string *why_not)
{
	vfs_cap_data capability = {};

	capability.magic_etc = htole32(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE);
	capability.data[0].permitted = htole32(1U << CAP_NET_BIND_SERVICE);
	if (setxattr(file.c_str(), "security.capability", &capability, sizeof capability, 0) == 0)
		return true;
	*why_not = "setxattr security.capability " + file + ": " + std::strerror(errno);
	return false;
}
