# SPDX-License-Identifier: ISC
# A container whose /proc shows no settings: the kernel has them all the same.
include linux-6
hide /proc/sys/net/core/somaxconn ENOENT -- net/core/sysctl_net_core.c of 6.1 hides it in namespaces of other users
hide /proc/sys/net/core/rmem_max ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/tcp_max_syn_backlog ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/tcp_syncookies ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/tcp_abort_on_overflow ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/ip_local_port_range ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/ip_local_reserved_ports ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/ip_unprivileged_port_start ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/ip_nonlocal_bind ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/tcp_fastopen ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv4/tcp_migrate_req ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv6/bindv6only ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv6/ip_nonlocal_bind ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/net/ipv6/conf/all/disable_ipv6 ENOENT -- a masked directory: mount_namespaces(7)
hide /proc/sys/kernel/osrelease ENOENT -- a masked directory: mount_namespaces(7)
