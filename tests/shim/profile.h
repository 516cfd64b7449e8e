/* SPDX-License-Identifier: ISC */
/*
 * Profiles and scripts, as text, into a world.
 *
 * A profile (profiles/NAME.profile) describes one system, a line for each
 * value, and behind "--" where the value is from: a line without a source is an
 * error.  "#" begins a comment.  A profile may begin with `include OTHER` and
 * say what differs: its lines replace those of the same name.  Within one file
 * each name stands once.
 *
 *     system linux|freebsd|darwin
 *     user NUMBER
 *     rule NAME WORD                  (all of them: see world.h)
 *     limit NAME NUMBER
 *     sysctl NAME TEXT [long]
 *     file PATH TEXT                  \n, \t and \s are a newline, a tab and a space
 *     hide PATH ERRNO
 *     option NAME KIND [reads N] [initial N] [largest N] [cut N] [sets NAME] [shares]
 *         [balances] [reuses] [binds-any] [needs-root] [forbidden] [exact] [of-unix] [of-netlink]
 *                                     "initial" is a TCP socket's
 *     no-option NAME
 *     interface NAME up|down[,loopback] ADDRESS...
 *     no-address FAMILY               takes the family from every interface
 *     refuse-family inet|inet6|netlink ERRNO
 *     filter NAME
 *     no-filters
 *     netlink NAME [groups-need-root] without any there is no such family
 *     jail ADDRESS                    its own, if it has any; the first stands first
 *     host NAME ADDRESS...
 *
 * In TEXT, {NAME} is a limit.
 *
 * A script says what goes wrong, and who was there before:
 *
 *     CALL N fail ERROR               the nth call; EAI_… for getaddrinfo
 *     socket tcp|udp ADDRESS PORT [user N] [listening N] [launchd NAME]
 *         [with OPTION...]
 *
 * Both are strict: a word that is not known, or a line that is not complete, is
 * an error with its file and line.
 */
#ifndef SHIM_PROFILE_H
#define SHIM_PROFILE_H

#include <stdexcept>
#include <string>
#include <vector>

#include "world.h"

class BadText : public std::runtime_error {
	using runtime_error::runtime_error;
};

/* All of them, by name. */
std::vector<std::string> profile_names();
/* Throws BadText. */
void read_profile(const std::string &name, world &);
void read_profile_text(const std::string &text, const std::string &file, world &);
void read_script(const std::string &text, world &);

/* "127.0.0.1", "::1", "fe80::1". */
bool read_address(const std::string &text, world_address &);

#endif
