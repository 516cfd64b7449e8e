/* SPDX-License-Identifier: ISC */
#include "process_identity.h"

std::optional<std::uint64_t>
process_identity()
{
	return std::nullopt;
}
