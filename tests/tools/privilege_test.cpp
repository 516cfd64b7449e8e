/* SPDX-License-Identifier: ISC */
/* Executables with more rights than whoever starts them. */
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "network_namespace.h"
#include "privilege.h"
#include "probe_report.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

const char nosh[] = "tcp-socket-listen";
const uid_t nobody = 65534;

/* A copy of the executable that a user without rights can start. */
class OwnCopy : public testing::Test {
protected:
	void SetUp() override
	{
		struct statvfs file_system;
		if (geteuid() != 0)
			SKIP_TEST("needs root, to give rights to a file");
		ASSERT_EQ(statvfs(directory.path().c_str(), &file_system), 0);
		if (file_system.f_flag & ST_NOSUID)
			SKIP_TEST(directory.path() + " is on a file system mounted nosuid");
		std::filesystem::copy_file(tool_path("bindchain"), copy);
		std::filesystem::copy_file(probe_path(), directory / "probe");
		ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
		ASSERT_EQ(chmod(copy.c_str(), 0755), 0);
	}

	Command by_nobody(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(), copy);
		Command command(arguments);
		command.user = nobody;
		/* In a build with sanitizers: the leak search traces, which the kernel
		 * forbids for a process with rights of its own. */
		command.set("ASAN_OPTIONS", "detect_leaks=0");
		return command;
	}

	TemporaryDirectory directory;
	std::string copy = directory / nosh;
};

class SetId : public OwnCopy {
protected:
	void refuses_with_mode(mode_t mode)
	{
		ASSERT_EQ(chmod(copy.c_str(), mode), 0);
		Result result = run(by_nobody({ "127.0.0.1", "0", directory / "probe" }));

		EXPECT_EQ(result.status, 100) << result;
		EXPECT_EQ(result.output, "");
		EXPECT_EQ(result.error_lines(), 1u) << result;
		EXPECT_EQ(result.error.rfind("bindchain: fatal: refusing to run set-user-ID", 0), 0u)
		    << result;
	}
};

TEST_F(SetId, UserIsRefused)
{
	refuses_with_mode(04755);
}

/* A set-group-ID program of another user cannot read its own environment in
 * /proc, where the sanitizer's runtime looks for its options. */
TEST_F(SetId, GroupIsRefused)
{
	if (SANITIZED)
		SKIP_TEST_EVEN_IN_CI("the leak search of a set-group-ID program cannot be"
		    " switched off, and may not trace");
	refuses_with_mode(02755);
}

TEST_F(SetId, IsRefusedBeforeAnyArgumentIsLookedAt)
{
	ASSERT_EQ(chmod(copy.c_str(), 04755), 0);
	EXPECT_EQ(run(by_nobody({ "--bogus" })).status, 100);
	EXPECT_EQ(run(by_nobody({ "--help" })).status, 100);
}

TEST_F(SetId, OfTheUserWhoStartsItGivesNothingAndIsNotRefused)
{
	ASSERT_EQ(chown(copy.c_str(), nobody, nobody), 0);
	ASSERT_EQ(chmod(copy.c_str(), 06755), 0);
	Result result = run(by_nobody({ "127.0.0.1", "0", directory / "probe" }));

	EXPECT_EQ(result.status, 0) << result;
}

/* A port that needs a right: the namespace has its own first unprivileged one. */
TEST_F(OwnCopy, WithoutRightsIsRefusedAPrivilegedPort)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	network->set_up("lo");
	Result result = run(by_nobody({ "127.0.0.1", "80", directory / "probe" }));

	EXPECT_EQ(result.status, 1);
	EXPECT_EQ(result.error_line(0), "tcp-socket-listen: FATAL: " + error_text(EACCES));
	EXPECT_NE(result.error_line(1).find("127.0.0.1:80"), std::string::npos) << result;
}

TEST_F(OwnCopy, WithACapabilityOfTheFileBindsIt)
{
	std::string why_not;
	auto network = NetworkNamespace::enter(&why_not);
	if (!network)
		SKIP_TEST_WITHOUT_NAMESPACE(why_not);
	if (!give_bind_capability(copy, &why_not))
		SKIP_TEST(why_not);
	network->set_up("lo");
	Result result = run(by_nobody({ "127.0.0.1", "80", directory / "probe" }));

	ASSERT_EQ(result.status, 0) << result;
	EXPECT_EQ(ProbeReport(result.output).descriptor(3).at("port"), 80);
}

} // namespace
