// SPDX-License-Identifier: ISC
// What a backend sees of the sockets of others: nothing, since the kernels' lists
// have structures of no fixed layout.  It says so, and names the system's own
// command, by that system's manual pages.
#include "request.h"

namespace {

using testing::EndsWith;
using testing::StartsWith;

struct Commands {
	const char *listeners, *owners, *path;
};

// sockstat(1), netstat(1), lsof(8)
const Commands freebsd = { "netstat -Lan; sockstat -l", "sockstat -46l", "sockstat -u" };
const Commands darwin = { "netstat -Lan", "lsof -nP -i -sTCP:LISTEN", "lsof -U" };

class Others : public ForeignKernel {
protected:
	static const Commands &OfThisSystem()
	{
		return OnFreeBSD() ? freebsd : darwin;
	}

	// No visit, not complete, and the command.
	static void ExpectUnseen(const std::string &words, const char *command)
	{
		EXPECT_THAT(words, StartsWith("0\nthe kernel's list of sockets "));
		EXPECT_THAT(words, EndsWith(std::string("\n") + command));
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

	EXPECT_THAT(failure,
	    StartsWith("bind - EADDRINUSE\ncannot determine the holder: the kernel's"));
	EXPECT_THAT(failure, EndsWith(std::string("\ntry: ") + OfThisSystem().owners));
}

TEST_F(Others, APathInUseNamesTheCommandThatShowsByWhom)
{
	Request("/run/bindchain.s").Kind(BINDCHAIN_UNIX_STREAM).Open();
	const std::string failure
	    = Request("/run/bindchain.s").Kind(BINDCHAIN_UNIX_STREAM).Fail();

	EXPECT_THAT(failure, StartsWith("clear - EADDRINUSE\n"));
	EXPECT_THAT(failure, EndsWith(std::string("\ntry: ") + OfThisSystem().path));
}

// SO_REUSEPORT of all, and they are one user's.
TEST_F(Others, AnAddressThatIsSharedIsNotInUse)
{
	Request("127.0.0.1").Set(BINDCHAIN_SHARE).Open();
	Request("127.0.0.1").Set(BINDCHAIN_SHARE).Open();
	EXPECT_THAT(Request("127.0.0.1").Fail(), StartsWith("bind - EADDRINUSE"));
}

} // namespace
