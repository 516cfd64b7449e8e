/* SPDX-License-Identifier: ISC */
/* The number that names this process for good, where the kernel has one: what
 * LISTEN_PIDFDID must carry to be for it. */
#ifndef BINDCHAIN_TEST_PROCESS_IDENTITY_H
#define BINDCHAIN_TEST_PROCESS_IDENTITY_H

#include <cstdint>
#include <optional>

std::optional<std::uint64_t> process_identity();

#endif
