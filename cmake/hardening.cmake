# SPDX-License-Identifier: ISC
#
# BINDCHAIN_HARDENING: stack protector, _FORTIFY_SOURCE, RELRO, and every function bound
# at the start.  A packager's flags are his: what they mention is left alone, and so is
# what the compiler does by itself.  Figures: benchmarks/README.md.
include(CheckCSourceCompiles)
include(CheckLinkerFlag)

string(TOUPPER "${CMAKE_BUILD_TYPE}" _type)
get_directory_property(_options COMPILE_OPTIONS)
get_directory_property(_link_options LINK_OPTIONS) # cmake/static.cmake has no RELRO
set(_given ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${_type}} ${_options} ${_link_options}
  ${CMAKE_EXE_LINKER_FLAGS} ${CMAKE_EXE_LINKER_FLAGS_${_type}}
  ${CMAKE_SHARED_LINKER_FLAGS} ${CMAKE_SHARED_LINKER_FLAGS_${_type}})

if(NOT _given MATCHES "-f(no-)?stack-protector")
  set(CMAKE_REQUIRED_FLAGS -fstack-protector-strong)
  check_c_source_compiles("int main(void) { return 0; }" BINDCHAIN_STACK_PROTECTOR)
  unset(CMAKE_REQUIRED_FLAGS)
  if(BINDCHAIN_STACK_PROTECTOR)
    add_compile_options(-fstack-protector-strong)
  endif()
endif()

# For optimised builds only: the build's own type is tried.  The C library lowers a
# level above its own, and warns; __USE_FORTIFY_LEVEL is what glibc makes of it.
set(CMAKE_TRY_COMPILE_CONFIGURATION ${CMAKE_BUILD_TYPE})
foreach(_level IN ITEMS 3 2)
  if(_given MATCHES "_FORTIFY_SOURCE")
    break()
  endif()
  check_c_source_compiles("
    #if defined _FORTIFY_SOURCE || !defined __OPTIMIZE__
    #error
    #endif
    #define _FORTIFY_SOURCE ${_level}
    #include <string.h>
    #if defined __USE_FORTIFY_LEVEL && __USE_FORTIFY_LEVEL < ${_level}
    #error
    #endif
    int main(void) { return 0; }" BINDCHAIN_FORTIFY_${_level})
  if(BINDCHAIN_FORTIFY_${_level})
    add_compile_options(-D_FORTIFY_SOURCE=${_level})
    break()
  endif()
endforeach()
unset(CMAKE_TRY_COMPILE_CONFIGURATION)

# bindchain_link_hardened(FLAG MENTIONED): unless the flags mention it.
function(bindchain_link_hardened flag mentioned)
  string(MAKE_C_IDENTIFIER BINDCHAIN_LINKS_${flag} _known)
  if(NOT _given MATCHES "-z(,| |;|-Wl)*(${mentioned})")
    check_linker_flag(C -Wl,-z,${flag} ${_known})
    if(${_known})
      add_link_options(-Wl,-z,${flag})
    endif()
  endif()
endfunction()
bindchain_link_hardened(relro "relro|norelro")
if(NOT BINDCHAIN_STATIC)
  bindchain_link_hardened(now "now|lazy")
endif()
