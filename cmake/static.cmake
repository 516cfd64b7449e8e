# SPDX-License-Identifier: ISC
#
# BINDCHAIN_STATIC: an executable that needs no dynamic linker, laid out for a
# quick start.  Its whole cost is page faults and what the kernel maps, so it has
# few pages and few segments.  Figures: benchmarks/README.md.
add_compile_options(
  -fno-pie                         # tables of pointers are constants, not relocations
  -ffunction-sections -fdata-sections
  -fno-asynchronous-unwind-tables) # nothing unwinds; the tables would lie in between
add_link_options(
  -static
  -no-pie
  -Wl,--gc-sections
  -Wl,-z,noseparate-code           # code and constants are one segment: two faults less
  -Wl,-z,norelro)                  # nothing is relocated, nobody would protect it: one less
