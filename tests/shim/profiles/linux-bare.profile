# SPDX-License-Identifier: ISC
# A Linux that lacks what can be lacking: before 3.9 there was no SO_REUSEPORT,
# before 4.15 no IPV6_FREEBIND, before 3.6 no TCP_FASTOPEN, before 5.0 no
# SO_BINDTOIFINDEX, before 6.5 no SO_PASSPIDFD; 128 was the limit
# until 5.4.  No such kernel is supported; its gaps stand for those of emulators
# and sandboxes.
include linux-6
no-option SO_REUSEPORT -- socket(7), "since Linux 3.9"
no-option IPV6_FREEBIND -- net/ipv6/ipv6_sockglue.c has it since 4.15
rule inet-options-on-inet6 no -- so that nothing stands in for it
no-option TCP_FASTOPEN -- tcp(7), "since Linux 3.6"
no-option SO_PASSPIDFD -- unix(7), "since Linux 6.5"
no-option SO_BINDTOIFINDEX -- include/uapi/asm-generic/socket.h has it since 5.0
limit vsock-cid 0 -- vsock(7), since 3.9
limit mptcp-built 0 -- net/mptcp is there since 5.6
hide /proc/sys/net/mptcp/enabled ENOENT -- as above
limit backlog 128 -- listen(2), "in Linux kernels before 5.4"
file /proc/sys/kernel/osrelease 3.2.0\n -- a release before all of these
