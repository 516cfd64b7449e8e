# SPDX-License-Identifier: ISC
#
# Where BSD functions come from: the C library where it has them, else libbsd's
# overlay, else src/compat.  Defines the target bindchain_compat.
#
# libbindchain never needs libbsd: its few functions are taken from src/compat, under
# names that nobody else sees.  So bindchain.pc has no private requirements, which a static
# link would have to get right, and the shared library loads the C library alone.  (The
# archive of libbsd could not be in it: its symbols have versions that only libbsd's own
# linker script defines.)
include(CheckFunctionExists)
include(CheckSymbolExists)

add_library(bindchain_compat INTERFACE)
target_include_directories(bindchain_compat INTERFACE ${PROJECT_SOURCE_DIR}/src/compat)
set(BINDCHAIN_COMPAT_SOURCES "")         # in the executable and in the library
set(BINDCHAIN_LIBRARY_COMPAT_SOURCES "") # in the library only

if(NOT BINDCHAIN_LIBBSD MATCHES "^(AUTO|STATIC|SHARED|OFF)$")
  message(FATAL_ERROR "BINDCHAIN_LIBBSD is ${BINDCHAIN_LIBBSD}, which is not STATIC, SHARED, OFF"
    " or AUTO.")
endif()

set(CMAKE_REQUIRED_DEFINITIONS -D_GNU_SOURCE)
check_symbol_exists(strlcpy string.h BINDCHAIN_LIBC_HAS_STRLCPY)
unset(CMAKE_REQUIRED_DEFINITIONS)

if(BINDCHAIN_LIBC_HAS_STRLCPY)
  set(_libbsd "")
elseif(BINDCHAIN_LIBBSD STREQUAL "OFF")
  set(_libbsd "")
else()
  find_package(PkgConfig)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(LIBBSD IMPORTED_TARGET libbsd-overlay)
  endif()
  if(NOT LIBBSD_FOUND)
    if(NOT BINDCHAIN_LIBBSD STREQUAL "AUTO")
      message(FATAL_ERROR "BINDCHAIN_LIBBSD is ${BINDCHAIN_LIBBSD}, but pkg-config"
        " finds no libbsd-overlay. Install libbsd's development files, or set it to OFF.")
    endif()
    message(STATUS "libbsd: not found; src/compat stands in for it")
    set(_libbsd "")
  else()
    # The archive costs nothing at the start; the shared library is loaded on
    # every start of a chain, and its libmd with it.
    find_library(BINDCHAIN_LIBBSD_ARCHIVE libbsd.a HINTS ${LIBBSD_LIBRARY_DIRS}
      ${LIBBSD_LIBDIR})
    if(BINDCHAIN_LIBBSD STREQUAL "SHARED")
      set(_libbsd ${LIBBSD_LINK_LIBRARIES})
    elseif(BINDCHAIN_LIBBSD_ARCHIVE)
      set(_libbsd ${BINDCHAIN_LIBBSD_ARCHIVE})
    elseif(BINDCHAIN_LIBBSD STREQUAL "STATIC")
      message(FATAL_ERROR "BINDCHAIN_LIBBSD is STATIC, but there is no libbsd.a.")
    else()
      set(_libbsd ${LIBBSD_LINK_LIBRARIES})
    endif()
    # In a cross build pkg-config can be that of the build machine.
    if(CMAKE_CROSSCOMPILING AND BINDCHAIN_LIBBSD STREQUAL "AUTO")
      set(CMAKE_REQUIRED_LIBRARIES ${_libbsd})
      check_function_exists(strlcpy BINDCHAIN_LIBBSD_LINKS)
      unset(CMAKE_REQUIRED_LIBRARIES)
      if(NOT BINDCHAIN_LIBBSD_LINKS)
        message(STATUS "libbsd: ${_libbsd} is not for this target; src/compat stands in for it")
        set(_libbsd "")
      endif()
    endif()
  endif()
  if(_libbsd)
    message(STATUS "libbsd: ${_libbsd}")
    target_compile_options(bindchain_compat INTERFACE ${LIBBSD_CFLAGS})
    target_link_libraries(bindchain_compat INTERFACE ${_libbsd})
  endif()
endif()

if(BINDCHAIN_LIBC_HAS_STRLCPY OR _libbsd)
  target_compile_definitions(bindchain_compat INTERFACE HAVE_STRLCPY)
  if(_libbsd)
    list(APPEND BINDCHAIN_LIBRARY_COMPAT_SOURCES compat/strlcpy.c)
  endif()
else()
  list(APPEND BINDCHAIN_COMPAT_SOURCES compat/strlcpy.c)
endif()
