# SPDX-License-Identifier: ISC
# FreeBSD 15 as root: 14 but for what is known to have changed.
include freebsd-14
sysctl kern.osreldate 1500037 -- Porter's Handbook, 18: it has accf_tls(9), which is not loaded
