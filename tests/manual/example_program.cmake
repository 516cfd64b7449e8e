# SPDX-License-Identifier: ISC
#
# Writes the example program of a manual page of section 3: the literal block that
# begins with #include, without mdoc's escapes.
#   cmake -DPAGE=bindchain_open.3 -DPROGRAM=example.c -P example_program.cmake
file(READ ${PAGE} _text)
if(NOT _text MATCHES "\n\\.Bd -literal[^\n]*\n(#include.*)$")
  message(FATAL_ERROR "${PAGE}: EXAMPLES has no program, a literal block that begins with #include")
endif()
set(_program "${CMAKE_MATCH_1}")
string(FIND "${_program}" "\n.Ed" _end)
string(SUBSTRING "${_program}" 0 ${_end} _program)
string(REPLACE "\\&" "" _program "${_program}")
string(REPLACE "\\-" "-" _program "${_program}")
string(REPLACE "\\(aq" "'" _program "${_program}")
string(REPLACE "\\e" "\\" _program "${_program}")
file(WRITE ${PROGRAM} "${_program}\n")
