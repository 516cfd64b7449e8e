# SPDX-License-Identifier: ISC
# macOS 11 as one of its users.
#
# What may differ from macOS 15, and was looked for in xnu-7195 (Darwin 20.1 and
# 20.4) or in the releases around it:
# - netinet/in_pcb.c, in_pcbbind: a low port needs privilege except on the wildcard,
#   as since 10.14; EADDRNOTAVAIL for a range that is used up, EAGAIN, ECONNABORTED;
#   a wildcard is in the way of one of the other family by the same test.
# - net/restricted_in_port.c: TCP 55555 is on the list already.  In 10.15 the list
#   has no port on a Mac.
# - kern/uipc_socket2.c: soqlimitcompat and soqlencomp, same defaults.
# - kern/uipc_socket.c, solisten: 0 and less become the limit, and a short keeps it;
#   the same text in 10.13, 10.14, 10.15 and 15.
# - kern/uipc_socket2.c, sbreserve: SO_RCVBUF beyond sb_max_adj, 8/9 of
#   kern.ipc.maxsockbuf, is ENOBUFS; in 15 it is truncated to that sysctl.
# Nothing else of it differs.  The rest is taken over from macOS 15, unread in macOS 11:
# TCP_FASTOPEN, IP_BOUND_IF, IPV6_V6ONLY, the errors of in6_pcb.c and in6_src.c,
# Unix sockets.
include macos-15
user 501 -- the first account that is made
option SO_RCVBUF number initial 131072 largest 7456540 -- kern/uipc_socket2.c, sbreserve of xnu-8792: sb_max_adj
