/* SPDX-License-Identifier: ISC */
/* mount_namespaces(7). */
#include "private_root.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "skip.h"
#include "temporary_directory.h"

namespace {

bool
fail(const std::string &call, std::string *why_not)
{
	*why_not = call + ": " + std::strerror(errno);
	return false;
}

bool
replace_file(const std::string &path, const std::string &with, const std::string &content,
    std::string *why_not)
{
	std::ofstream(with) << content;
	if (access(path.c_str(), F_OK) != 0)
		return true;
	return mount(with.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0
	    || fail("mount " + path, why_not);
}

bool
replace_accounts(const std::string &directory, std::string *why_not)
{
	return replace_file("/etc/passwd", directory + "/passwd", "root:x:0:0::/:/bin/sh\n"
	           "other:x:1:1::/:/bin/sh\nservice:x:65534:65534::/:/bin/sh\n", why_not)
	    && replace_file("/etc/group", directory + "/group",
	        "root:x:0:\nother:x:1:\nservice:x:65534:\n", why_not)
	    && replace_file("/etc/nsswitch.conf", directory + "/nsswitch.conf",
	        "passwd: files\ngroup: files\n", why_not);
}

bool
mount_root(const std::string &directory, std::string *why_not)
{
	if (geteuid() != 0) {
		*why_not = "needs root, for other users' files and a mount namespace";
		return false;
	}
	if (unshare(CLONE_NEWNS) != 0)
		return fail("unshare CLONE_NEWNS", why_not);
	if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
		return fail("mount MS_PRIVATE", why_not);
	if (mount("tmpfs", directory.c_str(), "tmpfs", 0, "mode=0755") != 0)
		return fail("mount tmpfs", why_not);
	const std::string accounts = directory + "/accounts";
	if (mkdir(accounts.c_str(), 0755) != 0)
		return fail("mkdir " + accounts, why_not);
	return replace_accounts(accounts, why_not);
}

struct Root {
	TemporaryDirectory directory;
	std::string problem;
	bool mounted = mount_root(directory.path(), &problem);

	Root() = default;
	~Root() { (void)umount2(directory.path().c_str(), MNT_DETACH); }
	Root(const Root &) = delete;
	Root &operator=(const Root &) = delete;
};

} // namespace

std::string
enter_private_root(std::string *why_not)
{
	static const Root root;

	*why_not = root.problem;
	if (!root.mounted)
		return "";
	umask(022);
	return root.directory.path();
}

void
InPrivateRoot::SetUp()
{
	std::string why_not;
	root = enter_private_root(&why_not);
	if (root.empty())
		SKIP_TEST(why_not);
}
