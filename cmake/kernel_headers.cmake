# SPDX-License-Identifier: ISC
#
# The kernel's own headers, <linux/…>, where the compiler does not find them:
# musl-gcc looks only into musl's directory.  A directory of links leads to them
# and to nothing else, since glibc's headers lie beside them.
include(CheckIncludeFile)

check_include_file(linux/netlink.h BINDCHAIN_FINDS_KERNEL_HEADERS)
if(NOT BINDCHAIN_FINDS_KERNEL_HEADERS)
  set(BINDCHAIN_KERNEL_HEADERS ${PROJECT_BINARY_DIR}/kernel-headers)
  set(_places /usr/include/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu /usr/include)
  foreach(_name linux asm asm-generic)
    find_path(_found ${_name}/errno.h PATHS ${_places} NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH
      NO_CACHE)
    if(NOT _found)
      message(FATAL_ERROR "The compiler does not find linux/netlink.h, and there is no"
        " ${_name}/errno.h in ${_places}. Install the kernel's headers.")
    endif()
    file(MAKE_DIRECTORY ${BINDCHAIN_KERNEL_HEADERS})
    file(CREATE_LINK ${_found}/${_name} ${BINDCHAIN_KERNEL_HEADERS}/${_name} SYMBOLIC)
    unset(_found)
  endforeach()
  message(STATUS "kernel headers: ${_places}")
endif()
