/* SPDX-License-Identifier: ISC */
#include "plan_words.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "exclusive.h"
#include "failure.h"
#include "path_directory.h"
#include "path_removal.h"
#include "request.h"
#include "socket_option.h"

/* The first argument of the step's call. */
enum about {
	ABOUT_NOTHING,
	ABOUT_ADDRESS,
	ABOUT_PROBED,    /* the address of a temporary socket */
	ABOUT_PATH,
	ABOUT_DIRECTORY, /* of the path */
	ABOUT_PRIVATE,   /* the private directory next to the path */
	ABOUT_PRIVATE_OF_DIRECTORY, /* that next to the path's directory */
	ABOUT_LINK       /* the symbolic link to the path */
};

/* The kind of its other arguments. */
enum arguments {
	NO_ARGUMENTS,
	DESCRIPTOR,
	SOCKET,
	CLOSE_ON_EXEC,
	FLAGS_READ,
	FLAGS_WRITTEN,
	SOCKET_OPTION,
	BACKLOG,
	MODE,
	OWNER,
	OPEN_FLAGS,
	DIRECTORY_FLAGS,
	LEAST_BUFFER,
	DIRECTORY_ACCESS
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
#ifdef AF_VSOCK
	case AF_VSOCK:
		return "AF_VSOCK";
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

/* Numbers of other families have other names. */
static const char *
protocol_name(int family, int protocol)
{
	switch (family == AF_INET || family == AF_INET6 ? protocol : -1) {
	case IPPROTO_TCP:
		return "IPPROTO_TCP";
	case IPPROTO_UDP:
		return "IPPROTO_UDP";
#ifdef IPPROTO_MPTCP /* not everywhere */
	case IPPROTO_MPTCP:
		return "IPPROTO_MPTCP";
#endif
	default:
		return NULL;
	}
}

static void
say_socket(struct plan_words *words, const struct plan_step *step)
{
	int protocol = step->is.socket.protocol;

	name_type(step->is.socket.type, words->name);
	words->words[0] = word("family", family_name(step->is.socket.family),
		step->is.socket.family);
	words->words[1] = word("type", words->name, step->is.socket.type);
	words->words[2] = word("protocol", protocol_name(step->is.socket.family, protocol), protocol);
}

static void
say_option(struct plan_words *words, const struct plan_step *step)
{
	const struct backend_option *option = &step->is.setsockopt.option;

	words->words[0] = word("level", option->level_text, option->level);
	words->words[1] = word("name", option->level_text ? option->name_text : NULL, option->name);
	if (!option->level_text)
		words->remark = "by number: another option on other systems";
	if (option->data)
		words->words[2] = word("size", NULL, option->size);
	else if (option->level_text && option_table[step->is.setsockopt.asked].is_mask)
		words->words[2] = word("value", NULL, (unsigned)option->value);
	else
		words->words[2] = word("value", NULL, option->value);
}

static void
say_least_buffer(struct plan_words *words, const struct plan_step *step)
{
	words->words[0] = word("level", "SOL_SOCKET", SOL_SOCKET);
	words->words[1] = word("name", "SO_RCVBUF", SO_RCVBUF);
	words->words[2] = word("least", NULL, step->is.bytes);
}

/* As for chmod(1). */
static void
say_mode(struct plan_words *words, mode_t mode)
{
	snprintf(words->name, sizeof words->name, "0%03o", (unsigned)mode);
	words->words[0] = word("mode", words->name, mode);
	words->words[0].name_is_value = true;
}

/* chown(2): -1 leaves an id unchanged. */
static void
say_owner(struct plan_word owner[2], uid_t user, gid_t group)
{
	owner[0] = word("user", NULL, user == (uid_t)-1 ? -1LL : user);
	owner[1] = word("group", NULL, group == (gid_t)-1 ? -1LL : group);
}

static void
say_directory(struct plan_words *words, const struct permissions *wanted)
{
	say_mode(words, wanted->mode);
	if (wanted->has_user || wanted->has_group)
		say_owner(&words->words[1], wanted->has_user ? wanted->user : (uid_t)-1,
		    wanted->has_group ? wanted->group : (gid_t)-1);
}

static void
say_close_on_exec(struct plan_words *words)
{
	words->words[0] = word("command", "F_SETFD", F_SETFD);
	words->words[1] = word("flag", "FD_CLOEXEC", FD_CLOEXEC);
}

static void
say_set_flags(struct plan_words *words, const struct plan_step *step)
{
	int flags = step->is.flags;

	words->words[0] = word("command", "F_SETFL", F_SETFL);
	words->words[1] = word("flag", "O_NONBLOCK", flags & O_NONBLOCK);
	words->remark = flags & O_NONBLOCK ? "added to the present ones"
	                                   : "removed from the present ones";
}

static void
say_open_flags(struct plan_words *words, const struct plan_step *step)
{
	name_open_flags(step->is.flags, words->name);
	words->words[0] = word("flags", words->name, step->is.flags);
}

/* ---- the table ---- */

/* A call with a name of its own on each system: a member of path_calls. */
#define NAME_HERE(member) .name_here = offsetof(struct path_calls, member)

#define CALL_SIZE 20
#define CALL(text) .call = FIXED_TEXT(CALL_SIZE, text)
#define REMARK_SIZE 96
#define REMARK(text) .remark = FIXED_TEXT(REMARK_SIZE, text)

/* How a step is printed.  Without pointers, which would be relocated at every start. */
struct row {
	char call[CALL_SIZE]; /* "": name_here */
	unsigned char name_here;
	enum about about;
	enum arguments arguments;
	enum plan_performed performed;
	char remark[REMARK_SIZE]; /* "": none */
};

static const struct row rows[PLAN_CALLS] = {
	[PLAN_CLOSE] = { CALL("close"), .arguments = DESCRIPTOR },
	[PLAN_SOCKET] = { CALL("socket"), .arguments = SOCKET },
	[PLAN_SETFD] = { CALL("fcntl"), .arguments = CLOSE_ON_EXEC },
	[PLAN_GETFL] = { CALL("fcntl"), .arguments = FLAGS_READ },
	[PLAN_SETFL] = { CALL("fcntl"), .arguments = FLAGS_WRITTEN },
	[PLAN_SETSOCKOPT] = { CALL("setsockopt"), .arguments = SOCKET_OPTION },
	[PLAN_PROBE_SOCKET] = { CALL("socket"), .arguments = SOCKET,
	    REMARK("a temporary socket, to see whether another socket uses the address") },
	[PLAN_PROBE_SETSOCKOPT] = { CALL("setsockopt"), .arguments = SOCKET_OPTION,
	    REMARK("on the temporary socket") },
	[PLAN_PROBE_BIND] = { CALL("bind"), .about = ABOUT_PROBED,
	    REMARK("on the temporary socket") },
	[PLAN_PROBE_CLOSE] = { CALL("close"), REMARK("the temporary socket") },
	[PLAN_OPEN_DIRECTORY] = { CALL("open"), .about = ABOUT_DIRECTORY,
	    .arguments = DIRECTORY_FLAGS },
	[PLAN_SOCKET_MODE] = { CALL("fchmod"), .arguments = MODE,
	    REMARK("bind creates the path with it, less the umask") },
	[PLAN_CLOCK] = { CALL("clock_gettime"), REMARK("the path must not be older") },
	[PLAN_UMASK] = { CALL("umask"), .arguments = MODE, REMARK("during bind only") },
	[PLAN_BIND] = { CALL("bind"), .about = ABOUT_ADDRESS },
	[PLAN_CLEAR] = { NAME_HERE(unlink), .about = ABOUT_PATH, .performed = PLAN_WITH_OTHERS,
	    REMARK("if it is a stale socket, in several calls; then bind again") },
	[PLAN_UMASK_BACK] = { CALL("umask"), REMARK("to the former one") },
	[PLAN_NOTE] = { CALL("fstat"), REMARK("to recognize it if it must be removed") },
	[PLAN_SWEEP] = { CALL("openat"), .about = ABOUT_PRIVATE, .performed = PLAN_WITH_OTHERS,
	    REMARK("if a killed start left it, it is removed, in several calls") },
	[PLAN_FIND] = { NAME_HERE(find), .about = ABOUT_PATH, .performed = PLAN_WITH_OTHERS },
	[PLAN_LOOK_AT_DIRECTORY] = { CALL("fstat"), .about = ABOUT_DIRECTORY,
	    REMARK("of the one that was opened") },
	[PLAN_SAME_DIRECTORY] = { CALL("stat"), .about = ABOUT_DIRECTORY,
	    REMARK("must be the one that was opened") },
	[PLAN_CHOWN] = { NAME_HERE(chown), .about = ABOUT_PATH, .arguments = OWNER },
	[PLAN_CHMOD] = { NAME_HERE(chmod), .about = ABOUT_PATH, .arguments = MODE,
	    .performed = PLAN_IF_NEEDED, REMARK("unless it has this mode already") },
	[PLAN_LISTEN] = { CALL("listen"), .arguments = BACKLOG },
	[PLAN_REQUIRE_BACKLOG] = { CALL("require backlog"), .arguments = BACKLOG,
	    .performed = PLAN_WITH_OTHERS,
	    REMARK("at least, as reported by the kernel, in several calls") },
	[PLAN_REQUIRE_PORT] = { CALL("getsockname"), .about = ABOUT_ADDRESS,
	    REMARK("must have this port") },
	[PLAN_CLOSE_OBJECT] = { CALL("close"), .about = ABOUT_PATH },
	[PLAN_CLOSE_DIRECTORY] = { CALL("close"), .about = ABOUT_DIRECTORY },
	[PLAN_MKFIFO] = { NAME_HERE(make_fifo), .about = ABOUT_PATH, .arguments = MODE,
	    REMARK("may exist already") },
	[PLAN_FIND_FIFO] = { NAME_HERE(find), .about = ABOUT_PATH, .performed = PLAN_WITH_OTHERS,
	    REMARK("must be a FIFO of this user, of root or of the requested user,"
	              " with one hard link") },
	[PLAN_OPEN] = { CALL("open"), .about = ABOUT_PATH, .arguments = OPEN_FLAGS,
	    .performed = PLAN_WITH_OTHERS, REMARK("must be the same FIFO") },
	[PLAN_FCHOWN] = { CALL("fchown"), .arguments = OWNER },
	[PLAN_FCHMOD] = { CALL("fchmod"), .arguments = MODE },
	[PLAN_REQUIRE_BUFFER] = { CALL("getsockopt"), .arguments = LEAST_BUFFER,
	    REMARK("must be at least this, without what the kernel adds") },
	[PLAN_MAKE_DIRECTORY] = { CALL("mkdirat"), .about = ABOUT_DIRECTORY,
	    .arguments = DIRECTORY_ACCESS,
	    REMARK("in several calls, complete before it has its name; then open again") },
	[PLAN_LIMIT_RIGHTS] = { CALL("cap_rights_limit"), .performed = PLAN_WITH_OTHERS,
	    REMARK("to what a server needs, and of ioctl to four commands") },
	[PLAN_LINK] = { CALL("symlinkat"), .about = ABOUT_LINK, .performed = PLAN_WITH_OTHERS,
	    REMARK("to the path; such a link of this user or of root may exist already") },
	[PLAN_SWEEP_DIRECTORY] = { CALL("openat"), .about = ABOUT_PRIVATE_OF_DIRECTORY,
	    .performed = PLAN_WITH_OTHERS,
	    REMARK("if a killed start left it, it is removed, in several calls") },
};

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
		say_close_on_exec(words);
		break;
	case FLAGS_READ:
		words->words[0] = word("command", "F_GETFL", F_GETFL);
		break;
	case FLAGS_WRITTEN:
		say_set_flags(words, step);
		break;
	case SOCKET_OPTION:
		say_option(words, step);
		break;
	case BACKLOG:
		words->words[0] = word("backlog", NULL, step->is.backlog);
		break;
	case MODE:
		say_mode(words, step->is.mode);
		break;
	case OWNER:
		say_owner(words->words, step->is.chown.user, step->is.chown.group);
		break;
	case OPEN_FLAGS:
		say_open_flags(words, step);
		break;
	case DIRECTORY_FLAGS:
		words->words[0] = word("flags", path_calls.directory_flags, path_directory_flags);
		break;
	case LEAST_BUFFER:
		say_least_buffer(words, step);
		break;
	case DIRECTORY_ACCESS:
		say_directory(words, step->is.directory);
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

static bool
stands_in(const struct plan *plan, const struct plan_step *step)
{
	return step > plan->steps && step[-1].or_next;
}

void
plan_words(struct plan_words *words, const struct plan *plan, const struct plan_step *step)
{
	const struct row *row = &rows[step->call];

	*words = (struct plan_words) {
		.call = row->call[0] ? row->call : name_here(row),
		.performed = stands_in(plan, step) ? PLAN_AFTER_FAILURE : row->performed,
		.remark = row->remark[0] ? row->remark : NULL,
	};
	if (step->call == PLAN_FIND)
		words->remark = path_calls.prove;
	add_arguments(words, step);
	if (step->or_next)
		words->remark = step->call == PLAN_BIND
		    ? "if it fails with EADDRINUSE, the next step is used instead"
		    : step->call == PLAN_OPEN_DIRECTORY
		    ? "if it fails with ENOENT, the next step is used instead"
		    : "if it fails, the next call is used instead";
}

/* "bind(PATH)" is not the call then. */
static void
add_bind(struct text *text, const struct plan_words *words)
{
	text_printf(text, ": by its name in the open directory (%s)", path_calls.bind);
	if (words->remark)
		text_printf(text, "; %s", words->remark);
}

static void
add_word(struct text *text, const struct plan_word *added)
{
	if (added->name)
		text_printf(text, "%s", added->name);
	if (!added->name_is_value)
		text_printf(text, "%s%lld", added->name ? "=" : "", added->value);
}

static void
add_directory(struct text *text, const struct request *request)
{
	char directory[PATH_MAX];

	path_directory(request->path, directory);
	text_printf(text, "%s", directory);
}

static void
add_private(struct text *text, const char *path)
{
	char directory[PATH_MAX], name[PATH_PRIVATE_NAME_SIZE];

	path_private_name(path_name(path), name);
	path_directory(path, directory);
	text_printf(text, "%s/%s", directory, name);
}

static void
add_private_of_directory(struct text *text, const struct request *request)
{
	char directory[PATH_MAX];

	path_directory_name(request->path, directory);
	add_private(text, directory);
}

/* The call's address, path or directory.  Returns whether it has one. */
static bool
add_place(struct text *text, const struct plan_step *step,
    const struct request *request)
{
	char place[ADDRESS_TEXT_SIZE];
	struct address probed;

	switch (rows[step->call].about) {
	case ABOUT_NOTHING:
		return false;
	case ABOUT_ADDRESS:
	case ABOUT_PATH:
		text_printf(text, "%s", request_place(request, place));
		return true;
	case ABOUT_PROBED:
		exclusive_address(request, step->is.of_ipv4, &probed);
		text_add_address(text, &probed);
		return true;
	case ABOUT_DIRECTORY:
		add_directory(text, request);
		return true;
	case ABOUT_PRIVATE:
		add_private(text, request->path);
		return true;
	case ABOUT_LINK:
		text_printf(text, "%s", request->symlink);
		return true;
	case ABOUT_PRIVATE_OF_DIRECTORY:
		add_private_of_directory(text, request);
		return true;
	}
	return false;
}

void
text_add_step(struct text *text, const struct plan *plan, const struct plan_step *step)
{
	const char *between = "";
	struct plan_words words;

	plan_words(&words, plan, step);
	text_printf(text, "%s(", words.call);
	if (add_place(text, step, plan->request))
		between = ", ";
	for (const struct plan_word *next = words.words; next->argument; next++) {
		text_printf(text, "%s", between);
		add_word(text, next);
		between = ", ";
	}
	text_printf(text, ")");
	if (step->call == PLAN_BIND && request_binds_by_name(plan->request))
		add_bind(text, &words);
	else if (words.remark)
		text_printf(text, ": %s", words.remark);
}
