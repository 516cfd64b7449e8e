# SPDX-License-Identifier: ISC
#
# Any target, with the compiler, headers and link stubs of PyPI's `ziglang`:
#   BINDCHAIN_ZIG         the zig executable
#   BINDCHAIN_ZIG_TARGET  processor-system.version-abi, as `zig cc -target` has it
# ci/cross installs the one and names the others.
foreach(_needed BINDCHAIN_ZIG BINDCHAIN_ZIG_TARGET)
  if(NOT DEFINED ${_needed} AND DEFINED ENV{${_needed}})
    set(${_needed} $ENV{${_needed}})
  endif()
  if(NOT ${_needed})
    message(FATAL_ERROR "cmake/toolchains/zig.cmake needs ${_needed}; ci/cross sets it")
  endif()
endforeach()
# What CMake compiles to find things out is for the same target.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES BINDCHAIN_ZIG BINDCHAIN_ZIG_TARGET)

if(NOT BINDCHAIN_ZIG_TARGET MATCHES "^([^-]+)-(linux|freebsd|macos)([.-]|$)")
  message(FATAL_ERROR "BINDCHAIN_ZIG_TARGET: no such target here: ${BINDCHAIN_ZIG_TARGET}")
endif()
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
set(_system_linux Linux)
set(_system_freebsd FreeBSD)
set(_system_macos Darwin)
set(CMAKE_SYSTEM_NAME ${_system_${CMAKE_MATCH_2}})

# zig turns UBSan on where nothing is optimised, whose runtime library is not
# there for every target.
set(CMAKE_C_COMPILER ${BINDCHAIN_ZIG} cc -target ${BINDCHAIN_ZIG_TARGET}
  -fno-sanitize=undefined)
set(CMAKE_CXX_COMPILER ${BINDCHAIN_ZIG} c++ -target ${BINDCHAIN_ZIG_TARGET}
  -fno-sanitize=undefined)

# zig's headers are of a later FreeBSD, and executables for 13 take along what its libc
# has not.
if(BINDCHAIN_ZIG_TARGET MATCHES "-freebsd[.]13[.]")
  list(APPEND CMAKE_C_COMPILER -isystem ${CMAKE_CURRENT_LIST_DIR}/freebsd13)
  list(APPEND CMAKE_CXX_COMPILER -isystem ${CMAKE_CURRENT_LIST_DIR}/freebsd13)
  set(CMAKE_EXE_LINKER_FLAGS_INIT "'${CMAKE_CURRENT_LIST_DIR}/freebsd13/start.c'")
endif()

# CMake wants these to be single files.
foreach(_tool ar ranlib)
  string(TOUPPER ${_tool} _variable)
  set(CMAKE_${_variable} ${CMAKE_BINARY_DIR}/zig-${_tool})
  file(WRITE ${CMAKE_${_variable}} "#!/bin/sh\nexec '${BINDCHAIN_ZIG}' ${_tool} \"$@\"\n")
  file(CHMOD ${CMAKE_${_variable}} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endforeach()
# zig's own does not make symbols local; GNU's knows one processor.
find_program(CMAKE_OBJCOPY llvm-objcopy)
# There is no install_name_tool: a library for macOS gets its name when it is linked, and
# without the @rpath that CMake puts in front on a Mac.
set(CMAKE_INSTALL_NAME_TOOL none)
set(CMAKE_BUILD_WITH_INSTALL_NAME_DIR ON)

include(${CMAKE_CURRENT_LIST_DIR}/nothing_of_this_system.cmake)
