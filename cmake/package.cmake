# SPDX-License-Identifier: ISC
#
# Installs libbindchain, its headers, and what finds them: bindchain.pc and a CMake package.
# All of it can be moved, as far as the install directories are relative; one that is
# absolute, as in Nix, stays what it is.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")

# ---- CMake ----

# A file for each kind of library: a package with the one can be installed over the other.
set(_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/bindchain)
foreach(_kind IN ITEMS shared static)
  if(TARGET bindchain_${_kind})
    install(TARGETS bindchain_${_kind} EXPORT bindchain_${_kind}
      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT bindchain_${_kind} DESTINATION ${_package_dir} NAMESPACE bindchain::
      FILE bindchain-${_kind}.cmake)
  endif()
endforeach()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/bindchainConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/bindchainConfig.cmake
  ${PROJECT_BINARY_DIR}/bindchainConfigVersion.cmake DESTINATION ${_package_dir})

# ---- pkg-config ----

set(BINDCHAIN_PKGCONFIGDIR "" CACHE STRING
  "Where bindchain.pc goes, if not to pkgconfig in the directory of libraries")
set(_pc_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(BINDCHAIN_PKGCONFIGDIR)
  set(_pc_directory ${BINDCHAIN_PKGCONFIGDIR})
endif()
if(IS_ABSOLUTE ${_pc_directory})
  set(PC_PREFIX ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH _to_prefix /${_pc_directory} /)
  string(REGEX REPLACE "/$" "" PC_PREFIX "\${pcfiledir}/${_to_prefix}")
endif()
foreach(_directory IN ITEMS LIBDIR INCLUDEDIR)
  set(PC_${_directory} ${CMAKE_INSTALL_${_directory}})
  if(NOT IS_ABSOLUTE ${PC_${_directory}})
    string(PREPEND PC_${_directory} "\${prefix}/")
  endif()
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/bindchain.pc.in ${PROJECT_BINARY_DIR}/bindchain.pc
  @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/bindchain.pc DESTINATION ${_pc_directory})
