# SPDX-License-Identifier: ISC
# The same as one of its users.
include freebsd-13.1
user 1001 -- an ordinary account
