// SPDX-License-Identifier: ISC
// Unix sockets and FIFOs with the other system's own addresses and flags.
#include "request.h"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Paths = ForeignKernel;

Request
Local(const char *path, bindchain_kind kind = BINDCHAIN_UNIX_STREAM)
{
	return Request(path).Kind(kind);
}

// Two bytes of head, the path and its null byte: FreeBSD and xnu, sys/un.h.
TEST_F(Paths, AnAddressIsAsLongAsItsPath)
{
	Local("/run/s").Open();
	EXPECT_THAT(Log(), HasSubstr("\nbind /run/s in 9 bytes\n"));
}

// open(2) of both: w and x on it are enough.  FreeBSD 13.1 needs no place to move names
// to.
TEST_F(Paths, TheDirectoryIsOpenedForSearchAlone)
{
	Local("/run/s").Open();
	EXPECT_EQ(std::string("socket\nopen /run O_SEARCH")
	        + (OnFreeBSD() ? " O_DIRECTORY" : "") + " O_CLOEXEC\nbind /run/s in 9 bytes\n"
	        + (foreign_has_o_path() ? ""
	              : "openat .s.bindchain O_RDONLY O_DIRECTORY O_NOFOLLOW O_CLOEXEC\n")
	        + "listen 5\nclose\n", Log());
}

// sun_path has 104 bytes.
TEST_F(Paths, APathMayHave103Bytes)
{
	const std::string longest = "/run/" + std::string(98, 'x');

	Local(longest.c_str()).Open();
	EXPECT_THAT(Log(), HasSubstr("bind " + longest + " in 106 bytes\n"));
}

TEST_F(Paths, ALongerPathIsRefusedBeforeAnyCall)
{
	const std::string path = "/run/" + std::string(99, 'x');

	EXPECT_EQ("path " + path + " ENAMETOOLONG by 1", Local(path.c_str()).Fail());
	EXPECT_EQ("", Log());
	EXPECT_EQ("path  ENOENT", Local("").Fail());
}

TEST_F(Paths, ThereAreNoAbstractNames)
{
	EXPECT_THAT(Local("@name").Fail(), StartsWith("unsupported @name "));
}

TEST_F(Paths, AModeIsThereFromTheStartAndTheUmaskAsItWasAfterwards)
{
	Local("/run/s").Access(0660).Open();
	EXPECT_EQ(0660, foreign_kernel_mode("/run/s"));
	EXPECT_THAT(Log(), Not(HasSubstr("chmod")));
	EXPECT_EQ(022u, foreign_kernel_umask());
}

TEST_F(Paths, WithoutAModeItIsWhatTheUmaskLeaves)
{
	Local("/run/s").Open();
	EXPECT_EQ(0755, foreign_kernel_mode("/run/s"));
}

TEST_F(Paths, AnOwnerComesBeforeAnyPermission)
{
	Local("/run/s").Access(0660, 80, 81).Open();
	EXPECT_THAT(Log(), HasSubstr("\nfchownat 80 81\nfchmodat 0660\nlisten"));
	EXPECT_EQ(0660, foreign_kernel_mode("/run/s"));
}

// Neither system tells what a socket is bound to: an entry is ours if it is a socket
// of this user, with one name, and not older than bind(2).
TEST_F(Paths, NothingIsGivenAwayThatMayBeSomebodyElses)
{
	const char *const refused = "find - something else has been put at the path";

	foreign_kernel_make_older(1);
	EXPECT_EQ(refused, Local("/run/old").Access(0660, 80).Fail());
	foreign_kernel_make_older(0);
	foreign_kernel_link();
	EXPECT_EQ(refused, Local("/run/linked").Access(0660, 80).Fail());
	EXPECT_THAT(Log(), Not(HasSubstr("fchown")));
	EXPECT_EQ(0, foreign_kernel_mode("/run/old")) << "not proven, not removed";
}

TEST_F(Paths, AFailureRemovesWhatWasMade)
{
	foreign_kernel_fail("listen", 1, "EACCES");
	EXPECT_THAT(Local("/run/s").Fail(), StartsWith("listen - EACCES\n"));
	EXPECT_EQ(-1, foreign_kernel_mode("/run/s"));
}

// ---- who has a path ----

// unp_connect tells a datagram socket that asks: ECONNREFUSED.
TEST_F(Paths, ASocketWithoutAnOwnerIsReplaced)
{
	foreign_kernel_close(Local("/run/s").Open());
	const unsigned old = foreign_kernel_inode("/run/s");
	Local("/run/s").Open();
	EXPECT_NE(old, foreign_kernel_inode("/run/s"));
	EXPECT_EQ(-1, foreign_kernel_mode("/run/.s.bindchain"));
}

// funlinkat(2) of FreeBSD 13.1 removes that object alone; elsewhere it is moved where
// nobody else gets at it, and looked at again.
TEST_F(Paths, WhatIsRemovedIsWhatWasLookedAt)
{
	foreign_kernel_close(Local("/run/s").Open());
	Local("/run/s").Open();
	if (foreign_has_o_path())
		EXPECT_THAT(Log(), HasSubstr("\nfunlinkat unlinkat s\n"));
	else
		EXPECT_THAT(Log(), HasSubstr("\nrenameat s .bindchain\nfstatat .bindchain\n"
		                             "socket\nclose\nunlinkat .bindchain\n"
		                             "unlinkat .s.bindchain\n"));
}

TEST_F(Paths, ALookThatFailsIsNamed)
{
	const char *const connect = OnFreeBSD() ? "connectat" : "connect";

	foreign_kernel_close(Local("/run/s").Open());
	foreign_kernel_fail(connect, 1, "EACCES");
	EXPECT_THAT(Local("/run/s").Fail(),
	    StartsWith(std::string("clear ") + connect + " EACCES"));
	foreign_kernel_fail("socket", 2, "EMFILE");
	EXPECT_THAT(Local("/run/s").Fail(), StartsWith("clear socket EMFILE"));
}

// EPROTOTYPE, and no error.
TEST_F(Paths, ASocketWithAnOwnerIsNot)
{
	Local("/run/stream").Open();
	Local("/run/datagrams", BINDCHAIN_UNIX_DATAGRAM).Open();
	for (const char *path : { "/run/stream", "/run/datagrams" }) {
		const unsigned old = foreign_kernel_inode(path);
		EXPECT_THAT(Local(path).Fail(), StartsWith("clear - EADDRINUSE")) << path;
		EXPECT_EQ(old, foreign_kernel_inode(path));
	}
}

TEST_F(Paths, AFileIsNeverReplaced)
{
	foreign_kernel_make_file("/run/s", 0644);
	EXPECT_THAT(Local("/run/s").Fail(),
	    StartsWith("clear - EADDRINUSE\n/run/s is not a socket"));
	EXPECT_NE(-1, foreign_kernel_mode("/run/s"));
}

// ---- what only one of the systems has ----

TEST_F(Paths, SeqpacketIsNotOnDarwin)
{
	const Request request = Local("/run/s", BINDCHAIN_UNIX_SEQPACKET);

	if (OnFreeBSD())
		request.Open();
	else
		EXPECT_THAT(request.Fail(), StartsWith("unsupported "));
}

// unix(4): at SOL_LOCAL, which is 0.
TEST_F(Paths, CredentialsComeAlongOnFreeBSDAlone)
{
	const Request request = Local("/run/s", BINDCHAIN_UNIX_DATAGRAM)
	                            .Set(BINDCHAIN_PASS_CREDENTIALS);

	if (!OnFreeBSD()) {
		EXPECT_THAT(request.Fail(), StartsWith("unsupported pass-credentials "));
		return;
	}
	const int descriptor = request.Open();
	EXPECT_THAT(Log(), HasSubstr("socket\nsetsockopt SOL_LOCAL LOCAL_CREDS_PERSISTENT 1\n"));
	EXPECT_EQ(1, foreign_option(descriptor, BINDCHAIN_PASS_CREDENTIALS));
}

TEST_F(Paths, CredentialsAreForUnixSocketsAlone)
{
	EXPECT_THAT(Request("127.0.0.1").Set(BINDCHAIN_PASS_CREDENTIALS).Fail(),
	    StartsWith("unsupported pass-credentials "));
}

// ---- FIFOs ----

Request
Fifo(const char *path)
{
	return Request(path).Kind(BINDCHAIN_FIFO);
}

// fs/fifofs/fifo_vnops.c: both ends in one descriptor; xnu's has no word of that.
TEST_F(Paths, AFifoIsOpenedForBothEndsWhereThatIsAllowed)
{
	Fifo("/run/f").Open();
	EXPECT_THAT(Log(), HasSubstr(OnFreeBSD() ? "\nmkfifoat 0600\n" : "\nmkfifo 0600\n"));
	EXPECT_THAT(Log(), HasSubstr(foreign_has_o_path()
	    ? "\nopenat f O_PATH O_NOFOLLOW O_CLOEXEC\nopenat  O_RDWR O_EMPTY_PATH O_NOCTTY\n"
	    : OnFreeBSD() ? "\nfstatat f\nopenat f O_RDWR O_NONBLOCK O_NOCTTY O_NOFOLLOW\n"
	      "fcntl F_SETFL\n"
	    : "\nfstatat f\nopenat f O_RDONLY O_NONBLOCK O_NOCTTY O_NOFOLLOW\n"
	      "fcntl F_SETFL\n"));
}

TEST_F(Paths, AFifoGetsTheAccessThatIsAskedFor)
{
	Fifo("/run/f").Access(0620, 80).Open();
	EXPECT_THAT(Log(), HasSubstr(OnFreeBSD() ? "\nmkfifoat 0600\n" : "\nmkfifo 0600\n"));
	EXPECT_THAT(Log(), HasSubstr("\nfchown 80 -1\nfchmod 0620\n"));
	EXPECT_EQ(0620, foreign_kernel_mode("/run/f"));
}

TEST_F(Paths, AFileThatIsNoFifoIsRefused)
{
	foreign_kernel_make_file("/run/f", 0644);
	EXPECT_THAT(Fifo("/run/f").Fail(), StartsWith("open - EEXIST"));
}

// Somebody else's may be a trap; root's and the one's who is to have it are not.
TEST_F(Paths, AFifoOfSomebodyElseIsRefused)
{
	foreign_kernel_close(Fifo("/run/f").Open());
	foreign_kernel_give("/run/f", 80);
	EXPECT_THAT(Fifo("/run/f").Fail(), StartsWith("open - EPERM"));
	Fifo("/run/f").Access(0600, 80).Open();
	foreign_kernel_user(1001);
	foreign_kernel_give("/run/f", 0);
	Fifo("/run/f").Open();
	foreign_kernel_link();
	EXPECT_THAT(Fifo("/run/f").Fail(), StartsWith("open - EMLINK"));
}

} // namespace
