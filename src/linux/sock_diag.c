/* SPDX-License-Identifier: ISC */
/*
 * Linux: the kernel's list of sockets.
 *
 * - A listener's queue length and limit are in idiag_rqueue and idiag_wqueue:
 *   net/ipv4/tcp_diag.c.
 * - Bound sockets that do not listen are listed since 6.8, and only if asked
 *   for by TCPF_BOUND_INACTIVE: net/ipv4/inet_diag.c.
 * - A filter of two conditions selects the port: those for one exact port are
 *   younger.  A jump behind the end refuses the socket.
 * - Emulators answer the socket call with EPROTONOSUPPORT or EAFNOSUPPORT.
 */
#include "sock_diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "address.h"
#include "close.h"
#include "netlink_attribute.h"
#include "observe.h"

#define ERRNO_MAX 4095 /* MAX_ERRNO of linux/err.h */

/* The kernel fills up to 32 KiB a read: net/netlink/af_netlink.c. */
union answer {
	struct nlmsghdr header;
	unsigned char bytes[32768];
};

/* A little program of the kernel's filter. */
struct port_filter {
	struct nlattr attribute;
	struct inet_diag_bc_op at_least, at_least_port, at_most, at_most_port;
};

struct query {
	struct nlmsghdr header;
	union {
		struct {
			struct inet_diag_req_v2 request;
			struct port_filter filter;
		} internet;
		struct unix_diag_req local;
	} is;
};

struct visit {
	const struct diag_question *question;
	backend_socket_visitor *visit;
	void *context;
	bool interrupted;
};

const char *
diag_error_text(int error)
{
	switch (error) {
	case ENOENT:
		return "this kernel was built, or runs, without the module that lists sockets"
		       " (inet_diag, tcp_diag, udp_diag, unix_diag)";
	case ETIMEDOUT:
		return "the search ended at its time limit";
	case EINTR:
		return "the kernel's list of sockets changed while it was read";
	default:
		return "the kernel's list of sockets (NETLINK_SOCK_DIAG) cannot be read";
	}
}

/* ---- asking ---- */

static void
fill_port_filter(struct port_filter *filter, unsigned port)
{
	enum { BOTH = 2 * sizeof(struct inet_diag_bc_op) };

	*filter = (struct port_filter) {
		.attribute = { sizeof *filter, INET_DIAG_REQ_BYTECODE },
		.at_least = { INET_DIAG_BC_S_GE, BOTH, 2 * BOTH + 4 },
		.at_least_port.no = (uint16_t)port,
		.at_most = { INET_DIAG_BC_S_LE, BOTH, BOTH + 4 },
		.at_most_port.no = (uint16_t)port,
	};
}

static size_t
fill_internet(struct query *query, const struct diag_question *question)
{
	query->is.internet.request = (struct inet_diag_req_v2) {
		.sdiag_family = (uint8_t)question->family,
		.sdiag_protocol = (uint8_t)question->protocol,
		.idiag_ext = 1u << (INET_DIAG_SKMEMINFO - 1),
		.idiag_states = question->states,
	};
	if (!question->port)
		return sizeof query->is.internet.request;
	fill_port_filter(&query->is.internet.filter, question->port);
	return sizeof query->is.internet;
}

static size_t
fill_unix(struct query *query, const struct diag_question *question)
{
	query->is.local = (struct unix_diag_req) {
		.sdiag_family = AF_UNIX,
		.udiag_states = question->states,
		.udiag_ino = question->inode,
		/* any socket of the inode */
		.udiag_cookie = { (uint32_t)INET_DIAG_NOCOOKIE, (uint32_t)INET_DIAG_NOCOOKIE },
		.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID,
	};
	return sizeof query->is.local;
}

static int
ask(int descriptor, const struct diag_question *question)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct query query;
	size_t size;

	memset(&query, 0, sizeof query);
	size = question->family == AF_UNIX ? fill_unix(&query, question)
	                                   : fill_internet(&query, question);
	query.header.nlmsg_len = (uint32_t)(offsetof(struct query, is) + size);
	query.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	query.header.nlmsg_flags = question->inode ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_DUMP;
	return sendto(descriptor, &query, query.header.nlmsg_len, 0,
	    (const struct sockaddr *)&kernel, sizeof kernel) < 0 ? -1 : 0;
}

/* ---- reading ---- */

static struct bindchain_fact
fact_of(uint32_t value)
{
	return (struct bindchain_fact) { .known = value <= INT_MAX, .value = (int)value };
}

/* The INDEXth number of an attribute; unknown when it is not there. */
static struct bindchain_fact
fact_in(const unsigned char *bytes, size_t length, unsigned type, size_t index)
{
	size_t size = 0;
	const unsigned char *numbers = netlink_attribute(bytes, length, type, &size);
	uint32_t value;

	if (!numbers || size < (index + 1) * sizeof value)
		return (struct bindchain_fact) { 0 };
	memcpy(&value, numbers + index * sizeof value, sizeof value);
	return fact_of(value);
}

static enum backend_socket_state
state_of(unsigned state)
{
	switch (state) {
	case TCP_LISTEN:
		return BACKEND_LISTENING;
	case TCP_CLOSE:
	case DIAG_BOUND_INACTIVE:
		return BACKEND_BOUND;
	case TCP_TIME_WAIT:
		return BACKEND_TIME_WAIT;
	default:
		return BACKEND_CONNECTED;
	}
}

static void
read_internet_address(const struct inet_diag_msg *message, struct address *address)
{
	if (message->idiag_family == AF_INET) {
		struct sockaddr_in ipv4 = { .sin_family = AF_INET,
			.sin_port = message->id.idiag_sport };
		memcpy(&ipv4.sin_addr, message->id.idiag_src, sizeof ipv4.sin_addr);
		address_set(address, (const struct sockaddr *)&ipv4, sizeof ipv4);
	} else {
		struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6,
			.sin6_port = message->id.idiag_sport };
		memcpy(&ipv6.sin6_addr, message->id.idiag_src, sizeof ipv6.sin6_addr);
		address_set(address, (const struct sockaddr *)&ipv6, sizeof ipv6);
	}
}

static bool
read_internet(const struct visit *visit, const unsigned char *bytes, size_t length,
    struct backend_socket *found)
{
	struct inet_diag_msg message;
	size_t size = 0;
	const unsigned char *v6only;

	if (length < sizeof message)
		return false;
	memcpy(&message, bytes, sizeof message);
	bytes += sizeof message;
	length -= sizeof message;
	read_internet_address(&message, &found->address);
	found->type = visit->question->protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	found->state = state_of(message.idiag_state);
	found->interface = message.id.idiag_if;
	found->identity = message.idiag_inode;
	/* The kernel forgets who made a socket that no process has any more. */
	found->uid_known = message.idiag_inode != 0;
	found->uid = message.idiag_uid;
	v6only = netlink_attribute(bytes, length, INET_DIAG_SKV6ONLY, &size);
	if (v6only && size >= 1)
		found->v6only = (struct bindchain_fact) { .known = true, .value = *v6only != 0 };
	if (found->state == BACKEND_LISTENING) {
		found->queue_length = fact_of(message.idiag_rqueue);
		found->queue_limit = fact_of(message.idiag_wqueue);
		found->drops = fact_in(bytes, length, INET_DIAG_SKMEMINFO, SK_MEMINFO_DROPS);
	}
	return true;
}

static void
read_unix_address(const unsigned char *bytes, size_t length, struct address *address)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	const size_t start = offsetof(struct sockaddr_un, sun_path);
	size_t size = 0;
	const unsigned char *path = netlink_attribute(bytes, length, UNIX_DIAG_NAME, &size);

	address_set(address, (const struct sockaddr *)&name, sizeof name);
	address->length = 0;
	if (!path || !size || size > sizeof name.sun_path)
		return;
	memcpy(name.sun_path, path, size);
	address_set(address, (const struct sockaddr *)&name, (socklen_t)(start + size));
}

/* The kernel's own number of a device is 12 bits of major and 20 of minor. */
static void
read_unix_file(const unsigned char *bytes, size_t length, struct backend_socket *found)
{
	uint32_t file[2]; /* inode, device */
	size_t size = 0;
	const unsigned char *numbers = netlink_attribute(bytes, length, UNIX_DIAG_VFS, &size);

	if (!numbers || size < sizeof file)
		return;
	memcpy(file, numbers, sizeof file);
	found->path_inode = file[0];
	found->path_device = makedev(file[1] >> 20, file[1] & 0xfffff);
}

static bool
read_unix(const unsigned char *bytes, size_t length, struct backend_socket *found)
{
	struct unix_diag_msg message;
	struct bindchain_fact uid;

	if (length < sizeof message)
		return false;
	memcpy(&message, bytes, sizeof message);
	bytes += sizeof message;
	length -= sizeof message;
	read_unix_address(bytes, length, &found->address);
	read_unix_file(bytes, length, found);
	found->type = message.udiag_type;
	found->state = state_of(message.udiag_state);
	found->identity = message.udiag_ino;
	uid = fact_in(bytes, length, UNIX_DIAG_UID, 0);
	found->uid_known = uid.known;
	found->uid = (uid_t)uid.value;
	found->queue_length = fact_in(bytes, length, UNIX_DIAG_RQLEN, 0);
	found->queue_limit = fact_in(bytes, length, UNIX_DIAG_RQLEN, 1);
	return true;
}

/* Returns whether there is more to come, or -1 with errno. */
static int
read_message(struct visit *visit, const struct nlmsghdr *header,
    const unsigned char *payload)
{
	struct backend_socket found = { 0 };
	size_t length = header->nlmsg_len - sizeof *header;
	int error = 0;
	bool read;

	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		visit->interrupted = true;
	if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
		/* Both begin with an errno, negative; that of a dump may be 0. */
		if (length >= sizeof error)
			memcpy(&error, payload, sizeof error);
		errno = error < 0 && error >= -ERRNO_MAX ? -error : EBADMSG;
		return error ? -1 : 0;
	}
	if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return 1;
	read = visit->question->family == AF_UNIX ? read_unix(payload, length, &found)
	    : read_internet(visit, payload, length, &found);
	if (read)
		visit->visit(visit->context, &found);
	return visit->question->inode == 0; /* one message answers for one socket */
}

static int
read_answer(struct visit *visit, const union answer *answer, size_t size)
{
	size_t at = 0;

	while (size - at >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr header;
		int more;
		memcpy(&header, answer->bytes + at, sizeof header);
		if (header.nlmsg_len < sizeof header || header.nlmsg_len > size - at) {
			errno = EBADMSG;
			return -1;
		}
		more = read_message(visit, &header, answer->bytes + at + sizeof header);
		if (more <= 0)
			return more;
		at += NLMSG_ALIGN(header.nlmsg_len);
		if (at > size)
			break;
	}
	return 1;
}

static int
read_answers(int descriptor, struct visit *visit)
{
	const struct search_limit *limit = visit->question->limit;
	union answer answer;
	int more = 1;

	while (more > 0) {
		ssize_t size = recv(descriptor, &answer, sizeof answer, 0);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return -1;
		more = read_answer(visit, &answer, (size_t)size);
		if (more > 0 && limit && search_limit_is_over(limit)) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	if (more == 0 && visit->interrupted) {
		errno = EINTR;
		return -1;
	}
	return more;
}

int
diag_visit(const struct diag_question *question, backend_socket_visitor *visitor, void *context)
{
	struct visit visit = { question, visitor, context, false };
	int descriptor, status;

	descriptor = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (descriptor < 0)
		return -1;
	status = ask(descriptor, question);
	if (status == 0)
		status = read_answers(descriptor, &visit);
	close_keeping_errno(descriptor);
	return status;
}
