/* SPDX-License-Identifier: ISC */
#include "profile.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <linux/netlink.h>
#include <map>
#include <net/if.h>
#include <set>
#include <sstream>

#include "kernel.h"
#include "names.h"
#include "option_names.h"

namespace {

using Words = std::vector<std::string>;

[[noreturn]] void
fail(const std::string &what)
{
	throw BadText(what);
}

long long
number(const std::string &text)
{
	size_t end = 0;
	long long value = 0;

	try {
		value = std::stoll(text, &end);
	} catch (const std::exception &) {
		end = 0;
	}
	if (text.empty() || end != text.size())
		fail("not a number: " + text);
	return value;
}

int
error_number(const std::string &name)
{
	int value = 0;

	if (!names_find(names_errors, name.c_str(), &value))
		fail("not an error: " + name);
	return value;
}

void
copy(char *to, size_t size, const std::string &text)
{
	if (text.size() >= size)
		fail("too long: " + text);
	std::memset(to, 0, size);
	std::memcpy(to, text.data(), text.size());
}

void
expect_words(const Words &words, size_t least, size_t most)
{
	if (words.size() < least)
		fail("too few words");
	if (words.size() > most)
		fail("unknown word: " + words[most]);
}

world_address
address(const std::string &text)
{
	world_address result;

	if (!read_address(text, result))
		fail("not an address: " + text);
	return result;
}

/* The entry of that name, or a new one. */
template <typename Entry, size_t N>
Entry &
entry(Entry (&entries)[N], uint32_t &count, const std::string &name)
{
	for (uint32_t i = 0; i < count; i++)
		if (name == entries[i].name)
			return entries[i] = Entry();
	if (count == N)
		fail("too many of them");
	return entries[count++] = Entry();
}

/* ---- rules ---- */

struct Rule {
	const char *name;
	std::map<std::string, int> words; /* besides, of errors: their names */
	bool is_error;
};

const std::map<std::string, int> yes_no = { { "no", 0 }, { "yes", 1 } };

const Rule rule_table[WORLD_RULES] = {
	{ "conflicts", { { "linux", WORLD_LINUX }, { "freebsd", WORLD_FREEBSD },
		{ "darwin", WORLD_DARWIN } }, false },
	{ "zero-backlog-is-maximum", yes_no, false },
	{ "backlog-is-stored-in", { { "int", 0 }, { "short", SHRT_MAX } }, false },
	{ "exact-address-length", yes_no, false },
	{ "wildcard-needs-privilege", yes_no, false },
	{ "exhausted-inet", {}, true },
	{ "exhausted-inet6", {}, true },
	{ "other-family-level", {}, true },
	{ "unknown-option", {}, true },
	{ "inet-options-on-inet6", yes_no, false },
	{ "socket-type-flags", yes_no, false },
	{ "whole-loopback-net", yes_no, false },
	{ "address-turns-v6only-on", yes_no, false },
	{ "mapped-on-v6only", {}, true },
	{ "unknown-zone", {}, true },
	{ "missing-zone", {}, true },
	{ "tcp-multicast", { { "allowed", 0 } }, true },
	{ "inet6-zeroes", yes_no, false },
	{ "strangers-balance", yes_no, false },
	{ "jailed-balance", yes_no, false },
	{ "root-binds-reserved", yes_no, false },
	{ "no-inet-address", { { "allowed", 0 } }, true },
	{ "sticky-file", { { "allowed", 0 } }, true },
	{ "unix-seqpacket", { { "allowed", 0 } }, true },
	{ "unix-other-level", {}, true },
	{ "unix-other-option", {}, true },
	{ "no-such-congestion", {}, true },
};

void
read_rule(world &into, const Words &words)
{
	expect_words(words, 3, 3);
	for (int i = 0; i < WORLD_RULES; i++) {
		const Rule &rule = rule_table[i];
		auto word = rule.words.find(words[2]);
		if (words[1] != rule.name)
			continue;
		if (word == rule.words.end() && !rule.is_error)
			fail("unknown word: " + words[2]);
		into.rules[i] = word != rule.words.end() ? word->second : error_number(words[2]);
		return;
	}
	fail("unknown word: " + words[1]);
}

/* ---- the other lines of a profile ---- */

void
read_system(world &into, const Words &words)
{
	static const std::map<std::string, uint32_t> systems = { { "linux", WORLD_LINUX },
		{ "freebsd", WORLD_FREEBSD }, { "darwin", WORLD_DARWIN } };

	expect_words(words, 2, 2);
	if (!systems.count(words[1]))
		fail("unknown word: " + words[1]);
	into.system = systems.at(words[1]);
}

void
read_user(world &into, const Words &words)
{
	expect_words(words, 2, 2);
	into.uid = static_cast<uint32_t>(number(words[1]));
}

void
read_limit(world &into, const Words &words)
{
	expect_words(words, 3, 3);
	world_limit &limit = entry(into.limits, into.limit_count, words[1]);
	copy(limit.name, sizeof limit.name, words[1]);
	limit.value = number(words[2]);
}

world_view &
add_view(world &into, const std::string &name, bool is_file)
{
	world_view &view = entry(into.views, into.view_count, name);

	copy(view.name, sizeof view.name, name);
	view.is_file = is_file;
	return view;
}

/* Every {NAME} must be a limit: the files and sysctls show what holds. */
void
check_limits(const world &into, const std::string &text)
{
	for (size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
		std::string name = text.substr(at + 1, text.find('}', at) - at - 1);
		bool found = false;
		for (uint32_t i = 0; i < into.limit_count; i++)
			found = found || name == into.limits[i].name;
		if (!found)
			fail("no such limit: " + name);
	}
}

std::string
unescaped(std::string text)
{
	for (auto [escape, character] : { std::pair("\\n", "\n"), std::pair("\\t", "\t"),
	         std::pair("\\s", " ") })
		for (size_t at; (at = text.find(escape)) != std::string::npos;)
			text.replace(at, 2, character);
	return text;
}

void
read_sysctl(world &into, const Words &words)
{
	expect_words(words, 3, 4);
	world_view &view = add_view(into, words[1], false);
	check_limits(into, words[2]);
	copy(view.text, sizeof view.text, unescaped(words[2]));
	view.is_long = words.size() == 4 && words[3] == "long";
	if (words.size() == 4 && !view.is_long)
		fail("unknown word: " + words[3]);
}

void
read_file(world &into, const Words &words)
{
	expect_words(words, 3, 3);
	world_view &view = add_view(into, words[1], true);
	check_limits(into, words[2]);
	copy(view.text, sizeof view.text, unescaped(words[2]));
}

void
read_hide(world &into, const Words &words)
{
	expect_words(words, 3, 3);
	add_view(into, words[1], words[1][0] == '/').error = error_number(words[2]);
}

const option_name *
find_option_name(uint32_t system, const std::string &name)
{
	static const option_name *const tables[] = { option_names_linux, option_names_freebsd,
		option_names_darwin };

	for (const option_name *option = tables[system]; option->name; option++)
		if (name == option->name)
			return option;
	return nullptr;
}

const std::map<std::string, int> option_kinds = { { "flag", OPTION_FLAG },
	{ "number", OPTION_NUMBER }, { "deferral", OPTION_DEFERRAL },
	{ "interface", OPTION_INTERFACE }, { "device", OPTION_DEVICE },
	{ "filter", OPTION_FILTER }, { "congestion", OPTION_CONGESTION },
	{ "v6only", OPTION_V6ONLY }, { "type", OPTION_TYPE }, { "domain", OPTION_DOMAIN },
	{ "protocol", OPTION_PROTOCOL },
	{ "accepting", OPTION_ACCEPTING }, { "queue-limit", OPTION_QUEUE_LIMIT },
	{ "queue-length", OPTION_QUEUE_LENGTH }, { "queue-waiting", OPTION_QUEUE_WAITING },
	{ "tcp-info", OPTION_TCP_INFO }, { "accept-filter", OPTION_ACCEPT_FILTER },
	{ "fast-open-linux", OPTION_FAST_OPEN_LINUX },
	{ "fast-open-freebsd", OPTION_FAST_OPEN_FREEBSD },
	{ "fast-open-darwin", OPTION_FAST_OPEN_DARWIN } };

/* What sockets have the options of a level, where its line does not say. */
int
families_of_level(const std::string &level)
{
	return level == "SOL_LOCAL" ? FAMILY_UNIX
	    : level == "SOL_SOCKET" ? FAMILY_INTERNET | FAMILY_UNIX | FAMILY_NETLINK | FAMILY_VSOCK
	                            : FAMILY_INTERNET;
}

void
read_option_words(world_option &option, const Words &words)
{
	const std::map<std::string, int> families = { { "of-unix", FAMILY_UNIX },
		{ "of-netlink", FAMILY_NETLINK } };
	const std::map<std::string, bool *> flags = { { "shares", &option.share },
		{ "balances", &option.balance }, { "reuses", &option.reuse_address },
		{ "binds-any", &option.bind_any }, { "needs-root", &option.privileged },
		{ "exact", &option.exact },
		{ "forbidden", &option.forbidden } };
	const std::map<std::string, int32_t *> numbers = { { "reads", &option.reads },
		{ "initial", &option.initial }, { "largest", &option.largest },
		{ "cut", &option.cut } };

	for (size_t i = 3; i < words.size(); i++) {
		if (flags.count(words[i]))
			*flags.at(words[i]) = true;
		else if (numbers.count(words[i]) && i + 1 < words.size()) {
			*numbers.at(words[i]) = static_cast<int32_t>(number(words[i + 1]));
			i++;
		} else if (words[i] == "sets" && i + 1 < words.size()) {
			copy(option.sets, sizeof option.sets, words[++i]);
		} else if (families.count(words[i]))
			option.families |= families.at(words[i]);
		else
			fail("unknown word: " + words[i]);
	}
}

void
read_option(world &into, const Words &words)
{
	expect_words(words, 3, 99);
	const option_name *known = find_option_name(into.system, words[1]);
	if (!known || !option_kinds.count(words[2]))
		fail("unknown word: " + words[known ? 2 : 1]);
	world_option &option = entry(into.options, into.option_count, words[1]);
	copy(option.name, sizeof option.name, known->name);
	copy(option.level_name, sizeof option.level_name, known->level_name);
	option.level = known->level;
	option.number = known->number;
	option.kind = option_kinds.at(words[2]);
	option.reads = 1;
	read_option_words(option, words);
	if (!option.families)
		option.families = families_of_level(option.level_name);
}

void
read_no_option(world &into, const Words &words)
{
	expect_words(words, 2, 2);
	for (uint32_t i = 0; i < into.option_count; i++) {
		if (words[1] != into.options[i].name)
			continue;
		into.options[i].absent = true;
		return;
	}
	fail("there is none: " + words[1]);
}

void
read_addresses(const Words &words, size_t first, world_address (&addresses)[4], uint32_t &count)
{
	if (words.size() - first > 4)
		fail("too many addresses");
	for (size_t i = first; i < words.size(); i++)
		addresses[count++] = address(words[i]);
}

void
read_interface(world &into, const Words &words)
{
	static const std::map<std::string, uint32_t> states = { { "up", IFF_UP }, { "down", 0 },
		{ "up,loopback", IFF_UP | IFF_LOOPBACK } };

	expect_words(words, 3, 99);
	world_interface &interface = entry(into.interfaces, into.interface_count, words[1]);
	copy(interface.name, sizeof interface.name, words[1]);
	if (!states.count(words[2]))
		fail("unknown word: " + words[2]);
	interface.flags = states.at(words[2]);
	interface.index = static_cast<uint32_t>(&interface - into.interfaces) + 1;
	read_addresses(words, 3, interface.addresses, interface.address_count);
}

int
family(const std::string &name)
{
	static const std::map<std::string, int> families = { { "inet", AF_INET },
		{ "inet6", AF_INET6 }, { "netlink", AF_NETLINK } };

	if (!families.count(name))
		fail("unknown word: " + name);
	return families.at(name);
}

void
read_no_address(world &into, const Words &words)
{
	expect_words(words, 2, 2);
	int unwanted = family(words[1]);
	for (uint32_t i = 0; i < into.interface_count; i++) {
		world_interface &interface = into.interfaces[i];
		auto end = std::remove_if(interface.addresses,
		    interface.addresses + interface.address_count,
		    [&](world_address &a) { return a.family == unwanted; });
		interface.address_count = static_cast<uint32_t>(end - interface.addresses);
	}
}

void
read_refusal(world &into, const Words &words)
{
	expect_words(words, 3, 3);
	if (into.refusal_count == 4)
		fail("too many of them");
	into.refusals[into.refusal_count++] = { family(words[1]), error_number(words[2]) };
}

void
read_filter(world &into, const Words &words)
{
	expect_words(words, 2, 2);
	if (into.filter_count == 8)
		fail("too many of them");
	copy(into.filters[into.filter_count++], 16, words[1]);
}

void
read_no_filters(world &into, const Words &words)
{
	expect_words(words, 1, 1);
	into.filter_count = 0;
}

void
read_netlink(world &into, const Words &words)
{
	static const std::map<std::string, int> numbers = { { "NETLINK_ROUTE", NETLINK_ROUTE },
		{ "NETLINK_USERSOCK", NETLINK_USERSOCK }, { "NETLINK_GENERIC", NETLINK_GENERIC },
		{ "NETLINK_KOBJECT_UEVENT", NETLINK_KOBJECT_UEVENT } };

	expect_words(words, 2, 3);
	if (!numbers.count(words[1]))
		fail("unknown word: " + words[1]);
	if (words.size() == 3 && words[2] != "groups-need-root")
		fail("unknown word: " + words[2]);
	world_netlink &netlink = entry(into.netlinks, into.netlink_count, words[1]);
	copy(netlink.name, sizeof netlink.name, words[1]);
	netlink.number = numbers.at(words[1]);
	netlink.privileged_groups = words.size() == 3;
}

void
read_jail(world &into, const Words &words)
{
	expect_words(words, 2, 2);
	if (into.jail_count == 2)
		fail("too many of them");
	into.jail[into.jail_count++] = address(words[1]);
}

void
read_host(world &into, const Words &words)
{
	expect_words(words, 3, 99);
	world_host &host = entry(into.hosts, into.host_count, words[1]);
	copy(host.name, sizeof host.name, words[1]);
	read_addresses(words, 2, host.addresses, host.address_count);
}

using Reader = void (*)(world &, const Words &);

const std::map<std::string, Reader> profile_readers = { { "system", read_system },
	{ "user", read_user }, { "rule", read_rule }, { "limit", read_limit },
	{ "sysctl", read_sysctl }, { "file", read_file }, { "hide", read_hide },
	{ "option", read_option }, { "no-option", read_no_option },
	{ "interface", read_interface }, { "no-address", read_no_address },
	{ "refuse-family", read_refusal }, { "filter", read_filter }, { "no-filters", read_no_filters },
	{ "jail", read_jail },
	{ "netlink", read_netlink }, { "host", read_host } };

Words
split(const std::string &line)
{
	std::istringstream stream(line);
	Words words;

	for (std::string word; stream >> word;)
		words.push_back(word);
	return words;
}

/* Calls READ for each line that says something; errors get its place. */
void
for_each_line(const std::string &text, const std::string &file,
    const std::function<void(const std::string &)> &read)
{
	std::istringstream stream(text);
	int at = 0;

	for (std::string line; std::getline(stream, line);) {
		at++;
		if (split(line).empty() || split(line)[0][0] == '#')
			continue;
		try {
			read(line);
		} catch (const BadText &bad) {
			std::string what = bad.what();
			bool is_placed = what.find(".profile:") != std::string::npos;
			throw BadText(is_placed ? what
			                        : file + ":" + std::to_string(at) + ": " + what);
		}
	}
}

/* What a line is about: lines of one file about the same thing are a mistake,
 * since the last would replace the others without a word. */
std::string
subject_of(const Words &words)
{
	static const std::map<std::string, std::string> kinds = { { "no-option", "option" },
		{ "sysctl", "view" }, { "file", "view" }, { "hide", "view" } };
	auto kind = kinds.find(words[0]);
	bool has_name = words.size() > 1 && words[0] != "system" && words[0] != "user";

	return (kind == kinds.end() ? words[0] : kind->second)
	    + (has_name ? " " + words[1] : "");
}

void
read_profile_line(const std::string &line, world &into, std::set<std::string> &subjects)
{
	static const std::string mark = " -- ";
	size_t end = line.find(mark);
	Words words = split(line.substr(0, end));

	if (words[0] == "include") {
		expect_words(words, 2, 2);
		read_profile(words[1], into);
		return;
	}
	if (!profile_readers.count(words[0]))
		fail("unknown word: " + words[0]);
	if (end == std::string::npos || split(line.substr(end + mark.size())).empty())
		fail("no source");
	if (!subjects.insert(subject_of(words)).second)
		fail("said before: " + subject_of(words));
	profile_readers.at(words[0])(into, words);
}

/* ---- scripts ---- */

const char *const call_names[] = {
#define CALL(type, name, parameters, arguments) #name,
#define FUNCTION(type, name, parameters, arguments) #name,
#define VARIADIC(name, alias) #name,
#include "calls.h"
};

/* The resolver's codes are its own; of others it may be its system error. */
int
fault_error(const std::string &call, const std::string &name)
{
	int value = 0;

	if (call != "getaddrinfo")
		return error_number(name);
	if (!names_find(names_resolver_errors, name.c_str(), &value))
		fail("not an error of getaddrinfo: " + name);
	return value;
}

void
read_fault(world &into, const Words &words)
{
	auto call = std::find(std::begin(call_names), std::end(call_names), words[0]);

	if (call == std::end(call_names))
		fail("unknown word: " + words[0]);
	expect_words(words, 4, 4);
	if (words[2] != "fail")
		fail("unknown word: " + words[2]);
	if (number(words[1]) < 1)
		fail("calls are counted from 1");
	if (into.fault_count == WORLD_FAULTS)
		fail("too many of them");
	world_fault &fault = into.faults[into.fault_count++];
	fault.call = static_cast<uint32_t>(call - std::begin(call_names));
	fault.nth = static_cast<uint32_t>(number(words[1]));
	fault.error = fault_error(words[0], words[3]);
}

void
check(int status, const std::string &what)
{
	const char *name = names_of(names_errors, -status);

	if (status != 0)
		fail(what + " of the socket that is to be there fails: " + (name ? name : "?"));
}

void
set_options(world &into, world_socket &socket, const Words &names)
{
	for (const std::string &name : names) {
		const world_option *option = kernel_option_named(&into, name.c_str());
		int on = 1;
		if (!option)
			fail("this system has no option " + name);
		check(kernel_setsockopt(&into, &socket, option->level, option->number, &on,
		          sizeof on), "setsockopt");
	}
}

void
bind_to(world &into, world_socket &socket, const world_address &to, uint16_t port)
{
	sockaddr_in inet = {};
	sockaddr_in6 inet6 = {};

	inet.sin_family = AF_INET;
	inet.sin_port = htons(port);
	std::memcpy(&inet.sin_addr, to.bytes, 4);
	inet6.sin6_family = AF_INET6;
	inet6.sin6_port = htons(port);
	std::memcpy(&inet6.sin6_addr, to.bytes, 16);
	check(to.family == AF_INET
	        ? kernel_bind(&into, &socket, reinterpret_cast<sockaddr *>(&inet), sizeof inet)
	        : kernel_bind(&into, &socket, reinterpret_cast<sockaddr *>(&inet6),
	              sizeof inet6), "bind");
}

struct Holder {
	bool is_listening = false;
	int backlog = 0;
	Words options;
};

Holder
read_holder_words(const Words &words, world_socket &socket)
{
	Holder holder;

	for (size_t i = 4; i < words.size(); i++) {
		bool has_more = i + 1 < words.size();
		if (words[i] == "user" && has_more)
			socket.uid = static_cast<uint32_t>(number(words[++i]));
		else if (words[i] == "listening" && has_more) {
			holder.is_listening = true;
			holder.backlog = static_cast<int>(number(words[++i]));
		} else if (words[i] == "launchd" && has_more)
			copy(socket.launchd, sizeof socket.launchd, words[++i]);
		else if (words[i] == "with" && has_more) {
			holder.options.assign(words.begin() + static_cast<long>(i) + 1, words.end());
			break;
		} else
			fail("unknown word: " + words[i]);
	}
	return holder;
}

/* Somebody who was there before; root's doing, whoever it is for. */
void
read_socket(world &into, const Words &words)
{
	uint32_t user = into.uid;
	world_socket *socket = nullptr;

	expect_words(words, 4, 99);
	if (words[1] != "tcp" && words[1] != "udp")
		fail("unknown word: " + words[1]);
	world_address to = address(words[2]);
	check(kernel_socket(&into, to.family, words[1] == "tcp" ? SOCK_STREAM : SOCK_DGRAM, 0,
	          &socket), "socket");
	Holder holder = read_holder_words(words, *socket);
	into.uid = 0;
	set_options(into, *socket, holder.options);
	bind_to(into, *socket, to, static_cast<uint16_t>(number(words[3])));
	if (holder.is_listening)
		check(kernel_listen(&into, socket, holder.backlog), "listen");
	into.uid = user;
}

} // namespace

bool
read_address(const std::string &text, world_address &result)
{
	result = world_address();
	result.family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
	return inet_pton(result.family, text.c_str(), result.bytes) == 1;
}

std::vector<std::string>
profile_names()
{
	std::vector<std::string> names;

	for (const auto &file : std::filesystem::directory_iterator(PROFILES))
		if (file.path().extension() == ".profile")
			names.push_back(file.path().stem());
	std::sort(names.begin(), names.end());
	return names;
}

void
read_profile_text(const std::string &text, const std::string &file, world &into)
{
	std::set<std::string> subjects;

	for_each_line(text, file,
	    [&](const std::string &line) { read_profile_line(line, into, subjects); });
}

void
read_profile(const std::string &name, world &into)
{
	std::string file = name + ".profile";
	std::ifstream stream(std::string(PROFILES) + "/" + file);
	std::ostringstream text;

	if (!stream)
		throw BadText(file + ": cannot be read");
	text << stream.rdbuf();
	read_profile_text(text.str(), file, into);
	copy(into.profile, sizeof into.profile, name);
}

void
read_script(const std::string &text, world &into)
{
	for_each_line(text, "script", [&](const std::string &line) {
		Words words = split(line);
		if (words[0] == "socket" && words.size() > 1
		    && (words[1] == "tcp" || words[1] == "udp"))
			read_socket(into, words);
		else
			read_fault(into, words);
	});
}
