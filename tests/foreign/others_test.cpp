// SPDX-License-Identifier: ISC
// What a backend sees of the sockets of others: nothing, since the kernels' lists
// have structures of no fixed layout.  It says so, and names the system's own
// command, by that system's manual pages.
#include "request.h"

namespace {

struct Commands {
	const char *listeners, *owners, *path;
};

// sockstat(1), netstat(1), lsof(8)
const Commands freebsd = { "netstat -Lan", "sockstat -46l", "sockstat -u" };
const Commands darwin = { "netstat -Lan", "lsof -nP -i -sTCP:LISTEN", "lsof -U" };

class Others : public ForeignKernel {
protected:
	static const Commands &OfThisSystem()
	{
		return std::string("FreeBSD") == foreign_system() ? freebsd : darwin;
	}

	// No visit, not complete, and the command.
	static void ExpectUnseen(const std::string &words, const char *command)
	{
		EXPECT_EQ(0u, words.find("0\nthe kernel's list of sockets ")) << words;
		EXPECT_EQ(std::string("\n") + command, words.substr(words.rfind('\n'))) << words;
	}
};

TEST_F(Others, ListenersAreNotSeen)
{
	char words[256];

	Request("127.0.0.1").Open();
	foreign_listeners(words, sizeof words);
	ExpectUnseen(words, OfThisSystem().listeners);
}

TEST_F(Others, OwnersAreNotSeen)
{
	char words[256];

	foreign_owners(words, sizeof words);
	ExpectUnseen(words, OfThisSystem().owners);
}

TEST_F(Others, HoldersAreNotSeen)
{
	Request("127.0.0.1").Open();
	ExpectUnseen(Request("127.0.0.1").Holders(), OfThisSystem().owners);
}

TEST_F(Others, AnAddressInUseNamesTheCommandThatShowsByWhom)
{
	Request("127.0.0.1").Open();
	const std::string failure = Request("127.0.0.1").Fail();

	EXPECT_EQ(0u, failure.find("bind - EADDRINUSE\nwho holds it is not seen: the kernel's"))
	    << failure;
	EXPECT_EQ(std::string("\ntry: ") + OfThisSystem().owners,
	    failure.substr(failure.rfind('\n'))) << failure;
}

TEST_F(Others, APathInUseNamesTheCommandThatShowsByWhom)
{
	Request("/run/bindchain.s").Kind(BINDCHAIN_UNIX_STREAM).Open();
	const std::string failure
	    = Request("/run/bindchain.s").Kind(BINDCHAIN_UNIX_STREAM).Fail();

	EXPECT_EQ(0u, failure.find("clear - EADDRINUSE\n")) << failure;
	EXPECT_EQ(std::string("\ntry: ") + OfThisSystem().path,
	    failure.substr(failure.rfind('\n'))) << failure;
}

// SO_REUSEPORT of all, and they are one user's.
TEST_F(Others, AnAddressThatIsSharedIsNotInUse)
{
	Request("127.0.0.1").Set(BINDCHAIN_SHARE).Open();
	Request("127.0.0.1").Set(BINDCHAIN_SHARE).Open();
	EXPECT_EQ(0u, Request("127.0.0.1").Fail().find("bind - EADDRINUSE"));
}

} // namespace
