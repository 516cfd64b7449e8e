# SPDX-License-Identifier: ISC
# A FreeBSD that has kern.ipc.somaxconn alone, as all did before 10.0, and no
# balance, which came with 12.0.
include freebsd-13
hide kern.ipc.soacceptqueue ENOENT -- listen(2), HISTORY: the name is of 10.0; 9.1 was run and has it not
no-option SO_REUSEPORT_LB -- getsockopt(2) of 10.4 has it not
