# SPDX-License-Identifier: ISC
#
# libbindchain, from BINDCHAIN_LIBRARY_PARTS, the objects that the executable links too:
# BUILD_SHARED_LIBS says which kind, BINDCHAIN_BOTH_LIBRARIES builds both.  Only bindchain_*
# is global in either.
include(CheckLinkerFlag)

if(BINDCHAIN_LIBRARY_COMPAT_SOURCES)
  add_library(bindchain_library_compat OBJECT ${BINDCHAIN_LIBRARY_COMPAT_SOURCES})
  target_compile_definitions(bindchain_library_compat PRIVATE _POSIX_C_SOURCE=200809L)
  target_compile_options(bindchain_library_compat PRIVATE ${BINDCHAIN_WARNINGS})
  list(APPEND BINDCHAIN_LIBRARY_PARTS bindchain_library_compat)
endif()

# ---- shared ----

if(BUILD_SHARED_LIBS OR BINDCHAIN_BOTH_LIBRARIES)
  list(TRANSFORM BINDCHAIN_LIBRARY_PARTS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>"
    OUTPUT_VARIABLE _objects)
  add_library(bindchain_shared SHARED ${_objects})
  set_target_properties(bindchain_shared PROPERTIES
    EXPORT_NAME bindchain
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}
    MACHO_CURRENT_VERSION ${PROJECT_VERSION}
    MACHO_COMPATIBILITY_VERSION ${PROJECT_VERSION_MAJOR}.0.0)
  # Hidden visibility alone would do, but for names of what is linked in, and the versions
  # of symbols.  zig's linker for macOS does not take a list.
  if(APPLE)
    set(_names ${PROJECT_SOURCE_DIR}/cmake/library.exports)
    set(_flag -Wl,-exported_symbols_list,${_names})
  else()
    set(_names ${PROJECT_SOURCE_DIR}/cmake/library.map)
    set(_flag -Wl,--version-script,${_names})
  endif()
  check_linker_flag(C ${_flag} BINDCHAIN_LINKER_TAKES_NAMES)
  if(BINDCHAIN_LINKER_TAKES_NAMES)
    target_link_options(bindchain_shared PRIVATE ${_flag})
    set_target_properties(bindchain_shared PROPERTIES LINK_DEPENDS ${_names})
  endif()
  list(APPEND _libraries bindchain_shared)
endif()

# ---- static ----

# bindchain_compile_without_lto(RESULT PART...): with link-time optimisation objects have no
# symbols that could be made local.
function(bindchain_compile_without_lto result)
  set(_archived "")
  foreach(_part IN LISTS ARGN)
    get_target_property(_sources ${_part} SOURCES)
    add_library(${_part}_archived OBJECT ${_sources})
    foreach(_property IN ITEMS INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS)
      set_property(TARGET ${_part}_archived APPEND PROPERTY ${_property}
        $<TARGET_PROPERTY:${_part},${_property}>)
    endforeach()
    target_compile_options(${_part}_archived PRIVATE -fno-lto)
    set_target_properties(${_part}_archived PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
    list(APPEND _archived ${_part}_archived)
  endforeach()
  set(${result} ${_archived} PARENT_SCOPE)
endfunction()

# bindchain_machine_flags(RESULT): of the compiler's flags, those that say for which machine
# it links, and with what.
function(bindchain_machine_flags result)
  separate_arguments(_flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
  list(FILTER _flags INCLUDE REGEX "^(-m|-E[BL]|-B|-fuse-ld=|--target=|--sysroot=|-specs=)")
  separate_arguments(_compiler UNIX_COMMAND "${CMAKE_C_COMPILER_ARG1}")
  list(PREPEND _flags ${_compiler})
  if(CMAKE_C_COMPILER_TARGET)
    list(APPEND _flags ${CMAKE_C_COMPILE_OPTIONS_TARGET}${CMAKE_C_COMPILER_TARGET})
  endif()
  if(CMAKE_SYSROOT)
    list(APPEND _flags ${CMAKE_C_COMPILE_OPTIONS_SYSROOT}${CMAKE_SYSROOT})
  endif()
  if(APPLE)
    foreach(_processor IN LISTS CMAKE_OSX_ARCHITECTURES)
      list(APPEND _flags -arch ${_processor})
    endforeach()
    if(CMAKE_OSX_DEPLOYMENT_TARGET)
      list(APPEND _flags -mmacosx-version-min=${CMAKE_OSX_DEPLOYMENT_TARGET})
    endif()
  endif()
  set(${result} ${_flags} PARENT_SCOPE)
endfunction()

# bindchain_join(RESULT PART...): one object of all, in which what has hidden visibility is
# local: an archive of the objects themselves would have all their names.  On macOS `ld -r`
# makes such names local by itself: ld(1), -keep_private_externs.
function(bindchain_join result)
  list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE _objects)
  set(_joined ${CMAKE_CURRENT_BINARY_DIR}/bindchain.o)
  set(_localise COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${_joined})
  if(APPLE)
    set(_localise "")
  elseif(NOT CMAKE_OBJCOPY)
    message(WARNING "libbindchain.a will have global names that do not begin with bindchain_:"
      " there is no objcopy (CMAKE_OBJCOPY).")
    set(${result} ${_objects} PARENT_SCOPE)
    return()
  endif()
  bindchain_machine_flags(_flags)
  add_custom_command(OUTPUT ${_joined} VERBATIM COMMAND_EXPAND_LISTS
    DEPENDS ${ARGN} ${_objects} # make(1) needs the targets to know how objects are made
    COMMENT "Joining the objects of libbindchain.a"
    COMMAND ${CMAKE_C_COMPILER} ${_flags} -r -nostdlib -o ${_joined} ${_objects}
    ${_localise})
  set_source_files_properties(${_joined} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(${result} ${_joined} PARENT_SCOPE)
endfunction()

if(NOT BUILD_SHARED_LIBS OR BINDCHAIN_BOTH_LIBRARIES)
  set(_parts ${BINDCHAIN_LIBRARY_PARTS})
  if(CMAKE_INTERPROCEDURAL_OPTIMIZATION OR CMAKE_C_FLAGS MATCHES "-flto")
    bindchain_compile_without_lto(_parts ${_parts})
  endif()
  bindchain_join(_archived ${_parts})
  add_library(bindchain_static STATIC ${_archived})
  list(APPEND _libraries bindchain_static)
endif()

# ---- both ----

set_target_properties(${_libraries} PROPERTIES OUTPUT_NAME bindchain LINKER_LANGUAGE C)
foreach(_library IN LISTS _libraries)
  target_include_directories(${_library} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
# For projects that include this one, and for the tests.
list(GET _libraries 0 _library)
add_library(bindchain::bindchain ALIAS ${_library})
add_library(bindchain_library ALIAS ${_library})
