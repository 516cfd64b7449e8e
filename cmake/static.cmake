# SPDX-License-Identifier: ISC
#
# BINDCHAIN_STATIC: an executable that needs no dynamic linker, laid out for a
# quick start.  Its whole cost is page faults and what the kernel maps, so it has
# few pages and few segments.  Figures: benchmarks/README.md.
add_compile_options(
  -fno-pie                         # tables of pointers are constants, not relocations
  -ffunction-sections -fdata-sections
  -fno-merge-constants             # a string stays with the function that has it
  -fno-asynchronous-unwind-tables) # nothing unwinds; the tables would lie in between
add_link_options(
  -static
  -no-pie
  -Wl,--gc-sections
  -Wl,-z,noseparate-code           # code and constants are one segment: two faults less
  -Wl,-z,norelro)                  # nothing is relocated, nobody would protect it: one less

# Where everything else may lie anywhere, what a start needs lies together.
include(CheckLinkerFlag)
set(_order -Wl,-T,${PROJECT_SOURCE_DIR}/cmake/start.ld)
check_linker_flag(C ${_order} BINDCHAIN_LINKER_TAKES_ORDER)
if(BINDCHAIN_LINKER_TAKES_ORDER)
  add_link_options(${_order})
endif()

# The kernel maps 16 pages at a fault, but none of another table of pages, which
# begins at every 2 MiB: so what a start needs, 6 pages, ends there.  1.4 us of 64.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND BINDCHAIN_LINKER_TAKES_ORDER)
  add_link_options(-Wl,-Ttext-segment=0x5fa000)
endif()
