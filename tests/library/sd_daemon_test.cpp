/* SPDX-License-Identifier: ISC */
/*
 * bindchain/sd-daemon.h against libsystemd, call by call: results, the environment
 * afterwards, flags of descriptors.  What differs on purpose has tests of its own at the
 * end, with the reason.
 */
#include "sd_functions.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "child.h"
#include "network.h"
#include "process_identity.h"
#include "temporary_directory.h"

namespace {

const struct sd_functions &ours = sd_functions_ours, &theirs = sd_functions_theirs;

/* "%d", "0x%x" and the like stand for the process that calls. */
using Variables = std::map<std::string, std::string>;

const std::vector<const char *> all_variables = { "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID",
	"LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "HOME" };

std::string
digits_of(unsigned number, unsigned base)
{
	std::string digits;

	for (; number > 0; number /= base)
		digits.insert(digits.begin(), "0123456789abcdef"[number % base]);
	return digits;
}

/* "%d" and the like stand for this process, in the base of printf(3). */
std::string
with_pid(std::string value)
{
	const struct {
		std::string mark;
		unsigned base;
	} marks[] = { { "%b", 2 }, { "%o", 8 }, { "%d", 10 }, { "%x", 16 } };

	for (const auto &[mark, base] : marks) {
		size_t at = value.find(mark);
		if (at != std::string::npos)
			value.replace(at, mark.size(), digits_of(unsigned(getpid()), base));
	}
	return value;
}

void
set_variables(const Variables &variables)
{
	for (const char *name : all_variables)
		unsetenv(name);
	for (const auto &[name, value] : variables)
		setenv(name.c_str(), with_pid(value).c_str(), 1);
}

std::string
environment_left()
{
	std::string left;

	for (const char *name : all_variables)
		if (const char *value = getenv(name))
			left += std::string(" ") + name + "="
			    + (strstr(name, "PID") ? "(set)" : value);
	return left;
}

/* Descriptors from 3 on: COUNT of them, of which every other is close-on-exec. */
void
set_descriptors(int count)
{
	for (int descriptor = 3; descriptor < 16; descriptor++)
		close(descriptor);
	for (int descriptor = 3; descriptor < 3 + count; descriptor++)
		if (open("/dev/null", O_RDONLY | (descriptor % 2 ? O_CLOEXEC : 0)) != descriptor)
			_exit(1);
}

std::string
descriptor_flags()
{
	std::string flags = " flags";

	for (int descriptor = 3; descriptor < 16; descriptor++)
		flags += " " + std::to_string(fcntl(descriptor, F_GETFD));
	return flags;
}

/* What BODY returns in a process of its own. */
std::string
in_process(const std::function<std::string()> &body)
{
	int ends[2];
	std::string told;
	int status;

	EXPECT_EQ(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		int out = fcntl(ends[1], F_DUPFD, 100);
		std::string report = body();
		if (write(out, report.data(), report.size()) != ssize_t(report.size()))
			_exit(1);
		_exit(0);
	}
	close(ends[1]);
	told = read_all(ends[0]);
	close(ends[0]);
	EXPECT_EQ(waitpid(child, &status, 0), child);
	EXPECT_EQ(status, 0);
	return told;
}

/* ---- sd_listen_fds(3) ---- */

std::string
listen(const struct sd_functions &library, const Variables &variables, int open, bool unset)
{
	return in_process([&] {
		set_descriptors(open);
		set_variables(variables);
		int count = library.listen_fds(unset);
		return std::to_string(count) + environment_left() + descriptor_flags();
	});
}

std::string
listen_with_names(const struct sd_functions &library, const Variables &variables, int open,
    bool unset)
{
	return in_process([&] {
		char *untouched[] = { nullptr }, **names = untouched;
		set_descriptors(open);
		set_variables(variables);
		int count = library.listen_fds_with_names(unset, &names);
		std::string told = std::to_string(count);
		if (count <= 0)
			told += names == untouched ? " untouched" : " touched";
		for (int i = 0; i < count; i++)
			told += " [" + std::string(names[i]) + "]";
		if (count > 0)
			told += names[count] ? " unterminated" : "";
		return told + environment_left() + descriptor_flags();
	});
}

void
expect_same_listening(const Variables &variables, int open = 3)
{
	for (bool unset : { false, true }) {
		EXPECT_EQ(listen(ours, variables, open, unset),
		    listen(theirs, variables, open, unset)) << testing::PrintToString(variables);
		EXPECT_EQ(listen_with_names(ours, variables, open, unset),
		    listen_with_names(theirs, variables, open, unset))
		    << testing::PrintToString(variables);
	}
}

const char *const numbers[] = { "", "0", "1", "2", "3", "4", " 3", "3 ", "-1", "+1", "+ 1", "- 1",
	"--1", "+-1", "-0", "+0", "+", "-", "0x3", "0X3", "0x", "+0x2", "-0x2", "0x-2", "03", "00003",
	"08", "09", "0b11", "0B1", "0b2", "0b", "0o3", "0O3", "0o8", "1.5", "1e0", "a", "3a", "0xg",
	"\t2", "\n2", "\v2", "\f2", "\r2", " \t 2", "2\n", "\302\2402", "\xff", "٣", "%", "2147483644",
	"2147483645", "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295",
	"4294967297", "99999999999", "-99999999999", "9223372036854775807", "9223372036854775808",
	"18446744073709551615", "18446744073709551617", "1:2", "1,2" };

TEST(SdListenFds, ReadsEveryNumberAsLibsystemd)
{
	for (const char *number : numbers)
		expect_same_listening({ { "LISTEN_FDS", number }, { "LISTEN_PID", "%d" } });
}

TEST(SdListenFds, ReadsEveryProcessAsLibsystemd)
{
	for (const char *number : numbers)
		expect_same_listening({ { "LISTEN_FDS", "2" }, { "LISTEN_PID", number } });
	for (const char *pid : { "%d", " %d", "%d ", "+%d", "-%d", "0x%x", "0%o", "0o%o", "\v%d",
	         "%d:", "00x%x", "++%d", "0O%o", "-0o%o", "0x%d", "0b%b", "0B%b",
	         "0b2%d" }) /* of "-0b%b" versions have different errors */
		expect_same_listening({ { "LISTEN_FDS", "2" }, { "LISTEN_PID", pid } });
}

TEST(SdListenFds, TreatsMissingVariablesAsLibsystemd)
{
	expect_same_listening({});
	expect_same_listening({ { "LISTEN_FDS", "1" } });
	expect_same_listening({ { "LISTEN_PID", "%d" } });
	expect_same_listening({ { "LISTEN_PID", "x" } });
	expect_same_listening({ { "LISTEN_FDNAMES", "a:b" } });
	expect_same_listening({ { "LISTEN_FDS", "x" }, { "LISTEN_PID", "1" } });
	expect_same_listening({ { "LISTEN_FDS", "x" }, { "LISTEN_FDNAMES", "a" } });
}

TEST(SdListenFds, FindsClosedDescriptorsAsLibsystemd)
{
	for (int open = 0; open < 4; open++)
		for (const char *count : { "1", "2", "3", "4", "1000", "2147483644" })
			expect_same_listening({ { "LISTEN_FDS", count }, { "LISTEN_PID", "%d" } }, open);
}

TEST(SdListenFds, ReadsNamesAsLibsystemd)
{
	const std::string longest(255, 'n'), longer(5000, 'n');

	for (const char *count : { "1", "2", "3" })
		for (const std::string &names : { std::string(), std::string(":"), std::string("::"),
		         std::string("a"), std::string("a:b"), std::string("a:b:c"), std::string("a:"),
		         std::string(":b"), std::string("a::c"), std::string("a:b:"),
		         std::string("\"a:b\""), std::string("'a:b"), std::string("a b:c\td"),
		         std::string("\n:\x01"), std::string("\xff\xfe:b"), std::string("ä:ö"),
		         std::string("unknown"), std::string("a,b;c"), std::string("%s:%n"),
		         longest, longest + ":" + longer, std::string(300, ':') })
			expect_same_listening({ { "LISTEN_FDS", count }, { "LISTEN_PID", "%d" },
			    { "LISTEN_FDNAMES", names } });
}

TEST(SdListenFds, AcceptsNoListOfNamesAsLibsystemd)
{
	auto without = [](const struct sd_functions &library, bool unset) {
		return in_process([&] {
			set_descriptors(2);
			set_variables({ { "LISTEN_FDS", "2" }, { "LISTEN_PID", "%d" },
			    { "LISTEN_FDNAMES", "a" } });
			int count = library.listen_fds_with_names(unset, nullptr);
			return std::to_string(count) + environment_left() + descriptor_flags();
		});
	};

	for (bool unset : { false, true })
		EXPECT_EQ(without(ours, unset), without(theirs, unset));
}

TEST(SdListenFds, LevelsAndStartAreLibsystemds)
{
	EXPECT_EQ(ours.listen_fds_start, theirs.listen_fds_start);
	for (int level = 0; level < 8; level++)
		EXPECT_STREQ(ours.levels[level], theirs.levels[level]);
}

/* ---- sd_is_...(3) ---- */

Descriptor
bind_unix(int type, const std::string &path)
{
	struct sockaddr_un address = {};
	Descriptor made = open_socket(AF_UNIX, type);

	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, path.data(), path.size());
	EXPECT_EQ(bind(made.get(), reinterpret_cast<struct sockaddr *>(&address),
	    socklen_t(offsetof(struct sockaddr_un, sun_path) + path.size())), 0);
	return made;
}

class SdIs : public testing::Test {
protected:
	SdIs()
	{
		const std::string fifo = directory_ / "fifo";

		EXPECT_EQ(mkfifo(fifo.c_str(), 0600), 0);
		numbers_ = { -1, INT_MIN, INT_MAX, 1000 };
		keep(Descriptor(open(fifo.c_str(), O_RDWR)));
		keep(Descriptor(open("/dev/null", O_RDWR)));
		keep(Descriptor(open("/dev/zero", O_RDONLY)));
		keep(Descriptor(open(directory_.file("file", "x", 0600).c_str(), O_RDONLY)));
		keep(Descriptor(open(directory_.path().c_str(), O_RDONLY)));
		keep(Descriptor(open(fifo.c_str(), O_PATH)));
		keep_internet();
		keep_local();
	}

	void keep(Descriptor made)
	{
		EXPECT_GE(made.get(), 0);
		numbers_.push_back(made.get());
		kept_.push_back(std::move(made));
	}

	void keep_internet()
	{
		for (int type : { SOCK_STREAM, SOCK_DGRAM }) {
			keep(open_socket(AF_INET, type));
			keep(bind_to("127.0.0.1", 0, type == SOCK_DGRAM));
			if (!has_ipv6())
				continue;
			keep(open_socket(AF_INET6, type));
			keep(bind_to("::1", 0, type == SOCK_DGRAM));
		}
		keep(listen_on("127.0.0.1"));
		if (has_ipv6())
			keep(listen_on("::1"));
		keep(connect_to("127.0.0.1", port_of(numbers_.back() > 0 && has_ipv6()
		    ? numbers_[numbers_.size() - 2] : numbers_.back())));
	}

	void keep_local()
	{
		int pair[2];

		keep(bind_path(directory_ / "stream", SOCK_STREAM, 5));
		keep(bind_path(directory_ / "datagram", SOCK_DGRAM));
		keep(bind_path(directory_ / "packets", SOCK_SEQPACKET, 0));
		keep(open_socket(AF_UNIX, SOCK_STREAM));
		keep(bind_unix(SOCK_DGRAM, std::string("\0name", 5) + directory_.path()));
		ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		keep(Descriptor(pair[0]));
		keep(Descriptor(pair[1]));
		keep(open_socket(AF_NETLINK, SOCK_RAW));
	}

	/* Each of its own address, if it has one. */
	std::vector<std::string> addresses() const
	{
		std::vector<std::string> all;
		for (int number : numbers_) {
			struct sockaddr_storage address = {};
			socklen_t length = sizeof address;
			if (getsockname(number, reinterpret_cast<struct sockaddr *>(&address),
			        &length) == 0)
				all.emplace_back(reinterpret_cast<const char *>(&address), length);
		}
		return all;
	}

	TemporaryDirectory directory_;
	std::vector<Descriptor> kept_;
	std::vector<int> numbers_;
};

TEST_F(SdIs, FilesAreFoundAsByLibsystemd)
{
	const std::string long_path = "/" + std::string(PATH_MAX, 'x'), long_name(300, 'x');
	const std::string fifo = directory_ / "fifo", file = directory_ / "file";
	const std::string loop = directory_ / "loop", link = directory_ / "link";
	const std::vector<const char *> paths = { nullptr, "", "/", "fifo", "/none/none",
		"/dev/null", "/dev/null/x", "/dev/zero", fifo.c_str(), file.c_str(), loop.c_str(),
		link.c_str(), directory_.path().c_str(), long_path.c_str(), long_name.c_str() };

	ASSERT_EQ(symlink("loop", loop.c_str()), 0);
	ASSERT_EQ(symlink("fifo", link.c_str()), 0);
	for (int number : numbers_)
		for (const char *path : paths) {
			SCOPED_TRACE(std::to_string(number) + " " + (path ? path : "(none)"));
			EXPECT_EQ(ours.is_fifo(number, path), theirs.is_fifo(number, path));
			EXPECT_EQ(ours.is_special(number, path), theirs.is_special(number, path));
		}
}

const int families[] = { AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, -1, INT_MAX, INT_MIN,
	9999 };
const int types[] = { 0, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW, -1, INT_MAX, INT_MIN };
const int listening[] = { -1, 0, 1, 2, INT_MAX, INT_MIN };

TEST_F(SdIs, SocketsAreFoundAsByLibsystemd)
{
	for (int number : numbers_)
		for (int type : types)
			for (int state : listening)
				for (int family : families) {
					SCOPED_TRACE(testing::Message() << number << " " << family << " "
					    << type << " " << state);
					EXPECT_EQ(ours.is_socket(number, family, type, state),
					    theirs.is_socket(number, family, type, state));
				}
}

TEST_F(SdIs, PortsAreFoundAsByLibsystemd)
{
	std::vector<uint16_t> ports = { 0, 1, 65535 };

	for (int number : numbers_)
		if (theirs.is_socket_inet(number, 0, 0, -1, 0) > 0)
			ports.push_back(uint16_t(port_of(number)));
	for (int number : numbers_)
		for (int type : types)
			for (int family : families)
				for (uint16_t port : ports) {
					SCOPED_TRACE(testing::Message() << number << " " << family << " "
					    << type << " " << port);
					for (int state : { -1, 0, 1 })
						EXPECT_EQ(ours.is_socket_inet(number, family, type, state,
						              port),
						    theirs.is_socket_inet(number, family, type, state, port));
				}
}

/* Variants of a socket's address: of another port or host, of IPv6's other fields. */
std::vector<std::string>
variants(const std::string &address)
{
	std::vector<std::string> all = { address };

	for (size_t at = 0; at < std::min(address.size(), size_t { 28 }); at++) {
		std::string other = address;
		other[at] = char(other[at] ^ 1);
		all.push_back(other);
	}
	if (address.size() >= 4) {
		all.push_back(address);
		all.back()[2] = all.back()[3] = 0;
	}
	return all;
}

TEST_F(SdIs, AddressesAreFoundAsByLibsystemd)
{
	for (const std::string &address : addresses())
		for (const std::string &variant : variants(address)) {
			struct sockaddr_storage storage = {};
			auto *wanted = reinterpret_cast<struct sockaddr *>(&storage);
			memcpy(&storage, variant.data(), variant.size());
			for (int number : numbers_)
				for (unsigned length : { 0U, 1U, 2U, 15U, 16U, 17U, 27U, 28U, 128U })
					for (int type : { 0, int(SOCK_STREAM), -1 }) {
						SCOPED_TRACE(testing::Message() << number << " " << length
						    << " " << testing::PrintToString(variant));
						EXPECT_EQ(ours.is_socket_sockaddr(number, type, wanted, length,
						              -1),
						    theirs.is_socket_sockaddr(number, type, wanted, length,
						        -1));
					}
		}
	for (int number : numbers_)
		EXPECT_EQ(ours.is_socket_sockaddr(number, 0, nullptr, 16, -1),
		    theirs.is_socket_sockaddr(number, 0, nullptr, 16, -1));
}

TEST_F(SdIs, PathsAreFoundAsByLibsystemd)
{
	const std::string abstract = std::string("\0name", 5) + directory_.path();
	std::vector<std::string> paths = { "", std::string(1, '\0'), "/", "@name",
		directory_ / "stream", directory_ / "datagram", directory_ / "packets",
		directory_ / "strea", directory_ / "streams", abstract, abstract + "x",
		abstract.substr(0, abstract.size() - 1),
		std::string(107, 'x'), std::string(108, 'x'), std::string(4000, 'x') };

	for (int number : numbers_) {
		for (int type : types)
			for (int state : { -1, 0, 1 })
				EXPECT_EQ(ours.is_socket_unix(number, type, state, nullptr, 0),
				    theirs.is_socket_unix(number, type, state, nullptr, 0));
		for (const std::string &path : paths)
			for (size_t length : { size_t { 0 }, size_t { 1 }, path.size(),
			         path.size() - (path.size() > 1), path.size() + 1 }) {
				/* libsystemd reads a byte after the length, too. */
				std::string with_room = path + std::string(2, '\0');
				SCOPED_TRACE(testing::Message() << number << " " << length << " "
				    << testing::PrintToString(path));
				EXPECT_EQ(ours.is_socket_unix(number, 0, -1, with_room.data(), length),
				    theirs.is_socket_unix(number, 0, -1, with_room.data(), length));
			}
	}
}

/* ---- sd_notify(3) ---- */

class SdNotify : public testing::Test {
protected:
	SdNotify() : manager_(bind_path(directory_ / "notify", SOCK_DGRAM)),
	    abstract_(bind_unix(SOCK_DGRAM, std::string(1, '\0') + directory_.path())),
	    stream_(bind_path(directory_ / "stream", SOCK_STREAM, 5)) {}

	/* What comes to either manager. */
	std::string received()
	{
		std::string all;
		for (const Descriptor *manager : { &manager_, &abstract_ }) {
			char bytes[1024];
			ssize_t length;
			while ((length = recv(manager->get(), bytes, sizeof bytes, MSG_DONTWAIT)) >= 0)
				all += " <" + std::string(bytes, size_t(length)) + ">";
		}
		return all;
	}

	std::string notified(const struct sd_functions &library, const Variables &variables,
	    const char *state, bool unset)
	{
		std::string told = in_process([&] {
			set_variables(variables);
			int before = open_descriptors();
			int result = library.notify(unset, state);
			return std::to_string(result) + environment_left()
			    + (open_descriptors() == before ? "" : " and a descriptor is left");
		});
		return told + received();
	}

	void expect_same(const Variables &variables)
	{
		for (const char *state : { static_cast<const char *>(nullptr), "", "READY=1",
		         "READY=1\nSTATUS=up\n", "\xff\n\n=" })
			for (bool unset : { false, true }) {
				SCOPED_TRACE(testing::PrintToString(variables));
				EXPECT_EQ(notified(ours, variables, state, unset),
				    notified(theirs, variables, state, unset));
			}
	}

	TemporaryDirectory directory_;
	Descriptor manager_, abstract_, stream_;
};

TEST_F(SdNotify, SendsAndFailsAsLibsystemd)
{
	const std::string path = directory_.path();

	for (const std::string &name : { path + "/notify", "@" + path, path + "/none",
	         path + "/stream", path, path + "/notify/x", "@" + path + "x",
	         std::string("/"), std::string("@"), std::string("@nobody"),
	         std::string("/dev/null"), std::string("//"), std::string("/\xff"),
	         path + "//notify", path + "/./notify" })
		expect_same({ { "NOTIFY_SOCKET", name } });
	expect_same({});
}

/* Versions of libsystemd have different errors for what is neither a path nor an abstract
 * name, and since 254 support VSOCK. */
TEST_F(SdNotify, RefusesOtherAddressesAsLibsystemd)
{
	for (const char *name : { "", "a", "./a", "notify", " /x", "vsock:2:1234",
	         "vsock-stream:2:1" })
		for (const struct sd_functions *library : { &ours, &theirs })
			EXPECT_EQ(notified(*library, { { "NOTIFY_SOCKET", name } }, "READY=1", false)
			    .front(), '-') << name;
}

TEST_F(SdNotify, MeasuresAddressesAsLibsystemd)
{
	for (char first : { '/', '@' })
		for (size_t length : { 2U, 50U, 105U, 106U, 107U, 108U, 109U, 110U, 5000U })
			if (first == '/' || length != 108) /* see below */
				expect_same({ { "NOTIFY_SOCKET", first + std::string(length - 1, 'x') } });
}

/* What differs on purpose: the kernel takes an abstract name of 107 bytes after its null
 * byte, and needs none at its end (unix(7)). */
TEST_F(SdNotify, SendsToTheLongestAbstractNameUnlikeLibsystemd)
{
	const std::string name(107, 'x');
	const Variables variables = { { "NOTIFY_SOCKET", "@" + name } };
	Descriptor longest = bind_unix(SOCK_DGRAM, std::string(1, '\0') + name);

	EXPECT_EQ(notified(ours, variables, "READY=1", true), "1");
	EXPECT_EQ(notified(theirs, variables, "READY=1", true), std::to_string(-EINVAL));
}

TEST_F(SdNotify, FormatsAsLibsystemd)
{
	auto formatted = [this](const struct sd_functions &library, const char *format) {
		std::string told = in_process([&] {
			set_variables({ { "NOTIFY_SOCKET", directory_ / "notify" } });
			int result = library.notifyf(1, format, "text", 42);
			return std::to_string(result) + environment_left();
		});
		return told + received();
	};

	for (const char *format : { "STATUS=%s %d", "READY=1", "%.2s%08d", "" })
		EXPECT_EQ(formatted(ours, format), formatted(theirs, format)) << format;
	const std::string wide = "STATUS=%700s";
	EXPECT_EQ(formatted(ours, wide.c_str()), formatted(theirs, wide.c_str()));
}

TEST(SdBooted, IsAsForLibsystemd)
{
	EXPECT_EQ(ours.booted(), theirs.booted());
}

/* ---- sd_watchdog_enabled(3) ---- */

std::string
watched(const struct sd_functions &library, const Variables &variables, bool unset)
{
	return in_process([&] {
		uint64_t usec = 7;
		set_variables(variables);
		int result = library.watchdog_enabled(unset, &usec);
		std::string told = std::to_string(result) + " " + std::to_string(usec)
		    + environment_left();
		set_variables(variables);
		return told + " " + std::to_string(library.watchdog_enabled(unset, nullptr));
	});
}

void
expect_same_watch(const Variables &variables)
{
	for (bool unset : { false, true })
		EXPECT_EQ(watched(ours, variables, unset), watched(theirs, variables, unset))
		    << testing::PrintToString(variables);
}

/* Not numbers from 2^63 on, 292,000 years: see below. */
TEST(SdWatchdog, ReadsItsVariablesAsLibsystemd)
{
	expect_same_watch({});
	expect_same_watch({ { "WATCHDOG_PID", "%d" } });
	for (const char *number : numbers) {
		if (strlen(number) < 19)
			expect_same_watch({ { "WATCHDOG_USEC", number } });
		expect_same_watch({ { "WATCHDOG_USEC", "5" }, { "WATCHDOG_PID", number } });
	}
	expect_same_watch({ { "WATCHDOG_USEC", "5" }, { "WATCHDOG_PID", "%d" } });
	expect_same_watch({ { "WATCHDOG_USEC", "x" }, { "WATCHDOG_PID", "1" } });
}

/* ---- what differs on purpose ---- */

const Variables two_sockets = { { "LISTEN_FDS", "2" }, { "LISTEN_PID", "%d" } };

std::string
first_word(const std::string &told)
{
	return told.substr(0, told.find(' '));
}

/* libsystemd 252 does not know LISTEN_PIDFDID.  It narrows LISTEN_PID, whose number another
 * process may have by now, and goes with the other variables. */
TEST(SdDifference, ProcessIdentityIsHonouredAndRemoved)
{
	auto count = [](const std::string &identity, bool unset) {
		return in_process([&] {
			Variables variables = two_sockets;
			variables["LISTEN_PIDFDID"] = identity;
			if (identity == "own")
				variables["LISTEN_PIDFDID"] = std::to_string(*process_identity());
			set_descriptors(2);
			set_variables(variables);
			int result = ours.listen_fds(unset);
			return std::to_string(result) + environment_left();
		});
	};

	EXPECT_EQ(count("1", true), process_identity() ? "0" : "2");
	if (!process_identity())
		GTEST_SKIP() << "the kernel has no identities of processes";
	EXPECT_EQ(count("own", true), "2");
	EXPECT_EQ(count("own", false), "2 LISTEN_FDS=2 LISTEN_PID=(set) LISTEN_PIDFDID=(set)");
	for (const char *wrong : { "1", "0", "", "x", "-1", "18446744073709551616" })
		EXPECT_EQ(first_word(count(wrong, false)), "0") << wrong;
}

/* libsystemd removes backslashes from names, and refuses one at the end; systemd does not
 * write any that stand for another character: FileDescriptorName= in systemd.socket(5). */
TEST(SdDifference, BackslashesInNamesAreKept)
{
	Variables variables = two_sockets;

	variables["LISTEN_FDNAMES"] = "a\\b:c\\";
	EXPECT_EQ(listen_with_names(ours, variables, 2, true).substr(0, 13), "2 [a\\b] [c\\] ");
	EXPECT_EQ(first_word(listen_with_names(theirs, variables, 2, true)), "-22");
}

/* Numbers are checked to their end before their size. */
TEST(SdDifference, WhatBeginsAsATooLargeNumberIsMalformed)
{
	Variables variables = { { "LISTEN_FDS", "99999999999999999999x" }, { "LISTEN_PID", "%d" } };

	EXPECT_EQ(first_word(listen(ours, variables, 2, true)), std::to_string(-EINVAL));
	EXPECT_EQ(first_word(listen(theirs, variables, 2, true)), std::to_string(-ERANGE));
}

/* The numbers of this library are signed. */
TEST(SdDifference, AWatchdogOf292000YearsIsOutOfRange)
{
	EXPECT_EQ(watched(ours, { { "WATCHDOG_USEC", "9223372036854775808" } }, false).substr(0, 5),
	    "-34 7");
	EXPECT_EQ(watched(theirs, { { "WATCHDOG_USEC", "9223372036854775808" } }, false).substr(0, 1),
	    "1");
}

} // namespace
