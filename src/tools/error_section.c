/* SPDX-License-Identifier: ISC */
#include "error_section.h"

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"
#include "failure.h"
#include "message.h"
#include "request.h"

#define NAME_SIZE 24
#define NAME(text) FIXED_TEXT(NAME_SIZE, text)
static const char names[ERROR_SECTIONS][NAME_SIZE] = {
	[ERROR_ADDRESS_IN_USE] = NAME("ADDRESS IN USE"),
	[ERROR_WILDCARD_IN_USE] = NAME("WILDCARD IN USE"),
	[ERROR_CONNECTIONS_REMAIN] = NAME("CONNECTIONS REMAIN"),
	[ERROR_ADDRESS_NOT_AVAILABLE] = NAME("ADDRESS NOT AVAILABLE"),
	[ERROR_ADDRESS_FAMILY_MISSING] = NAME("ADDRESS FAMILY MISSING"),
	[ERROR_NO_SUCH_INTERFACE] = NAME("NO SUCH INTERFACE"),
	[ERROR_NAME_NOT_RESOLVED] = NAME("NAME NOT RESOLVED"),
	[ERROR_PERMISSION_DENIED] = NAME("PERMISSION DENIED"),
	[ERROR_OPTION_NOT_PERMITTED] = NAME("OPTION NOT PERMITTED"),
	[ERROR_PATH_EXISTS] = NAME("PATH EXISTS"),
	[ERROR_PATH_TOO_LONG] = NAME("PATH TOO LONG"),
	[ERROR_PATH_NOT_ACCESSIBLE] = NAME("PATH NOT ACCESSIBLE"),
	[ERROR_REQUIREMENT_NOT_MET] = NAME("REQUIREMENT NOT MET"),
	[ERROR_TOO_MANY_OPEN_FILES] = NAME("TOO MANY OPEN FILES"),
	[ERROR_LISTEN_FDS_WRONG] = NAME("LISTEN_FDS WRONG"),
	[ERROR_LISTEN_PID_DIFFERS] = NAME("LISTEN_PID DIFFERS"),
	[ERROR_CANNOT_ADOPT] = NAME("CANNOT ADOPT"),
	[ERROR_PROGRAM_NOT_FOUND] = NAME("PROGRAM NOT FOUND"),
	[ERROR_NOT_SUPPORTED] = NAME("NOT SUPPORTED"),
};

/* What the failed call was about. */
enum place { ANYWHERE, AT_PATH, AT_ABSTRACT_NAME, ELSEWHERE };

/* Of any operation, or with any errno. */
#define ANY_OPERATION BINDCHAIN_NOTHING
#define ANY_ERROR 0

/* The first row that fits decides. */
static const struct row {
	uint8_t operation, place, section;
	int16_t error;
} rows[] = {
	{ ANY_OPERATION, ANYWHERE, ERROR_TOO_MANY_OPEN_FILES, EMFILE },
	{ ANY_OPERATION, ANYWHERE, ERROR_TOO_MANY_OPEN_FILES, ENFILE },
	{ ANY_OPERATION, AT_PATH, ERROR_PATH_EXISTS, EADDRINUSE },
	{ ANY_OPERATION, AT_ABSTRACT_NAME, ERROR_PATH_EXISTS, EADDRINUSE },
	{ ANY_OPERATION, ANYWHERE, ERROR_ADDRESS_IN_USE, EADDRINUSE },
	{ ANY_OPERATION, AT_PATH, ERROR_PATH_EXISTS, EEXIST },
	{ BINDCHAIN_PATH, ANYWHERE, ERROR_PATH_TOO_LONG, ENAMETOOLONG },
	{ BINDCHAIN_OPEN_DIRECTORY, ANYWHERE, ERROR_PATH_NOT_ACCESSIBLE, ANY_ERROR },
	{ BINDCHAIN_BIND, AT_PATH, ERROR_PATH_NOT_ACCESSIBLE, EACCES },
	{ BINDCHAIN_BIND, AT_PATH, ERROR_PATH_NOT_ACCESSIBLE, EROFS },
	{ BINDCHAIN_MKFIFO, ANYWHERE, ERROR_PATH_NOT_ACCESSIBLE, EACCES },
	{ BINDCHAIN_MKFIFO, ANYWHERE, ERROR_PATH_NOT_ACCESSIBLE, EROFS },
	{ BINDCHAIN_OPEN, ANYWHERE, ERROR_PATH_NOT_ACCESSIBLE, EACCES },
	{ BINDCHAIN_SOCKET, ELSEWHERE, ERROR_ADDRESS_FAMILY_MISSING, EAFNOSUPPORT },
	{ BINDCHAIN_SOCKET, ELSEWHERE, ERROR_ADDRESS_FAMILY_MISSING, EPROTONOSUPPORT },
	{ BINDCHAIN_CHECK_INTERFACES, ANYWHERE, ERROR_ADDRESS_FAMILY_MISSING, ANY_ERROR },
	{ BINDCHAIN_BIND, ELSEWHERE, ERROR_ADDRESS_NOT_AVAILABLE, EADDRNOTAVAIL },
	{ BINDCHAIN_BIND, ELSEWHERE, ERROR_NO_SUCH_INTERFACE, ENODEV },
	{ BINDCHAIN_BIND, ELSEWHERE, ERROR_NO_SUCH_INTERFACE, ENXIO },
	{ BINDCHAIN_SETSOCKOPT, ELSEWHERE, ERROR_NO_SUCH_INTERFACE, ENODEV },
	{ BINDCHAIN_SETSOCKOPT, ELSEWHERE, ERROR_NO_SUCH_INTERFACE, ENXIO },
	{ BINDCHAIN_FIND_INTERFACE, ANYWHERE, ERROR_NO_SUCH_INTERFACE, ANY_ERROR },
	{ BINDCHAIN_RESOLVE, ANYWHERE, ERROR_NAME_NOT_RESOLVED, ANY_ERROR },
	{ BINDCHAIN_SOCKET, ANYWHERE, ERROR_PERMISSION_DENIED, EACCES },
	{ BINDCHAIN_SOCKET, ANYWHERE, ERROR_PERMISSION_DENIED, EPERM },
	{ BINDCHAIN_BIND, ANYWHERE, ERROR_PERMISSION_DENIED, EACCES },
	{ BINDCHAIN_BIND, ANYWHERE, ERROR_PERMISSION_DENIED, EPERM },
	{ BINDCHAIN_LISTEN, ANYWHERE, ERROR_PERMISSION_DENIED, EACCES },
	{ BINDCHAIN_LISTEN, ANYWHERE, ERROR_PERMISSION_DENIED, EPERM },
	{ BINDCHAIN_SETSOCKOPT, ANYWHERE, ERROR_OPTION_NOT_PERMITTED, EACCES },
	{ BINDCHAIN_SETSOCKOPT, ANYWHERE, ERROR_OPTION_NOT_PERMITTED, EPERM },
	{ BINDCHAIN_INHERITED, ANYWHERE, ERROR_LISTEN_FDS_WRONG, ANY_ERROR },
	{ BINDCHAIN_EXEC, ANYWHERE, ERROR_PROGRAM_NOT_FOUND, ENOENT },
	{ BINDCHAIN_EXEC, ANYWHERE, ERROR_PROGRAM_NOT_FOUND, EACCES },
	{ BINDCHAIN_UNSUPPORTED, ANYWHERE, ERROR_NOT_SUPPORTED, ANY_ERROR },
	{ BINDCHAIN_REQUIREMENT, ANYWHERE, ERROR_REQUIREMENT_NOT_MET, ANY_ERROR },
};

static bool
fits(const struct row *row, const struct bindchain_failure *failure, enum place place)
{
	return (row->operation == ANY_OPERATION || row->operation == failure->operation)
	    && (row->place == ANYWHERE || row->place == place)
	    && (row->error == ANY_ERROR || row->error == failure->error);
}

static enum place
place_of(const struct request *request)
{
	if (request && request->path)
		return AT_PATH;
	return request && address_family(&request->address) == AF_UNIX ? AT_ABSTRACT_NAME
	                                                               : ELSEWHERE;
}

static enum error_section
section_of_held(enum address_holder holder)
{
	static const uint8_t sections[] = {
		[HOLDER_UNKNOWN] = ERROR_ADDRESS_IN_USE,
		[HOLDER_WILDCARD] = ERROR_WILDCARD_IN_USE,
		[HOLDER_CONNECTIONS] = ERROR_CONNECTIONS_REMAIN,
	};

	return (enum error_section)sections[holder];
}

enum error_section
error_section_of(const struct bindchain_failure *failure, const struct request *request,
    enum address_holder holder)
{
	enum place place = place_of(request);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (fits(&rows[i], failure, place))
			return rows[i].section == ERROR_ADDRESS_IN_USE
			    ? section_of_held(holder) : (enum error_section)rows[i].section;
	return ERROR_SECTION_NONE;
}

const char *
error_section_name(enum error_section section)
{
	return names[section];
}

void
error_section_keep(const struct invocation *invocation, enum error_section section)
{
	struct text line;

	if (section == ERROR_SECTION_NONE || !invocation->command->personality->names_sections)
		return;
	message_begin(&line, invocation, MESSAGE_INFO);
	text_printf(&line, "see bindchain-errors(7), %s", names[section]);
	message_keep(&line);
}
