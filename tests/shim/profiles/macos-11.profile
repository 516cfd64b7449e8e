# SPDX-License-Identifier: ISC
# macOS 11 as one of its users; what bears on listening is as in macOS 15, but
# for Apple's list of ports.
include macos-15
user 501 -- the first account that is made
limit restricted-port 0 -- no source says that it was there
