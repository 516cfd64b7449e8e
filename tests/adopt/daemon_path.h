/* SPDX-License-Identifier: ISC */
/*
 * The daemon and the library: those of this build, or others with the tools of
 * BINDCHAIN_BIN_DIR, which are for another C library.
 */
#ifndef ADOPT_DAEMON_PATH_H
#define ADOPT_DAEMON_PATH_H

#include <cstdlib>
#include <string>

inline std::string
path_or(const char *variable, const char *path)
{
	const char *value = getenv(variable);

	return value ? value : path;
}

inline std::string
daemon_path()
{
	return path_or("BINDCHAIN_ADOPT_DAEMON", DAEMON);
}

inline std::string
adopt_library()
{
	return path_or("BINDCHAIN_ADOPT_LIBRARY", ADOPT_LIBRARY);
}

/* Of the other C library; empty: there is none. */
inline std::string
other_daemon_path()
{
	return getenv("BINDCHAIN_ADOPT_DAEMON") ? DAEMON : OTHER_DAEMON;
}

#endif
