/* SPDX-License-Identifier: ISC */
/* The headers of the commands, likewise. */
#ifndef TESTS_UNIT_COMMANDS_H
#define TESTS_UNIT_COMMANDS_H

#include "core.h"

extern "C" {
#include "command.h"
#include "json.h"
#include "leaving.h"
#include "message.h"
#include "options.h"
}

#endif
