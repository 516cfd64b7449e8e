/* SPDX-License-Identifier: ISC */
#include "privilege.h"

bool
give_bind_capability(const std::string &, std::string *why_not)
{
	*why_not = "files have no capabilities on this system";
	return false;
}
