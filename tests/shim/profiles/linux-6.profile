# SPDX-License-Identifier: ISC
# Linux 6.12 as root, with IPv6 and one network interface.
system linux -- the kernel of this profile
user 0 -- an administrator's shell

rule conflicts linux -- net/ipv4/inet_connection_sock.c, inet_bind_conflict
rule zero-backlog-is-maximum no -- net/socket.c, __sys_listen_socket: only compared as unsigned
rule backlog-is-stored-in int -- include/net/sock.h, sk_max_ack_backlog
rule exact-address-length no -- net/ipv4/af_inet.c, inet_bind_sk: at least the structure
rule wildcard-needs-privilege yes -- net/ipv4/af_inet.c, __inet_bind
rule exhausted-inet EADDRINUSE -- bind(2), "EADDRINUSE (Internet domain sockets)"
rule exhausted-inet6 EADDRINUSE -- bind(2), "EADDRINUSE (Internet domain sockets)"
rule other-family-level ENOPROTOOPT -- IPV6_FREEBIND on an AF_INET socket, seen on 6.18
rule unknown-option ENOPROTOOPT -- setsockopt(2)
rule inet-options-on-inet6 yes -- net/ipv6/ipv6_sockglue.c: IP_FREEBIND works there, seen on 6.18
rule socket-type-flags yes -- socket(2)
rule whole-loopback-net yes -- net/ipv4/devinet.c: lo has 127.0.0.1/8, all of it local
rule address-turns-v6only-on yes -- net/ipv6/af_inet6.c, __inet6_bind
rule mapped-on-v6only EINVAL -- net/ipv6/af_inet6.c, __inet6_bind
rule unknown-zone ENODEV -- net/ipv6/af_inet6.c, __inet6_bind
rule missing-zone EINVAL -- net/ipv6/af_inet6.c, __inet6_bind
rule tcp-multicast allowed -- binds and listens, seen on 6.18
rule jailed-balance no -- there are no jails
rule root-binds-reserved yes -- net/ipv4/af_inet.c, __inet_bind: CAP_NET_BIND_SERVICE
rule no-inet-address allowed -- net/ipv4/af_inet.c, inet_addr_valid_or_nonlocal
rule sticky-file allowed -- fs/attr.c: the bit is kept
rule strangers-balance no -- socket(7), SO_REUSEPORT: the same effective user
rule unix-seqpacket allowed -- unix(7), since 2.6.4
rule unix-other-level EOPNOTSUPP -- net/socket.c, __sys_setsockopt: datagrams have no call for it; seen on 6.18
rule unix-other-option EOPNOTSUPP -- unix(7): no level of their own
rule no-such-congestion ENOENT -- net/ipv4/tcp_cong.c, tcp_set_congestion_control
rule inet6-zeroes no -- net/ipv6/af_inet6.c looks at the zone of link-local addresses only

limit unix-address 110 -- unix(7): 108 bytes of path behind the family
limit backlog 4096 -- include/linux/socket.h, SOMAXCONN
limit port-first 32768 -- Documentation/networking/ip-sysctl.rst, ip_local_port_range
limit port-last 60999 -- Documentation/networking/ip-sysctl.rst, ip_local_port_range
limit reserved-low 1 -- net/ipv4/af_inet.c, __inet_bind: port 0 is free for all
limit reserved-high 1023 -- Documentation/networking/ip-sysctl.rst, ip_unprivileged_port_start
limit unprivileged 1024 -- Documentation/networking/ip-sysctl.rst, ip_unprivileged_port_start
limit v6only-default 0 -- Documentation/networking/ip-sysctl.rst, bindv6only
limit syn-backlog 1024 -- Documentation/networking/ip-sysctl.rst, tcp_max_syn_backlog, in a host with memory for it
limit fast-open 1 -- Documentation/networking/ip-sysctl.rst, tcp_fastopen: for clients alone
limit fast-open-server 0 -- bit 2 of the above
limit vsock-cid 3 -- vsock(7): the first CID of a guest; 0 here: there is no vsock
limit mptcp-built 1 -- net/mptcp/Kconfig: as distributions build it
limit mptcp 1 -- Documentation/networking/mptcp-sysctl.rst, enabled

file /proc/sys/kernel/osrelease 6.12.0\n -- proc_sys_kernel(5)
file /proc/sys/net/core/somaxconn {backlog}\n -- net/core/sysctl_net_core.c, netns_core_table
file /proc/sys/net/ipv4/tcp_max_syn_backlog {syn-backlog}\n -- net/ipv4/sysctl_net_ipv4.c
file /proc/sys/net/ipv4/tcp_syncookies 1\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv4/tcp_abort_on_overflow 0\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv4/ip_local_port_range {port-first}\t{port-last}\n -- net/ipv4/sysctl_net_ipv4.c
file /proc/sys/net/ipv4/ip_local_reserved_ports \n -- Documentation/networking/ip-sysctl.rst: empty
file /proc/sys/net/ipv4/ip_unprivileged_port_start {unprivileged}\n -- net/ipv4/sysctl_net_ipv4.c
file /proc/sys/net/ipv4/ip_nonlocal_bind 0\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv4/tcp_fastopen {fast-open}\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/core/rmem_max 212992\n -- include/net/sock.h, SK_RMEM_MAX
file /proc/sys/net/mptcp/enabled {mptcp}\n -- Documentation/networking/mptcp-sysctl.rst
file /proc/sys/kernel/modprobe /sbin/modprobe\n -- Documentation/admin-guide/sysctl/kernel.rst
file /proc/sys/kernel/modules_disabled 0\n -- Documentation/admin-guide/sysctl/kernel.rst
file /proc/sys/net/ipv4/tcp_available_congestion_control cubic\sreno\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv4/tcp_allowed_congestion_control cubic\sreno\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv4/tcp_migrate_req 0\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv6/bindv6only {v6only-default}\n -- net/ipv6/sysctl_net_ipv6.c
file /proc/sys/net/ipv6/ip_nonlocal_bind 0\n -- Documentation/networking/ip-sysctl.rst
file /proc/sys/net/ipv6/conf/all/disable_ipv6 0\n -- Documentation/networking/ip-sysctl.rst

option SO_REUSEADDR flag reuses -- socket(7)
option SO_REUSEPORT flag shares balances -- socket(7), since 3.9
option SO_KEEPALIVE flag -- socket(7)
option SO_TYPE type -- socket(7)
option SO_ACCEPTCONN accepting -- socket(7)
option SO_RCVBUF number initial 131072 reads 2 cut 212992 -- tcp(7), tcp_rmem; socket(7): twice the number, up to rmem_max
option SO_RCVBUFFORCE number needs-root reads 2 sets SO_RCVBUF -- socket(7), since 2.6.14; CAP_NET_ADMIN
option IP_FREEBIND flag binds-any -- ip(7), no privilege
option IPV6_FREEBIND flag binds-any -- net/ipv6/ipv6_sockglue.c, since 4.15
option IPV6_V6ONLY v6only -- ipv6(7)
option SO_DOMAIN domain -- socket(7), since 2.6.32
option SO_PROTOCOL protocol -- socket(7), since 2.6.32
option SO_PASSCRED flag of-unix of-netlink -- unix(7), netlink(7); elsewhere EOPNOTSUPP, seen on 6.18
option SO_PASSSEC flag of-unix of-netlink -- unix(7), netlink(7); elsewhere EOPNOTSUPP, seen on 6.18
option TCP_INFO tcp-info -- net/ipv4/tcp.c, tcp_get_info
option TCP_DEFER_ACCEPT deferral -- tcp(7); net/ipv4/tcp.c, secs_to_retrans
option SO_BINDTODEVICE device -- socket(7); since 5.7 without privilege
option SO_BINDTOIFINDEX interface -- include/uapi/asm-generic/socket.h, since 5.0
option SO_ATTACH_FILTER filter -- socket(7), since 2.2
option TCP_KEEPIDLE number initial 7200 -- tcp(7)
option TCP_KEEPINTVL number initial 75 -- tcp(7)
option TCP_KEEPCNT number initial 9 -- tcp(7)
option TCP_NODELAY flag -- tcp(7)
option SO_SNDBUF number initial 16384 -- tcp(7), tcp_wmem
option SO_SNDBUFFORCE number needs-root -- socket(7), since 2.6.14; CAP_NET_ADMIN
option TCP_USER_TIMEOUT number -- tcp(7), since 2.6.37
option TCP_MAXSEG number initial 536 -- tcp(7); include/net/tcp.h, TCP_MSS_DEFAULT
option IP_TTL number initial 64 -- ip(7), ip_default_ttl
option IPV6_UNICAST_HOPS number initial 64 -- ipv6(7); include/net/ipv6.h, IPV6_DEFAULT_HOPLIMIT
option IP_TOS number -- ip(7)
option IPV6_TCLASS number -- ipv6(7); net/ipv6/ipv6_sockglue.c
option SO_PRIORITY number -- socket(7); up to 6 without privilege
option SO_MARK number needs-root -- socket(7), CAP_NET_ADMIN
option IP_TRANSPARENT flag binds-any needs-root -- ip(7), CAP_NET_ADMIN
option IPV6_TRANSPARENT flag binds-any needs-root -- net/ipv6/ipv6_sockglue.c, CAP_NET_ADMIN or CAP_NET_RAW
option SO_BROADCAST flag -- socket(7)
option IP_PKTINFO flag -- ip(7)
option IPV6_RECVPKTINFO flag -- ipv6(7)
option SO_TIMESTAMP flag -- socket(7)
option SO_TIMESTAMPNS flag -- include/uapi/asm-generic/socket.h; net/core/sock.c
option SO_PASSPIDFD flag of-unix -- unix(7), since 6.5
option SO_LOCK_FILTER flag -- socket(7), since 3.9
option TCP_CONGESTION congestion -- tcp(7), since 2.6.13
option TCP_FASTOPEN fast-open-linux -- tcp(7), since 3.6

# What NETLINK_SOCK_DIAG would tell are the host's sockets, so there is none: a
# kernel that has not got its module, and may load none, says the same.
netlink NETLINK_ROUTE -- net/core/rtnetlink.c
netlink NETLINK_GENERIC -- net/netlink/genetlink.c
netlink NETLINK_KOBJECT_UEVENT -- lib/kobject_uevent.c
netlink NETLINK_USERSOCK groups-need-root -- net/netlink/af_netlink.c, netlink_add_usersock_entry: without NL_CFG_F_NONROOT_RECV

interface lo up,loopback 127.0.0.1 ::1 -- RFC 1122 3.2.1.3, RFC 4291 2.5.3
interface eth0 up 192.0.2.10 2001:db8::10 fe80::10 -- RFC 5737, RFC 3849: addresses for documents

host both.example 192.0.2.10 2001:db8::10 -- RFC 2606: a name for documents
