/* SPDX-License-Identifier: ISC */
/* Which failures name which section of bindchain-errors(7). */
#include <cerrno>
#include <string>

#include <netdb.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "child.h"
#include "commands.h"

extern "C" {
#include "address.h"
#include "error_section.h"
#include "failure.h"
}

namespace {

/* The place of a request: none without one.  An abstract name is no path. */
enum Place { NOWHERE, INTERNET, PATH, ABSTRACT };

struct Row {
	enum bindchain_operation operation;
	int error;
	Place place;
	const char *section;
};

/* The errors are those of bind(2), socket(2), setsockopt(2), unix(7) and execve(2). */
const Row rows[] = {
	{ BINDCHAIN_BIND, EADDRINUSE, INTERNET, "ADDRESS IN USE" },
	{ BINDCHAIN_LISTEN, EADDRINUSE, INTERNET, "ADDRESS IN USE" },
	{ BINDCHAIN_EXCLUSIVE, EADDRINUSE, INTERNET, "ADDRESS IN USE" },
	{ BINDCHAIN_CLEAR_PATH, EADDRINUSE, PATH, "PATH EXISTS" },
	{ BINDCHAIN_CLEAR_PATH, EACCES, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_CLEAR_PATH, EPERM, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_CHOWN, EPERM, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_BIND, EADDRINUSE, PATH, "PATH EXISTS" },
	{ BINDCHAIN_BIND, EADDRINUSE, ABSTRACT, "PATH EXISTS" },
	{ BINDCHAIN_BIND, EACCES, ABSTRACT, "PERMISSION DENIED" },
	{ BINDCHAIN_OPEN, EEXIST, PATH, "PATH EXISTS" },
	{ BINDCHAIN_BIND, EADDRNOTAVAIL, INTERNET, "ADDRESS NOT AVAILABLE" },
	{ BINDCHAIN_SOCKET, EAFNOSUPPORT, INTERNET, "ADDRESS FAMILY MISSING" },
	{ BINDCHAIN_SOCKET, EPROTONOSUPPORT, INTERNET, "ADDRESS FAMILY MISSING" },
	{ BINDCHAIN_CHECK_INTERFACES, 0, INTERNET, "ADDRESS FAMILY MISSING" },
	{ BINDCHAIN_BIND, ENODEV, INTERNET, "NO SUCH INTERFACE" },
	{ BINDCHAIN_SETSOCKOPT, ENODEV, INTERNET, "NO SUCH INTERFACE" },
	{ BINDCHAIN_FIND_INTERFACE, ENXIO, NOWHERE, "NO SUCH INTERFACE" },
	{ BINDCHAIN_RESOLVE, 0, INTERNET, "NAME NOT RESOLVED" },
	{ BINDCHAIN_BIND, EACCES, INTERNET, "PERMISSION DENIED" },
	{ BINDCHAIN_BIND, EPERM, INTERNET, "PERMISSION DENIED" },
	{ BINDCHAIN_SOCKET, EPERM, PATH, "PERMISSION DENIED" },
	{ BINDCHAIN_BIND, EACCES, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_OPEN_DIRECTORY, ENOENT, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_OPEN_DIRECTORY, ENOTDIR, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_MKFIFO, EROFS, PATH, "PATH NOT ACCESSIBLE" },
	{ BINDCHAIN_PATH, ENAMETOOLONG, NOWHERE, "PATH TOO LONG" },
	{ BINDCHAIN_SETSOCKOPT, EPERM, INTERNET, "OPTION NOT PERMITTED" },
	{ BINDCHAIN_SOCKET, EMFILE, INTERNET, "TOO MANY OPEN FILES" },
	{ BINDCHAIN_OPEN_DIRECTORY, ENFILE, PATH, "TOO MANY OPEN FILES" },
	{ BINDCHAIN_REQUIREMENT, 0, INTERNET, "REQUIREMENT NOT MET" },
	{ BINDCHAIN_INHERITED, 0, NOWHERE, "LISTEN_FDS WRONG" },
	{ BINDCHAIN_INHERITED, EBADF, NOWHERE, "LISTEN_FDS WRONG" },
	{ BINDCHAIN_EXEC, ENOENT, NOWHERE, "PROGRAM NOT FOUND" },
	{ BINDCHAIN_EXEC, EACCES, NOWHERE, "PROGRAM NOT FOUND" },
	{ BINDCHAIN_EXEC, ENOEXEC, NOWHERE, "PROGRAM NOT FOUND" },
	{ BINDCHAIN_EXEC, E2BIG, NOWHERE, "" },
	{ BINDCHAIN_UNSUPPORTED, 0, NOWHERE, "NOT SUPPORTED" },
	{ BINDCHAIN_SETSOCKOPT, EINVAL, INTERNET, "" },
	{ BINDCHAIN_WRITE, ENOSPC, NOWHERE, "" },
	{ BINDCHAIN_EXEC, ENOEXEC, NOWHERE, "PROGRAM NOT FOUND" },
	{ BINDCHAIN_ALLOCATE, ENOMEM, NOWHERE, "" },
};

TEST(ErrorSection, FollowsFromOperationErrnoAndPlace)
{
	struct address of_unix;

	ASSERT_TRUE(address_from_path(&of_unix, "name"));
	for (const Row &row : rows) {
		struct bindchain_failure failure;
		struct request request = {};
		failure_set(&failure, row.operation, row.error);
		request.path = row.place == PATH ? "/run/s" : nullptr;
		if (row.place == ABSTRACT)
			request.address = of_unix;
		EXPECT_STREQ(error_section_name(error_section_of(&failure,
		    row.place == NOWHERE ? nullptr : &request, HOLDER_UNKNOWN)), row.section)
		    << row.operation << " " << row.error;
	}
}

const char *
section_of_held(int error, address_holder holder, const char *path = nullptr)
{
	struct bindchain_failure failure;
	struct request request = {};

	failure_set(&failure, BINDCHAIN_BIND, error);
	request.path = path;
	return error_section_name(error_section_of(&failure, &request, holder));
}

TEST(ErrorSection, OfAnAddressInUseFollowsFromItsHolder)
{
	EXPECT_STREQ(section_of_held(EADDRINUSE, HOLDER_UNKNOWN), "ADDRESS IN USE");
	EXPECT_STREQ(section_of_held(EADDRINUSE, HOLDER_WILDCARD), "WILDCARD IN USE");
	EXPECT_STREQ(section_of_held(EADDRINUSE, HOLDER_CONNECTIONS), "CONNECTIONS REMAIN");
	EXPECT_STREQ(section_of_held(EADDRINUSE, HOLDER_CONNECTIONS, "/run/s"), "PATH EXISTS");
	EXPECT_STREQ(section_of_held(EACCES, HOLDER_WILDCARD), "PERMISSION DENIED");
}

std::string
kept(const struct command &command, enum error_section section)
{
	struct invocation invocation = {};

	invocation.command = &command;
	return written_to(STDERR_FILENO, [&] {
		error_section_keep(&invocation, section);
		message_write_kept();
	});
}

TEST(ErrorSection, IsNamedByNativeCommandsAlone)
{
	EXPECT_EQ(kept(listen_command, ERROR_ADDRESS_IN_USE),
	    "bindchain listen: info: see bindchain-errors(7), ADDRESS IN USE\n");
	EXPECT_EQ(kept(listen_command, ERROR_SECTION_NONE), "");
	EXPECT_EQ(kept(tcp_socket_listen_command, ERROR_ADDRESS_IN_USE), "");
	EXPECT_EQ(kept(s6_tcpserver_socketbinder_command, ERROR_ADDRESS_IN_USE), "");
	EXPECT_EQ(kept(s6_tcpserver_command, ERROR_ADDRESS_IN_USE), "");
}

} // namespace
