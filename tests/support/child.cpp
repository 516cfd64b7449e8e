/* SPDX-License-Identifier: ISC */
#include "child.h"

#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

constexpr int highest_looked_at = 256;
constexpr int body_returned = 254;

int
wait_for_child(const std::function<int()> &body)
{
	int status = -1;
	pid_t child;

	fflush(nullptr); /* or the child would write it again */
	child = fork();
	if (child == 0) {
		int exit_status = body();
		fflush(nullptr);
		_exit(exit_status);
	}
	EXPECT_GT(child, 0) << strerror(errno);
	EXPECT_EQ(waitpid(child, &status, 0), child);
	EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

void
in_child(const std::function<void()> &body)
{
	int status = wait_for_child([&] {
		body();
		return testing::Test::HasFailure() ? 1 : 0;
	});

	EXPECT_EQ(status, 0) << "in the child, see above";
}

int
exit_status_of(const std::function<void()> &body)
{
	int status = wait_for_child([&] {
		body();
		return body_returned;
	});

	EXPECT_NE(status, body_returned) << "nothing was executed";
	return status;
}

std::string
written_to(int descriptor, const std::function<void()> &body)
{
	FILE *file = tmpfile();
	std::string text;
	char bytes[4096];
	size_t length;
	int saved;

	fflush(nullptr);
	saved = dup(descriptor);
	if (!file || saved < 0 || dup2(fileno(file), descriptor) < 0) {
		ADD_FAILURE() << strerror(errno);
		return text;
	}
	body();
	fflush(nullptr);
	dup2(saved, descriptor);
	close(saved);
	rewind(file);
	while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
		text.append(bytes, length);
	fclose(file);
	return text;
}

bool
is_open(int descriptor)
{
	return fcntl(descriptor, F_GETFD) >= 0;
}

int
open_descriptors()
{
	int count = 0;

	for (int descriptor = 0; descriptor < highest_looked_at; descriptor++)
		count += is_open(descriptor) ? 1 : 0;
	return count;
}

void
close_from_three()
{
	for (int descriptor = 3; descriptor < highest_looked_at; descriptor++)
		close(descriptor);
}

bool
can_change_user()
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(geteuid() == 0 && setgid(nobody) == 0 && setuid(nobody) == 0 ? 0 : 1);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
