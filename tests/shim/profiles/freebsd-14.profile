# SPDX-License-Identifier: ISC
# FreeBSD 14 as root: 13.0 but for what is known to have changed.
include freebsd-13
netlink NETLINK_ROUTE -- netlink(4), since 14.0 and 13.2
netlink NETLINK_GENERIC -- netlink(4), since 14.0 and 13.2
sysctl kern.osreldate 1400097 -- sys/param.h; Porter's Handbook, 18.1
rule jailed-balance yes -- commit d93ec8cb1324 of 2022-11-02: a group for each jail
rule no-inet-address allowed -- seen on 13.1
rule strangers-balance no -- netinet6/in6_pcb.c of the main branch, in6_pcbbind_avail: any other user's socket is in the way
rule no-such-congestion ESRCH -- netinet/tcp_usrreq.c, tcp_set_cc_mod
sysctl net.inet.tcp.cc.available \nCCmod\s\s\sD\sPCB\scount\nnewreno\s*\s0\ncubic\s\s\s\s\s1\n -- netinet/cc/cc.c, cc_list_available: a table
