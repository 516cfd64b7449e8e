# SPDX-License-Identifier: ISC
# Root in a jail with one address of each family, neither of which is loopback
# itself: jail -c ip4.addr=127.0.0.2 ip6.addr=2001:db8::2, as seen on 13.1.
include freebsd-13.1
interface lo0 up,loopback 127.0.0.2 -- jail(8): it sees no address that is not its own
interface em0 up 2001:db8::2 -- jail(8), ip6.addr
jail 127.0.0.2 -- netinet/in_jail.c, prison_local_ip4; seen on 13.1
jail 2001:db8::2 -- netinet6/in6_jail.c, prison_local_ip6; seen on 13.1
option IP_BINDANY flag binds-any forbidden -- seen on 13.1: EPERM for root in a jail without vnet
option IPV6_BINDANY flag binds-any forbidden exact -- kern/kern_jail.c, prison_priv_check
limit jailed 1 -- jail(8)
