/* SPDX-License-Identifier: ISC */
/* What explains and predicts, called by several threads at once, on small stacks: a thread of
 * musl has 128 KiB (since 1.1.21), of which bindchain_diagnose(3) needs half. */
#include "objects.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <vector>

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

/* Sanitizers keep more on the stack. */
constexpr size_t stack_limit = SANITIZED ? 1 << 20 : 64 << 10;

constexpr unsigned char unused = 0xa5;

/* A thread on a stack of its own, which shows how much of it was used. */
class Thread {
public:
	explicit Thread(std::function<void()> body) : body_(std::move(body))
	{
		pthread_attr_t attributes;

		stack_ = static_cast<unsigned char *>(mmap(nullptr, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
		std::fill(stack_, stack_ + size, unused);
		pthread_attr_init(&attributes);
		EXPECT_EQ(pthread_attr_setstack(&attributes, stack_, size), 0);
		EXPECT_EQ(pthread_create(&thread_, &attributes, run, this), 0);
		pthread_attr_destroy(&attributes);
	}
	~Thread() { munmap(stack_, size); }
	Thread(const Thread &) = delete;
	Thread &operator=(const Thread &) = delete;

	/* Waits for its end.  Returns how much of the stack it used. */
	size_t join()
	{
		pthread_join(thread_, nullptr);
		return size_t(stack_ + size - std::find_if(stack_, stack_ + size,
		    [](unsigned char byte) { return byte != unused; }));
	}

private:
	static constexpr size_t size = 2 << 20;
	std::function<void()> body_;
	unsigned char *stack_;
	pthread_t thread_ = {};

	static void *run(void *thread)
	{
		static_cast<Thread *>(thread)->body_();
		return nullptr;
	}
};

/* Each function once, for an address in use. */
void
call_each(unsigned port)
{
	static char name[] = "bindchain-no-such-program", path[] = "PATH=/bin:/usr/bin";
	char *const argv[] = { name, nullptr }, *const envp[] = { path, nullptr };
	Request request = internet("127.0.0.1", port);
	struct bindchain_failure failure = {};
	char text[256];

	EXPECT_EQ(bindchain_open(request.get(), &failure), -1);
	EXPECT_EQ(failure.error, EADDRINUSE);
	EXPECT_GT(bindchain_failure_text(&failure, request.get(), text, sizeof text), 0u);
	EXPECT_GT(bindchain_findings_count(
	    FoundList(bindchain_diagnose(request.get(), &failure, 0)).get()), 0u);
	EXPECT_NE(FoundList(bindchain_foresee(request.get(), 0)), nullptr);
	EXPECT_NE(Plan(bindchain_plan_new(request.get(), nullptr)), nullptr);
	EXPECT_NE(Limits(bindchain_limits_new()), nullptr);
	EXPECT_TRUE(bindchain_predict_backlog(request.get(),
	    BINDCHAIN_PREDICTED_ARGUMENT).known);
	EXPECT_NE(Handover(bindchain_handover_new(BINDCHAIN_HANDOVER_SYSTEMD, 3, 1, nullptr, envp,
	    nullptr)), nullptr);
	EXPECT_EQ(bindchain_execute(argv, envp, &failure), -1);
	EXPECT_EQ(failure.error, ENOENT);
}

TEST(LibraryThreads, CallEveryFunctionAtOnceOnSmallStacks)
{
	int descriptor = bindchain_open(internet().get(), nullptr);
	unsigned port = port_of(descriptor);

	ASSERT_GE(descriptor, 0);
	for (int round = 0; round < 5; round++) {
		std::vector<std::unique_ptr<Thread>> threads;
		for (int i = 0; i < 4; i++)
			threads.push_back(std::make_unique<Thread>([port] { call_each(port); }));
		for (auto &thread : threads)
			EXPECT_LE(thread->join(), stack_limit);
	}
	close(descriptor);
}

} // namespace
