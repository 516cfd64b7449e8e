# SPDX-License-Identifier: ISC
# Root in a jail with a network stack of its own, where root may bind any address.
include freebsd-13.1
limit jailed 1 -- jail(8)
limit vnet 1 -- jail(8), vnet
