/* SPDX-License-Identifier: ISC */
/*
 * What bash, zsh and fish complete at the end of a line.  Expected words are those of the
 * manual pages, of the system's databases, and of the next program.
 */
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <grp.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"
#include "shell.h"
#include "skip.h"

using testing::AnyOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAreArray;

namespace {

/* The words that complete the last one of LINE: all of them, or some, without others. */
struct Row {
	std::string line;
	std::vector<std::string> words;
};

struct Some {
	std::string line;
	std::vector<std::string> words, absent;
};

class Completions : public testing::TestWithParam<Kind> {
protected:
	void SetUp() override
	{
		if (!missing(GetParam()).empty())
			SKIP_TEST(missing(GetParam()));
		shell = std::make_unique<Shell>(GetParam());
	}

	void expect_all(const std::vector<Row> &rows)
	{
		for (const Row &row : rows) {
			SCOPED_TRACE(row.line);
			EXPECT_THAT(shell->complete(row.line).words,
			    UnorderedElementsAreArray(row.words));
		}
	}

	void expect_some(const std::vector<Some> &rows)
	{
		for (const Some &row : rows) {
			std::vector<std::string> words = shell->complete(row.line).words;
			SCOPED_TRACE(row.line);
			EXPECT_THAT(words, IsSupersetOf(row.words));
			for (const std::string &word : row.absent)
				EXPECT_THAT(words, Not(Contains(word)));
		}
	}

	std::unique_ptr<Shell> shell;
};

TEST_P(Completions, OfferTheCommandsOfBindchain)
{
	expect_all({ { "bindchain ad", { "adapt", "adopt" } },
	    { "bindchain li", { "limits", "listen" } },
	    { "bindchain qu", { "queues" } }, { "bindchain fi", { "fifo-listen" } } });
	expect_some({ { "bindchain ",
	                  { "accept", "adapt", "adopt", "explain", "inspect", "limits", "listen",
	                      "queues", "tcp-socket-listen", "udp-socket-listen", "setuidgid",
	                      "s6-tcpserver" },
	                  { "bindchain" } },
	    { "bindchain explain ", { "listen", "accept", "tcp-socket-listen" },
	        { "bindchain", "adapt", "limits", "queues", "setuidgid" } } });
}

TEST_P(Completions, OfferTheOptionsOfACommand)
{
	expect_all({ { "bindchain -", { "--version", "--help", "--usage" } },
	    { "bindchain --v", { "--version" } },
	    { "bindchain listen --un", { "--unix=", "--unix-dgram=", "--unix-seqpacket=" } },
	    { "bindchain listen --no",
	        { "--no-listen-pid", "--notify-fd=", "--notify-systemd", "--no-holder-search" } },
	    { "bindchain accept --li", { "--limit=", "--limit-per-source=", "--limits=" } },
	    { "bindchain queues -", { "--json", "--watch", "--interval=", "--help", "--usage" } },
	    { "bindchain explain -", { "--json", "--help", "--usage" } },
	    { "bindchain adapt --words --an", { "--any-pid" } },
	    { "tcp-socket-listen --b", { "--backlog", "--bind-to-any" } },
	    { "udp-socket-listen --b", { "--bind-to-any" } },
	    { "tcp-socket-listen -H --reuse-port --numeric-s", { "--numeric-service" } },
	    { "s6-tcpserver -",
	        { "-q", "-Q", "-v", "-d", "-D", "-1", "-c", "-C", "-b", "-G", "-g", "-u", "-U" } } });
	/* It needs one, so that no program is completed before. */
	expect_some({ { "bindchain listen ", { "--tcp=", "--fifo=", "--on-demand" },
	    { "nextprog" } } });
}

/* An option that the manual page of each has. */
std::string option_of(const std::string &name)
{
	if (name.compare(0, 3, "s6-") != 0)
		return "--help";
	return name == "s6-tcpserver-socketbinder" ? "--backlog=" : name.back() == 'd' ? "-v" : "-d";
}

std::vector<std::string> personalities()
{
	std::vector<std::string> names;
	std::istringstream list(PERSONALITIES);

	for (std::string name; list >> name;)
		names.push_back(name);
	return names;
}

/* In libexec the links are without bindchain, in bin beside it. */
TEST_P(Completions, OfEachNameInBothLayouts)
{
	const std::string libexec = std::string(COMPLETIONS_DIRECTORY) + "/libexec/bindchain";

	ASSERT_GE(personalities().size(), 18u);
	for (const std::string &directory : { libexec, std::string() }) {
		Shell other(GetParam(), directory);
		SCOPED_TRACE(directory);
		for (const std::string &name : personalities())
			EXPECT_THAT(other.complete(name + " -").words, Contains(option_of(name)))
			    << name;
	}
}

/* Other packages have programs of these names, with other options. */
TEST_P(Completions, NotOfAnotherProgramOfTheName)
{
	for (const std::string &name : personalities()) {
		std::string path = shell->directory() + "/" + name;
		FILE *file = fopen(path.c_str(), "w");
		ASSERT_NE(file, nullptr);
		fclose(file);
		chmod(path.c_str(), 0755);
		EXPECT_THAT(shell->complete(name + " -").words, Not(Contains(option_of(name))))
		    << name;
		Completed completed = shell->complete(name + " su");
		if (GetParam() == Kind::fish)
			EXPECT_THAT(completed.words, testing::ElementsAre("sub/")) << name;
		else
			EXPECT_EQ(completed.line, name + " sub/");
	}
}

TEST_P(Completions, OfferTheValuesOfOptions)
{
	expect_all({
	    { "bindchain listen --as=s", { "--as=systemd", "--as=stdin", "--as=server-starter" } },
	    { "bindchain listen --as=fd", { "--as=fd:", "--as=fd:free" } },
	    { "bindchain listen --as=systemd,n", { "--as=systemd,nginx" } },
	    { "bindchain listen --as=puma,php-fpm,p", {} },
	    { "bindchain adapt --from=p", { "--from=pid:", "--from=php-fpm", "--from=puma" } },
	    { "bindchain listen --report-format=", { "--report-format=text", "--report-format=json" } },
	    { "bindchain listen --report=su", { "--report=sub/" } },
	    { "bindchain listen --report=f", { "--report=fd:" } },
	    { "bindchain adopt --match=", { "--match=exact", "--match=port" } },
	    { "bindchain accept --at-limit=", { "--at-limit=queue", "--at-limit=close" } },
	    { "bindchain accept --log=", { "--log=failures", "--log=lines", "--log=json" } },
	    { "bindchain accept --handover=s", { "--handover=stdin", "--handover=systemd" } },
	    { "bindchain accept --limits=sub/", { "--limits=sub/in" } },
	    { "bindchain accept --limit=", {} },
	});
	expect_some({ { "bindchain accept --set=keep", { "--set=keepalive" }, { "--set=nodelay" } },
	    { "bindchain accept --user=roo", { "--user=root" }, {} } });
}

TEST_P(Completions, OfferTheListenersOfThisHost)
{
	expect_some({ { "bindchain listen --tcp=", { "--tcp=:", "--tcp=localhost:" }, {} },
	    { "bindchain listen --tcp=loc", { "--tcp=localhost:" }, { "--tcp=:" } },
	    { "bindchain listen --vsock=h", { "--vsock=host:", "--vsock=hypervisor:" },
	        { "--vsock=any:" } },
	    { "bindchain listen --unix=su", { "--unix=sub/" }, {} },
	    { "bindchain listen --fifo=sub/", { "--fifo=sub/in" }, {} } });
#if IS_LINUX
	expect_all({ { "bindchain listen --netlink=ro", { "--netlink=route" } },
	    { "netlink-datagram-socket-listen kob", { "kobject-uevent" } } });
#endif
}

/* services(5) of every system has these; on Linux smtp is no service of UDP. */
TEST_P(Completions, OfferServicesAsPorts)
{
	if (access("/etc/services", R_OK) != 0)
		SKIP_TEST("no /etc/services");
	expect_some({ { "bindchain listen --tcp=:dom", { "--tcp=:domain" }, {} },
	    { "bindchain listen --tcp=127.0.0.1:smt", { "--tcp=127.0.0.1:smtp" }, {} },
	    { "bindchain listen --tcp=[::1]:smt", { "--tcp=[::1]:smtp" }, {} },
	    { "bindchain listen --udp=:dom", { "--udp=:domain" }, {} },
	    { "tcp-socket-listen 127.0.0.1 smt", { "smtp" }, {} } });
#if IS_LINUX
	expect_some({ { "bindchain listen --udp=:s", {}, { "--udp=:smtp" } } });
#endif
}

TEST_P(Completions, OfferSettingsAfterTheLastComma)
{
	expect_all({ { "bindchain listen --tcp=:80,backl", { "--tcp=:80,backlog=" } },
	    { "bindchain listen --tcp=[::]:80,du", { "--tcp=[::]:80,dual" } },
	    { "bindchain listen --tcp=:80,keepalive,no", { "--tcp=:80,keepalive,nodelay",
	                                                     "--tcp=:80,keepalive,nonblocking" } },
	    { "bindchain listen --unix=/run/x,m", { "--unix=/run/x,mode=" } },
	    { "bindchain listen --unix=/run/x,owner=root,di",
	        { "--unix=/run/x,owner=root,directory-mode=",
	            "--unix=/run/x,owner=root,directory-owner=",
	            "--unix=/run/x,owner=root,directory-group=" } },
	    { "bindchain listen --fifo=/run/x,re", { "--fifo=/run/x,read-only" } },
	    { "bindchain listen --tcp=:80,prefer-nod", { "--tcp=:80,prefer-nodelay" } } });
	expect_some({ { "bindchain listen --tcp=:80,",
	                  { "--tcp=:80,backlog=", "--tcp=:80,dual", "--tcp=:80,prefer-" },
	                  { "--tcp=:80,mode=", "--tcp=:80,symlink=", "--tcp=:80,prefer-nodelay" } },
	    { "bindchain listen --udp=:53,", { "--udp=:53,share" },
	        { "--udp=:53,backlog=", "--udp=:53,nodelay" } } });
}

TEST_P(Completions, OfferNoSettingTwice)
{
	expect_all({ { "bindchain listen --unix=/run/x,mode=0600,m", {} },
	    { "bindchain listen --tcp=:80,nodelay,prefer-nod", {} },
	    { "bindchain listen --tcp=:80,prefer-nodelay,nod", {} } });
}

TEST_P(Completions, OfferTheValuesOfSettings)
{
	std::string interface(IF_NAMESIZE, '\0');

	if_indextoname(1, interface.data());
	interface.resize(interface.find('\0'));
	expect_all({ { "bindchain listen --tcp=:80,backlog=", { "--tcp=:80,backlog=max" } },
	    { "bindchain listen --tcp=:80,dual=", { "--tcp=:80,dual=yes", "--tcp=:80,dual=no" } },
	    { "bindchain listen --tcp=:80,prefer-wait-for=d",
	        { "--tcp=:80,prefer-wait-for=data", "--tcp=:80,prefer-wait-for=dns" } },
	    { "bindchain listen --unix=/run/x,symlink=su", { "--unix=/run/x,symlink=sub/" } },
	    { "bindchain listen --unix=/run/x,mode=", {} } });
	expect_some({ { "bindchain listen --tcp=:80,device=", { "--tcp=:80,device=" + interface }, {} },
	    { "bindchain listen --unix=/run/x,owner=roo", { "--unix=/run/x,owner=root" }, {} } });
#if IS_LINUX
	expect_all({ { "bindchain listen --tcp=:80,wait-for=",
	    { "--tcp=:80,wait-for=nothing", "--tcp=:80,wait-for=data" } } });
#endif
}

TEST_P(Completions, OfferUsersAndGroups)
{
	const std::string group = getgrgid(0)->gr_name;

	expect_some({ { "bindchain setuidgid roo", { "root" }, {} },
	    { "bindchain setuidgid root:", { "root:" + group }, {} },
	    { "bindchain setuidgid -g " + group.substr(0, 2), { group }, {} },
	    { "bindchain setuidgid --primary-group " + group.substr(0, 2), { group }, {} },
	    { "local-stream-socket-listen --user roo", { "root" }, {} },
	    { "bindchain listen --unix=/run/x,group=" + group.substr(0, 2),
	        { "--unix=/run/x,group=" + group }, {} } });
}

TEST_P(Completions, OfferOperandsAfterOptions)
{
	expect_all({ { "tcp-socket-listen lo", { "localhost" } },
	    { "tcp-socket-listen -b 5 lo", { "localhost" } },
	    { "tcp-socket-listen -b5 --backlog 5 - lo", { "localhost" } },
	    { "s6-tcpserver -v -c 5 lo", { "localhost" } },
	    { "local-stream-socket-listen su", { "sub/" } }, { "fifo-listen -- su", { "sub/" } },
	    { "tcp-socket-listen -b ", {} } });
}

TEST_P(Completions, OfferTheNextProgramAsACommand)
{
	expect_all({ { "bindchain listen --tcp=:80 nextpr", { "nextprog" } },
	    { "bindchain listen --tcp=:80 -- nextpr", { "nextprog" } },
	    { "tcp-socket-listen 127.0.0.1 80 nextpr", { "nextprog" } } });
}

TEST_P(Completions, OfferTheArgumentsOfTheNextProgram)
{
	expect_all({ { "bindchain listen --tcp=:80 nextprog ", { "alpha", "beta" } },
	    { "bindchain listen --tcp=:80,backlog=5 -- nextprog al", { "alpha" } },
	    { "bindchain explain listen --tcp=:80 nextprog b", { "beta" } },
	    { "bindchain accept --limit=5 nextprog b", { "beta" } },
	    { "tcp-socket-listen ::1 80 nextprog b", { "beta" } },
	    { "bindchain fdmove -c 0 3 nextprog b", { "beta" } },
	    { "bindchain listen --tcp=:80 nextprog --tc", {} },
	    { "bindchain listen --tcp=:80 -- --tc", {} } });
}

TEST_P(Completions, OfferArgumentsAcrossAChain)
{
	expect_all({ { "bindchain listen --tcp=:80 -- setuidgid root tcp-socket-listen --reuse-p",
	                 { "--reuse-port" } },
	    { "bindchain listen --tcp=:80 bindchain adapt --from=u",
	        { "--from=upstart", "--from=unicorn" } },
	    { "tcp-socket-listen ::1 80 setuidgid -s root fdmove 0 3 nextprog al", { "alpha" } },
	    { "s6-tcpserver-socketbinder 127.0.0.1 80 bindchain tcp-socket-accept --verbose nextprog b",
	        { "beta" } } });
}

class CompletedLines : public Completions {
};

TEST_P(CompletedLines, GoOnWhereTheUserDoes)
{
	static const struct {
		std::string line, after;
	} rows[] = {
		{ "bindchain lis", "bindchain listen " },
		{ "bindchain listen --ud", "bindchain listen --udp=" },
		{ "bindchain listen --on", "bindchain listen --on-demand " },
		{ "bindchain listen --report-format=j", "bindchain listen --report-format=json " },
		{ "bindchain listen --report=su", "bindchain listen --report=sub/" },
		{ "bindchain listen --as=sy", "bindchain listen --as=systemd" },
		{ "bindchain listen --tcp=loc", "bindchain listen --tcp=localhost:" },
		{ "bindchain listen --tcp=:80,backl", "bindchain listen --tcp=:80,backlog=" },
		{ "bindchain listen --tcp=:80,backlog=m", "bindchain listen --tcp=:80,backlog=max" },
		{ "tcp-socket-listen --bac", "tcp-socket-listen --backlog " },
		{ "tcp-socket-listen loc", "tcp-socket-listen localhost " },
		{ "bindchain listen --tcp=:80 nextprog al", "bindchain listen --tcp=:80 nextprog alpha " },
	};

	for (const auto &row : rows)
		EXPECT_EQ(shell->complete(row.line).line, row.after) << row.line;
}

/* The shell reads them as they are called; listeners have a backslash before commas. */
TEST_P(Completions, NamesOfFilesAreQuoted)
{
	static const struct {
		std::string option, word;
	} rows[] = {
		{ "--report=ow", "--report=own file,1" },
		{ "--report=it", "--report=it's $x" },
		{ "--report=\"ow", "--report=own file,1" },
		{ "--unix=ow", "--unix=own file\\,1" },
		{ "--tcp=:1,symlink=ow", "" },
		{ "--fifo=/x,symlink=ow", "--fifo=/x,symlink=own file\\,1" },
	};

	for (const auto &row : rows) {
		Completed completed = shell->complete("bindchain listen " + row.option);
		SCOPED_TRACE(row.option);
		if (row.word.empty())
			EXPECT_THAT(completed.words, testing::IsEmpty());
		else if (GetParam() == Kind::fish)
			EXPECT_THAT(completed.words, testing::ElementsAre(row.word));
		else
			EXPECT_EQ(output_of("printf '<%s>' " + completed.line.substr(17)),
			    "<" + row.word + ">");
	}
}

/* Listeners have a backslash before commas and backslashes. */
std::string
as_written(const std::string &option, const std::string &name)
{
	std::string text;

	for (char character : name) {
		if (option != "--report=" && (character == ',' || character == '\\'))
			text += '\\';
		text += character;
	}
	return text;
}

/* The line may stay as it is. */
TEST_P(CompletedLines, NamesOfFilesAreNeverExecuted)
{
	for (char character : std::string(" !\"#$&'()*;<=>?@[\\]^`{|}~:,"))
		for (const char *end : { "", "," }) {
			const std::string name = std::string("zz") + character + "id" + end;
			const std::string path = shell->directory() + "/" + name;
			std::ofstream(path).close();
			for (const std::string option : { "--report=", "--unix=", "--fifo=/x,symlink=" }) {
				const std::string typed = option + "zz";
				const std::string after
				    = shell->complete("bindchain listen " + typed).line.substr(17);
				EXPECT_THAT(output_of("printf '<%s>' " + after), AnyOf("<" + typed + ">",
				    "<" + option + as_written(option, name) + ">")) << after;
			}
			unlink(path.c_str());
		}
}

TEST_P(CompletedLines, CommonPartsOfNamesAreNeverExecuted)
{
	for (const char *name : { "zz`id`a", "zz`id`b", "yy$IFS$9a", "yy$IFS$9b" })
		std::ofstream(shell->directory() + "/" + name).close();
	for (const std::string start : { "zz", "yy" })
		for (const std::string option : { "--report=", "--unix=", "--fifo=/x,symlink=", "" }) {
			const std::string command = option.empty() ? "local-stream-socket-listen "
			                                           : "bindchain listen ";
			const std::string after
			    = shell->complete(command + option + start).line.substr(command.size());
			EXPECT_EQ(output_of("printf '<%s>' " + after).rfind("<" + option + start, 0), 0u)
			    << after;
			EXPECT_EQ(output_of("printf '<%s>' " + after).find("uid="), std::string::npos)
			    << after;
		}
}

/* PATH begins with ".", where each program leaves a mark. */
TEST_P(Completions, NothingOfTheCurrentDirectoryIsExecuted)
{
	const std::string mark = shell->directory() + "/mark";

	for (const char *name : { "getent", "ip", "ifconfig", "bindchain", "cat", "ls", "sed", "awk",
	         "grep", "sh", "tcp-socket-listen", "setuidgid", "find", "dscl", "id" }) {
		std::string path = shell->directory() + "/" + name;
		FILE *file = fopen(path.c_str(), "w");
		ASSERT_NE(file, nullptr);
		fprintf(file, "#!/bin/sh\necho \"$0\" >>%s\n", mark.c_str());
		fclose(file);
		chmod(path.c_str(), 0755);
	}
	for (const char *line : { "bindchain ", "bindchain listen --", "bindchain listen --tcp=:s",
	         "bindchain listen --tcp=", "bindchain listen --tcp=:80,device=",
	         "bindchain listen --unix=s", "bindchain listen --unix=/x,owner=",
	         "bindchain setuidgid root:", "tcp-socket-listen ",
	         "bindchain listen --tcp=:1 setuidgid r" })
		shell->complete(line);
	EXPECT_NE(access(mark.c_str(), F_OK), 0) << read_whole_file(mark);
}

/* Completing is not executing: the line may be pasted. */
TEST_P(Completions, NoSubstitutionOfTheLineIsExecuted)
{
	const std::string made = shell->directory() + "/made";

	if (GetParam() == Kind::zsh)
		SKIP_TEST_EVEN_IN_CI("the tab of zsh executes them itself: expand-or-complete");
	for (const char *before : { "bindchain ", "bindchain listen --as=", "bindchain listen --unix=",
	         "bindchain listen --tcp=:80 ", "bindchain listen --tcp=:80 sh ",
	         "bindchain explain listen --tcp=:80 ", "tcp-socket-listen localhost 80 " })
		for (const char *substitution : { "$(>made)", "\"$(>made)\"", "$(>made)/", "`>made`",
		         "(touch made)" }) {
			bool is_of_fish = substitution[0] == '(';
			if (is_of_fish && GetParam() != Kind::fish)
				continue;
			shell->complete(std::string(before) + substitution);
			EXPECT_NE(access(made.c_str(), F_OK), 0) << before << substitution;
			unlink(made.c_str());
		}
}

INSTANTIATE_TEST_SUITE_P(Shells, Completions,
    testing::Values(Kind::bash, Kind::bash_with_package, Kind::zsh, Kind::fish),
    [](const auto &shell) { return name_of(shell.param); });

/* fish is asked without its line editor. */
INSTANTIATE_TEST_SUITE_P(Shells, CompletedLines,
    testing::Values(Kind::bash, Kind::bash_with_package, Kind::zsh),
    [](const auto &shell) { return name_of(shell.param); });

} // namespace
