# SPDX-License-Identifier: ISC
#
# What is installed stays relative to the prefix, as far as the install directories are:
# `cmake --install --prefix` can put all of it elsewhere.

# bindchain_path_between(RESULT FROM TO): from one install directory to another.
function(bindchain_path_between result from to)
  foreach(_directory IN ITEMS from to)
    cmake_path(ABSOLUTE_PATH ${_directory} BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} NORMALIZE)
  endforeach()
  file(RELATIVE_PATH _path ${from} ${to})
  set(${result} ${_path} PARENT_SCOPE)
endfunction()
