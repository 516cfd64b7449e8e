# SPDX-License-Identifier: ISC
# Booted with ipv6.disable=1, or built without IPv6.
include linux-6
refuse-family inet6 EAFNOSUPPORT -- net/socket.c, __sock_create: no such family is registered
no-address inet6 -- there is no IPv6 to have addresses
hide /proc/sys/net/ipv6/bindv6only ENOENT -- net/ipv6/sysctl_net_ipv6.c is not there
hide /proc/sys/net/ipv6/ip_nonlocal_bind ENOENT -- net/ipv6/sysctl_net_ipv6.c is not there
hide /proc/sys/net/ipv6/conf/all/disable_ipv6 ENOENT -- net/ipv6/addrconf.c is not there
