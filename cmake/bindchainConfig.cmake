# SPDX-License-Identifier: ISC
#
# The CMake package of libbindchain:
#   bindchain::bindchain         the shared library, or the static one where it is alone
#   bindchain::bindchain_static  the static library, if it is installed
# Components: shared, static.
foreach(_bindchain_kind IN ITEMS shared static)
  set(_bindchain_file ${CMAKE_CURRENT_LIST_DIR}/bindchain-${_bindchain_kind}.cmake)
  if(EXISTS ${_bindchain_file})
    include(${_bindchain_file})
    set(bindchain_${_bindchain_kind}_FOUND TRUE)
  endif()
endforeach()
if(NOT TARGET bindchain::bindchain)
  add_library(bindchain::bindchain ALIAS bindchain::bindchain_static)
endif()
foreach(_bindchain_kind IN LISTS bindchain_FIND_COMPONENTS)
  if(bindchain_FIND_REQUIRED_${_bindchain_kind} AND NOT bindchain_${_bindchain_kind}_FOUND)
    set(bindchain_FOUND FALSE)
    set(bindchain_NOT_FOUND_MESSAGE "libbindchain is not installed as ${_bindchain_kind} library")
  endif()
endforeach()
unset(_bindchain_kind)
unset(_bindchain_file)
