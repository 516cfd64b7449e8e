# SPDX-License-Identifier: ISC
# FreeBSD 13.1-RELEASE-p7 as root, as a whole system: its kernel was booted, and
# these tools and tests ran there ("seen on 13.1").  What is not said here was
# there as on 13.0.
include freebsd-13
sysctl kern.osreldate 1301000 -- Porter's Handbook, 18.2
rule no-inet-address allowed -- seen on 13.1: 0.0.0.0 is bound where there is no IPv4 address
rule jailed-balance no -- seen on 13.1: one socket got 400 of 400 connections in every kind of jail
