/* SPDX-License-Identifier: ISC */
/* Programs that the library would not be loaded into are refused before anything starts. */
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <elf.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "child.h"
#include "daemon_path.h"
#include "network.h"
#include "skip.h"
#include "temporary_directory.h"
#include "tools.h"

namespace {

class AdoptRefuses : public testing::Test {
protected:
	TemporaryDirectory directory;
	const std::string program = directory / "program";

	/* Its bytes, changed by CHANGE. */
	void copy(const std::string &from, const std::function<void(std::string &)> &change)
	{
		std::ifstream in(from, std::ios::binary);
		std::string bytes((std::istreambuf_iterator<char>(in)), {});
		change(bytes);
		write(bytes);
	}

	void write(const std::string &bytes)
	{
		std::ofstream(program, std::ios::binary) << bytes;
		std::filesystem::permissions(program, std::filesystem::perms(0755));
	}

	/* Nothing is opened, and the reason is told. */
	void expect(const std::string &reason, int status = 100)
	{
		const std::string path = directory / "socket";
		Result result = run(tool("bindchain", { "listen", "--adopt", "--unix=" + path,
		    program }));
		EXPECT_EQ(result.status, status) << result;
		EXPECT_EQ(result.error_line(0), "bindchain listen: fatal: " + reason);
		EXPECT_EQ(result.error_line(1), status == 111 ? ""
		    : std::string("bindchain listen: info: see bindchain-errors(7), ")
		        + (status == 100 ? "CANNOT ADOPT" : "PROGRAM NOT FOUND"));
		EXPECT_EQ(result.error_line(2), "");
		EXPECT_FALSE(std::filesystem::exists(path));
	}

	std::string because(const std::string &reason)
	{
		return "cannot adopt " + program + ": " + reason;
	}
};

Elf64_Ehdr *
header_of(std::string &bytes)
{
	return reinterpret_cast<Elf64_Ehdr *>(&bytes[0]);
}

Elf64_Phdr *
interpreter_of(std::string &bytes)
{
	auto *segment = reinterpret_cast<Elf64_Phdr *>(&bytes[header_of(bytes)->e_phoff]);

	while (segment->p_type != PT_INTERP)
		segment++;
	return segment;
}

const std::string privileged = "set-user-ID, set-group-ID or with capabilities: the dynamic linker"
    " loads no library into it; start it as the user it becomes";
const std::string unknown = "neither an executable of this system nor a script";

TEST_F(AdoptRefuses, AStaticProgram)
{
	copy(STATIC_DAEMON, [](std::string &) {});
	expect(because("statically linked: no library can be loaded into it"));
}

TEST_F(AdoptRefuses, APrivilegedProgram)
{
	for (unsigned mode : { 04755U, 02755U }) {
		copy(daemon_path(), [](std::string &) {});
		ASSERT_EQ(chmod(program.c_str(), mode), 0);
		expect(because(privileged));
	}
}

/* setcap(8) cap_net_bind_service=ep: struct vfs_cap_data of linux/capability.h. */
TEST_F(AdoptRefuses, AProgramWithFileCapabilities)
{
	const uint32_t data[] = { 0x02000001, 1 << 10, 0, 0, 0 };

	copy(daemon_path(), [](std::string &) {});
	if (setxattr(program.c_str(), "security.capability", data, sizeof data, 0) != 0)
		SKIP_TEST("this user, or this file system, sets no file capabilities");
	expect(because(privileged));
}

TEST_F(AdoptRefuses, AProgramOfAnotherProcessorOrCLibrary)
{
	copy(daemon_path(), [](std::string &bytes) { header_of(bytes)->e_machine = EM_ALPHA; });
	expect(because("for another processor than libbindchain-adopt"));
	copy(daemon_path(), [](std::string &bytes) { bytes[EI_DATA] = ELFDATA2MSB; });
	expect(because("for another processor than libbindchain-adopt"));
	copy(daemon_path(), [](std::string &bytes) {
		const size_t at = interpreter_of(bytes)->p_offset;
		const bool is_musl = std::string(&bytes[at]).find("musl") != std::string::npos;
		const std::string other = is_musl ? "/lib/ld-linux.so.2" : "/lib/ld-musl-any.so.1";
		bytes.replace(at, other.size() + 1, other.c_str(), other.size() + 1);
	});
	expect(because("linked to another C library than libbindchain-adopt"));
}

/* Real programs of both: each is refused by the tools of the other. */
TEST_F(AdoptRefuses, AProgramOfTheOtherCLibrary)
{
	const std::string other = other_daemon_path();

	if (other.empty())
		SKIP_TEST("this build has no daemon with musl");
	copy(other, [](std::string &) {});
	expect(because("linked to another C library than libbindchain-adopt"));
}

/* As Go's linker writes it: cmd/link/internal/ld/elf.go, elfgobuildid. */
TEST_F(AdoptRefuses, AProgramOfGo)
{
	copy(daemon_path(), [](std::string &bytes) {
		auto *segment = reinterpret_cast<Elf64_Phdr *>(&bytes[header_of(bytes)->e_phoff]);
		while (segment->p_type != PT_GNU_STACK)
			segment++;
		segment->p_type = PT_NOTE;
		segment->p_offset = bytes.size();
		segment->p_filesz = 24;
		const uint32_t note[] = { 4, 8, 4 };
		bytes.append(reinterpret_cast<const char *>(note), sizeof note);
		bytes.append("Go\0\0buildid\0", 12);
	});
	expect(because("a Go program, which makes system calls without the C library"));
}

/* As with -ldflags=-buildid=, by debug/buildinfo. */
TEST_F(AdoptRefuses, AProgramOfGoWithoutABuildId)
{
	copy(daemon_path(), [](std::string &) {});
	Result result = run(Command({ "/usr/bin/objcopy", "--add-section",
	    ".go.buildinfo=" + program, program }));
	ASSERT_EQ(result.status, 0) << result;
	expect(because("a Go program, which makes system calls without the C library"));
}

/* Nothing in a file is believed: sizes, offsets and counts beyond it. */
TEST_F(AdoptRefuses, WhatIsNoExecutable)
{
	const std::string no_interpreter = "statically linked: no library can be loaded into it";

	for (const char *bytes : { "", "x", "\177ELF", "#!", "#! \n", "text\n" }) {
		write(bytes);
		expect(because(unknown));
	}
	copy(daemon_path(), [](std::string &bytes) { bytes.resize(40); });
	expect(because(unknown));
	copy(daemon_path(), [](std::string &bytes) { bytes[EI_CLASS] = 7; });
	expect(because(unknown));
	copy(daemon_path(), [](std::string &bytes) { header_of(bytes)->e_phoff = UINT64_MAX - 8; });
	expect(because(no_interpreter));
	copy(daemon_path(), [](std::string &bytes) {
		header_of(bytes)->e_phnum = UINT16_MAX;
		header_of(bytes)->e_phentsize = 0;
	});
	expect(because(no_interpreter));
	copy(daemon_path(), [](std::string &bytes) {
		header_of(bytes)->e_shoff = UINT64_MAX - 8;
		interpreter_of(bytes)->p_filesz = UINT64_MAX;
	});
	expect(because(no_interpreter));
	copy(daemon_path(), [](std::string &bytes) { interpreter_of(bytes)->p_offset = UINT64_MAX; });
	expect(because(no_interpreter));
}

TEST_F(AdoptRefuses, AScriptForItsInterpreter)
{
	write("#! " + std::string(STATIC_DAEMON) + " -x\n");
	expect("cannot adopt " STATIC_DAEMON ": statically linked: no library can be loaded into it");
	write("#!" + program + "\n");
	expect(because(unknown));
	write("#!/nowhere/sh\n");
	expect("open /nowhere/sh: " + error_text(ENOENT), 111);
	write("#!" + daemon_path() + " variable\n");
	EXPECT_EQ(run(tool("bindchain", { "listen", "--adopt", "--tcp=127.0.0.1:0", program })).status,
	    0);
}

TEST_F(AdoptRefuses, WhatIsNotThere)
{
	expect(program + ": " + error_text(ENOENT), 127);
	ASSERT_EQ(mkfifo(program.c_str(), 0755), 0);
	expect(program + ": " + error_text(EACCES), 126);
}

TEST_F(AdoptRefuses, AProgramThatItCannotRead)
{
	if (!can_change_user())
		SKIP_TEST("needs root, to be another user");
	copy(daemon_path(), [](std::string &) {});
	ASSERT_EQ(chmod(program.c_str(), 0711), 0);
	ASSERT_EQ(chmod(directory.path().c_str(), 0711), 0);
	Command command = tool("bindchain", { "listen", "--adopt", "--tcp=127.0.0.1:0", program });
	command.user = nobody;
	Result result = run(command);

	EXPECT_EQ(result.status, 111) << result;
	EXPECT_EQ(result.error, "bindchain listen: fatal: open " + program + ": "
	    + error_text(EACCES) + "\nbindchain listen: info: whether the library can be loaded is read"
	    " from the program: give this user read permission\n");
}

TEST(AdoptOptions, DescriptorsAreInARow)
{
	Descriptor file(open("/dev/null", O_RDONLY));
	const std::string any = "--tcp=127.0.0.1:0";
	Command command = tool("bindchain", { "listen", "--adopt", any, any, any, daemon_path() });
	command.descriptors[4] = file.get();
	command.limits[RLIMIT_NOFILE] = 6;
	Result result = run(command);

	EXPECT_EQ(result.status, 100) << result;
	EXPECT_EQ(result.error, "bindchain listen: fatal: no free descriptors in a row for 3 sockets"
	    " from 3 to 5 (RLIMIT_NOFILE is 6)\n");
}

TEST(AdoptOptions, WrongOnesAreRefusedWithTheReason)
{
	const struct {
		std::vector<std::string> words;
		const char *message;
	} rows[] = {
		{ { "adopt", "--match=any", daemon_path() },
		    "adopt: fatal: --match=any: not exact or port" },
		{ { "adopt" }, "adopt: fatal: no daemon" },
		{ { "adopt", daemon_path() },
		    "adopt: fatal: no inherited sockets: LISTEN_FDS is not set\n"
		    "bindchain adopt: info: see bindchain-errors(7), LISTEN_FDS WRONG" },
		{ { "listen", "--adopt", "--as=nginx", "--tcp=127.0.0.1:0", daemon_path() },
		    "listen: fatal: --adopt cannot be combined with --as, --env, --words or"
		    " --no-listen-pid" },
	};

	for (const auto &row : rows) {
		Result result = run(tool("bindchain", row.words));
		EXPECT_EQ(result.status, 100);
		EXPECT_EQ(result.error, std::string("bindchain ") + row.message + "\n");
	}
}

TEST(AdoptExplained, TellsWhatTheLibraryGets)
{
	Result result = run(tool("bindchain", { "explain", "listen", "--adopt",
	    "--tcp=127.0.0.1:0", daemon_path() }));

	EXPECT_THAT(result.output, testing::HasSubstr("BINDCHAIN_ADOPT               1023;exact"));
	EXPECT_THAT(result.output, testing::HasSubstr("libbindchain-adopt"));
}

} // namespace
