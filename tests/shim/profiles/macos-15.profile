# SPDX-License-Identifier: ISC
# macOS 15 as root, read in xnu-11417's bsd directory; nothing here was run.
system darwin -- the kernel of this profile
user 0 -- an administrator's shell

rule conflicts darwin -- netinet/in_pcb.c, in_pcbbind; netinet6/in6_pcb.c: FreeBSD's rules without groups
rule zero-backlog-is-maximum yes -- kern/uipc_socket.c, solisten
rule backlog-is-stored-in short -- sys/socketvar.h, so_qlimit
rule exact-address-length yes -- netinet/in_pcb.c, in_pcbbind
rule wildcard-needs-privilege no -- netinet/in_pcb.c, in_pcbbind, since macOS 10.14
rule exhausted-inet EADDRNOTAVAIL -- netinet/in_pcb.c, in_pcbbind
rule exhausted-inet6 EAGAIN -- netinet6/in6_src.c, in6_pcbsetport
rule other-family-level EINVAL -- netinet/ip_output.c, netinet6/ip6_output.c
rule unknown-option ENOPROTOOPT -- netinet/ip_output.c, kern/uipc_socket.c
rule inet-options-on-inet6 no -- netinet6/ip6_output.c, ip6_ctloutput
rule socket-type-flags no -- sys/socket.h has none; socket(2)
rule whole-loopback-net no -- 127.0.0.1 is the only address of lo0
rule address-turns-v6only-on no -- netinet6/in6_pcb.c
rule mapped-on-v6only EADDRNOTAVAIL -- netinet6/in6_pcb.c, in6_pcbbind: no interface has such an address
rule unknown-zone EINVAL -- netinet6/in6_pcb.c, in6_pcbbind
rule missing-zone EADDRNOTAVAIL -- netinet6/in6_pcb.c, in6_pcbbind: not found without its zone
rule tcp-multicast EAFNOSUPPORT -- netinet/tcp_usrreq.c, tcp_usr_bind
rule inet6-zeroes yes -- netinet6/in6_pcb.c, in6_pcbbind: the whole structure is compared, as on FreeBSD
rule unix-seqpacket EPROTONOSUPPORT -- kern/uipc_proto.c, localsw; kern/uipc_socket.c, socreate_internal
rule unix-other-level EOPNOTSUPP -- kern/uipc_usrreq.c, uipc_ctloutput, which looks at no level
rule unix-other-option EOPNOTSUPP -- kern/uipc_usrreq.c, uipc_ctloutput
rule no-such-congestion EINVAL -- there is no such option
rule jailed-balance no -- there is no balance
rule root-binds-reserved yes -- kern/kern_priv.c, priv_check_cred
rule no-inet-address EADDRNOTAVAIL -- netinet/in_pcb.c, in_pcbbind: no address at all
rule sticky-file allowed -- bsd/kern/kpi_vfs.c, bsd/vfs/vfs_subr.c: no such check
rule strangers-balance no -- there is no balance

limit unix-address 255 -- kern/uipc_usrreq.c, unp_bind: no look at the structure's size, which has 104 bytes of path
limit unix-datagram 2048 -- bsd/kern/uipc_usrreq.c, unpdg_sendspace
limit backlog 128 -- sys/socket.h, SOMAXCONN
limit port-first 49152 -- netinet/in_pcb.c, ipport_firstauto
limit port-last 65535 -- netinet/in_pcb.c, ipport_lastauto
limit reserved-low 1 -- netinet/in.h: port 0 is free for all
limit reserved-high 1023 -- netinet/in.h, IPPORT_RESERVED
limit restricted-port 55555 -- net/restricted_in_port.c: of TCP, for Apple's own programs
limit v6only-default 0 -- netinet6/in6_proto.c, ip6_v6only
limit fast-open 3 -- netinet/tcp_subr.c: bit 1 for servers, bit 2 for clients
limit fast-open-server 1 -- bit 1 of the above

sysctl kern.ipc.somaxconn {backlog} -- kern/uipc_socket.c: no check at all
sysctl kern.ipc.soqlimitcompat 1 -- kern/uipc_socket2.c
sysctl kern.ipc.soqlencomp 0 -- kern/uipc_socket2.c
sysctl kern.ipc.maxsockbuf 8388608 -- kern/uipc_socket2.c, sysctl_sb_max: an int
sysctl net.inet.ip.portrange.first {port-first} -- netinet/in_pcb.c
sysctl net.inet.ip.portrange.last {port-last} -- netinet/in_pcb.c
sysctl net.inet6.ip6.v6only {v6only-default} -- netinet6/in6_proto.c
sysctl net.inet.tcp.fastopen {fast-open} -- netinet/tcp_subr.c
sysctl net.inet.tcp.fastopen_backlog 10 -- netinet/tcp_subr.c

option SO_REUSEADDR flag reads 4 reuses -- sys/socket.h, 0x4; kern/uipc_socket.c, sogetopt: the bit
option SO_REUSEPORT flag reads 512 shares -- sys/socket.h, 0x200; kern/uipc_socket.c, sogetopt
option SO_KEEPALIVE flag reads 8 -- sys/socket.h, 0x8; kern/uipc_socket.c, sogetopt: the bit
option SO_TYPE type -- kern/uipc_socket.c, sogetopt
option SO_ACCEPTCONN accepting reads 2 -- sys/socket.h, 0x2; kern/uipc_socket.c, sogetopt
option SO_RCVBUF number initial 131072 cut 8388608 -- net.inet.tcp.recvspace: netinet/tcp_usrreq.c; kern/uipc_socket2.c, sbreserve
option IP_BOUND_IF interface -- netinet/in.h, ip(4)
option IPV6_BOUND_IF interface -- netinet6/in6.h, ip6(4)
option IPV6_V6ONLY v6only exact -- netinet6/ip6_output.c
option TCP_KEEPALIVE number initial 7200 -- tcp(4)
option TCP_KEEPINTVL number initial 75 -- tcp(4); netinet/tcp_timer.h, TCPTV_KEEPINTVL
option TCP_KEEPCNT number initial 8 -- tcp(4); netinet/tcp_timer.h, TCPTV_KEEPCNT
option TCP_NODELAY flag -- tcp(4)
option SO_SNDBUF number initial 131072 -- net.inet.tcp.sendspace: netinet/tcp_usrreq.c
option IP_TTL number initial 64 -- ip(4); netinet/ip.h, IPDEFTTL
option IPV6_UNICAST_HOPS number initial 64 exact -- ip6(4); netinet6/in6.h, IPV6_DEFHLIM
option IP_TOS number -- ip(4)
option IPV6_TCLASS number exact -- ip6(4)
option SO_BROADCAST flag reads 32 -- sys/socket.h, 0x20; kern/uipc_socket.c, sogetopt: the bit
option IP_PKTINFO flag -- netinet/in.h; netinet/ip_output.c
option IPV6_RECVPKTINFO flag exact -- netinet6/in6.h; ip6(4)
option SO_TIMESTAMP flag reads 1024 -- sys/socket.h, 0x400; kern/uipc_socket.c, sogetopt: the bit
option TCP_FASTOPEN fast-open-darwin -- netinet/tcp_usrreq.c: a listener's, 0 or 1

interface lo0 up,loopback 127.0.0.1 ::1 fe80::1 -- lo(4)
interface en0 up 192.0.2.10 2001:db8::10 -- RFC 5737, RFC 3849: addresses for documents

host both.example 192.0.2.10 2001:db8::10 -- RFC 2606: a name for documents
