/* SPDX-License-Identifier: ISC */
/* What src/linux/sock_diag.h says of the kernel's structures, against the
 * kernel's own headers. */
#include "core.h"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

extern "C" {
#include "../../src/linux/sock_diag.h"
}

namespace {

#define SAME_FIELD(ours, our_field, theirs, their_field)                            \
	EXPECT_EQ(offsetof(struct ours, our_field), offsetof(struct theirs, their_field)); \
	EXPECT_EQ(sizeof(ours::our_field), sizeof(theirs::their_field))

TEST(SockDiag, StructuresAreTheKernels)
{
	EXPECT_EQ(sizeof(diag_internet_id), sizeof(inet_diag_sockid));
	EXPECT_EQ(sizeof(diag_internet_request), sizeof(inet_diag_req_v2));
	EXPECT_EQ(sizeof(diag_internet), sizeof(inet_diag_msg));
	EXPECT_EQ(sizeof(diag_unix_request), sizeof(unix_diag_req));
	EXPECT_EQ(sizeof(diag_unix), sizeof(unix_diag_msg));
	EXPECT_EQ(sizeof(diag_condition), sizeof(inet_diag_bc_op));
}

TEST(SockDiag, FieldsAreWhereTheKernelHasThem)
{
	SAME_FIELD(diag_internet_id, source_port, inet_diag_sockid, idiag_sport);
	SAME_FIELD(diag_internet_id, source, inet_diag_sockid, idiag_src);
	SAME_FIELD(diag_internet_id, interface, inet_diag_sockid, idiag_if);
	SAME_FIELD(diag_internet_request, family, inet_diag_req_v2, sdiag_family);
	SAME_FIELD(diag_internet_request, protocol, inet_diag_req_v2, sdiag_protocol);
	SAME_FIELD(diag_internet_request, extensions, inet_diag_req_v2, idiag_ext);
	SAME_FIELD(diag_internet_request, states, inet_diag_req_v2, idiag_states);
	SAME_FIELD(diag_internet, family, inet_diag_msg, idiag_family);
	SAME_FIELD(diag_internet, state, inet_diag_msg, idiag_state);
	SAME_FIELD(diag_internet, id, inet_diag_msg, id);
	SAME_FIELD(diag_internet, receive_queue, inet_diag_msg, idiag_rqueue);
	SAME_FIELD(diag_internet, send_queue, inet_diag_msg, idiag_wqueue);
	SAME_FIELD(diag_internet, uid, inet_diag_msg, idiag_uid);
	SAME_FIELD(diag_internet, inode, inet_diag_msg, idiag_inode);
	SAME_FIELD(diag_unix_request, states, unix_diag_req, udiag_states);
	SAME_FIELD(diag_unix_request, show, unix_diag_req, udiag_show);
	SAME_FIELD(diag_unix_request, inode, unix_diag_req, udiag_ino);
	SAME_FIELD(diag_unix_request, cookie, unix_diag_req, udiag_cookie);
	SAME_FIELD(diag_unix, type, unix_diag_msg, udiag_type);
	SAME_FIELD(diag_unix, state, unix_diag_msg, udiag_state);
	SAME_FIELD(diag_unix, inode, unix_diag_msg, udiag_ino);
	SAME_FIELD(diag_condition, code, inet_diag_bc_op, code);
	SAME_FIELD(diag_condition, yes, inet_diag_bc_op, yes);
	SAME_FIELD(diag_condition, no, inet_diag_bc_op, no);
}

TEST(SockDiag, NumbersAreTheKernels)
{
	EXPECT_EQ(int { DIAG_BY_FAMILY }, SOCK_DIAG_BY_FAMILY);
	EXPECT_EQ(int { DIAG_FILTER }, int { INET_DIAG_REQ_BYTECODE });
	EXPECT_EQ(int { DIAG_SOURCE_PORT_AT_LEAST }, int { INET_DIAG_BC_S_GE });
	EXPECT_EQ(int { DIAG_SOURCE_PORT_AT_MOST }, int { INET_DIAG_BC_S_LE });
	EXPECT_EQ(int { DIAG_MEMORY }, int { INET_DIAG_SKMEMINFO });
	EXPECT_EQ(int { DIAG_V6ONLY }, int { INET_DIAG_SKV6ONLY });
	EXPECT_EQ(int { DIAG_MEMORY_DROPS }, int { SK_MEMINFO_DROPS });
	EXPECT_EQ(int { DIAG_UNIX_NAME }, int { UNIX_DIAG_NAME });
	EXPECT_EQ(int { DIAG_UNIX_QUEUE }, int { UNIX_DIAG_RQLEN });
	EXPECT_EQ(int { DIAG_UNIX_UID }, int { UNIX_DIAG_UID });
	EXPECT_EQ(int { DIAG_UNIX_SHOW_NAME }, UDIAG_SHOW_NAME);
	EXPECT_EQ(int { DIAG_UNIX_SHOW_QUEUE }, UDIAG_SHOW_RQLEN);
	EXPECT_EQ(int { DIAG_UNIX_SHOW_UID }, UDIAG_SHOW_UID);
	EXPECT_EQ(DIAG_NO_COOKIE, unsigned { INET_DIAG_NOCOOKIE });
}

} // namespace
