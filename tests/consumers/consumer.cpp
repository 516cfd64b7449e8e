// SPDX-License-Identifier: ISC
// The same as consumer.c, in C++11.
#include <iostream>
#include <memory>

#include <bindchain.h>

namespace {

struct Free {
	void operator()(bindchain_request *request) const
	{
		bindchain_request_free(request);
	}

	void operator()(bindchain_outcome *outcome) const
	{
		bindchain_outcome_free(outcome);
	}
};

int fail(const bindchain_failure &failure)
{
	std::cerr << "consumer: operation " << failure.operation << ", error " << failure.error
	          << '\n';
	return 1;
}

} // namespace

int main()
{
	std::unique_ptr<bindchain_request, Free> request(bindchain_request_new(BINDCHAIN_TCP));
	bindchain_failure failure = {};

	if (bindchain_resolve(request.get(), "127.0.0.1", "0", 0, &failure) != 0)
		return fail(failure);
	int descriptor = bindchain_open(request.get(), &failure);
	if (descriptor < 0)
		return fail(failure);
	std::unique_ptr<bindchain_outcome, Free> outcome(bindchain_outcome_new(descriptor));
	bindchain_fact listening = bindchain_outcome_property(outcome.get(), BINDCHAIN_LISTENING);
	if (bindchain_close(request.get(), descriptor, &failure) != 0)
		return fail(failure);
	return listening.known && listening.value ? 0 : 1;
}
