/* SPDX-License-Identifier: ISC */
/*
 * A network of a test's own: interfaces, addresses, ports and settings that
 * nothing else on the machine sees.
 */
#ifndef BINDCHAIN_TEST_NETWORK_NAMESPACE_H
#define BINDCHAIN_TEST_NETWORK_NAMESPACE_H

#include <memory>
#include <string>

#include "skip.h"

class NetworkNamespace {
public:
	/*
	 * Puts this process, and what it starts, into a new namespace, until the
	 * object goes.  (Without root it cannot go back; it stays there, and the next
	 * object makes another.)  Returns NULL with the reason where there are no
	 * namespaces to be had: the caller skips its test.  The loopback interface is
	 * there and down; until an interface has had an address, Linux lets any IPv4
	 * address be bound.
	 */
	static std::unique_ptr<NetworkNamespace> enter(std::string *why_not);
	/* Has this system any, for whoever may? */
	static bool exist();
	~NetworkNamespace();
	NetworkNamespace(const NetworkNamespace &) = delete;
	NetworkNamespace &operator=(const NetworkNamespace &) = delete;

	/* All of these throw when they fail. */
	void set_up(const std::string &interface);
	void set_down(const std::string &interface);
	/* One end of a pair of virtual cables; the other, NAME with "-peer", is made
	 * and brought up with it, so that the interface has a carrier. */
	void add_interface(const std::string &name);
	/* ADDRESS is a literal with its prefix, "192.0.2.1/24"; it is usable at once. */
	void add_address(const std::string &interface, const std::string &address);
	void remove_address(const std::string &interface, const std::string &address);
	/* NAME as sysctl(8) has it, "net.core.somaxconn". */
	static void set(const std::string &name, const std::string &value);

private:
	explicit NetworkNamespace(int before) : before_(before) {}

	[[maybe_unused]] int before_; /* descriptor of the namespace we came from */
};

/* Leaves a test that wants one.  In CI that is a failure where there are any. */
#define SKIP_TEST_WITHOUT_NAMESPACE(why_not)                                    \
	do {                                                                    \
		if (NetworkNamespace::exist())                                  \
			SKIP_TEST(why_not);                                     \
		SKIP_TEST_EVEN_IN_CI(why_not);                                  \
	} while (false)

#endif
