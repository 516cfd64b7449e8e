# SPDX-License-Identifier: ISC
# Root in a jail that has all addresses of its host: ip4=inherit ip6=inherit.
include freebsd-13.1
option IP_BINDANY flag binds-any forbidden -- seen on 13.1: EPERM for root in a jail without vnet
option IPV6_BINDANY flag binds-any forbidden exact -- kern/kern_jail.c, prison_priv_check
limit jailed 1 -- jail(8)
