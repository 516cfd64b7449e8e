# SPDX-License-Identifier: ISC
# Root in a jail whose only addresses are 127.0.0.1 and ::1, and which may bind no
# reserved port: ip4.addr=127.0.0.1 ip6.addr=::1 allow.noreserved_ports.
include freebsd-13.1
interface lo0 up,loopback 127.0.0.1 ::1 -- jail(8): it sees no address that is not its own
interface em0 up -- none of its addresses is this jail's
jail 127.0.0.1 -- seen on 13.1: 0.0.0.0 becomes it
jail ::1 -- netinet6/in6_jail.c, prison_local_ip6
rule root-binds-reserved no -- seen on 13.1: EACCES below 1024
option IP_BINDANY flag binds-any forbidden -- seen on 13.1: EPERM for root in a jail without vnet
option IPV6_BINDANY flag binds-any forbidden exact -- kern/kern_jail.c, prison_priv_check
limit jailed 1 -- jail(8)
