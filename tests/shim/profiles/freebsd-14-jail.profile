# SPDX-License-Identifier: ISC
# Root in a jail with one IPv4 address, no IPv6 and no network stack of its own.
include freebsd-14
interface lo0 up,loopback -- jail(8): it sees no address that is not its own
interface em0 up 192.0.2.20 -- jail(8), ip4.addr
jail 192.0.2.20 -- netinet/in_jail.c, prison_local_ip4: stands in for the wildcard and loopback
refuse-family inet6 EPROTONOSUPPORT -- kern/uipc_socket.c, socreate: prison_check_af
option IP_BINDANY flag binds-any forbidden -- kern/kern_jail.c, prison_priv_check: only with a network stack of its own
option IPV6_BINDANY flag binds-any forbidden exact -- kern/kern_jail.c, prison_priv_check
limit jailed 1 -- jail(8)
