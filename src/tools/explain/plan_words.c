/* SPDX-License-Identifier: ISC */
#include "plan_words.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "failure.h"
#include "path_removal.h"

/* The first argument of the step's call. */
enum about {
	ABOUT_NOTHING,
	ABOUT_ADDRESS,
	ABOUT_PATH,
	ABOUT_DIRECTORY, /* of the path */
	ABOUT_PRIVATE    /* the private directory next to the path */
};

/* The kind of its other arguments. */
enum arguments {
	NO_ARGUMENTS,
	DESCRIPTOR,
	SOCKET,
	CLOSE_ON_EXEC,
	STATUS_FLAGS,
	SOCKET_OPTION,
	BACKLOG,
	MODE,
	OWNER,
	OPEN_FLAGS,
	DIRECTORY_FLAGS
};

/* A call with a name of its own on each system: a member of path_calls. */
#define NAME_HERE(member) \
	.has_name_here = true, .name_here = offsetof(struct path_calls, member)

/* How a step is printed. */
struct row {
	const char *call, *remark;
	enum about about;
	enum arguments arguments;
	bool has_name_here;
	unsigned char name_here;
};

static const struct row rows[] = {
	[PLAN_CLOSE] = { .call = "close", .arguments = DESCRIPTOR },
	[PLAN_SOCKET] = { .call = "socket", .arguments = SOCKET },
	[PLAN_SETFD] = { .call = "fcntl", .arguments = CLOSE_ON_EXEC },
	[PLAN_SETFL] = { .call = "fcntl", .arguments = STATUS_FLAGS },
	[PLAN_SETSOCKOPT] = { .call = "setsockopt", .arguments = SOCKET_OPTION },
	[PLAN_PROBE] = { .call = "bind", .about = ABOUT_ADDRESS,
	    .remark = "on a temporary socket, to see whether another socket uses it" },
	[PLAN_OPEN_DIRECTORY] = { .call = "open", .about = ABOUT_DIRECTORY,
	    .arguments = DIRECTORY_FLAGS },
	[PLAN_SOCKET_MODE] = { .call = "fchmod", .arguments = MODE,
	    .remark = "bind creates the path with it, less the umask" },
	[PLAN_UMASK] = { .call = "umask", .arguments = MODE, .remark = "during bind only" },
	[PLAN_BIND] = { .call = "bind", .about = ABOUT_ADDRESS },
	[PLAN_CLEAR] = { NAME_HERE(unlink), .about = ABOUT_PATH,
	    .remark = "if it is a stale socket, in several calls; then bind again" },
	[PLAN_SWEEP] = { .call = "openat", .about = ABOUT_PRIVATE,
	    .remark = "may remain of a killed start; then it is removed" },
	[PLAN_FIND] = { NAME_HERE(find), .about = ABOUT_PATH },
	[PLAN_SAME_DIRECTORY] = { .call = "stat", .about = ABOUT_DIRECTORY,
	    .remark = "must be the one that was opened" },
	[PLAN_CHOWN] = { NAME_HERE(chown), .about = ABOUT_PATH, .arguments = OWNER },
	[PLAN_CHMOD] = { NAME_HERE(chmod), .about = ABOUT_PATH, .arguments = MODE,
	    .remark = "unless it has this mode already" },
	[PLAN_LISTEN] = { .call = "listen", .arguments = BACKLOG },
	[PLAN_REQUIRE_BACKLOG] = { .call = "require backlog", .arguments = BACKLOG,
	    .remark = "at least, as reported by the kernel" },
	[PLAN_REQUIRE_PORT] = { .call = "getsockname", .about = ABOUT_ADDRESS,
	    .remark = "must have this port" },
	[PLAN_CLOSE_DIRECTORY] = { .call = "close", .about = ABOUT_DIRECTORY },
	[PLAN_MKFIFO] = { NAME_HERE(make_fifo), .about = ABOUT_PATH, .arguments = MODE,
	    .remark = "may exist already" },
	[PLAN_FIND_FIFO] = { NAME_HERE(find), .about = ABOUT_PATH,
	    .remark = "must be a FIFO of this user, of root or of the requested user" },
	[PLAN_OPEN] = { .call = "open", .about = ABOUT_PATH, .arguments = OPEN_FLAGS,
	    .remark = "must be the same FIFO" },
	[PLAN_FCHOWN] = { .call = "fchown", .arguments = OWNER },
	[PLAN_FCHMOD] = { .call = "fchmod", .arguments = MODE },
};

static struct plan_word
word(const char *argument, const char *name, long long value)
{
	return (struct plan_word) { .argument = argument, .name = name, .value = value };
}

static const char *
family_name(int family)
{
	switch (family) {
	case AF_INET:
		return "AF_INET";
	case AF_INET6:
		return "AF_INET6";
	case AF_UNIX:
		return "AF_UNIX";
#ifdef AF_NETLINK /* not everywhere */
	case AF_NETLINK:
		return "AF_NETLINK";
#endif
	default:
		return NULL;
	}
}

static const char *
kind_name(int kind)
{
	switch (kind) {
	case SOCK_STREAM:
		return "SOCK_STREAM";
	case SOCK_DGRAM:
		return "SOCK_DGRAM";
	case SOCK_SEQPACKET:
		return "SOCK_SEQPACKET";
	default:
		return "SOCK_RAW";
	}
}

/* The type of the socket, and the flags of socket(2). */
static void
name_type(int type, char name[PLAN_NAME_SIZE])
{
	int nonblocking = backend_birth_flags(BACKEND_NONBLOCKING);
	int close_on_exec = backend_birth_flags(BACKEND_CLOSE_ON_EXEC);

	strlcpy(name, kind_name(type & ~(nonblocking | close_on_exec)), PLAN_NAME_SIZE);
	if (type & nonblocking)
		strlcat(name, "|SOCK_NONBLOCK", PLAN_NAME_SIZE);
	if (type & close_on_exec)
		strlcat(name, "|SOCK_CLOEXEC", PLAN_NAME_SIZE);
}

static void
name_open_flags(int flags, char name[PLAN_NAME_SIZE])
{
	strlcpy(name, (flags & O_ACCMODE) == O_RDWR ? "O_RDWR" : "O_RDONLY", PLAN_NAME_SIZE);
	if (flags & O_NONBLOCK)
		strlcat(name, "|O_NONBLOCK", PLAN_NAME_SIZE);
	if (flags & O_NOCTTY)
		strlcat(name, "|O_NOCTTY", PLAN_NAME_SIZE);
	if (flags & O_CLOEXEC)
		strlcat(name, "|O_CLOEXEC", PLAN_NAME_SIZE);
}

static void
say_socket(struct plan_words *words, const struct plan_step *step)
{
	int protocol = step->is.socket.protocol;

	name_type(step->is.socket.type, words->name);
	words->words[0] = word("family", family_name(step->is.socket.family),
		step->is.socket.family);
	words->words[1] = word("type", words->name, step->is.socket.type);
	words->words[2] = word("protocol",
		protocol == IPPROTO_TCP ? "IPPROTO_TCP"
		: protocol == IPPROTO_UDP ? "IPPROTO_UDP" : NULL, protocol);
}

static void
say_option(struct plan_words *words, const struct backend_option *option)
{
	words->words[0] = word("level", option->level_text, option->level);
	words->words[1] = word("name", option->name_text, option->name);
	if (option->data)
		words->words[2] = word("size", NULL, option->size);
	else
		words->words[2] = word("value", NULL, option->value);
	if (option->or_next)
		words->remark = "if it fails, the next call is used instead";
}

/* As for chmod(1). */
static void
say_mode(struct plan_words *words, mode_t mode)
{
	snprintf(words->name, sizeof words->name, "0%03o", (unsigned)mode);
	words->words[0] = word("mode", words->name, mode);
	words->words[0].name_is_value = true;
}

static void
say_owner(struct plan_words *words, const struct plan_step *step)
{
	uid_t user = step->is.chown.user;
	gid_t group = step->is.chown.group;

	/* chown(2): -1 leaves an id unchanged. */
	words->words[0] = word("user", NULL, user == (uid_t)-1 ? -1LL : user);
	words->words[1] = word("group", NULL,
		group == (gid_t)-1 ? -1LL : group);
}

static void
say_status_flags(struct plan_words *words, int flags)
{
	words->words[0] = word("command", "F_SETFL", F_SETFL);
	words->words[1] = word("flag", "O_NONBLOCK", flags & O_NONBLOCK);
	words->remark = flags & O_NONBLOCK ? "added to the present ones"
	                                   : "removed from the present ones";
}

static void
add_arguments(struct plan_words *words, const struct plan_step *step)
{
	switch (rows[step->call].arguments) {
	case NO_ARGUMENTS:
		break;
	case DESCRIPTOR:
		words->words[0] = word("descriptor", NULL, step->is.descriptor);
		break;
	case SOCKET:
		say_socket(words, step);
		break;
	case CLOSE_ON_EXEC:
		words->words[0] = word("command", "F_SETFD", F_SETFD);
		words->words[1] = word("flag", "FD_CLOEXEC", FD_CLOEXEC);
		break;
	case STATUS_FLAGS:
		say_status_flags(words, step->is.flags);
		break;
	case SOCKET_OPTION:
		say_option(words, &step->is.setsockopt.option);
		break;
	case BACKLOG:
		words->words[0] = word("backlog", NULL, step->is.backlog);
		break;
	case MODE:
		say_mode(words, step->is.mode);
		break;
	case OWNER:
		say_owner(words, step);
		break;
	case OPEN_FLAGS:
		name_open_flags(step->is.flags, words->name);
		words->words[0] = word("flags", words->name, step->is.flags);
		break;
	case DIRECTORY_FLAGS:
		words->words[0] = word("flags", path_calls.directory_flags, path_directory_flags);
		break;
	}
}

static const char *
name_here(const struct row *row)
{
	const char *name;

	memcpy(&name, (const char *)&path_calls + row->name_here, sizeof name);
	return name;
}

void
plan_words(struct plan_words *words, const struct plan_step *step)
{
	const struct row *row = &rows[step->call];

	*words = (struct plan_words) {
		.call = row->has_name_here ? name_here(row) : row->call,
		.about_address = row->about == ABOUT_ADDRESS,
		.about_path = row->about == ABOUT_PATH,
		.about_directory = row->about == ABOUT_DIRECTORY,
		.about_private = row->about == ABOUT_PRIVATE,
		.remark = row->remark,
	};
	if (step->or_next)
		words->remark = "if it fails with EADDRINUSE, the next step is used instead";
	if (step->call == PLAN_FIND)
		words->remark = path_calls.prove;
	add_arguments(words, step);
}

static void
add_word(struct text *text, const struct plan_word *added)
{
	if (added->name)
		text_printf(text, "%s", added->name);
	if (!added->name_is_value)
		text_printf(text, "%s%lld", added->name ? "=" : "", added->value);
}

/* The call's address, path or directory, if it has one. */
static bool
add_place(struct text *text, const struct plan_words *words,
    const struct bindchain_request *request)
{
	char directory[PATH_MAX], name[PATH_PRIVATE_NAME_SIZE], place[ADDRESS_TEXT_SIZE];

	if (words->about_address || words->about_path) {
		text_printf(text, "%s", request_place(request, place));
		return true;
	}
	if (!words->about_directory && !words->about_private)
		return false;
	path_directory(request->path, directory);
	text_printf(text, "%s", directory);
	if (words->about_private) {
		path_private_name(path_name(request->path), name);
		text_printf(text, "/%s", name);
	}
	return true;
}

void
text_add_step(struct text *text, const struct plan *plan, const struct plan_step *step)
{
	const char *between = "";
	struct plan_words words;

	plan_words(&words, step);
	text_printf(text, "%s(", words.call);
	if (add_place(text, &words, plan->request))
		between = ", ";
	for (const struct plan_word *next = words.words; next->argument; next++) {
		text_printf(text, "%s", between);
		add_word(text, next);
		between = ", ";
	}
	text_printf(text, ")%s%s", words.remark ? ": " : "", words.remark ? words.remark : "");
}
