# SPDX-License-Identifier: ISC
#
# For a toolchain file: the build looks at no library and no header of the system
# that it runs on.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_BINARY_DIR}/no-root)
foreach(_kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${_kind} ONLY)
endforeach()
