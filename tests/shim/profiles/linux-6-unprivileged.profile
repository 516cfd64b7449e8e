# SPDX-License-Identifier: ISC
# The same as one of its users.
include linux-6
user 1001 -- an ordinary account
