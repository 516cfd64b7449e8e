# SPDX-License-Identifier: ISC
#
# A Linux target, with the GNU compiler that a distribution packages for it:
#   BINDCHAIN_GNU_TARGET  processor-linux-library, as in the compiler's name,
#                         TARGET-gcc
# ci/cross --gnu names them.
if(NOT BINDCHAIN_GNU_TARGET MATCHES "^([^-]+)-linux-")
  message(FATAL_ERROR "cmake/toolchains/gnu.cmake needs BINDCHAIN_GNU_TARGET, such as"
    " s390x-linux-gnu, and not '${BINDCHAIN_GNU_TARGET}'; ci/cross --gnu sets it")
endif()
# What CMake compiles to find things out is for the same target.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES BINDCHAIN_GNU_TARGET)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
set(CMAKE_C_COMPILER ${BINDCHAIN_GNU_TARGET}-gcc)

include(${CMAKE_CURRENT_LIST_DIR}/nothing_of_this_system.cmake)
