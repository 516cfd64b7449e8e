/* SPDX-License-Identifier: ISC */
/* What the tests of commands and those of servers have in common. */
#ifndef BINDCHAIN_TEST_TORTURE_FIXTURE_H
#define BINDCHAIN_TEST_TORTURE_FIXTURE_H

#include <memory>

#include <gtest/gtest.h>

#include "command_lines.h"
#include "network_namespace.h"
#include "run.h"

/* A command line in a network and below a root of its own, which has run without a failure. */
class TortureTest : public testing::TestWithParam<CommandLine> {
protected:
	void SetUp() override;

	/* Nothing fails where ERROR is 0; else the call with this index, from 0. */
	virtual Outcome run(size_t index, int error) = 0;

	std::unique_ptr<NetworkNamespace> network;
	Outcome expected; /* when nothing fails */
	long runs = 0;
};

#endif
