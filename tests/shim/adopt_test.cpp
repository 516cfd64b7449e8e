/* SPDX-License-Identifier: ISC */
/* Which programs FreeBSD and macOS load a library into, and what that is told. */
#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>

#include "bench.h"
#include "skip.h"
#include "temporary_directory.h"

namespace {

using testing::HasSubstr;
using testing::Not;

class ShimAdopt : public testing::Test {
protected:
	TemporaryDirectory directory;
	const std::string program = directory / "program";

	void SetUp() override
	{
		if (geteuid() != 0)
			SKIP_TEST("to root, as which the command runs, the library is another user's");
	}

	void write(const std::string &bytes)
	{
		std::ofstream(program, std::ios::binary) << bytes;
		chmod(program.c_str(), 0755);
	}

	/* What is said of it; nothing is opened. */
	static std::string refuse(const char *profile, const std::string &path)
	{
		Bench bench(profile);
		Result result = bench.run("bindchain",
		    { "listen", "--adopt", "--tcp=127.0.0.1:8080", path });

		EXPECT_SOUND(bench);
		EXPECT_EQ(result.status, 100) << result;
		for (const LoggedCall &call : bench.calls())
			EXPECT_NE(call.name, "socket") << path;
		return result.error;
	}

	std::string refuse(const char *profile)
	{
		return refuse(profile, program);
	}

	std::string explain(const char *profile)
	{
		Bench bench(profile);
		Result result = bench.run("bindchain", { "explain", "listen", "--adopt",
		    "--tcp=127.0.0.1:8080", program });

		EXPECT_EQ(result.status, 0) << result;
		return result.output;
	}

	std::string refusal(const std::string &reason)
	{
		return "bindchain listen: fatal: cannot adopt " + program + ": " + reason
		    + "\nbindchain listen: info: see bindchain-errors(7), CANNOT ADOPT\n";
	}
};

/* ---- macOS: Mach-O(5) ---- */

const uint32_t x86_64 = 0x01000007, arm64 = 0x0100000c;

/* As little-endian machines write it. */
std::string
little(const std::vector<uint32_t> &words)
{
	std::string bytes;

	for (uint32_t word : words)
		for (int i = 0; i < 4; i++)
			bytes += static_cast<char>(word >> 8 * i);
	return bytes;
}

std::string
big(const std::vector<uint32_t> &words)
{
	std::string bytes;

	for (uint32_t word : words)
		for (int i = 3; i >= 0; i--)
			bytes += static_cast<char>(word >> 8 * i);
	return bytes;
}

/* struct mach_header_64 and its load commands. */
std::string
macho(uint32_t machine, const std::vector<uint32_t> &command = {})
{
	return little({ 0xfeedfacf, machine, 3, 2, command.empty() ? 0U : 1U,
	           static_cast<uint32_t>(4 * command.size()), 0, 0 })
	    + little(command);
}

/* LC_CODE_SIGNATURE, and after it a SuperBlob: osfmk/kern/cs_blobs.h. */
std::string
signed_macho(uint32_t flags, const std::string &entitlements)
{
	const uint32_t begin = 32 + 16, parts = 12 + 2 * 8, directory = 44;

	return macho(x86_64, { 0x1d, 16, begin, 0 })
	    + big({ 0xfade0cc0, 0, 2, 0, parts, 5, parts + directory })
	    + big({ 0xfade0c02, directory, 0x20400, flags }) + std::string(directory - 16, '\0')
	    + big({ 0xfade7171, static_cast<uint32_t>(8 + entitlements.size()) }) + entitlements;
}

TEST_F(ShimAdopt, MacOsLoadsALibraryIntoProgramsOfItsProcessor)
{
	/* struct fat_header, and a struct fat_arch each. */
	const std::string fat = big({ 0xcafebabe, 2, arm64, 0, 4096, 32, 12, x86_64, 3, 48, 32, 12 });

	for (const std::string &bytes : { macho(x86_64), fat + macho(x86_64) }) {
		write(bytes);
		EXPECT_THAT(explain("macos-15"), testing::ContainsRegex(
		    "DYLD_INSERT_LIBRARIES  */.*libbindchain-adopt\n"));
		EXPECT_THAT(explain("macos-15"), testing::ContainsRegex("BINDCHAIN_ADOPT  *[0-9]+;exact"));
		EXPECT_THAT(explain("macos-15"), Not(HasSubstr("LD_PRELOAD")));
	}
	write(macho(arm64));
	EXPECT_EQ(refuse("macos-15"), refusal("for another processor than libbindchain-adopt"));
}

/* System Integrity Protection, as csrutil(8) has it. */
TEST_F(ShimAdopt, MacOsProtectsItsOwnPrograms)
{
	EXPECT_THAT(refuse("macos-15", "/usr/bin/env"), HasSubstr("cannot adopt /usr/bin/env:"
	    " protected by macOS, which loads no library into it; use a copy elsewhere"));
	write("#!/usr/bin/env python\n");
	EXPECT_THAT(refuse("macos-15"), HasSubstr("cannot adopt /usr/bin/env: protected by macOS"));
}

TEST_F(ShimAdopt, MacOsProtectsProgramsWithTheHardenedRuntime)
{
	const std::string reason = "signed with the hardened runtime: macOS loads no library into it;"
	                           " sign a copy without";
	const std::string key = "<key>com.apple.security.cs.allow-dyld-environment-variables</key>";

	for (uint32_t flags : { 0x10000U, 0x800U, 0x10002U }) {
		write(signed_macho(flags, "<key>com.apple.security.app-sandbox</key>"));
		EXPECT_EQ(refuse("macos-15"), refusal(reason));
		write(signed_macho(flags, key));
		EXPECT_THAT(explain("macos-15"), HasSubstr("BINDCHAIN_ADOPT"));
	}
	write(signed_macho(2, ""));
	EXPECT_THAT(explain("macos-15"), HasSubstr("BINDCHAIN_ADOPT"));
}

/* Nothing in a file is believed. */
TEST_F(ShimAdopt, MacOsBelievesNoSizes)
{
	write("\177ELF and more");
	EXPECT_EQ(refuse("macos-15"), refusal("neither an executable of this system nor a script"));
	write(big({ 0xcafebabe, UINT32_MAX, x86_64, 0, UINT32_MAX, 0, 0 }));
	explain("macos-15");
	for (const std::vector<uint32_t> &command : { std::vector<uint32_t> { 0x1d, 0 },
	         std::vector<uint32_t> { 0x1d, 16, UINT32_MAX, 0 },
	         std::vector<uint32_t> { 1, 0, 0, 0 },
	         std::vector<uint32_t> { 1, UINT32_MAX, 0, 0 } }) {
		write(macho(x86_64, command));
		explain("macos-15");
	}
	write(macho(x86_64, { 0x1d, 16, 48, 0 }) + big({ 0xfade0cc0, 0, UINT32_MAX, 0, UINT32_MAX }));
	explain("macos-15");
}

/* ---- FreeBSD: elf(5) ---- */

/* For this machine, with an interpreter and nothing else. */
std::string
elf(const std::string &interpreter)
{
	Elf64_Ehdr header = {};
	Elf64_Phdr segment = {};
	std::string bytes;

	std::ifstream("/proc/self/exe", std::ios::binary).read(reinterpret_cast<char *>(&header),
	    sizeof header);
	header.e_phoff = sizeof header;
	header.e_phnum = 1;
	header.e_phentsize = sizeof segment;
	segment.p_type = PT_INTERP;
	segment.p_offset = sizeof header + sizeof segment;
	segment.p_filesz = interpreter.size() + 1;
	bytes.append(reinterpret_cast<const char *>(&header), sizeof header);
	bytes.append(reinterpret_cast<const char *>(&segment), sizeof segment);
	return bytes + interpreter + '\0';
}

/* /libexec/ld-elf.so.1 is rtld(1); Linux's programs have another below /compat/linux. */
TEST_F(ShimAdopt, FreeBsdLoadsALibraryIntoItsOwnPrograms)
{
	write(elf("/libexec/ld-elf.so.1"));
	EXPECT_THAT(explain("freebsd-14"), testing::ContainsRegex(
	    "LD_PRELOAD  */.*libbindchain-adopt:"));
	EXPECT_THAT(explain("freebsd-14"), testing::ContainsRegex("BINDCHAIN_ADOPT  *[0-9]+;exact"));
	write(elf("/lib64/ld-linux-x86-64.so.2"));
	EXPECT_EQ(refuse("freebsd-14"),
	    refusal("linked to another C library than libbindchain-adopt"));
	chmod(program.c_str(), 04755);
	EXPECT_THAT(refuse("freebsd-14"), HasSubstr("set-user-ID, set-group-ID or with capabilities"));
}

} // namespace
