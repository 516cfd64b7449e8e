# SPDX-License-Identifier: ISC
#
# libbindchain-adopt, which the dynamic linker loads into daemons: bindchain-adopt(1).  It is
# a file of its own, linked by nobody.
function(bindchain_adopt_sources variable system)
  set(_sources adopt/adopt.c adopt/close_on_exec.c adopt/execute.c
    adopt/generations.c adopt/matching.c adopt/messages.c adopt/originals.c adopt/preload.c
    adopt/sockets.c adopt/spawn_actions.c adopt/turns.c adopt/variable.c
    ${system}/adopt/duplicates.c ${system}/adopt/system.c
    common/address.c common/number.c common/text.c)
  if(system STREQUAL "linux")
    list(APPEND _sources linux/abstract_names.c linux/adopt/execute.c
      linux/adopt/raw_calls.c linux/adopt/watches.c
      linux/vsock.c)
  else()
    list(APPEND _sources bsd/abstract_names.c bsd/adopt/watches.c bsd/vsock.c)
  endif()
  if(system STREQUAL "darwin")
    list(APPEND _sources adopt/macho/interpose.c)
  else()
    list(APPEND _sources adopt/descriptors.c adopt/elf/execute.c adopt/elf/exports.c
      adopt/elf/real.c)
  endif()
  if(NOT BINDCHAIN_LIBC_HAS_STRLCPY)
    list(APPEND _sources compat/strlcpy.c)
  endif()
  list(TRANSFORM _sources PREPEND "${PROJECT_SOURCE_DIR}/src/")
  set(${variable} ${_sources} PARENT_SCOPE)
endfunction()

# What the commands need to know of the programs it is loaded into.
set(BINDCHAIN_PROGRAM_SOURCES adopt/program.c ${BINDCHAIN_SYSTEM}/adopt/program.c)
if(NOT BINDCHAIN_SYSTEM STREQUAL "linux")
  list(APPEND BINDCHAIN_PROGRAM_SOURCES bsd/adopt/program.c)
endif()
if(BINDCHAIN_SYSTEM STREQUAL "darwin")
  list(APPEND BINDCHAIN_PROGRAM_SOURCES darwin/adopt/signature.c)
else()
  list(APPEND BINDCHAIN_PROGRAM_SOURCES adopt/elf/program.c)
endif()

# A distribution has in its libdir only what others link.
set(BINDCHAIN_ADOPT_DIR "" CACHE STRING
  "The directory of libbindchain-adopt, if not that of libraries")
set(_adopt_dir ${BINDCHAIN_ADOPT_DIR})
if(NOT _adopt_dir)
  set(_adopt_dir ${CMAKE_INSTALL_LIBDIR})
endif()

# From the executable's directory, installed and in the build tree alike.
bindchain_path_between(_to_libraries ${CMAKE_INSTALL_BINDIR} ${_adopt_dir})
set(BINDCHAIN_ADOPT_LIBRARY
  ${_to_libraries}/${CMAKE_SHARED_LIBRARY_PREFIX}bindchain-adopt${CMAKE_SHARED_LIBRARY_SUFFIX})

# Its part of the core is compiled for it: with no sanitizer, whose runtime library daemons
# have not, nor libbsd.  Static builds have objects that a shared library cannot have.
if(NOT BINDCHAIN_STATIC AND NOT BINDCHAIN_FUZZERS AND CMAKE_POSITION_INDEPENDENT_CODE)
  bindchain_adopt_sources(_sources ${BINDCHAIN_SYSTEM})
  add_library(bindchain_adopt SHARED ${_sources})
  if(BINDCHAIN_LIBC_HAS_STRLCPY)
    target_compile_definitions(bindchain_adopt PRIVATE HAVE_STRLCPY)
  endif()
  set_target_properties(bindchain_adopt PROPERTIES OUTPUT_NAME bindchain-adopt
    POSITION_INDEPENDENT_CODE ON
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin/${_to_libraries})
  target_include_directories(bindchain_adopt PRIVATE ${BINDCHAIN_SYSTEM}/adopt
    adopt common compat ${PROJECT_SOURCE_DIR}/include)
  target_include_directories(bindchain_adopt SYSTEM PRIVATE ${BINDCHAIN_KERNEL_HEADERS})
  # Declarations that POSIX has not.
  target_compile_definitions(bindchain_adopt PRIVATE _GNU_SOURCE)
  target_compile_options(bindchain_adopt PRIVATE ${BINDCHAIN_WARNINGS} -fno-sanitize=all)
  target_link_options(bindchain_adopt PRIVATE -fno-sanitize=all)
  find_package(Threads REQUIRED)
  target_link_libraries(bindchain_adopt PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
  # Nothing of the commands is needed in a daemon.
  if(NOT APPLE)
    target_link_options(bindchain_adopt PRIVATE -Wl,-z,defs)
  endif()
  install(TARGETS bindchain_adopt LIBRARY DESTINATION ${_adopt_dir})
endif()
