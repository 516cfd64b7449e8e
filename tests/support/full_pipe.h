/* SPDX-License-Identifier: ISC */
/* A pipe without room, whose ends block. */
#ifndef BINDCHAIN_TESTS_FULL_PIPE_H
#define BINDCHAIN_TESTS_FULL_PIPE_H

#include <algorithm>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "network.h"

/* Fills what is written to through WRITER, which blocks afterwards. */
inline void
fill_with_dashes(int writer)
{
	const std::string block(4096, '-');

	EXPECT_EQ(fcntl(writer, F_SETFL, O_NONBLOCK), 0);
	for (size_t size = block.size(); size > 0; size /= 2)
		while (write(writer, block.data(), size) > 0)
			;
	EXPECT_EQ(errno, EAGAIN);
	EXPECT_EQ(fcntl(writer, F_SETFL, 0), 0);
}

struct FullPipe {
	FullPipe()
	{
		int ends[2];
		EXPECT_EQ(pipe(ends), 0);
		reader = Descriptor(ends[0]);
		writer = Descriptor(ends[1]);
		for (int end : ends)
			EXPECT_EQ(fcntl(end, F_SETFD, FD_CLOEXEC), 0);
		fill_with_dashes(writer.get());
	}

	/* What others have written, when they have closed the pipe. */
	std::string others()
	{
		writer = Descriptor();
		std::string all = read_all(reader.get());
		all.erase(0, std::min(all.size(), all.find_first_not_of('-')));
		return all;
	}

	Descriptor reader, writer;
};

#endif
