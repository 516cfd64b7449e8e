# SPDX-License-Identifier: ISC
# FreeBSD 13.0 as root.  "Seen on 13.0" is what its network code did when it was
# run and asked; the rest is in its sources, below /usr/src/sys.
system freebsd -- the kernel of this profile
user 0 -- an administrator's shell

rule conflicts freebsd -- netinet/in_pcb.c, in_pcbbind_setup; netinet6/in6_pcb.c, in6_pcbbind
rule zero-backlog-is-maximum no -- kern/uipc_socket.c, solisten_proto; seen on 13.0
rule backlog-is-stored-in int -- sys/socketvar.h, sol_qlimit; seen on 13.0
rule exact-address-length yes -- netinet/tcp_usrreq.c, tcp_usr_bind; seen on 13.0
rule wildcard-needs-privilege yes -- netinet/in_pcb.c, in_pcbbind_setup; seen on 13.0
rule exhausted-inet EADDRNOTAVAIL -- netinet/in_pcb.c, in_pcb_lport; seen on 13.0
rule exhausted-inet6 EADDRNOTAVAIL -- netinet/in_pcb.c, in_pcb_lport; seen on 13.0
rule other-family-level EINVAL -- netinet/ip_output.c, netinet6/ip6_output.c; seen on 13.0
rule unknown-option ENOPROTOOPT -- seen on 13.0
rule inet-options-on-inet6 no -- netinet6/ip6_output.c, ip6_ctloutput; seen on 13.0
rule socket-type-flags yes -- kern/uipc_syscalls.c, kern_socket
rule whole-loopback-net no -- seen on 13.0: 127.0.0.2 is EADDRNOTAVAIL
rule address-turns-v6only-on no -- netinet6/in6_pcb.c
rule mapped-on-v6only EADDRNOTAVAIL -- seen on 13.0
rule unknown-zone ENXIO -- netinet6/scope6.c, sa6_embedscope; seen on 13.0
rule missing-zone EADDRNOTAVAIL -- seen on 13.0, with use_defaultzone 0
rule tcp-multicast EAFNOSUPPORT -- netinet/tcp_usrreq.c; seen on 13.0
rule inet6-zeroes yes -- seen on 13.0: flow information and zones are EADDRNOTAVAIL
rule unix-seqpacket allowed -- kern/uipc_usrreq.c, localsw
rule unix-other-level EINVAL -- kern/uipc_usrreq.c, uipc_ctloutput
rule unix-other-option EOPNOTSUPP -- kern/uipc_usrreq.c, uipc_ctloutput, of reading; setting is ENOPROTOOPT
rule no-such-congestion EINVAL -- netinet/tcp_usrreq.c, tcp_default_ctloutput
rule jailed-balance no -- netinet/in_pcb.c, in_pcbinslbgrouphash: nobody jailed
rule root-binds-reserved yes -- kern/kern_priv.c, priv_check_cred
rule no-inet-address EADDRNOTAVAIL -- seen on 13.0: not even 0.0.0.0
rule sticky-file EFTYPE -- ufs/ufs/ufs_vnops.c, ufs_chmod; seen on 13.1
rule strangers-balance yes -- netinet/in_pcb.c, in_pcbbind_setup; seen on 13.0

limit unix-address 106 -- sys/un.h: 104 bytes of path; kern/uipc_usrreq.c, uipc_bindat
limit backlog 128 -- sys/socket.h, SOMAXCONN; seen on 13.0
limit port-first 10000 -- netinet/in.h, IPPORT_EPHEMERALFIRST
limit port-last 65535 -- netinet/in.h, IPPORT_EPHEMERALLAST
limit reserved-low 0 -- netinet/in_pcb.c, ipport_reservedlow
limit reserved-high 1023 -- netinet/in_pcb.c, ipport_reservedhigh
limit v6only-default 1 -- netinet6/in6_proto.c, ip6_v6only; seen on 13.0
limit fast-open-server 0 -- netinet/tcp_fastopen.c; seen on 13.0
limit jailed 0 -- kern/kern_jail.c: no jail
limit vnet 0 -- kern/kern_jail.c, sysctl_jail_vnet: no jail at all
limit unix-datagram 2048 -- kern/uipc_usrreq.c, net.local.dgram.maxdgram; seen on 13.1
limit fast-open-client 1 -- netinet/tcp_fastopen.c; seen on 13.0

sysctl kern.ipc.soacceptqueue {backlog} -- kern/uipc_socket.c, sysctl_somaxconn; seen on 13.0
sysctl kern.ipc.somaxconn {backlog} -- the same handler, hidden from listings; seen on 13.0
sysctl net.inet.ip.portrange.first {port-first} -- netinet/in_pcb.c, sysctl_net_ipport_check; seen on 13.0
sysctl net.inet.ip.portrange.last {port-last} -- netinet/in_pcb.c, sysctl_net_ipport_check; seen on 13.0
sysctl net.inet.ip.portrange.reservedlow {reserved-low} -- netinet/in_pcb.c
sysctl net.inet.ip.portrange.reservedhigh {reserved-high} -- netinet/in_pcb.c; seen on 13.0
sysctl net.inet6.ip6.v6only {v6only-default} -- netinet6/in6_proto.c; seen on 13.0
sysctl net.inet.tcp.syncache.rst_on_sock_fail 1 -- netinet/tcp_syncache.c; seen on 13.0
sysctl net.inet.tcp.syncache.cachelimit 15360 -- netinet/tcp_syncache.c: 512 buckets of 30
sysctl net.inet.tcp.syncookies 1 -- netinet/tcp_syncache.c
sysctl net.inet.tcp.fastopen.server_enable {fast-open-server} -- netinet/tcp_fastopen.c
sysctl net.inet.tcp.fastopen.client_enable {fast-open-client} -- netinet/tcp_fastopen.c
sysctl security.jail.jailed {jailed} -- kern/kern_jail.c
sysctl security.jail.vnet {vnet} -- kern/kern_jail.c
sysctl security.bsd.suser_enabled 1 -- kern/kern_priv.c
sysctl kern.osreldate 1300139 -- sys/param.h
sysctl net.inet.tcp.cc.available newreno,\scubic -- netinet/cc/cc.c, cc_list_available: with ", " between them
sysctl net.fibs 1 -- net/route.c, rt_numfibs
sysctl kern.ipc.maxsockbuf 2097152 long -- sys/sockbuf.h, SB_MAX; kern/uipc_sockbuf.c: an u_long

option SO_REUSEADDR flag reads 4 reuses -- sys/socket.h, 0x4; seen on 13.0: reads as its bit
option SO_REUSEPORT flag reads 512 shares -- sys/socket.h, 0x200; seen on 13.0
option SO_REUSEPORT_LB flag reads 65536 balances -- sys/socket.h, 0x10000; seen on 13.0
option SO_KEEPALIVE flag reads 8 -- sys/socket.h, 0x8; kern/uipc_socket.c, sogetopt: the bit
option SO_TYPE type -- kern/uipc_socket.c, sogetopt
option SO_ACCEPTCONN accepting reads 2 -- sys/socket.h, 0x2; seen on 13.0
option LOCAL_CREDS_PERSISTENT flag -- unix(4), since 13.0; kern/uipc_usrreq.c, uipc_ctloutput
option SO_RCVBUF number initial 65536 largest 1864135 -- net.inet.tcp.recvspace: tcp(4); kern/uipc_sockbuf.c, sb_max_adj: 8/9 of SB_MAX; seen on 13.1
option SO_ACCEPTFILTER accept-filter -- kern/uipc_accf.c; seen on 13.0
option SO_LISTENQLIMIT queue-limit -- kern/uipc_socket.c, sogetopt; seen on 13.0
option SO_LISTENQLEN queue-length -- kern/uipc_socket.c, sogetopt; seen on 13.0
option SO_LISTENINCQLEN queue-waiting -- kern/uipc_socket.c, sogetopt; seen on 13.0
option IP_BINDANY flag binds-any needs-root -- netinet/ip_output.c, PRIV_NETINET_BINDANY even to clear; seen on 13.0
option IPV6_BINDANY flag binds-any needs-root exact -- netinet6/ip6_output.c; seen on 13.0
option IPV6_V6ONLY v6only exact -- netinet6/ip6_output.c; seen on 13.0
option TCP_KEEPIDLE number initial 7200 -- tcp(4)
option TCP_KEEPINTVL number initial 75 -- tcp(4)
option TCP_KEEPCNT number initial 8 -- tcp(4)
option TCP_NODELAY flag -- tcp(4)
option SO_SNDBUF number initial 32768 largest 1864135 -- net.inet.tcp.sendspace: tcp(4); kern/uipc_sockbuf.c, as for SO_RCVBUF
option IP_TTL number initial 64 -- ip(4); netinet/ip.h, IPDEFTTL
option IPV6_UNICAST_HOPS number initial 64 exact -- ip6(4); netinet6/in6.h, IPV6_DEFHLIM
option IP_TOS number -- ip(4)
option IPV6_TCLASS number exact -- ip6(4)
option SO_BROADCAST flag reads 32 -- sys/socket.h, 0x20; kern/uipc_socket.c, sogetopt: the bit
option IP_RECVDSTADDR flag -- ip(4); netinet/ip_output.c, OPTBIT
option IP_RECVIF flag -- ip(4); netinet/ip_output.c, OPTBIT
option IPV6_RECVPKTINFO flag exact -- ip6(4)
option SO_TIMESTAMP flag reads 1024 -- sys/socket.h, 0x400; kern/uipc_socket.c, sogetopt: the bit
option SO_TS_CLOCK number -- setsockopt(2); kern/uipc_socket.c, SO_TS_REALTIME_MICRO by default
option SO_SETFIB number -- setsockopt(2)
option TCP_CONGESTION congestion -- tcp(4), mod_cc(4)
option TCP_FASTOPEN fast-open-freebsd reads -2147483648 -- netinet/tcp_usrreq.c; seen on 13.0

filter dataready -- accf_data(9), loaded; seen on 13.0
filter httpready -- accf_http(9), loaded; seen on 13.0
filter dnsready -- accf_dns(9), loaded; seen on 13.0

interface lo0 up,loopback 127.0.0.1 ::1 fe80::1 -- lo(4)
interface em0 up 192.0.2.10 2001:db8::10 -- RFC 5737, RFC 3849: addresses for documents

host both.example 192.0.2.10 2001:db8::10 -- RFC 2606: a name for documents
